# SPDX-License-Identifier: BSD-3-Clause
"""Steady traffic one way, both of whose ends count for themselves."""

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
        self.inbox = target[0].udp_socket(target[1], self.PORT)
        self.outbox = source[0].udp_socket(source[1])
        self.outbox.connect((target[1], self.PORT))
        self.stopped = threading.Event()
        self.all_sent = threading.Event()
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._send, self._receive)]
        for thread in self.threads:
            thread.start()

    def _send(self):
        while not self.stopped.wait(self.interval):
            try:
                self.outbox.send(self.payload)
                self.sent += 1
            except OSError:
                self.refused += 1
        self.all_sent.set()

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
        """Returns itself, which has counted everything then."""
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        self.inbox.close()
        self.outbox.close()
        return self
