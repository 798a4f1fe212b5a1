# SPDX-License-Identifier: BSD-3-Clause
"""Network namespaces."""

import ctypes
import itertools
import socket

from .process import Process, run

_numbers = itertools.count(1)


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

    def run(self, *command, **options):
        return run(self.enter(command), **options)

    def start(self, name, command, log, **options):
        return Process(name, self.enter(command), log, **options)

    def ip(self, *words, **options):
        """ip(8) inside: ns.ip("addr", "add", ...)."""
        return run(["ip", "-n", self.name, *words], **options)

    def ip_batch(self, lines):
        """The same for many lines of words, by one process: each costs time in User-Mode Linux."""
        self.ip("-batch", "-", stdin=None, input="".join(f"{line}\n" for line in lines))

    def socket(self, family, kind):
        """A socket that belongs here; the thread that calls leaves its own namespace for a moment."""
        libc = ctypes.CDLL(None, use_errno=True)

        def go(namespace):
            if libc.setns(namespace, 0) != 0:
                raise OSError(ctypes.get_errno(), f"setns {self.path}")

        with open("/proc/thread-self/ns/net") as own, open(self.path) as there:
            go(there.fileno())
            try:
                return socket.socket(family, kind)
            finally:
                go(own.fileno())

    def sysctl(self, name, value):
        self.run("sysctl", "-q", "-w", f"{name}={value}")

    def connect(self, other, own_addresses, other_addresses, interface="veth0"):
        """Joins two namespaces by a pair of interfaces; addresses with prefix length, of both families."""
        self.ip("link", "add", interface, "type", "veth", "peer", "name", interface, "netns", other.name)
        for namespace, addresses in ((self, own_addresses), (other, other_addresses)):
            for address in addresses:
                # nodad: an IPv6 address is of use at once.
                nodad = ["nodad"] if ":" in address else []
                namespace.ip("addr", "add", address, "dev", interface, *nodad)
            namespace.ip("link", "set", interface, "up")

    def delete(self):
        run(["ip", "netns", "delete", self.name], check=False)
