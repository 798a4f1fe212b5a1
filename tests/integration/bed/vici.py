# SPDX-License-Identifier: BSD-3-Clause
"""
A stand-in for strongSwan's vici socket, for what a real daemon cannot be had to do: answers that were recorded, thousands
of them, silence, nonsense.
"""

import os
import socket
import struct
import threading

REQUEST, RESPONSE, REGISTER, CONFIRM, EVENT = 0, 1, 3, 5, 7


def _name(text):
    return bytes([len(text)]) + text.encode()


def _value(text):
    return struct.pack(">H", len(text.encode())) + text.encode()


def message(tree):
    """A dictionary as a message: strings are values, lists are lists, dictionaries are sections."""
    out = b""
    for key, value in tree.items():
        if isinstance(value, dict):
            out += b"\1" + _name(key) + message(value) + b"\2"
        elif isinstance(value, list):
            out += b"\4" + _name(key) + b"".join(b"\5" + _value(item) for item in value) + b"\6"
        else:
            out += b"\3" + _name(key) + _value(value)
    return out


def packet(kind, name=None, body=b""):
    inner = bytes([kind]) + (_name(name) if name else b"") + body
    return struct.pack(">I", len(inner)) + inner


def child_sa(number, name="net", spis=(0xC0000001, 0xC0000002), reqid=1, **more):
    """As strongSwan 5.9 and 6.0 tell it, recorded."""
    return {
        "name": name, "uniqueid": str(number), "reqid": str(reqid), "state": "INSTALLED", "mode": "TUNNEL",
        "protocol": "ESP", "spi-in": f"{spis[0]:08x}", "spi-out": f"{spis[1]:08x}", "encr-alg": "AES_GCM_16",
        "encr-keysize": "128", "bytes-in": "1000", "packets-in": "10", "use-in": "3", "bytes-out": "2000",
        "packets-out": "20", "use-out": "3", "rekey-time": "3000", "life-time": "3900", "install-time": "60",
        "local-ts": ["10.1.0.0/16"], "remote-ts": ["10.2.0.0/16"], **more,
    }  # fmt: skip


def ike_sa(number, children=(), remote="192.0.2.2", remote_id="sun.example.org", **more):
    return {
        "uniqueid": str(number), "version": "2", "state": "ESTABLISHED", "local-host": "192.0.2.1", "local-port": "4500",
        "local-id": "moon.example.org", "remote-host": remote, "remote-port": "4500", "remote-id": remote_id,
        "initiator": "yes", "initiator-spi": "0123456789abcdef", "responder-spi": "fedcba9876543210",
        "encr-alg": "AES_CBC", "encr-keysize": "128", "integ-alg": "HMAC_SHA2_256_128", "prf-alg": "PRF_HMAC_SHA2_256",
        "dh-group": "CURVE_25519", "established": "60", "rekey-time": "14000", **more,
        "child-sas": {f"{c['name']}-{c['uniqueid']}": c for c in children},
    }  # fmt: skip


def connection(children=("net",), remote=("192.0.2.2",)):
    child = {"mode": "TUNNEL", "rekey_time": "3600", "local-ts": ["10.1.0.0/16"], "remote-ts": ["10.2.0.0/16"]}
    return {
        "local_addrs": ["192.0.2.1"], "remote_addrs": list(remote), "version": "IKEv2", "reauth_time": "0",
        "rekey_time": "14400", "local-1": {"class": "pre-shared key", "id": "moon.example.org"},
        "remote-1": {"class": "pre-shared key", "id": "sun.example.org"}, "children": {name: child for name in children},
    }  # fmt: skip


class Daemon:
    """
    Listens at a path.  What it answers is in .sas, [(connection, ike_sa())], and .connections, [(connection, connection())],
    and may be changed at any time.  .heard is all that it was ever sent: (kind, name, the rest).
    """

    def __init__(self, path):
        self.path = path
        self.sas, self.connections = [], []
        self.heard, self.clients = [], []
        self.silent = False
        self.nonsense = None
        self.listener = None

    def start(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen()
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()
        return self

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for client in list(self.clients):
            client.shutdown(socket.SHUT_RDWR)
        os.unlink(self.path)

    def tell(self, event, tree=None):
        for client in list(self.clients):
            client.sendall(packet(EVENT, event, message(tree or {})))

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.clients.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            if self.nonsense:
                client.sendall(self.nonsense)
            while True:
                self._answer(client, *self._request(client))
        except OSError:
            self.clients.remove(client)
            client.close()

    def _request(self, client):
        (length,) = struct.unpack(">I", self._exactly(client, 4))
        request = self._exactly(client, length)
        end = 2 + request[1]
        self.heard.append((request[0], request[2:end].decode(), request[end:]))
        return self.heard[-1][:2]

    @staticmethod
    def _exactly(client, count):
        data = b""
        while len(data) < count:
            more = client.recv(count - len(data))
            if not more:
                raise OSError("closed")
            data += more
        return data

    def _answer(self, client, kind, name):
        if self.silent or self.nonsense:
            return
        if kind == REGISTER:
            client.sendall(packet(CONFIRM))
            return
        rows = {"list-sas": ("list-sa", self.sas), "list-conns": ("list-conn", self.connections)}[name]
        client.sendall(b"".join(packet(EVENT, rows[0], message({of: tree})) for of, tree in rows[1]) + packet(RESPONSE))
