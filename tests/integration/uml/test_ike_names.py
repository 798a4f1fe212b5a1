# SPDX-License-Identifier: BSD-3-Clause
"""
A gateway with a real strongSwan: what it is called there is what is served, whatever becomes of the SAs, of the peers and of
the daemon.
"""

import os
import time

import pytest

from bed import events, ike, xfrm
from bed.events import SINK
from bed.howto import follow
from bed.ike_table import ESTABLISHED, FAILED, INITIATOR, OK, RESPONDER, SILENT, ike_sas, status
from bed.keys import Keys
from bed.places import ROOT_OID, scalar
from bed.process import wait_for
from bed.tunnels import DOWN, UP, tunnels

GATEWAY, BERLIN, PARIS, HOME, MOVED = (f"10.9.0.{n}" for n in range(1, 6))
PSK = "a-preshared-key-of-some-length-0123456789"
PASSWORD = "the-password-of-alice-0123456789"
SECRETS = {"ike": {"secret": PSK}, "eap": {"id": "alice", "secret": PASSWORD}}


def child(number, here, **more):
    ends = [f"10.9.{1 + end}.{number}/32" for end in (0, 1)]
    local, remote = ends if here == 0 else reversed(ends)
    return {"local_ts": local, "remote_ts": remote, "esp_proposals": "aes128gcm16", "rekey_time": 0, **more}


def connection(local, remote, ids, children, **more):
    return {
        "version": 2, "proposals": "aes128-sha256-x25519", "local_addrs": local, "remote_addrs": remote, "rekey_time": 0,
        "local": {"auth": "psk", "id": ids[0]}, "remote": {"auth": "psk", "id": ids[1]}, "children": children, **more,
    }  # fmt: skip


def of_the_gateway():
    """Two connections with two children each, of which one stays down; and one for whoever comes with a password."""
    berlin = connection(GATEWAY, BERLIN, ("gateway", "berlin.example.org"), {"net": child(1, 0), "dmz": child(2, 0)}, mobike="yes")
    paris = connection(GATEWAY, PARIS, ("gateway", "C=FR, CN=paris"), {"paris": child(3, 0), "lab": child(4, 0)})
    home = connection(GATEWAY, "%any", ("gateway", "%any"), {"home": child(5, 0)})
    home["remote"] = {"auth": "eap-md5", "eap_id": "%any"}
    named = {"berlin": berlin, "paris": paris, "home": home}
    return "".join(ike.strongswan_section(name, words) for name, words in named.items())


def of_the_peers():
    berlin = connection(BERLIN, GATEWAY, ("berlin.example.org", "gateway"), {"net": child(1, 1), "dmz": child(2, 1)}, mobike="yes")
    berlin["local_addrs"] = f"{BERLIN},{MOVED}"
    paris = connection(PARIS, GATEWAY, ("C=FR, CN=paris", "gateway"), {"paris": child(3, 1), "lab": child(4, 1)})
    home = connection(HOME, GATEWAY, ("laptop", "gateway"), {"home": child(5, 1)})
    home["local"] = {"auth": "eap-md5", "id": "laptop", "eap_id": "alice"}
    named = {"berlin": berlin, "paris": paris, "home": home}
    return "".join(ike.strongswan_section(name, words) for name, words in named.items())


# For so long a daemon that stands still is walked past: "make soak" has the time.
STOPPED_SECONDS = 60 if "MINUTES" in os.environ else 0


class Story:
    """The two hosts, the agent on the gateway, and what has been seen: a line for each step."""

    def __init__(self, gateway, peers, client, agent):
        self.gateway, self.peers, self.client, self.agent = gateway, peers, client, agent
        self.lines = []

    def names(self):
        return {t.descr: (t.state, t.remote_id) for t in tunnels(self.client)}

    def ikes(self):
        return {(sa.connection, sa.state) for sa in ike_sas(self.client)}

    def expect(self, step, names):
        try:
            wait_for(lambda: self.names() == names, step)
        except AssertionError as error:
            raise AssertionError(f"{step}: {self.names()} is not {names}: {error}") from None
        self.lines.append(f"{step}: {', '.join(f'{n} {s} {i}' for n, (s, i) in self.names().items())}")

    def row(self, descr):
        (row,) = [t for t in tunnels(self.client) if t.descr == descr]
        return row

    def sa(self, connection):
        found = [sa for sa in ike_sas(self.client) if sa.connection == connection and sa.state == ESTABLISHED]
        return found[-1] if found else None


