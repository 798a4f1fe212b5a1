# SPDX-License-Identifier: BSD-3-Clause
"""
Real IKEv2 daemons, strongSwan's and libreswan's, one per network namespace, and a pair of hosts that they keep
tunnels between.

"make deps" only unpacks their packages.  Each daemon runs in a mount namespace of its own, in which the package
lies over /usr, so that it finds its plugins where it was built to look for them.
"""

import ipaddress
import itertools
import re
import shlex
import signal
from pathlib import Path

from . import xfrm
from .places import DEPS
from .process import run, wait_for
from .traffic import Stream

SECRET = "a-secret-that-both-ends-know"
_numbers = itertools.count(1)


class Daemon:
    """What both have in common.  A subclass has package, socket, command(), configure() and the verbs."""

    package = None
    socket = None  # where it is told what to do

    def __init__(self, namespace, directory):
        self.namespace = namespace
        self.directory = directory / f"{self.package}{next(_numbers)}"
        self.directory.mkdir(parents=True)
        self.log = self.directory / "log"
        self.process = None

    def start(self):
        unpacked = DEPS / self.package / "usr"
        assert unpacked.is_dir(), f"no {unpacked}: run make deps"
        mount = f"mount -t overlay -o lowerdir={shlex.quote(str(unpacked))}:/usr overlay /usr"
        command = ["unshare", "--mount", "sh", "-ec", f'{mount}; {self.prepare()}; exec "$@"', "sh", *self.command()]
        self.process = self.namespace.start(self.package, command, self.log, env=self.environment())
        wait_for(self.ready, f"{self.package} to be ready", process=self.process)
        self.configure()
        return self

    def ready(self):
        """Whether it listens to who tells it what to do; asking it would be a program each time."""
        sockets = Path(f"/proc/{self.process.pid}/net/unix").read_text()
        # Num RefCount Protocol Flags Type St Inode Path; the flag is __SO_ACCEPTCON.
        return any(words[3] == "00010000" and words[-1] == self.socket for words in map(str.split, sockets.splitlines()))

    def environment(self):
        return {"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C.UTF-8"}

    def run(self, *command, **options):
        """A command of the package, in the place where the daemon is."""
        inside = ["nsenter", "--mount", "--net", "--target", str(self.process.pid), "--", *command]
        return run(inside, env=self.environment(), **options)

    def running(self):
        return self.process is not None and self.process.running()

    def stop(self):
        """A clean stop: it notifies its peer, and deletes its SAs."""
        if self.running():
            self.process.stop()

    def kill(self):
        """As a crash does: its SAs stay in the kernel, its peer hears nothing."""
        self.process.kill()

    def freeze(self):
        """It hears nothing and says nothing until thaw()."""
        self.process.signal(signal.SIGSTOP)

    def thaw(self):
        self.process.signal(signal.SIGCONT)


class Strongswan(Daemon):
    """
    charon-systemd, controlled by swanctl; connections(this daemon) returns the text of its "connections" section.  tries: the
    number of retransmissions to a silent peer: 20 take two minutes, 5 take five seconds.  vici: its socket; by default a private one.
    """

    package = "strongswan"
    PLUGINS = "random nonce aes sha1 sha2 hmac kdf gcm ccm ctr chapoly des curve25519 kernel-netlink socket-default md5 eap-identity eap-md5 vici"

    def __init__(self, namespace, directory, connections, tries=20, vici=None, secrets=None):
        super().__init__(namespace, directory)
        self.connections = connections
        # Sockets need short paths: in the daemon's own /run/strongswan.
        self.socket = str(vici or "/run/strongswan/vici")
        self.vici = f"unix://{self.socket}"
        self.secrets = secrets or {"ike": {"secret": SECRET}}
        self.settings_file = self.directory / "strongswan.conf"
        self.swanctl_file = self.directory / "swanctl.conf"
        daemon = {
            "load": self.PLUGINS,
            "install_routes": "no",
            "retransmit_timeout": 0.5,
            "retransmit_base": 1.2,
            "retransmit_tries": tries,
            "delete_rekeyed_delay": 1,
            "plugins": {"vici": {"socket": self.vici}},
            "filelog": {"stderr": {"default": 1, "flush_line": "yes"}},
            "journal": {"default": -1},
        }
        swanctl = {"load": "random nonce"}
        self.settings_file.write_text(strongswan_section("charon-systemd", daemon) + strongswan_section("swanctl", swanctl))

    def environment(self):
        return {**super().environment(), "STRONGSWAN_CONF": str(self.settings_file)}

    def prepare(self):
        return "mkdir -p /run/strongswan; mount -t tmpfs tmpfs /run/strongswan"

    def command(self):
        return ["/usr/sbin/charon-systemd"]

    def swanctl(self, *words, **options):
        return self.run("/usr/sbin/swanctl", *words, "--uri", self.vici, **options)

    def configure(self):
        """Has it read connections() again."""
        secrets = strongswan_section("secrets", self.secrets)
        self.swanctl_file.write_text(f"connections {{\n{self.connections()}}}\n{secrets}")
        self.swanctl("--load-all", "--noprompt", "--file", self.swanctl_file)

    def up_all(self, children):
        """configure() has begun that already: start_action."""

    def up(self, child, check=True):
        return self.swanctl("--initiate", "--child", child, check=check)

    def down(self, child):
        self.swanctl("--terminate", "--child", child)

    def rekey(self, child):
        self.swanctl("--rekey", "--child", child)


