# SPDX-License-Identifier: BSD-3-Clause
"""An SNMPv2c agent whose answers a test controls: it has the objects of a real one, and lies about them."""

import bisect
import socket
import threading

from . import ber
from .ber import END_OF_MIB_VIEW, GET, GET_BULK, NO_SUCH_INSTANCE, RESPONSE, Asker, integer, tlv

SYSTEM_UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
TIMETICKS = 0x43
MOST_VARBINDS = 500


def record(namespace, root):
    """All objects below root of the engine there, as {name: (tag, content)}."""
    asker, objects, last = Asker(namespace), {}, tuple(root)
    while True:
        answer = asker.ask(GET_BULK, [last], repetitions=200)
        for name, tag, content in answer.varbinds:
            if tag == END_OF_MIB_VIEW or name[: len(root)] != tuple(root):
                asker.close()
                return objects
            objects[name] = (tag, content)
            last = name


class HostileAgent(threading.Thread):
    """
    Answers on UDP port 161 of the namespace.  What is assigned to these takes the place of what an honest agent does:

    next_name(name): the name after it, or None
    value(name): (tag, content), or None
    datagrams(number, varbinds): what is sent; varbinds are of (name, tag, content)
    """

    def __init__(self, namespace, objects):
        super().__init__(daemon=True)
        self.objects = {SYSTEM_UPTIME: (TIMETICKS, b"\1"), **objects}
        self.names = sorted(self.objects)
        self.requests = 0
        self.be_honest()
        self._socket = namespace.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 161))
        self._ended = False

    def be_honest(self):
        self.next_name, self.value, self.datagrams = self.honest_next, self.honest_value, self.honest_datagrams

    def honest_next(self, name):
        at = bisect.bisect_right(self.names, name)
        return self.names[at] if at < len(self.names) else None

    def honest_value(self, name):
        return self.objects.get(name)

    @staticmethod
    def honest_datagrams(number, varbinds):
        return [response(number, varbinds)]

    def run(self):
        while True:
            request, peer = self._socket.recvfrom(1 << 16)
            if self._ended:
                return
            self.requests += 1
            for datagram in self._answers(request):
                try:
                    self._socket.sendto(datagram, peer)
                except OSError:  # the asker has gone
                    break

    def _answers(self, request):
        _version, _community, (kind, pdu) = ber.take_all(ber.take(request)[1])
        (_, number), (_, first), (_, repetitions), (_, varbinds) = ber.take_all(pdu)
        number, repetitions = int.from_bytes(number, "big"), int.from_bytes(repetitions, "big")
        names = [ber.numbers_of(ber.take(varbind)[1]) for _, varbind in ber.take_all(varbinds)]
        if kind == GET:
            return self.datagrams(number, [self._get(name) for name in names])
        found = []
        for _ in range(max(1, min(repetitions, MOST_VARBINDS // max(1, len(names))))):
            following = [self.next_name(name) for name in names]
            found += [self._get(after) if after else (name, END_OF_MIB_VIEW, b"") for name, after in zip(names, following)]
            names = [after or name for name, after in zip(names, following)]
        return self.datagrams(number, found)

    def _get(self, name):
        return (name, *(self.value(name) or (NO_SUCH_INSTANCE, b"")))

    def end(self):
        self._ended = True
        self._socket.sendto(b"", self._socket.getsockname())
        self.join()
        self._socket.close()


def response(number, varbinds, error=0, kind=RESPONSE, community=b"public"):
    listed = tlv(0x30, b"".join(tlv(0x30, ber.name(name) + tlv(tag, content)) for name, tag, content in varbinds))
    pdu = tlv(kind, integer(number) + integer(error) + integer(0) + listed)
    return tlv(0x30, integer(1) + tlv(4, community) + pdu)
