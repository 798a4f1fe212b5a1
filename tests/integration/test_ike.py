# SPDX-License-Identifier: BSD-3-Clause
"""What an IKE daemon tells, and what becomes of one that tells nothing, or nonsense.  tests/integration/uml has the real ones."""

import json
import shlex
import signal

import pytest

from bed import events, vici
from bed.events import SINK
from bed.ike_table import (
    ESTABLISHED,
    FAILED,
    INITIATOR,
    NEVER,
    NO,
    NONE,
    OK,
    SILENT,
    error,
    ike_sas,
    status,
)
from bed.places import IKE_ENTRY, ROOT_OID, TUNNEL_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import NUMERIC, V2C, Client, parse
from bed.tunnels import DOWN, UP, tunnels

ALLOWED = {
    *((vici.REGISTER, event) for event in ("list-conn", "list-sa", "ike-updown", "ike-rekey", "child-updown", "child-rekey")),
    (vici.REQUEST, "list-conns"),
    (vici.REQUEST, "list-sas"),
}


@pytest.fixture
def daemon(sockets):
    """A stand-in that has not begun to listen."""
    daemon = vici.Daemon(sockets / "vici")
    yield daemon
    if daemon.listener:
        daemon.stop()
    # Whatever happened: it was asked for lists and events, and nothing was said behind the names.
    assert {(kind, name) for kind, name, _ in daemon.heard} <= ALLOWED
    assert {rest for _, _, rest in daemon.heard} <= {b""}


@pytest.fixture
def serve(start_agent, make_snmpd, daemon):
    """serve(words=""): snmpd and an agent that asks the stand-in; their client."""

    def start(words=""):
        snmpd = make_snmpd(SINK).start()
        lines = f"ike strongswan {daemon.path}\ntunnel-grace 0\n{words}"
        start.agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration=lines)
        start.agent.wait_until_served(snmpd.client)
        return snmpd.client

    return start


def wait_for_sas(client, numbers):
    wait_for(lambda: [sa.id for sa in ike_sas(client)] == numbers, f"IKE SAs {numbers}")
    return ike_sas(client)


def test_ike_sas_are_a_table(daemon, serve):
    daemon.sas = [
        ("berlin", vici.ike_sa(3, [vici.child_sa(1), vici.child_sa(2, name="dmz")])),
        ("rw", vici.ike_sa(1, [], "2001:db8::7", "C=DE, CN=Jörg", **{"remote-eap-id": "joerg", "reauth-time": "90"})),
    ]
    daemon.start()
    client = serve()
    rw, berlin = wait_for_sas(client, [1, 3])
    assert (berlin.connection, berlin.version, berlin.state, berlin.role) == ("berlin", 2, ESTABLISHED, INITIATOR)
    assert (berlin.local, berlin.local_port, berlin.local_id) == ("192.0.2.1", 4500, "moon.example.org")
    assert (berlin.remote, berlin.remote_port, berlin.remote_id) == ("192.0.2.2", 4500, "sun.example.org")
    assert (berlin.encryption, berlin.integrity) == ("AES_CBC_128", "HMAC_SHA2_256_128")
    assert (berlin.prf, berlin.dh_group) == ("PRF_HMAC_SHA2_256", "CURVE_25519")
    assert (berlin.nat_local, berlin.nat_remote, berlin.reauth_in) == (NO, NO, NEVER)
    assert 60 <= berlin.age < 14000 - berlin.rekey_in + 61
    assert (berlin.children, berlin.child_names) == (2, "net, dmz")
    assert (berlin.in_bytes, berlin.out_bytes, berlin.in_packets, berlin.out_packets) == (2000, 4000, 20, 40)
    assert (rw.remote, rw.remote_id, rw.eap_id) == ("2001:db8::7", "C=DE, CN=Jörg", "joerg")
    assert rw.reauth_in <= 90
    assert client.get_value(scalar("IkeSas")) == 2
    assert (status(client), error(client)) == (OK, "")
    # The index is the daemon's own number, and what lies between and behind is the next row, or another part of the MIB.
    assert parse(client.run("snmpgetnext", *NUMERIC, f"{IKE_ENTRY}.2.2").stdout)[0].oid == f"{IKE_ENTRY}.2.3"