@pytest.fixture
def story(netns, new_namespace, tmp_path, sockets, make_snmpd, start_agent):
    peers_host = new_namespace()
    # One of its addresses goes, and the others stay.
    peers_host.sysctl("net.ipv4.conf.all.promote_secondaries", 1)
    netns.connect(peers_host, [f"{GATEWAY}/24"], [f"{address}/24" for address in (BERLIN, PARIS, HOME)])
    for number in range(1, 6):
        for end, host in enumerate((netns, peers_host)):
            host.ip("addr", "add", f"10.9.{1 + end}.{number}/32", "dev", "lo")
        netns.ip("route", "add", f"10.9.2.{number}/32", "dev", "veth0", "via", PARIS, "src", f"10.9.1.{number}")
        peers_host.ip("route", "add", f"10.9.1.{number}/32", "dev", "veth0", "via", GATEWAY, "src", f"10.9.2.{number}")
    vici = sockets / "vici"
    gateway = ike.Strongswan(netns, tmp_path, of_the_gateway, tries=5, vici=vici, secrets=SECRETS)
    peers = ike.Strongswan(peers_host, tmp_path, of_the_peers, tries=5, secrets=SECRETS)
    snmpd = make_snmpd(SINK).start()
    lines = f"ike strongswan {vici}\ntunnel-grace 4\nstale-after 5\n"
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration=lines)
    agent.wait_until_served(snmpd.client)
    yield Story(gateway, peers, snmpd.client, agent)
    for daemon in (gateway, peers):
        if daemon.running():
            daemon.thaw()
        daemon.stop()
        print(f"---- {daemon.directory.name} said:\n{daemon.log.read_text()[-20000:]}")


BERLIN_ID, PARIS_ID = "berlin.example.org", "C=FR, CN=paris"


def secrets_in(pid):
    keys = Keys()
    for secret in (PSK, PASSWORD):
        keys.know(secret.encode())
    return keys.found_in_process(pid)


def test_the_howtos(story, netns, tmp_path):
    """What docs/howto-*.md show of strongSwan."""
    story.peers.start()
    story.gateway.start()
    story.gateway.up("net")
    netns.run("ping", "-n", "-q", "-c", "10", "-i", "0.1", "-I", "10.9.1.1", "10.9.2.1")
    follow("howto-strongswan-snmp.md", netns, tmp_path)

    def swanctl(words):
        return story.gateway.swanctl(*words[1:]).stdout

    follow("howto-counters-over-rekeys.md", netns, tmp_path, swanctl)


