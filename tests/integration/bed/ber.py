# SPDX-License-Identifier: BSD-3-Clause
"""SNMPv2c as octets (RFC 3416, BER): asks for names that net-snmp's programs cannot spell, and thousands of them in no time."""

import random
import socket
from collections import namedtuple

from .places import PATIENCE

COMMUNITY = "public"
GET, GET_NEXT, RESPONSE, SET, GET_BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = 0x80, 0x81, 0x82
TOO_BIG, GEN_ERR = 1, 5

# varbinds: of (name as a tuple of numbers, tag, content)
Answer = namedtuple("Answer", "error index varbinds")


def tlv(tag, content):
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def subid(value):
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.insert(0, 0x80 | value & 0x7F)
    return bytes(octets)


def name(numbers):
    return tlv(6, b"".join(subid(number) for number in (40 * numbers[0] + numbers[1], *numbers[2:])))


def take(data):
    """(tag, content, what follows)"""
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + length], data[start + length :]


def take_all(data):
    while data:
        tag, content, data = take(data)
        yield tag, content


def numbers_of(content):
    numbers, number = [], 0
    for octet in content:
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first, *numbers[1:])


def answer_of(message):
    """(number, Answer)"""
    _version, _community, (_, pdu) = take_all(take(message)[1])
    number, error, index, (_, varbinds) = take_all(pdu)
    number, error, index = (int.from_bytes(content, "big", signed=True) for _, content in (number, error, index))
    found = []
    for _, varbind in take_all(varbinds):
        (_, oid), (tag, content) = take_all(varbind)
        found.append((numbers_of(oid), tag, content))
    return number, Answer(error, index, found)


class Asker:
    """Asks by UDP from within a namespace."""

    def __init__(self, namespace, port=161, address="127.0.0.1"):
        self._socket = namespace.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((address, port))
        self._number = random.randrange(1 << 30)

    def ask(self, kind, names, *, non_repeaters=0, repetitions=0, seconds=PATIENCE):
        """The Answer, or None if there is none in time."""
        self._number += 1
        varbinds = tlv(0x30, b"".join(tlv(0x30, name(one) + b"\5\0") for one in names))
        pdu = tlv(kind, integer(self._number) + integer(non_repeaters) + integer(repetitions) + varbinds)
        self._socket.settimeout(seconds)
        self._socket.send(tlv(0x30, integer(1) + tlv(4, COMMUNITY.encode()) + pdu))
        try:
            while True:
                number, answer = answer_of(self._socket.recv(1 << 16))
                if number == self._number:
                    return answer
        except TimeoutError:
            return None

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