def test_mib2text_prints_ike_sas(daemon, serve, mib2text):
    daemon.sas = [
        ("berlin", vici.ike_sa(3, [vici.child_sa(1), vici.child_sa(2, name="dmz")], **{"nat-remote": "yes"})),
        ("road warriors", vici.ike_sa(1, [], "2001:db8::7", "C=DE, CN=Jörg", **{"remote-eap-id": "joerg", "integ-alg": ""})),
    ]
    daemon.start()
    client = serve()
    wait_for_sas(client, [1, 3])
    heading, rw, berlin = mib2text(*V2C, "-C1", client.address).stdout.splitlines()
    ages = {"FOR": "60", "REKEY": "14000"}
    assert len(shlex.split(heading)) == len(shlex.split(rw)) == len(shlex.split(berlin))
    row = dict(zip(heading.split(), shlex.split(berlin), strict=True))
    assert int(row.pop("FOR")) >= int(ages["FOR"]) and int(row.pop("REKEY")) <= int(ages["REKEY"])
    assert row == {
        "ID": "3", "CONNECTION": "berlin", "STATE": "established", "LOCAL": "192.0.2.1[4500]", "REMOTE": "192.0.2.2[4500]",
        "IDENTITY": "sun.example.org", "ALGORITHMS": "AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519",
        "NAT": "remote", "REAUTH": "-", "REPLACED": "0", "CHILDREN": "net, dmz",
    }  # fmt: skip
    assert dict(zip(heading.split(), shlex.split(rw), strict=True))["ALGORITHMS"] == "AES_CBC_128/PRF_HMAC_SHA2_256/CURVE_25519"
    document = json.loads(mib2text(*V2C, "-C1", "-Cf", "json", client.address).stdout)
    rw, berlin = document["ikeSas"]
    assert (rw["ipsecIkeId"], rw["ipsecIkeConnection"], rw["ipsecIkeRemoteText"]) == (1, "road warriors", "2001:db8::7")
    assert (rw["ipsecIkeRemoteIdentity"], rw["ipsecIkeRemoteEapIdentity"]) == ("C=DE, CN=Jörg", "joerg")
    assert (berlin["ipsecIkeState"], berlin["ipsecIkeRole"], berlin["ipsecIkeNatRemote"]) == ("established", "initiator", "true")
    assert document["agent"]["ipsecAgentIkeStatus"] == "ok"
    # The same from a saved walk.
    saved = client.run("snmpbulkwalk", "-On", ROOT_OID).stdout
    assert mib2text("-C1", "-Ci", "-", stdin=None, input=saved).stdout.splitlines()[0].split() == heading.split()


def test_metrics_do_without_ike_sas_that_a_view_hides(daemon, make_snmpd, start_agent, mib2text):
    """Who may see tunnels but not identities has metrics all the same."""
    daemon.sas = [("berlin", vici.ike_sa(3))]
    daemon.start()
    snmpd = make_snmpd(f"view some included .1\nview some excluded {IKE_ENTRY}\nrocommunity half default -V some\n").start()
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, configuration=f"ike strongswan {daemon.path}\n")
    agent.wait_until_served(snmpd.client)
    wait_for_sas(snmpd.client, [3])
    assert 'ipsecIkeState_info{ipsecIkeConnection="berlin",ipsecIkeId="3"' in mib2text(*V2C, "-Cf", "openmetrics", snmpd.address).stdout
    hidden = mib2text("-v2c", "-c", "half", "-Cf", "openmetrics", snmpd.address).stdout
    assert "\nipsecAgentIkeSas 1\n" in hidden and "ipsecIke" not in hidden


