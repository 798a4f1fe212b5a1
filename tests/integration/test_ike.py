# SPDX-License-Identifier: BSD-3-Clause
"""What an IKE daemon tells, and what becomes of one that tells nothing, or nonsense.  tests/integration/uml has the real ones."""

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
from bed.places import IKE_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import NUMERIC, Client, parse

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
    assert said.count("tells its connections") == 2


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
    assert serve.agent.output().count("names and IKE SAs do without it") == 1
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


def test_a_thousand_children(daemon, serve, record_property):
    count = 1000
    daemon.sas = [
        (f"site{n}", vici.ike_sa(n, [vici.child_sa(n, spis=(n << 12, n << 12 | 1), reqid=n)], remote_id=f"gw{n}"))
        for n in range(1, count + 1)
    ]
    daemon.connections = [(f"site{n}", vici.connection()) for n in range(1, count + 1)]
    daemon.start()
    client = serve()
    wait_for(lambda: client.get_value(scalar("IkeSas")) == count, "all IKE SAs")
    assert [sa.id for sa in ike_sas(client)] == list(range(1, count + 1))
    record_property("figure", f"{count} IKE SAs: longest step {client.get_value(scalar('LongestStep'))} us")


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
