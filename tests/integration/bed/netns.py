# SPDX-License-Identifier: BSD-3-Clause
"""Network namespaces."""

import contextlib
import ctypes
import itertools
import socket

from .process import Process, run

_numbers = itertools.count(1)
_libc = ctypes.CDLL(None, use_errno=True)


def _set_namespace(file):
    """Of this thread only."""
    if _libc.setns(file.fileno(), 0) != 0:
        raise OSError(ctypes.get_errno(), f"setns {file.name}")


class Namespace:
    """A named network namespace with its loopback interface up."""

    def __init__(self, name=None):
        self.name = name or f"ns{next(_numbers)}"
        self.path = f"/run/netns/{self.name}"
        run(["ip", "netns", "add", self.name])
        self.ip("link", "set", "lo", "up")

    def enter(self, command):
        """The command line that runs the command inside; the process that it becomes is the command itself."""
        return ["nsenter", f"--net={self.path}", "--", *command]

    @contextlib.contextmanager
    def entered(self):
        """What this thread starts or opens meanwhile is inside.  nsenter would be one more program, which User-Mode Linux has to start."""
        with open("/proc/thread-self/ns/net") as own, open(self.path) as inside:
            _set_namespace(inside)
            try:
                yield
            finally:
                _set_namespace(own)

    def run(self, *command, **options):
        with self.entered():
            return run(command, **options)

    def start(self, name, command, log, **options):
        with self.entered():
            return Process(name, command, log, **options)

    def ip(self, *words, **options):
        """ip(8) inside: ns.ip("addr", "add", ...)."""
        return run(["ip", "-n", self.name, *words], **options)

    def ip_batch(self, lines):
        """The same for many lines of words, by one process: each costs time in User-Mode Linux."""
        self.ip("-batch", "-", stdin=None, input="".join(f"{line}\n" for line in lines))

    def socket(self, family, kind):
        """A socket that belongs here."""
        with self.entered():
            return socket.socket(family, kind)

    def sysctl(self, name, value):
        self.run("sysctl", "-q", "-w", f"{name}={value}")

    def connect(self, other, own_addresses, other_addresses, interface="veth0"):
        """Joins two namespaces by a pair of interfaces; addresses with prefix length, of both families."""
        cable = f"link add {interface} type veth peer name {interface} netns {other.name}"
        for namespace, addresses, first in ((self, own_addresses, [cable]), (other, other_addresses, [])):
            # nodad: an IPv6 address is of use at once.
            added = [f"addr add {a} dev {interface}{' nodad' if ':' in a else ''}" for a in addresses]
            namespace.ip_batch([*first, *added, f"link set {interface} up"])

    def delete(self):
        run(["ip", "netns", "delete", self.name], check=False)