def test_peers_come_up_and_go_down_but_not_by_a_rekey(daemon, serve, snmptrapd):
    daemon.sas = [("berlin", vici.ike_sa(1))]
    daemon.start()
    client = serve()
    wait_for_sas(client, [1])
    daemon.sas.append(("paris", vici.ike_sa(2, [], "192.0.2.3", "eiffel", **{"remote-eap-id": "gustave"})))
    daemon.tell("child-updown")
    (up,) = events.wait_for_notified(snmptrapd, 1)
    assert (up.kind, up.detail, up.connection, up.identity) == (events.IKE_UP, "192.0.2.3", "paris", "gustave")
    # Another IKE SA takes the place of the first one; then that peer is gone.
    daemon.sas[0] = ("berlin", vici.ike_sa(3))
    daemon.tell("ike-rekey", {"berlin": {"old": {}, "new": {}}})
    assert wait_for_sas(client, [2, 3])[1].replacements == 1
    gone = daemon.sas.pop(0)[1]
    daemon.tell("ike-updown", {"berlin": {**gone, "state": "DELETING", "child-sas": {}}})
    _, down = events.wait_for_notified(snmptrapd, 2)
    assert (down.kind, down.connection, down.identity) == (events.IKE_DOWN, "berlin", "sun.example.org")
    assert down.detail == "192.0.2.2: one of the two sides has closed it"


def test_a_daemon_that_is_started_again(daemon, serve, snmptrapd):
    client = serve("tunnel-grace 60\n")
    wait_for(lambda: status(client) == FAILED, "the daemon to be missed")
    assert "No such file" in error(client)
    daemon.sas = [("berlin", vici.ike_sa(7))]
    daemon.start()
    wait_for_sas(client, [7])
    daemon.stop()
    wait_for_sas(client, [])
    daemon.sas = [("berlin", vici.ike_sa(1))]
    daemon.start()
    wait_for_sas(client, [1])
    assert events.logged(client) == []
    said = serve.agent.output()
    assert said.count("No such file") == 1 or said.count("closed the connection") == 1
    assert said.count("connected to the IKE daemon") == 2


def test_a_daemon_that_is_silent_is_said_once_and_nothing_else_waits(daemon, serve):
    daemon.sas = [("berlin", vici.ike_sa(7))]
    daemon.start()
    client = serve("stale-after 2\n")
    wait_for_sas(client, [7])
    daemon.silent = True
    daemon.tell("child-rekey")
    wait_for(lambda: status(client) == SILENT, "the daemon to be silent")
    wait_for_sas(client, [])
    reads = client.get_value(scalar("Reads"))
    wait_for(lambda: client.get_value(scalar("Reads")) > reads + 1, "reads that go on")
    assert serve.agent.output().count("does not answer") == 1
    # It owes an answer still; once that is there, all goes on by the same connection.
    daemon.silent = False
    daemon.clients[0].sendall(vici.packet(vici.RESPONSE))
    wait_for_sas(client, [7])
    assert len(daemon.clients) == 1


@pytest.mark.parametrize(
    "nonsense",
    [b"220 mail.example.org ESMTP\r\n", b"\0\0\0\0", vici.packet(vici.RESPONSE), b"\xff" * 100],
    ids=["smtp", "nothing", "unasked", "longest"],
)
def test_a_stranger_at_the_socket(daemon, serve, netns, nonsense, larval_sas):
    daemon.nonsense = nonsense
    daemon.start()
    client = serve()
    wait_for(lambda: status(client) == FAILED, "the stranger to be known")
    larval_sas(3)
    wait_for(lambda: client.get_value(scalar("Sas")) == 3, "SAs")
    assert serve.agent.output().count("going on without its names and IKE SAs") == 1
    assert ike_sas(client) == []


def test_identities_are_left_out_if_they_shall(daemon, serve, snmptrapd):
    daemon.sas = [("rw", vici.ike_sa(1, remote_id="alice@example.org", **{"remote-eap-id": "alice"}))]
    daemon.start()
    client = serve("ike-identities no\n")
    (sa,) = wait_for_sas(client, [1])
    assert (sa.local_id, sa.remote_id, sa.eap_id) == ("", "", "")
    daemon.sas = []
    daemon.tell("ike-rekey")
    (down,) = events.wait_for_notified(snmptrapd, 1)
    assert (down.kind, down.connection, down.identity) == (events.IKE_DOWN, "rw", "")
    assert "alice" not in down.detail + serve.agent.output()


