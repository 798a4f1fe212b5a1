# SPDX-License-Identifier: BSD-3-Clause
"""How long answers take while something else goes on."""

import ctypes
import socket
import threading
import time

from .places import PATIENCE, scalar
from .snmp import COMMUNITY


def _get_request(oid, number):
    """An SNMPv2c GET, as bytes (RFC 3416); what it asks for is short enough for one-octet lengths."""

    def tlv(tag, content):
        return bytes([tag, len(content)]) + content

    def subid(value):
        octets = [value & 0x7F]
        while value := value >> 7:
            octets.insert(0, 0x80 | value & 0x7F)
        return bytes(octets)

    subids = [int(s) for s in oid.strip(".").split(".")]
    name = tlv(6, bytes([40 * subids[0] + subids[1]]) + b"".join(subid(s) for s in subids[2:]))
    pdu = tlv(0xA0, tlv(2, number.to_bytes(4, "big")) + tlv(2, b"\0") + tlv(2, b"\0") + tlv(0x30, tlv(0x30, name + b"\5\0")))
    return tlv(0x30, tlv(2, b"\1") + tlv(4, COMMUNITY.encode()) + pdu)


class Prober(threading.Thread):
    """Asks for ipsecAgentVersion again and again, from within a namespace, and notes how long each answer took."""

    def __init__(self, namespace, address=("127.0.0.1", 161)):
        super().__init__(daemon=True)
        self.namespace, self.address = namespace, address
        self.milliseconds, self.unanswered, self.over = [], 0, threading.Event()

    def run(self):
        with open(self.namespace.path, encoding="ascii") as namespace:
            ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0)  # of this thread only
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(PATIENCE)
            client.connect(self.address)
            while not self.over.is_set():
                self._probe(client, 2**24 + len(self.milliseconds) + self.unanswered)
                self.over.wait(0.01)

    def _probe(self, client, number):
        began = time.monotonic()
        try:
            client.send(_get_request(scalar("Version"), number))
            while number.to_bytes(4, "big") not in client.recv(4096):
                pass  # an answer that comes too late
        except OSError:  # also if there is no listener (any more)
            self.unanswered += 1
            return
        self.milliseconds.append((time.monotonic() - began) * 1000)

    def stop(self):
        """Ends the thread; may be called again."""
        self.over.set()
        self.join()

    def figures(self):
        taken = sorted(self.milliseconds)
        median, last = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
        return f"{len(taken)} GETs, median {median:.1f} ms, 99 of 100 below {last:.1f} ms, longest {taken[-1]:.1f} ms"
