# SPDX-License-Identifier: BSD-3-Clause
"""Tunnels as the text of /proc/net/ipsec_spi has their SAs."""

import time

HERE, THERE = "192.0.2.1", "198.51.100.1"
_BEGAN = time.monotonic()


def aged(seconds=100):
    """An age that grows as time passes: in a file that is written again, an SA that grows no older is another one."""
    return seconds + int(time.monotonic() - _BEGAN)


def klips_text(*sas):
    """An ipsec_spi file; each SA is (protocol, SPI, source, destination, way, packets, age)."""
    line = "{0}0x{1:x}@{3} {6}: dir={4} src={2} life(c,s,h)=bytes({7},0,0)addtime({8},0,0)usetime({8},0,0)packets({5},0,0)\n"
    names = {"esp": "ESP_3DES_HMAC_MD5", "tun": "IPIP", "comp": "COMP_DEFLATE"}
    text = ""
    for protocol, spi, source, destination, way, packets, age in sas:
        way = "in " if way == "in" else way
        text += line.format(protocol, spi, source, destination, way, packets, names[protocol], 100 * packets, age)
    return text


def pair(spi, came_in, went_out, age, there=THERE):
    """A tunnel's SAs in both directions, each with its tun SA, which sees the same packets."""
    return [
        ("tun", 0x1000 + spi, HERE, there, "out", went_out, age),
        ("esp", 0x2000 + spi, HERE, there, "out", went_out, age),
        ("tun", 0x3000 + spi, there, HERE, "in", came_in, age),
        ("esp", 0x4000 + spi, there, HERE, "in", came_in, age),
    ]