def test_a_daemon_is_found_where_strongswan_has_it(start_agent, snmpd):
    daemon = vici.Daemon("/run/charon.vici")
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx)
    agent.wait_until_served(snmpd.client)
    assert (status(snmpd.client), error(snmpd.client)) == (NONE, "")
    daemon.sas = [("berlin", vici.ike_sa(1))]
    daemon.start()
    try:
        wait_for_sas(snmpd.client, [1])
    finally:
        daemon.stop()
    wait_for(lambda: status(snmpd.client) == NONE, "nobody to be asked any more")
    assert ike_sas(snmpd.client) == []


def test_a_socket_that_the_agent_may_not_use(daemon, serve):
    """It has no capability that would open it all the same, not even as root."""
    daemon.start()
    daemon.path.chmod(0)
    client = serve()
    # Not at once: a daemon that has just started is about to open it.
    wait_for(lambda: status(client) == FAILED and "not allowed to use its socket" in error(client), "the socket to be closed to it")
    daemon.path.chmod(0o600)
    wait_for(lambda: status(client) == OK, "the socket to be open to it")


def test_another_choice_at_a_sighup(daemon, serve, snmptrapd):
    daemon.sas = [("berlin", vici.ike_sa(1))]
    daemon.start()
    client = serve()
    wait_for_sas(client, [1])
    file = serve.agent.configuration_file
    file.write_text(file.read_text().replace(f"ike strongswan {daemon.path}", "ike none"))
    serve.agent.process.signal(signal.SIGHUP)
    wait_for(lambda: status(client) == NONE, "nobody to be asked any more")
    assert ike_sas(client) == [] and daemon.clients == []
    file.write_text(file.read_text().replace("ike none", f"ike strongswan {daemon.path}\nike-identities no"))
    serve.agent.process.signal(signal.SIGHUP)
    (sa,) = wait_for_sas(client, [1])
    assert sa.remote_id == ""
    assert events.logged(client) == []


def test_no_daemon_is_asked_where_none_shall_be(daemon, start_agent, snmpd):
    daemon.start()
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, configuration=f"ike strongswan {daemon.path} context blue\n")
    agent.wait_until_served(snmpd.client)
    assert (status(snmpd.client), error(snmpd.client)) == (NONE, "")
    assert daemon.heard == []


def test_each_namespace_has_its_daemon(daemon, sockets, start_agent, make_snmpd, new_namespace):
    blue, red = new_namespace(), new_namespace()
    other = vici.Daemon(sockets / "other")
    daemon.sas, other.sas = [("berlin", vici.ike_sa(1))], [("paris", vici.ike_sa(2))]
    daemon.start()
    other.start()
    lines = f"netns {blue.name}=blue\nnetns {red.name}=red\nike strongswan {daemon.path} context blue\n"
    lines += f"ike strongswan unix://{other.path} context red\n"
    lines += "rocommunity public\nview all included .1\n"
    for context in ("blue", "red"):
        lines += f"com2sec -Cn {context} {context} default {context}\ngroup {context} v2c {context}\n"
        lines += f"access {context} {context} v2c noauth exact all none none\n"
    address = "udp:127.0.0.1:1161"
    agent = start_agent("-l", address, configuration=lines)
    found = {}
    for context in ("blue", "red"):
        client = Client(agent.namespace, address, agent.directory, ["-v2c", "-c", context])
        found[context] = wait_for(lambda c=client: [sa.connection for sa in ike_sas(c)], f"IKE SAs of {context}")
    other.stop()
    assert found == {"blue": ["berlin"], "red": ["paris"]}


# ---- Names of tunnels