class Libreswan(Daemon):
    """pluto, told by whack and addconn; connections() gives it the conn sections of its ipsec.conf."""

    package = "libreswan"
    socket = "/run/pluto/pluto.ctl"

    def __init__(self, namespace, directory, connections):
        super().__init__(namespace, directory)
        self.connections = connections
        # pluto reads its own when it pleases, and would undo what is under way if the connections were in it.
        self.plutos_file = self.directory / "pluto.conf"
        self.plutos_file.write_text("config setup\n")
        self.configuration_file = self.directory / "ipsec.conf"
        self.secrets_file = self.directory / "ipsec.secrets"
        self.secrets_file.write_text(f': PSK "{SECRET}"\n')

    def prepare(self):
        nss = f"{self.directory}/nss"
        return (
            "mkdir -p /run/pluto; mount -t tmpfs tmpfs /run/pluto; "
            f"[ -d {nss} ] || {{ mkdir {nss}; certutil -N -d sql:{nss} --empty-password; }}"
        )

    def command(self):
        words = ["/usr/libexec/ipsec/pluto", "--nofork", "--stderrlog", "--nhelpers", "0", "--rundir", "/run/pluto"]
        words += ["--config", self.plutos_file, "--secretsfile", self.secrets_file]
        return [*words, "--nssdir", f"{self.directory}/nss", "--ipsecdir", self.directory]

    def whack(self, *words, **options):
        return self.run("/usr/libexec/ipsec/whack", "--rundir", "/run/pluto", *words, **options)

    def configure(self):
        text = self.connections()
        self.configuration_file.write_text(f"config setup\n\n{text}")
        names = [line.split()[1] for line in text.splitlines() if line.startswith("conn ")]
        self.whack("--listen")
        addconn = ["/usr/libexec/ipsec/addconn", "--ctlsocket", self.socket]
        self.run(*addconn, "--config", self.configuration_file, *names)
        # It does what "auto" says of all connections at once only.
        if "auto=ondemand" in text:
            for name in names:
                self.whack("--route", "--name", name)

    def up_all(self, children):
        for child in children:
            self.whack("--asynchronous", "--initiate", "--name", child)

    def up(self, child, check=True):
        return self.whack("--initiate", "--name", child, check=check)

    def down(self, child):
        self.whack("--terminate", "--name", child)

    def rekey(self, child):
        self.whack("--rekey-ipsec", "--name", child)


def yes_or_no(value):
    return "yes" if value else "no"


def strongswan_section(name, settings):
    """A section of strongSwan's configuration files; a value that is a dictionary is a section in it."""

    def line(key, value):
        return strongswan_section(key, value) if isinstance(value, dict) else f"{key} = {value}\n"

    return f"{name} {{\n{''.join(line(*setting) for setting in settings.items())}}}\n"


GCM, CBC = "gcm", "cbc"


