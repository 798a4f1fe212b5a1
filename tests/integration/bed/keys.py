# SPDX-License-Identifier: BSD-3-Clause
"""Keys that a test knows, and a search for them in memory and in files."""

import random

RUN = 12  # so many octets of a key are one that leaked


class Keys:
    """
    Hands out keys and finds what is left of them.  A run of 12 octets, wherever it lies, has 8 that begin at a multiple
    of 4: these are looked for.
    """

    WORD, STEP = 8, 4

    def __init__(self, seed=4301):
        self.random = random.Random(seed)
        self.all = []
        self.words = set()

    def new(self, octets):
        """A key, as ip(8) takes it; all of its octets count, a salt at its end too."""
        key = self.random.randbytes(octets)
        self.all.append(key)
        self.words.update(key[start : start + self.WORD] for start in range(octets - self.WORD + 1))
        return "0x" + key.hex()

    def _is_run(self, octets):
        return any(octets in key for key in self.all)

    def found_in(self, octets):
        """Offsets of runs of 12 octets of any key."""
        offsets = []
        for aligned in range(0, len(octets) - self.WORD + 1, self.STEP):
            if octets[aligned : aligned + self.WORD] in self.words:
                starts = range(max(0, aligned - self.STEP + 1), min(aligned, len(octets) - RUN) + 1)
                offsets += [start for start in starts if self._is_run(octets[start : start + RUN])]
        return offsets

    def found_in_text(self, octets):
        """Runs in a log: as they are, or in hexadecimal, with whatever stands between the digits."""
        digits = bytes(octet for octet in octets.lower() if octet in b"0123456789abcdef")
        found = self.found_in(octets)
        for text in (digits, digits[1:]):
            found += self.found_in(bytes.fromhex(text[: len(text) & ~1].decode()))
        return found

    def found_in_process(self, pid):
        """(place, offset) of runs in all memory that the process may write to."""
        found, octets_read = [], 0
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                place, rights, *_ = line.split()
                start, end = (int(number, 16) for number in place.split("-"))
                if "w" not in rights:
                    continue
                memory.seek(start)
                octets = memory.read(end - start)
                octets_read += len(octets)
                found += [(line.strip(), offset) for offset in self.found_in(octets)]
        assert octets_read > 100_000, f"only {octets_read} octets of memory could be read"
        return found
