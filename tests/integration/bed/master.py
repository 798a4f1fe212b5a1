# SPDX-License-Identifier: BSD-3-Clause
"""An AgentX master that says what snmpd never says (RFC 2741)."""

import socket
import struct
import threading

OPEN, NOTIFY, RESPONSE = 1, 12, 18  # section 6.1
NETWORK_BYTE_ORDER = 0x10
NOT_OPEN, PROCESSING_ERROR = 257, 268  # section 6.2.16
SESSION = 77


def _read(connection, length):
    octets = b""
    while len(octets) < length:
        octets += (more := connection.recv(length - len(octets)))
        if not more:
            raise EOFError
    return octets


def _subids(octets, order):
    """An object identifier (section 5.1), and what follows it."""
    count, prefix = octets[0], octets[1]
    subids = struct.unpack(f"{order}{count}I", octets[4 : 4 + 4 * count])
    return ((1, 3, 6, 1, prefix) if prefix else ()) + subids, octets[4 + 4 * count :]


def _notification(payload, order):
    """The last number of the value of snmpTrapOID.0, with which a Notify-PDU of a subagent begins (section 6.2.10)."""
    _, value = _subids(payload[4:], order)
    return _subids(value, order)[0][-1]


class Master(threading.Thread):
    """Accepts subagents, and whatever they ask for; Notify-PDUs are answered with the errors given, one after the other."""

    def __init__(self, path, *errors):
        super().__init__(daemon=True)
        self.address = f"unix:{path}"
        self.errors, self.notified = list(errors), []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(str(path))
        self.socket.listen()

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            with connection:
                try:
                    while True:
                        self._answer(connection)
                except (EOFError, OSError):
                    pass

    def _answer(self, connection):
        header = _read(connection, 20)
        version, kind, flags, _ = header[:4]
        order = ">" if flags & NETWORK_BYTE_ORDER else "<"
        session, transaction, packet, length = struct.unpack(f"{order}4I", header[4:])
        payload = _read(connection, length)
        error = 0
        if kind == NOTIFY:
            error = self.errors.pop(0) if self.errors else 0
            self.notified.append(_notification(payload, order))
        if kind == OPEN:
            session = SESSION
        head = struct.pack(f"{order}4B4I", version, RESPONSE, flags & NETWORK_BYTE_ORDER, 0, session, transaction, packet, 8)
        connection.sendall(head + struct.pack(f"{order}IHH", 0, error, 0))
