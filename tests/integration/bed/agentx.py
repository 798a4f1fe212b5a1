# SPDX-License-Identifier: BSD-3-Clause
"""
AgentX (RFC 2741) from both ends: a master that does what a test wants, a subagent that only holds what it registers, and a
link between the two that can be cut on one side.  Written from the RFC alone.
"""

import contextlib
import socket
import struct
import threading
import time
from collections import namedtuple

from .process import wait_for

# Section 6.1: types of PDUs, and flags of the header.
(OPEN, CLOSE, REGISTER, UNREGISTER, GET, GET_NEXT, GET_BULK, TEST_SET, COMMIT_SET, UNDO_SET, CLEANUP_SET, NOTIFY, PING,
 INDEX_ALLOCATE, INDEX_DEALLOCATE, ADD_AGENT_CAPS, REMOVE_AGENT_CAPS, RESPONSE) = range(1, 19)  # fmt: skip
NON_DEFAULT_CONTEXT, NETWORK_BYTE_ORDER = 0x08, 0x10
HEADER = 20

# Section 6.2.16: errors, beside those of SNMP.
TOO_BIG, GEN_ERR, COMMIT_FAILED, UNDO_FAILED, NOT_WRITABLE = 1, 5, 14, 15, 17
OPEN_FAILED, NOT_OPEN, UNSUPPORTED_CONTEXT, DUPLICATE_REGISTRATION, PARSE_ERROR, REQUEST_DENIED, PROCESSING_ERROR = (
    256, 257, 262, 263, 266, 267, 268)  # fmt: skip

# Section 5.4: types of values.
INTEGER, OCTETS, NULL, OBJECT_ID, COUNTER32, GAUGE32, TIME_TICKS, COUNTER64 = 2, 4, 5, 6, 65, 66, 67, 70
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = 128, 129, 130

# context: b"" for the default one; payload: what follows it.
Pdu = namedtuple("Pdu", "type flags session transaction packet context payload")
Answer = namedtuple("Answer", "error index varbinds")


def subids(text):
    return [int(n) for n in text.strip(".").split(".")]


def oid(text, include=False, order=">"):
    """An object identifier; None is the null one."""
    if text is None:
        return bytes(4)
    numbers = subids(text) if isinstance(text, str) else list(text)
    return struct.pack("BBBx", len(numbers), 0, include) + struct.pack(f"{order}{len(numbers)}I", *numbers)


def octets(value, order=">"):
    return struct.pack(f"{order}I", len(value)) + value + bytes(-len(value) % 4)


def packet(kind, session, transaction, number, payload=b"", context=b"", flags=NETWORK_BYTE_ORDER):
    order = _order(flags)
    if context:
        flags, payload = flags | NON_DEFAULT_CONTEXT, octets(context, order) + payload
    return struct.pack(f"{order}BBBxIIII", 1, kind, flags, session, transaction, number, len(payload)) + payload


def _order(flags):
    return ">" if flags & NETWORK_BYTE_ORDER else "<"


def _take(order, form, data):
    size = struct.calcsize(order + form)
    return struct.unpack(order + form, data[:size]), data[size:]


def _take_oid(order, data):
    (count, prefix, _include, _), data = _take(order, "BBBB", data)
    numbers, data = _take(order, f"{count}I", data)
    start = [1, 3, 6, 1, prefix] if prefix else []
    return "".join(f".{n}" for n in [*start, *numbers]), data


def _take_octets(order, data):
    (length,), data = _take(order, "I", data)
    return data[:length], data[length + -length % 4 :]


def _take_varbind(order, data):
    (kind, _), data = _take(order, "HH", data)
    name, data = _take_oid(order, data)
    value = None
    if kind in (INTEGER, COUNTER32, GAUGE32, TIME_TICKS):
        (value,), data = _take(order, "i" if kind == INTEGER else "I", data)
    elif kind == COUNTER64:
        (value,), data = _take(order, "Q", data)
    elif kind == OCTETS:
        value, data = _take_octets(order, data)
    elif kind == OBJECT_ID:
        value, data = _take_oid(order, data)
    return (name, kind, value), data