def klips_pair(spis, local="192.0.2.1", remote="192.0.2.2", packets=1):
    """The two SAs of a child, as KLIPS's text has them, which a kernel without ESP can have, too."""
    line = "esp0x{:x}@{} ESP_AES_HMAC_SHA1: dir={} src={} iv_bits=128bits alen=160 life(c,s,h)=packets({},0,0)bytes({},0,0)\n"
    figures = packets, 100 * packets
    return line.format(spis[0], local, "in ", remote, *figures) + line.format(spis[1], remote, "out", local, *figures)


@pytest.fixture
def sas_of(daemon, start_agent, make_snmpd, tmp_path):
    """sas_of(*pairs): writes the SAs; .serve(words="") is an agent for them that asks the stand-in: its client."""

    def write(*pairs):
        new = tmp_path / "new"
        new.write_text("".join(pairs))
        new.rename(tmp_path / "ipsec_spi")

    snmpd = make_snmpd(SINK).start()

    def serve(words=""):
        lines = f"ike strongswan {daemon.path}\nstate-directory {tmp_path}/state\n{words}"
        options = ("-s", "klips", "-k", tmp_path / "ipsec_spi", "-x", snmpd.agentx, "-i", "1")
        write.agent = start_agent(*options, configuration=lines)
        write.agent.wait_until_served(snmpd.client)
        return snmpd.client

    (tmp_path / "state").mkdir(mode=0o700)
    write()
    write.serve = serve
    return write


FIRST, SECOND, THIRD = (0xC0000001, 0xC0000002), (0xC0000003, 0xC0000004), (0xC0000005, 0xC0000006)


def descrs(client):
    return {t.descr: (t.state, t.remote_id) for t in tunnels(client)}


def wait_for_descrs(client, expected):
    try:
        wait_for(lambda: descrs(client) == expected, "tunnels")
    except AssertionError:
        assert descrs(client) == expected
    return {t.descr: t for t in tunnels(client)}


def test_tunnels_have_the_daemons_names_up_or_down(daemon, sas_of, snmptrapd):
    daemon.connections = [("berlin", vici.connection(["net", "dmz"])), ("paris", vici.connection(["paris"], ["192.0.2.3"]))]
    daemon.sas = [("berlin", vici.ike_sa(1, [vici.child_sa(1, spis=FIRST)]))]
    sas_of(klips_pair(FIRST))
    daemon.start()
    client = sas_of.serve("tunnel-grace 1\n")
    sun = "sun.example.org"
    rows = wait_for_descrs(client, {"berlin/net": (UP, sun), "berlin/dmz": (DOWN, ""), "paris": (DOWN, "")})
    assert (rows["berlin/net"].connection, rows["berlin/net"].child, rows["berlin/net"].name) == ("berlin", "net", "")
    assert (rows["paris"].remote_text, rows["paris"].ups, rows["berlin/net"].in_packets) == ("192.0.2.3", 0, 1)
    assert rows["berlin/dmz"].selectors == "10.1.0.0/16 <> 10.2.0.0/16"
    # One that comes up is told by its name, once, and keeps its row.
    daemon.sas.append(("paris", vici.ike_sa(2, [vici.child_sa(2, "paris", SECOND)], "192.0.2.3", "eiffel")))
    sas_of(klips_pair(FIRST), klips_pair(SECOND, remote="192.0.2.3"))
    now = wait_for_descrs(client, {"berlin/net": (UP, sun), "berlin/dmz": (DOWN, ""), "paris": (UP, "eiffel")})
    assert {d: t.index for d, t in now.items()} == {d: t.index for d, t in rows.items()}
    (up,) = [e for e in events.wait_for_notified(snmptrapd, 2) if e.kind == events.UP]
    assert (up.tunnel_descr, up.connection, up.identity) == ("paris", "paris", "eiffel")
    # And one that goes down is told with who was there.
    daemon.sas.pop(0)
    sas_of(klips_pair(SECOND, remote="192.0.2.3"))
    wait_for_descrs(client, {"berlin/net": (DOWN, sun), "berlin/dmz": (DOWN, ""), "paris": (UP, "eiffel")})
    down = wait_for(lambda: events.notified(snmptrapd, events.DOWN), "the news that it is down")[0]
    assert (down.tunnel_descr, down.connection, down.identity) == ("berlin/net", "berlin", sun)


