# SPDX-License-Identifier: BSD-3-Clause
"""Steady traffic one way, both of whose ends count for themselves; and ESP as it passes an interface."""

import socket
import threading

IP_AND_UDP = 28  # octets of headers, with IPv4


class Stream:
    """
    UDP datagrams of one size, one each `interval` seconds from now on until stop().  sent is what the kernel took,
    refused what it did not, received what came out of the other socket.
    """

    PORT = 9

    def __init__(self, source, target, payload_octets, interval):
        """source, target: (namespace, IPv4 address)."""
        self.packet_octets = payload_octets + IP_AND_UDP
        self.payload = bytes(payload_octets)
        self.interval = interval
        self.sent = self.refused = self.received = 0
        self.inbox, self.outbox = (end[0].socket(socket.AF_INET, socket.SOCK_DGRAM) for end in (target, source))
        self.inbox.bind((target[1], self.PORT))
        self.outbox.bind((source[1], 0))
        self.outbox.connect((target[1], self.PORT))
        self.stopped = threading.Event()
        self.all_sent = threading.Event()
        self.may_send = threading.Lock()
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._send, self._receive)]
        for thread in self.threads:
            thread.start()

    def _send(self):
        while not self.stopped.wait(self.interval):
            with self.may_send:
                self._send_one()
        self.all_sent.set()

    def _send_one(self):
        try:
            self.outbox.send(self.payload)
            self.sent += 1
        except OSError:
            self.refused += 1

    def pause(self):
        """Nothing is sent from now on until go_on()."""
        self.may_send.acquire()

    def go_on(self):
        self.may_send.release()

    def _receive(self):
        self.inbox.settimeout(0.1)
        # Once all is sent, nothing is on its way for long.
        while self._receive_one() or not self.all_sent.is_set():
            pass

    def _receive_one(self):
        try:
            self.received += self.inbox.recv(65535) == self.payload
        except socket.timeout:
            return False
        return True

    def stop(self):
        """Everything has been counted then."""
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        self.inbox.close()
        self.outbox.close()


class EspOnWire:
    """Counts the IPv4 packets of ESP that an interface sends and gets, from now on until stop()."""

    ETH_P_ALL, ETH_P_IP, IPPROTO_OFFSET = 3, 0x0800, 9

    def __init__(self, namespace, interface="veth0"):
        self.sent = self.received = 0
        self.tap = namespace.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
        self.tap.bind((interface, self.ETH_P_ALL))
        self.tap.settimeout(0.1)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self):
        while not self.stopped.is_set():
            try:
                packet, (_, protocol, kind, *_) = self.tap.recvfrom(64)
            except socket.timeout:
                continue
            if protocol == self.ETH_P_IP and packet[self.IPPROTO_OFFSET] == socket.IPPROTO_ESP:
                self.sent += kind == socket.PACKET_OUTGOING
                self.received += kind == socket.PACKET_HOST

    def stop(self):
        self.stopped.set()
        self.thread.join()
        self.tap.close()


def without_an_sa(namespace):
    """
    Packets that came in and were dropped because their SA was not there, or not usable, or had no keys yet: no SA has counted
    them.
    """
    names = ("XfrmInNoStates", "XfrmInState", "XfrmAcquireError")
    lines = namespace.run("cat", "/proc/net/xfrm_stat").stdout.splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(names))