def registered(pdu):
    """The root that a Register-PDU is about."""
    return _take_oid(_order(pdu.flags), pdu.payload[4:])[0]


class _Connection:
    """One that is read packet by packet."""

    def __init__(self, end):
        self.end, self.data, self.session = end, b"", 0
        self.reads = threading.Event()
        self.reads.set()

    def packets(self):
        """Those that are there whole; None where the other side has closed."""
        self.reads.wait()
        received = self.end.recv(1 << 16)
        if not received:
            return None
        self.data += received
        found = []
        while len(self.data) >= HEADER:
            order = _order(self.data[2])
            kind, flags, session, transaction, number, length = struct.unpack(order + "xBBxIIII", self.data[:HEADER])
            if len(self.data) < HEADER + length:
                break
            payload, self.data = self.data[HEADER : HEADER + length], self.data[HEADER + length :]
            context = b""
            if flags & NON_DEFAULT_CONTEXT:
                context, payload = _take_octets(order, payload)
            found.append(Pdu(kind, flags, session, transaction, number, context, payload))
        return found


class _Server:
    """
    Accepts connections at a Unix socket.  end() ends all threads before it closes what they wait for: a system call that a
    signal makes the kernel begin again would wait for whatever has the descriptor's number by then.
    """

    def __init__(self, path):
        self.address = f"unix:{path}"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(16)
        self._ends, self._threads = [], []
        self._start(self._accept)

    def _start(self, target, *args):
        def run():
            with contextlib.suppress(OSError):
                target(*args)

        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()

    def _accept(self):
        while True:
            self._ends.append(self._listener.accept()[0])
            self.accepted(self._ends[-1])

    def end(self):
        for end in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._ends):
            end.close()