def test_a_tunnel_goes_on_where_its_peer_moves(daemon, sas_of):
    """MOBIKE, or a daemon that was started again: other addresses, or another reqid, are another tunnel to the kernel."""
    daemon.connections = [("berlin", vici.connection())]
    daemon.sas = [("berlin", vici.ike_sa(1, [vici.child_sa(1, spis=FIRST)]))]
    sas_of(klips_pair(FIRST, packets=10))
    daemon.start()
    client = sas_of.serve()
    sun = "sun.example.org"
    (row,) = wait_for_descrs(client, {"berlin/net": (UP, sun)}).values()
    for n, spis in enumerate((SECOND, THIRD, FIRST), 5):
        remote = f"192.0.2.{n}"
        daemon.sas = [("berlin", vici.ike_sa(n, [vici.child_sa(n, spis=spis)], remote))]
        sas_of(klips_pair(spis, remote=remote, packets=7))
        moved = wait_for(lambda r=remote: [t for t in tunnels(client) if t.remote_text == r and t.connection], "the tunnel")
        assert [(t.index, t.descr, t.state, t.downs) for t in moved] == [(row.index, "berlin/net", UP, 0)]
    assert [t.in_packets for t in tunnels(client)] == [10 + 3 * 7]


def test_the_same_child_many_times(daemon, sas_of):
    daemon.connections = [("rw", vici.connection(remote=["%any"]))]
    users = [("alice@example.org", FIRST, "192.0.2.2"), ("C=DE, CN=bob", SECOND, "192.0.2.3")]
    daemon.sas = [("rw", vici.ike_sa(n, [vici.child_sa(n, spis=s)], r, who)) for n, (who, s, r) in enumerate(users, 1)]
    sas_of(*(klips_pair(spis, remote=remote) for _, spis, remote in users))
    daemon.start()
    client = sas_of.serve()
    alice, bob = "alice@example.org", "C=DE, CN=bob"
    rows = wait_for_descrs(client, {"rw/net:alice_example.org": (UP, alice), "rw/net:C_DE__CN_bob": (UP, bob)})
    # By EAP, it is known who alice's peer is in truth; she comes by another address, and bob is gone for good.
    daemon.sas = [("rw", vici.ike_sa(3, [vici.child_sa(3, spis=THIRD)], "192.0.2.9", alice))]
    sas_of(klips_pair(THIRD, remote="192.0.2.9"))
    now = wait_for_descrs(client, {"rw/net:alice_example.org": (UP, alice), "rw/net:C_DE__CN_bob": (DOWN, bob)})
    assert {d: t.index for d, t in now.items()} == {d: t.index for d, t in rows.items()}


def test_two_devices_of_one_user(daemon, sas_of):
    """Each has a row, which goes on over other addresses and other IKE SAs, as long as it can be known which one it is."""
    daemon.connections = [("rw", vici.connection(remote=["%any"]))]

    def device(ike, spis, remote, port="4500"):
        return ("rw", vici.ike_sa(ike, [vici.child_sa(ike, spis=spis)], remote, "alice", **{"remote-port": port}))

    daemon.sas = [device(1, FIRST, "192.0.2.2"), device(2, SECOND, "192.0.2.3")]
    sas_of(klips_pair(FIRST, packets=10), klips_pair(SECOND, remote="192.0.2.3", packets=20))
    daemon.start()
    client = sas_of.serve()
    both = {"rw/net:alice": (UP, "alice"), "rw/net:alice/2": (UP, "alice")}
    rows = wait_for_descrs(client, both)
    assert [rows[descr].in_packets for descr in both] == [10, 20]
    # The second moves, by MOBIKE; then the first has another IKE SA.
    fourth = (0xC0000007, 0xC0000008)
    daemon.sas = [device(2, THIRD, "192.0.2.9"), device(3, fourth, "192.0.2.2")]
    sas_of(klips_pair(fourth, packets=1), klips_pair(THIRD, remote="192.0.2.9", packets=2))
    wait_for(lambda: {t.remote_text for t in tunnels(client)} == {"192.0.2.2", "192.0.2.9"}, "the second to have moved")
    now = wait_for_descrs(client, both)
    wait_for(lambda: [t.in_packets for t in tunnels(client)] == [11, 22], "what went through each")
    assert {d: t.index for d, t in now.items()} == {d: t.index for d, t in rows.items()}
    # The first goes.
    daemon.sas.pop()
    sas_of(klips_pair(THIRD, remote="192.0.2.9", packets=2))
    wait_for_descrs(client, {"rw/net:alice": (DOWN, "alice"), "rw/net:alice/2": (UP, "alice")})


