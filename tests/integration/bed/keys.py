# SPDX-License-Identifier: BSD-3-Clause
"""Keys that a test knows, and a search for them in memory and in files."""

import random
from array import array

RUN = 12  # this number of octets of a key is a leak
NO_DIGITS = bytes(set(range(256)) - set(b"0123456789abcdef"))


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
        self.know(key)
        return "0x" + key.hex()

    def know(self, key):
        """Another one to look for, of at least 12 octets."""
        self.all.append(key)
        for start in range(self.WORD):
            self.words.update(self._words(key, start))

    def _is_run(self, octets):
        return any(octets in key for key in self.all)

    def found_in(self, octets):
        """Offsets of runs of 12 octets of any key."""
        offsets = set()
        for first in range(0, self.WORD, self.STEP):
            words = self._words(octets, first)
            # Nearly always there is nothing, and this is the quickest way to know.
            if not self.words.isdisjoint(words):
                places = (first + n * self.WORD for n, word in enumerate(words) if word in self.words)
                offsets.update(start for place in places for start in self._runs_around(octets, place))
        return sorted(offsets)

    def _words(self, octets, start):
        """From there on, whole ones only."""
        return array("Q", octets[start : start + max(0, len(octets) - start) // self.WORD * self.WORD])

    def _runs_around(self, octets, place):
        starts = range(max(0, place - self.STEP + 1), min(place, len(octets) - RUN) + 1)
        return [start for start in starts if self._is_run(octets[start : start + RUN])]

    def found_in_text(self, octets):
        """Runs in a log: as they are, or in hexadecimal, with whatever stands between the digits."""
        digits = octets.lower().translate(None, NO_DIGITS)
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