class IkePair:
    """
    Left (10.9.0.1) and right (10.9.0.2), joined by a cable, each with an IKE daemon.  Child SA n, named cN,
    lets 10.9.1.n of left talk to 10.9.2.n of right; with IPv6 it is 2001:db8:9:… for 10.9.….  In transport
    mode, child SA n is for the outer addresses and UDP port 1000 + n.

    daemon: Strongswan or Libreswan, or one for each end.  on_demand: child SAs come up when traffic needs them, or
    by up(), not at start().  rekey_seconds: the interval at which left replaces every child SA; the old one goes about a second
    later.  spare_seconds: how much longer an SA may live if it is not replaced.  interface_ids: strongSwan's if_id_in and if_id_out.  mobike: an end may get another address (strongSwan).
    from_anywhere: left waits for right, which calls from any address (strongSwan).
    dead_peer_seconds: a peer that is silent for this time is checked, and if it is dead, tried again until it is back.
    """

    def __init__(
        self,
        left,
        right,
        directory,
        daemon=Strongswan,
        children=1,
        algorithms=GCM,
        ipv6=False,
        transport=False,
        encapsulation=False,
        compression=False,
        esn=False,
        on_demand=False,
        rekey_seconds=None,
        spare_seconds=10,
        dead_peer_seconds=None,
        interface_ids=None,
        mobike=False,
        from_anywhere=False,
    ):
        self.namespaces = (left, right)
        self.names = [f"c{n}" for n in range(1, children + 1)]
        self.algorithms, self.ipv6, self.transport = algorithms, ipv6, transport
        self.encapsulation, self.compression = encapsulation, compression
        self.rekey_seconds, self.spare_seconds = rekey_seconds, spare_seconds
        self.esn, self.on_demand, self.dead_peer_seconds = esn, on_demand, dead_peer_seconds
        self.interface_ids, self.mobike, self.from_anywhere = interface_ids, mobike, from_anywhere
        self.prefix_length = 128 if ipv6 else 32
        self.outer = (self.address(0, 1), self.address(0, 2))
        self._wire()
        kinds = daemon if isinstance(daemon, tuple) else (daemon, daemon)
        self.daemons = [self._make(kinds[end], end, directory) for end in (0, 1)]
        self.streams = []

    def address(self, net, host):
        return str(ipaddress.ip_address(f"2001:db8:9:{net}::{host:x}" if self.ipv6 else f"10.9.{net}.{host}"))

    def inner(self, end, n):
        """The address of child SA n (from 1) at an end: 0 left, 1 right."""
        return self.outer[end] if self.transport else self.address(end + 1, n)

    def own_addresses(self, end):
        return {self.outer[end], *(self.inner(end, n) for n in range(1, len(self.names) + 1))}

    def _wire(self):
        left, right = self.namespaces
        length = 64 if self.ipv6 else 24
        left.connect(right, [f"{self.outer[0]}/{length}"], [f"{self.outer[1]}/{length}"])
        if self.transport:
            return
        for end, namespace in enumerate(self.namespaces):
            batch = []
            for n in range(1, len(self.names) + 1):
                nodad = " nodad" if self.ipv6 else ""
                batch.append(f"addr add {self.inner(end, n)}/{self.prefix_length} dev lo{nodad}")
                route = f"dev veth0 via {self.outer[1 - end]} src {self.inner(end, n)}"
                batch.append(f"route add {self.inner(1 - end, n)}/{self.prefix_length} {route}")
            namespace.ip_batch(batch)

    # ---- What the daemons are told

    def _make(self, kind, end, directory):
        # libreswan is told for each connection how long it is patient.
        more = {"tries": 5} if kind is Strongswan and self.dead_peer_seconds else {}
        return kind(self.namespaces[end], directory, self._text_for(kind, end), **more)

    def _text_for(self, kind, end):
        return self._libreswan_text if kind is Libreswan else lambda: self._strongswan_text(end)

    def _strongswan_child(self, end, n):
        settings = {
            "local_ts": f"{self.inner(end, n)}/{self.prefix_length}",
            "remote_ts": f"{self.inner(1 - end, n)}/{self.prefix_length}",
            "esp_proposals": {GCM: "aes128gcm16", CBC: "aes128-sha1"}[self.algorithms] + ("-esn" if self.esn else ""),
            "mode": "transport" if self.transport else "tunnel",
            "ipcomp": yes_or_no(self.compression),
            "rand_time": 0,
            "rekey_time": 0,
            "start_action": "trap" if self.on_demand else "start" if end == self.from_anywhere else "none",
        }
        if self.transport:
            for selector in ("local_ts", "remote_ts"):
                settings[selector] += f"[udp/{1000 + n}]"
        if self.rekey_seconds and end == 0:
            settings.update(rekey_time=f"{self.rekey_seconds}s", life_time=f"{self.rekey_seconds + self.spare_seconds}s")
        if self.dead_peer_seconds:
            settings["dpd_action"] = "restart"
        if self.interface_ids:
            settings.update(if_id_in=self.interface_ids, if_id_out=self.interface_ids)
        return settings

    def _strongswan_text(self, end):
        ids = ("left", "right")
        peer = {
            "version": 2,
            "proposals": "aes128-sha256-x25519",
            "rekey_time": 0,
            "mobike": yes_or_no(self.mobike),
            "local_addrs": "%any" if self.mobike or self.from_anywhere else self.outer[end],
            "remote_addrs": "%any" if self.from_anywhere and end == 0 else self.outer[1 - end],
            "encap": yes_or_no(self.encapsulation),
            "dpd_delay": f"{self.dead_peer_seconds or 0}s",
            "keyingtries": 0 if self.dead_peer_seconds else 1,
            "local": {"auth": "psk", "id": ids[end]},
            "remote": {"auth": "psk", "id": ids[1 - end]},
            "children": {name: self._strongswan_child(end, n) for n, name in enumerate(self.names, 1)},
        }
        return strongswan_section("peer", peer)

    def _libreswan_text(self):
        settings = {
            "left": self.outer[0],
            "right": self.outer[1],
            "leftid": "@left",
            "rightid": "@right",
            "authby": "secret",
            "ikev2": "insist",
            "ike": "aes128-sha2_256-dh31",
            "esp": {GCM: "aes_gcm128", CBC: "aes128-sha1"}[self.algorithms],
            "type": "transport" if self.transport else "tunnel",
            "compress": yes_or_no(self.compression),
            "encapsulation": yes_or_no(self.encapsulation),
            "esn": yes_or_no(self.esn),
            "pfs": "no",
            "auto": "ondemand" if self.on_demand else "add",
            # Addresses and routes are ours already; its scripts for them take a second each.
            "leftupdown": "%disabled",
            "rightupdown": "%disabled",
        }
        if self.dead_peer_seconds:
            settings.update({"dpddelay": self.dead_peer_seconds, "dpdaction": "restart", "retransmit-timeout": "3s"})
        if self.rekey_seconds:
            # It is rekeyed a margin before its end.
            lifetime, margin = f"{self.rekey_seconds + self.spare_seconds}s", f"{self.spare_seconds}s"
            settings.update(salifetime=lifetime, rekeymargin=margin, rekeyfuzz="0%")
        common = "".join(f"\t{name}={value}\n" for name, value in settings.items())
        return "".join(f"conn {name}\n{common}{self._libreswan_ends(n)}\n" for n, name in enumerate(self.names, 1))

    def _libreswan_ends(self, n):
        if self.transport:
            return f"\tleftprotoport=udp/{1000 + n}\n\trightprotoport=udp/{1000 + n}\n"
        sides = ("left", "right")
        return "".join(f"\t{sides[end]}subnet={self.inner(end, n)}/{self.prefix_length}\n" for end in (0, 1))

    # ---- What happens

    def start(self):
        """Both daemons, and all child SAs unless they are on demand."""
        left, right = self.daemons
        # Who answers must be there before who calls.
        for daemon in (left, right) if self.from_anywhere else (right, left):
            daemon.start()
        if not self.on_demand:
            left.up_all(self.names)
            wait_for(lambda: self.established(0) and self.established(1), "all child SAs", process=left.process)
        return self

    def established(self, end):
        """Whether each child SA has an ESP SA for each direction in the kernel of that end."""
        keyed = [s for s in xfrm.states(self.namespaces[end]) if re.search(r"^\s(enc|aead) ", s.text, re.M)]
        return all(sum(state.src == source for state in keyed) >= len(self.names) for source in self.outer)

    def ping(self, count, n=1, octets=56):
        """Left pings right through child SA n of a tunnel; every packet must be answered."""
        said = self.namespaces[0].run(*self.ping_command(n, octets), "-c", str(count), "-W", "5").stdout
        assert f"{count} packets transmitted, {count} received" in said, said

    def ping_command(self, n, octets=56):
        """Its options for how many, how long and so on can follow."""
        return ["ping", "-n", "-q", "-i", "0.02", "-s", str(octets), "-I", self.inner(0, n), self.inner(1, n)]

    def stream(self, sender, n=1):
        """Steady datagrams through child SA n of an IPv4 tunnel, of another size and rate each way: a Stream."""
        ends = [(self.namespaces[end], self.inner(end, n)) for end in (sender, 1 - sender)]
        self.streams.append(Stream(*ends, *((100, 0.02), (300, 0.03))[sender]))
        return self.streams[-1]

    def stop(self):
        for stream in self.streams:
            stream.stop()
        for daemon in self.daemons:
            if daemon.running():
                daemon.thaw()
            daemon.stop()