def test_identities_that_were_kept_go(daemon, sas_of, tmp_path):
    """From the state file and from what is served, at a SIGHUP and at the next start; counters and indexes stay."""
    daemon.connections = [("rw", vici.connection(remote=["%any"])), ("berlin", vici.connection())]
    alice = ("rw", vici.ike_sa(1, [vici.child_sa(1, spis=FIRST)], "192.0.2.9", "alice@example.org"))
    daemon.sas = [alice, ("berlin", vici.ike_sa(2, [vici.child_sa(2, spis=SECOND)]))]
    sas_of(klips_pair(FIRST, remote="192.0.2.9", packets=7), klips_pair(SECOND))
    daemon.start()
    state = tmp_path / "state/state"

    def kept():
        return [word for word in ("alice", "sun.example.org") if word in state.read_text()]

    client = sas_of.serve()
    before = wait_for_descrs(client, {"rw/net:alice_example.org": (UP, "alice@example.org"), "berlin/net": (UP, "sun.example.org")})
    wait_for(lambda: kept() == ["alice", "sun.example.org"], "the identities in the state file")
    sas_of.agent.stop()

    # The daemon is not even there.
    daemon.stop()
    client = sas_of.serve("ike-identities no\n")
    rows = wait_for_descrs(client, {"192.0.2.1-192.0.2.9": (UP, ""), "berlin/net": (UP, "")})
    assert kept() == []
    assert {t.index for t in rows.values()} == {t.index for t in before.values()}
    daemon.start()
    rows = wait_for_descrs(client, {"rw/net:192.0.2.9:4500": (UP, ""), "berlin/net": (UP, "")})
    assert {(t.index, t.in_packets) for t in rows.values()} == {(t.index, t.in_packets) for t in before.values()}
    wait_for(lambda: "rw/net:192.0.2.9" in state.read_text(), "the new name in the state file")
    sas_of.agent.stop()
    assert kept() == []

    # And while the agent runs; also what it has of a peer that is gone.
    client = sas_of.serve()
    wait_for_descrs(client, {d: (t.state, t.remote_id) for d, t in before.items()})
    daemon.sas.remove(alice)
    sas_of(klips_pair(SECOND))
    wait_for_descrs(client, {"rw/net:alice_example.org": (DOWN, "alice@example.org"), "berlin/net": (UP, "sun.example.org")})
    wait_for(lambda: events.logged(client), "an event of it")
    assert "alice@example.org" in [event.identity for event in events.logged(client)]
    file = sas_of.agent.configuration_file
    file.write_text(file.read_text() + "ike-identities no\n")
    sas_of.agent.process.signal(signal.SIGHUP)
    wait_for_descrs(client, {"192.0.2.1-192.0.2.9": (DOWN, ""), "berlin/net": (UP, "")})
    wait_for(lambda: kept() == [], "the identities to be gone from the state file")
    assert [v for v in client.walk(ROOT_OID) if any(word in str(v.value) for word in ("alice", "sun.example.org"))] == []


