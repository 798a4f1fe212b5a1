# SPDX-License-Identifier: BSD-3-Clause
"""The kernel's events of SAs, as ip(8) prints them."""

import re

from .events import HARD, SOFT


class Monitor:
    """ip xfrm monitor: all of the kernel's events of SAs."""

    MESSAGE = re.compile(r"^(Expired |Updated |Deleted |)src (\S+) dst (\S+)\n\s+proto (\S+) spi (0x[0-9a-f]+)(.*?)(?=^\S|\Z)", re.M | re.S)

    def __init__(self, namespace, directory):
        self.log = directory / "monitor"
        self.process = namespace.start("ip", ["ip", "xfrm", "monitor", "nokeys", "SA", "expire"], self.log)

    def messages(self):
        """(word, spi, the rest) of each, in order; the word is empty for a new SA."""
        found = self.MESSAGE.findall(self.log.read_text())
        return [(word.strip(), int(spi, 16), rest) for word, _, _, _, spi, rest in found]

    def expired(self):
        """(kind of notification, SPI) of each expiry."""
        said = [(spi, re.search(r"^\s+hard (\d)", rest, re.M)) for word, spi, rest in self.messages() if word == "Expired"]
        return [(HARD if match.group(1) == "1" else SOFT, spi) for spi, match in said if match]

    def spis(self, *words):
        return {spi for word, spi, _ in self.messages() if word in words}