def test_a_gateway(story, netns, snmptrapd, record_property):
    story.peers.start()
    story.gateway.start()
    down = {"berlin/net": (DOWN, ""), "berlin/dmz": (DOWN, ""), "paris": (DOWN, ""), "paris/lab": (DOWN, "")}
    story.expect("configured", down)
    assert story.row("berlin/dmz").selectors == "10.9.1.2/32 <> 10.9.2.2/32"
    for name in ("net", "paris", "lab"):
        story.gateway.up(name)
    up = {"berlin/net": (UP, BERLIN_ID), "paris": (UP, PARIS_ID), "paris/lab": (UP, PARIS_ID)}
    story.expect("up", {**down, **up})
    assert story.ikes() == {("berlin", ESTABLISHED), ("paris", ESTABLISHED)}
    berlin = story.sa("berlin")
    assert (berlin.version, berlin.role, berlin.local, berlin.remote) == (2, INITIATOR, GATEWAY, BERLIN)
    assert (berlin.local_id, berlin.remote_id, berlin.child_names) == ("gateway", BERLIN_ID, "net")
    assert (berlin.encryption, berlin.integrity) == ("AES_CBC_128", "HMAC_SHA2_256_128")
    assert (berlin.prf, berlin.dh_group) == ("PRF_HMAC_SHA2_256", "CURVE_25519")
    netns.run("ping", "-n", "-q", "-c", "3", "-i", "0.1", "-I", "10.9.1.1", "10.9.2.1")
    wait_for(lambda: story.row("berlin/net").in_packets == 3, "the pings to be counted")
    net = story.row("berlin/net")
    told = {e.tunnel_descr: (e.connection, e.identity) for e in events.wait_for_notified(snmptrapd, 3, events.UP)}
    assert told == {"berlin/net": ("berlin", BERLIN_ID), "paris": ("paris", PARIS_ID), "paris/lab": ("paris", PARIS_ID)}
    ups = events.wait_for_notified(snmptrapd, 2, events.IKE_UP)
    assert {(e.connection, e.identity) for e in ups} == {("berlin", BERLIN_ID), ("paris", PARIS_ID)}

    # A user, whom EAP knows by another name than IKE does.
    story.peers.up("home")
    everyone = {**down, **up, "home:alice": (UP, "alice")}
    story.expect("a user has come", everyone)
    home = story.sa("home")
    assert (home.role, home.remote_id, home.eap_id, home.remote) == (RESPONDER, "laptop", "alice", HOME)

    # Rekeying, of a child and of an IKE SA; reauthentication; they are none of them news.
    before = len(events.notified(snmptrapd))
    rekeys = story.row("berlin/net").rekeys
    story.gateway.rekey("net")
    wait_for(lambda: story.row("berlin/net").rekeys > rekeys, "the rekey of a child")
    story.gateway.swanctl("--rekey", "--ike", "berlin")
    wait_for(lambda: (sa := story.sa("berlin")) and sa.replacements == 1, "the rekey of the IKE SA")
    story.gateway.swanctl("--rekey", "--ike", "berlin", "--reauth")
    wait_for(lambda: (sa := story.sa("berlin")) and sa.replacements == 2, "the reauthentication")
    story.expect("rekeyed and authenticated anew", everyone)

    # The peer moves (MOBIKE): other addresses, the same tunnel.
    story.peers.namespace.ip("addr", "add", f"{MOVED}/24", "dev", "veth0")
    story.peers.namespace.ip("addr", "del", f"{BERLIN}/24", "dev", "veth0")
    wait_for(lambda: story.row("berlin/net").remote_text != BERLIN, "the tunnel to have moved")
    story.expect("moved", everyone)
    moved = story.row("berlin/net")
    assert (moved.index, moved.downs, moved.state) == (net.index, 0, UP)
    assert moved.in_packets >= 3
    assert len(events.notified(snmptrapd)) == before, events.notified(snmptrapd)[before:]

    # It is closed, and told with who was there.
    story.gateway.swanctl("--terminate", "--ike", "paris")
    story.expect("closed", {**everyone, "paris": (DOWN, PARIS_ID), "paris/lab": (DOWN, PARIS_ID)})
    gone = events.wait_for_notified(snmptrapd, 2, events.DOWN)
    assert {(e.tunnel_descr, e.connection, e.identity) for e in gone} == {
        ("paris", "paris", PARIS_ID),
        ("paris/lab", "paris", PARIS_ID),
    }
    (closed,) = events.wait_for_notified(snmptrapd, 1, events.IKE_DOWN)
    assert (closed.connection, closed.identity) == ("paris", PARIS_ID)
    assert closed.detail == f"{PARIS}: one of the two sides has closed it"

    assert secrets_in(story.agent.pid) == []
    figures = f"longest step {story.client.get_value(scalar('LongestStep'))} us"
    record_property("figure", f"{len(story.lines)} steps, {figures}")
    print("\n".join(story.lines))


@pytest.mark.once
def test_a_daemon_that_stands_still_is_killed_and_comes_back(story, snmptrapd, record_property):
    story.peers.start()
    story.gateway.start()
    for name in ("net", "lab"):
        story.gateway.up(name)
    known = {"berlin/net": (UP, BERLIN_ID), "berlin/dmz": (DOWN, ""), "paris": (DOWN, ""), "paris/lab": (UP, PARIS_ID)}
    story.expect("up", known)
    index = story.row("berlin/net").index

    # Stopped, while everything is walked: nothing waits for it, and names stay.
    longest = story.client.get_value(scalar("LongestStep"))
    story.gateway.freeze()
    walks, until = 0, time.monotonic() + STOPPED_SECONDS
    while walks < 3 or time.monotonic() < until:
        assert story.names() == known
        story.client.walk(ROOT_OID)
        walks += 1
    story.peers.down("lab")
    wait_for(lambda: status(story.client) == SILENT, "the daemon to be silent")
    wait_for(lambda: ike_sas(story.client) == [], "what it told to be too old")
    stopped = story.client.get_value(scalar("LongestStep"))
    assert story.names() == known
    assert story.agent.output().count("does not answer") == 1
    story.gateway.thaw()
    wait_for(lambda: status(story.client) == OK, "the daemon to answer")

    # Killed: its SAs stay in the kernel, and so do the tunnels; its IKE SAs do not.
    story.gateway.kill()
    wait_for(lambda: status(story.client) == FAILED and ike_sas(story.client) == [], "the daemon to be missed")
    assert story.names()["berlin/net"] == (UP, BERLIN_ID)
    assert xfrm.states(story.gateway.namespace)

    # Started again, it numbers from 1, and has other reqids; the tunnels are the same.
    story.gateway.namespace.ip("xfrm", "state", "flush")
    story.gateway.namespace.ip("xfrm", "policy", "flush")
    story.gateway.start()
    for name in ("lab", "net"):
        story.gateway.up(name)
    story.expect("started again", {**known, "paris/lab": (UP, PARIS_ID)})
    assert story.row("berlin/net").index == index
    record_property("figure", f"longest step {longest} us before it was stopped, {stopped} us while it was, over {walks} walks")
    print("\n".join(story.lines))