def test_a_tunnel_line_names_what_it_names(daemon, sas_of):
    daemon.connections = [("berlin", vici.connection(["net"])), ("paris", vici.connection(["net"], ["192.0.2.3"]))]
    daemon.sas = [("berlin", vici.ike_sa(1, [vici.child_sa(1, spis=FIRST)]))]
    sas_of(klips_pair(FIRST))
    daemon.start()
    client = sas_of.serve('tunnel "the office" remote 192.0.2.2\ntunnel home remote 192.0.2.3\n')
    rows = wait_for_descrs(client, {"the_office": (UP, "sun.example.org"), "home": (DOWN, "")})
    assert (rows["the_office"].connection, rows["the_office"].child) == ("berlin", "net")


def test_names_stay_while_the_daemon_is_gone_and_over_a_restart_of_the_agent(daemon, sas_of):
    daemon.connections = [("berlin", vici.connection(["net", "dmz"]))]
    daemon.sas = [("berlin", vici.ike_sa(1, [vici.child_sa(1, spis=FIRST)]))]
    sas_of(klips_pair(FIRST))
    daemon.start()
    client = sas_of.serve()
    known = {"berlin/net": (UP, "sun.example.org"), "berlin/dmz": (DOWN, "")}
    before = wait_for_descrs(client, known)
    daemon.stop()
    wait_for(lambda: status(client) == FAILED, "the daemon to be missed")
    assert descrs(client) == known
    sas_of.agent.stop()
    daemon.start()
    client = sas_of.serve()
    now = wait_for_descrs(client, known)
    assert {d: t.index for d, t in now.items()} == {d: t.index for d, t in before.items()}


def test_what_is_not_configured_any_more_has_no_row_once_it_is_down(daemon, sas_of):
    daemon.connections = [("berlin", vici.connection(["net", "dmz"]))]
    daemon.sas = [("berlin", vici.ike_sa(1, [vici.child_sa(1, spis=FIRST)]))]
    sas_of(klips_pair(FIRST))
    daemon.start()
    client = sas_of.serve("tunnel-linger 0\ntunnel-grace 0\n")
    wait_for_descrs(client, {"berlin/net": (UP, "sun.example.org"), "berlin/dmz": (DOWN, "")})
    daemon.connections = [("berlin", vici.connection(["net"]))]
    daemon.tell("child-updown")
    wait_for_descrs(client, {"berlin/net": (UP, "sun.example.org")})
    daemon.connections = []
    daemon.tell("child-updown")
    wait_for(lambda: daemon.heard[-1][1] == "list-sas", "a round")
    assert set(descrs(client)) == {"berlin/net"}
    daemon.sas = []
    sas_of()
    wait_for_descrs(client, {})


def test_a_thousand_children(daemon, sas_of, record_property):
    """Each with its SAs, its IKE SA and its connection; and as many that are down."""
    count = 1000
    remotes = [f"198.51.{n >> 8}.{n & 255}" for n in range(count)]
    spis = [(0x1000 + 2 * n, 0x1001 + 2 * n) for n in range(count)]
    daemon.sas = [
        (f"site{n}", vici.ike_sa(n + 1, [vici.child_sa(n + 1, spis=spis[n])], remotes[n], f"gw{n}")) for n in range(count)
    ]
    daemon.connections = [(f"site{n}", vici.connection(["net", "dmz"], [remotes[n]])) for n in range(count)]
    sas_of(*(klips_pair(spis[n], remote=remotes[n]) for n in range(count)))
    daemon.start()
    client = sas_of.serve()
    wait_for(lambda: client.get_value(scalar("Tunnels")) == 2 * count, "all tunnels")
    wait_for(lambda: client.get_value(scalar("IkeSas")) == count, "all IKE SAs")
    column = f"{TUNNEL_ENTRY}.28"
    wait_for(lambda: {v.value.decode() for v in client.walk(column, 50)} == {f"site{n}/{c}" for n in range(count) for c in ("net", "dmz")}, "names")
    assert [sa.id for sa in ike_sas(client)] == list(range(1, count + 1))
    record_property("figure", f"{count} IKE SAs, {2 * count} tunnels: longest step {client.get_value(scalar('LongestStep'))} us")
