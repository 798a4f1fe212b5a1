# SPDX-License-Identifier: BSD-3-Clause
"""Messages of SNMPv1, v2c and v3 (RFC 1157, 3416, 3412, 3414) as octets: sound ones, and what chance makes of them."""

from . import ber
from .ber import integer, tlv

V1, V2C, V3 = 0, 1, 3
TRAP_V1, INFORM, TRAP, REPORT = 0xA4, 0xA6, 0xA7, 0xA8
AUTHENTICATED, ENCRYPTED, REPORTABLE = 1, 2, 4
USM = 3


def pdu(kind, number, names, first=0, second=0, value=b"\5\0"):
    varbinds = tlv(0x30, b"".join(tlv(0x30, ber.name(name) + value) for name in names))
    return tlv(kind, integer(number) + integer(first) + integer(second) + varbinds)


def trap_v1(name):
    varbinds = tlv(0x30, tlv(0x30, ber.name(name) + b"\5\0"))
    return tlv(TRAP_V1, ber.name(name) + tlv(0x40, b"\x7f\0\0\1") + integer(6) + integer(1) + tlv(0x43, b"\1") + varbinds)


def by_community(version, community, content):
    return tlv(0x30, integer(version) + tlv(4, community) + content)


def by_user(number, user, engine, content, flags=REPORTABLE, boots=0, seconds=0, context=b"", authentication=b"", privacy=b""):
    header = tlv(0x30, integer(number) + integer(65507) + tlv(4, bytes([flags])) + integer(USM))
    names = integer(boots) + integer(seconds) + tlv(4, user) + tlv(4, authentication) + tlv(4, privacy)
    security = tlv(4, tlv(0x30, tlv(4, engine) + names))
    scoped = tlv(4, content) if flags & ENCRYPTED else tlv(0x30, tlv(4, engine) + tlv(4, context) + content)
    return tlv(0x30, integer(V3) + header + security + scoped)


def discovery(number):
    """Who asks for the engine's ID."""
    return by_user(number, b"", b"", pdu(ber.GET, number, []))


def engine_of(message):
    """The engine ID that a message of version 3 names."""
    _version, _header, (_, security), *_ = ber.take_all(ber.take(message)[1])
    return ber.take(ber.take(security)[1])[1]


def any_message(chance, names, engine, user):
    """One that an agent may well be sent: user's need no authentication; most others are refused."""
    number = chance.choice([0, 1, 2**31 - 1, chance.getrandbits(31)])
    some = [chance.choice(names) for _ in range(chance.choice([0, 1, 1, 3, 40]))]
    kind = chance.choice([ber.GET, ber.GET_NEXT, ber.GET_BULK, ber.SET, ber.RESPONSE, INFORM, TRAP, REPORT])
    numbers = (chance.choice([0, 1, 2**31 - 1, -1]), chance.choice([0, 1, 10, 10, 2**31 - 1]))
    content = pdu(kind, number, some, *numbers, value=chance.choice([b"\5\0", tlv(4, b"value"), integer(7), tlv(0x46, b"\0" * 9)]))
    version = chance.choice([V1, V2C, V2C, V3, V3, V3])
    if version != V3:
        community = chance.choice([b"public", b"public", b"public", b"private", b"", b"x" * 3000])
        return by_community(version, community, trap_v1(names[0]) if chance.randrange(20) == 0 else content)
    if chance.randrange(8) == 0:
        return discovery(number)
    flags = chance.choice([0, REPORTABLE, REPORTABLE, AUTHENTICATED, AUTHENTICATED | REPORTABLE, AUTHENTICATED | ENCRYPTED, ENCRYPTED, 255])
    return by_user(
        number,
        chance.choice([user, user, user, b"watcher", chance.randbytes(8), b"u" * 300]),
        chance.choice([engine, engine, engine, b"", chance.randbytes(chance.choice([1, 5, 12, 32, 33, 200]))]),
        content,
        flags,
        *(chance.choice([0, 1, 2**31 - 1]) for _ in range(2)),
        context=chance.choice([b"", b"", b"blue", b"\0", b"c" * 300]),
        authentication=chance.randbytes(chance.choice([0, 12, 12, 24, 64])),
        privacy=chance.randbytes(chance.choice([0, 8, 8, 9])),
    )


def damaged(chance, message):
    """With octets that are others, missing, or too many."""
    octets = bytearray(message)
    for _ in range(chance.choice([0, 1, 1, 2, 5])):
        octets[chance.randrange(len(octets))] = chance.choice([0, 1, 4, 0x30, 0x7F, 0x80, 0x84, 0xFF, chance.randrange(256)])
    if chance.randrange(6) == 0:
        del octets[chance.randrange(len(octets)) :]
    if chance.randrange(6) == 0:
        octets += chance.randbytes(chance.randrange(9))
    return bytes(octets)