class Master(_Server):
    """
    A master at a Unix socket, in a thread of its own.  To each PDU of a subagent it answers what behave(pdu) returns: an
    error, 0 for none; or None, and keeps it: release() answers what was kept.
    """

    def __init__(self, path):
        self.behave = lambda pdu: 0
        self.received = []  # all PDUs of subagents but answers
        self._kept, self._answers, self._connections, self._sessions, self._numbers = [], {}, [], 0, 0
        self._started = time.monotonic()
        self._lock = threading.RLock()
        super().__init__(path)

    def accepted(self, end):
        self._connections.append(_Connection(end))
        self._start(self._serve, self._connection)

    @property
    def _connection(self):
        """That of the subagent that came last."""
        return self._connections[-1]

    def _serve(self, connection):
        while (packets := connection.packets()) is not None:
            with self._lock:
                for pdu in packets:
                    self._take(connection, pdu)
        connection.end.shutdown(socket.SHUT_RDWR)

    def _take(self, connection, pdu):
        if pdu.type == RESPONSE:
            order = _order(pdu.flags)
            (_, error, index), rest = _take(order, "IHH", pdu.payload)
            varbinds = []
            while rest:
                varbind, rest = _take_varbind(order, rest)
                varbinds.append(varbind)
            self._answers[pdu.packet] = Answer(error, index, varbinds)
            return
        self.received.append(pdu)
        error = self.behave(pdu)
        if error is None:
            self._kept.append((connection, pdu))
        else:
            self._answer(connection, pdu, error)

    def _answer(self, connection, pdu, error):
        if pdu.type == OPEN:
            self._sessions += 1
            connection.session = self._sessions
        if pdu.type == CLOSE:
            return
        uptime = int((time.monotonic() - self._started) * 100)
        payload = struct.pack(">IHH", uptime, error, 0)
        connection.end.sendall(packet(RESPONSE, connection.session, pdu.transaction, pdu.packet, payload))

    def release(self, error=0):
        """Answers what was kept."""
        with self._lock:
            kept, self._kept = self._kept, []
            for connection, pdu in kept:
                with contextlib.suppress(OSError):  # it has gone meanwhile
                    self._answer(connection, pdu, error)

    def forget(self):
        """Keeps what was kept for ever."""
        with self._lock:
            self._kept = []

    def count(self, kind):
        with self._lock:
            return sum(pdu.type == kind for pdu in self.received)

    def send(self, data):
        """Octets to the subagent that came last."""
        self._connection.end.sendall(data)

    def stop_reading(self):
        """Takes nothing any more from the subagent that came last, but what is on its way already."""
        self._connection.reads.clear()

    def close(self):
        """The connection with it."""
        self._connection.end.shutdown(socket.SHUT_RDWR)

    def end(self):
        for connection in self._connections:
            connection.reads.set()
        super().end()

    @property
    def session(self):
        """That of the subagent that came last."""
        return self._connection.session

    def answers(self):
        """The number of packets that were received but not taken."""
        return len(self._answers)

    def next_packet(self, kind, payload, **more):
        """(its number, the packet) of a request in the session."""
        self._numbers += 1
        return self._numbers, packet(kind, self._connection.session, 1, self._numbers, payload, **more)

    def answer_to(self, number, process=None):
        return wait_for(lambda: self._answers.pop(number, None), "an answer of the subagent", process=process)

    def ask(self, kind, *ranges, process=None, **more):
        """The answer to a request for (start, end) ranges, or names."""
        pairs = [(r, None) if isinstance(r, str) else r for r in ranges]
        order = _order(more.get("flags", NETWORK_BYTE_ORDER))
        payload = b"".join(oid(start, order=order) + oid(end, order=order) for start, end in pairs)
        number, request = self.next_packet(kind, payload, **more)
        self.send(request)
        return self.answer_to(number, process)

    def get(self, name, **more):
        """The value of one object, None if there is none."""
        answer = self.ask(GET, name, **more)
        assert answer.error == 0, answer
        return answer.varbinds[0][2]


class Holder:
    """A subagent of a real master that registers something, and holds it until it is closed."""

    def __init__(self, address):
        self._connection = _Connection(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        self._connection.end.connect(address.removeprefix("unix:"))
        self._number, self._session = 0, 0
        answer = self._ask(OPEN, struct.pack(">Bxxx", 0) + oid(None) + octets(b"holder"))
        self._session = answer.session

    def _ask(self, kind, payload, context=b""):
        self._number += 1
        self._connection.end.sendall(packet(kind, self._session, 0, self._number, payload, context))
        while True:
            for answer in self._connection.packets():
                if answer.packet == self._number:
                    (_, error, _), _ = _take(_order(answer.flags), "IHH", answer.payload)
                    assert error == 0, error
                    return answer

    def register(self, root, context=b""):
        self._ask(REGISTER, struct.pack(">BBBx", 0, 127, 0) + oid(root), context)
        return self

    def close(self):
        self._connection.end.close()


class HalfOpenLink(_Server):
    """
    Passes on what a subagent and a master say to each other.  cut() ends the subagent's side of all connections, and leaves the
    master's as they are: so it is when a host hangs, or what stands between them loses its state.
    """

    def __init__(self, path, address):
        self._master, self._whole = address.removeprefix("unix:"), []
        super().__init__(path)

    def accepted(self, end):
        master = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._ends.append(master)
        master.connect(self._master)
        self._whole.append(end)
        self._start(self._pass_on, end, master, lambda: end in self._whole)
        self._start(self._pass_on, master, end, lambda: True)

    @staticmethod
    def _pass_on(one, other, passes_end):
        while data := one.recv(1 << 16):
            other.sendall(data)
        if passes_end():
            other.shutdown(socket.SHUT_RDWR)

    def cut(self):
        cut, self._whole = self._whole, []
        for end in cut:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
