# SPDX-License-Identifier: BSD-3-Clause
"""Tunnels of real SAs: what is counted is what was sent, whatever becomes of the SAs meanwhile."""

import signal

import pytest

from bed import events, ike, xfrm
from bed.places import STATS, scalar
from bed.process import wait_for, wait_until_equal
from bed.snmp import Client
from bed.traffic import without_an_sa
from bed.tunnels import (
    DOWN,
    UP,
    assert_sas_and_tunnels_agree,
    sas_of,
    the_tunnel,
    tunnel_of_sas,
    tunnels,
    wait_for_packets,
    wait_for_state,
)
from bed.xfrm import EspTunnel

ADDRESS = "udp:127.0.0.1:161"
FAILED_READS, LOST_BATCHES = scalar("FailedReads"), scalar("LostEventBatches")
REKEYS, LARVAL_SAS = 10, 3000
BOTH = pytest.mark.parametrize("daemon", [ike.Strongswan, ike.Libreswan], ids=["strongswan", "libreswan"])


@pytest.fixture
def serve(start_agent):
    """serve(configuration="", *options): an agent that is an engine of its own, and a client for it."""

    def start(configuration="", *options, namespace=None):
        words = f"rocommunity public\n{configuration}"
        agent = start_agent("-s", "xfrm", "-l", ADDRESS, *options, configuration=words, namespace=namespace)
        client = agent.client(ADDRESS)
        agent.wait_until_served(client)
        wait_for(lambda: client.get_value(scalar("Reads")) > 0, "the first read", process=agent.process)
        return agent, client

    return start


@pytest.fixture
def other(new_namespace):
    return new_namespace()


# ---- IKE daemons


@pytest.mark.once
@BOTH
def test_counters_are_what_was_sent_over_ten_rekeys(make_ike_pair, netns, serve, tmp_path, record_property, daemon):
    pair = make_ike_pair(daemon=daemon, rekey_seconds=1)
    # With these a read takes a while, and SAs come and go in the midst of some.
    assert xfrm.keep_larval_sas(netns)
    events.add_larval_burst(netns, tmp_path, LARVAL_SAS)
    agent, client = serve("tunnel office remote 10.9.0.2\ninterval 1\nread-share 100\n")
    row = the_tunnel(client)
    assert (row.index, row.name, row.remote, row.state) == (1, "office", bytes([10, 9, 0, 2]), DOWN)
    pair.start()
    wait_for_state(client, UP, agent.process)
    seen = []

    def rekeyed_so_often():
        seen.append(the_tunnel(client))
        return seen[-1].rekeys >= REKEYS

    went_out, came_in = pair.stream(0), pair.stream(1)
    wait_for(rekeyed_so_often, f"{REKEYS} rekeys", process=agent.process)
    for stream in (went_out, came_in):
        stream.stop()
    last = wait_for_packets(client, came_in.received, went_out.sent, agent.process)
    record_property(
        "figure",
        f"{went_out.sent} packets out and {last.out_packets} counted, {came_in.received} in (of {came_in.sent}) and "
        f"{last.in_packets} counted, over {last.rekeys} rekeys and {client.get_value(scalar('Reads'))} reads",
    )
    assert (last.out_packets, last.out_bytes) == (went_out.sent, went_out.sent * went_out.packet_octets)
    assert (last.in_packets, last.in_bytes) == (came_in.received, came_in.received * came_in.packet_octets)
    assert went_out.refused == came_in.refused == 0
    # An end can go by unseen only if events were lost, or a read failed.
    lost_batches, failed_reads = client.get_value(LOST_BATCHES), client.get_value(FAILED_READS)
    assert (last.in_errors, last.out_errors, last.unseen_ends, lost_batches, failed_reads) == (0, 0, 0, 0, 0)
    # It never was down, and nothing ever went back.
    assert {tunnel.state for tunnel in seen} == {UP}
    assert (last.ups, last.downs) == (1, 0)
    for before, after in zip(seen, seen[1:]):
        for figure in ("in_bytes", "out_bytes", "in_packets", "out_packets", "rekeys"):
            assert getattr(before, figure) <= getattr(after, figure)


COUNTERS = ("in_bytes", "out_bytes", "in_packets", "out_packets", "in_errors", "out_errors", "ups", "downs", "rekeys", "unseen_ends")


def saved_packets(state):
    """Of the only tunnel, as the state file has them."""
    lines = [line.split(" ") for line in state.read_text().splitlines()]
    column = next(line for line in lines if line[:2] == ["table", "state"]).index("OutPackets") - 1
    return int(next(line for line in lines if line[0] == "state")[column])


@pytest.mark.once
def test_ten_kills_of_the_agent_count_nothing_twice(make_ike_pair, serve, tmp_path, record_property):
    """
    Under traffic, and while strongSwan rekeys.  What was shown right before a kill is shown after it, and goes on from there; only
    what SAs that are gone meanwhile have counted since may be lost.
    """
    pair = make_ike_pair(daemon=ike.Strongswan, rekey_seconds=2)
    words = f"tunnel office remote 10.9.0.2\ninterval 1\nstate-directory {tmp_path}/state\nstate-interval 1\n"
    agent, client = serve(words)
    pair.start()
    wait_for_state(client, UP, agent.process)
    began = the_tunnel(client).began
    went_out, came_in = pair.stream(0), pair.stream(1)
    wait_for(lambda: ' "office" ' in (tmp_path / "state" / "state").read_text(), "the state to be written", process=agent.process)
    may_lose, ahead = 0, 0
    for number in range(10):
        # Whether the SAs that are there when the agent is killed live on until the next one comes is left to chance.
        wait_for(lambda n=number: the_tunnel(client).rekeys > n // 2, "a rekey", process=agent.process)
        before = the_tunnel(client)
        agent.kill()
        may_lose += went_out.sent - before.out_packets
        ahead += before.out_packets > saved_packets(tmp_path / "state" / "state")
        agent, client = serve(words)
        after = wait_for_state(client, UP, agent.process)
        for counter in COUNTERS:
            assert getattr(after, counter) >= getattr(before, counter), counter
        assert after.out_packets <= went_out.sent and after.in_packets <= came_in.sent
    for stream in (went_out, came_in):
        stream.stop()
    reads = client.get_value(scalar("Reads"))
    wait_for(lambda: client.get_value(scalar("Reads")) > reads + 1, "two more reads", process=agent.process)
    last = the_tunnel(client)
    lost = went_out.sent - last.out_packets, came_in.received - last.in_packets
    record_property(
        "figure",
        f"{went_out.sent} packets out, {came_in.received} in; {lost[0]} and {lost[1]} of them lost, {last.unseen_ends} ends that nobody saw; "
        f"{last.rekeys} rekeys; {ahead} times more was shown than written",
    )
    assert min(lost) >= 0, "something was counted twice"
    assert lost[0] <= may_lose, "something that was shown is lost"
    assert ahead > 0
    assert (last.ups, last.downs, last.began) == (1, 0, began)
    assert last.rekeys > 0


@pytest.mark.once
@BOTH
def test_a_peer_that_is_killed_and_comes_back(make_ike_pair, netns, serve, wire, start_snmptrapd, record_property, daemon):
    """Left goes on sending all the time; what the tunnel counts is what went over the wire."""
    pair = make_ike_pair(daemon=daemon, dead_peer_seconds=1)
    snmptrapd = start_snmptrapd()
    agent, client = serve(f"{events.SINK}tunnel-grace 1\ntunnel office remote 10.9.0.0/24\n", "-i", "1")

    def wait_until(condition, what):
        # That the row is there is asserted each time.
        wait_for(lambda: condition(the_tunnel(client)), what, process=agent.process)

    wait_until(lambda row: row.state == DOWN, "the row")
    esp = wire()
    pair.start()
    went_out, came_in = pair.stream(0), pair.stream(1)
    wait_until(lambda row: row.state == UP and row.in_packets > 10 < row.out_packets, "traffic")
    right = pair.daemons[1]
    right.kill()
    # Its kernel has the SAs still, and what came by them would be a sign of life.
    came_in.stop()
    wait_until(lambda row: row.state == DOWN, "the peer to be missed")
    before = the_tunnel(client)
    right.start()
    # Left may have heard from it before it had read its configuration, and have given up.
    right.up("c1", check=False)
    wait_until(lambda row: row.state == UP, "the peer to be back")
    came_in = pair.stream(1)
    wait_until(lambda row: row.in_packets > before.in_packets + 10 and row.out_packets > before.out_packets + 10, "traffic")
    for stream in (went_out, came_in):
        stream.stop()
    wait_until_equal(
        lambda: [(row := the_tunnel(client)).out_packets, row.in_packets + without_an_sa(netns)],
        lambda: [esp.sent, esp.received],
        "what is counted and what went over the wire",
        agent.process,
    )
    row, dropped = the_tunnel(client), without_an_sa(netns)
    record_property(
        "figure",
        f"{esp.sent} packets of ESP out and {row.out_packets} counted, {esp.received} in, of which {dropped} had no SA, and "
        f"{row.in_packets} counted; up, down, up",
    )
    assert (row.out_packets, row.in_packets + dropped) == (esp.sent, esp.received)
    assert (row.ups, row.downs, row.name) == (2, 1, "office")
    told = [e for e in events.wait_for_notified(snmptrapd, 3) if e.kind in (events.UP, events.DOWN)]
    assert [(e.kind, e.tunnel, e.tunnel_index) for e in told] == [
        (events.UP, "office", 1),
        (events.DOWN, "office", 1),
        (events.UP, "office", 1),
    ]


def test_two_tunnels_between_the_same_hosts_are_told_apart(make_ike_pair, serve):
    pair = make_ike_pair(children=2).start()
    agent, client = serve("", "-i", "1")
    wait_for(lambda: [t.state for t in tunnels(client)] == [UP, UP], "two tunnels", process=agent.process)
    pair.ping(3, n=1)
    pair.ping(5, n=2)
    wait_for(
        lambda: sorted((t.in_packets, t.out_packets) for t in tunnels(client)) == [(3, 3), (5, 5)],
        "both to be counted",
        process=agent.process,
    )
    one, two = tunnels(client)
    assert (one.local, one.remote, one.if_id) == (two.local, two.remote, two.if_id)
    assert one.reqid != two.reqid and one.index != two.index
    # A name for both, while they live: one row that has what both had counted.
    agent.configuration_file.write_text("rocommunity public\ntunnel both remote 10.9.0.2\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said('tunnel "both" stands for more than one')
    row = the_tunnel(client)
    assert (row.name, row.in_packets, row.out_packets, row.state) == ("both", 8, 8, UP)
    assert row.began >= max(one.began, two.began)


# ---- SAs made by hand


def test_sas_that_are_deleted_and_made_again(netns, other, serve):
    """The same SPIs each time; what they carried is kept, and they are never gone for long enough to be down."""
    tunnel = EspTunnel(netns, other)
    agent, client = serve("tunnel-grace 2\ntunnel-linger 2\n", "-i", "1")
    for _ in range(4):
        tunnel.ping(10, octets=100)
        tunnel.rekey()
    tunnel.ping(3, octets=100)
    row = wait_for_packets(client, 43, 43, agent.process)
    assert (row.in_packets, row.out_packets) == (43, 43)
    assert (row.in_bytes, row.out_bytes) == (43 * 128, 43 * 128)
    assert (row.state, row.ups, row.downs, row.rekeys, row.unseen_ends) == (UP, 0, 0, 4, 0)
    assert row.index > 10000 and row.name == ""
    for sender, spi in enumerate(tunnel.spis):
        tunnel.delete_sa(netns, sender, spi)
    down = wait_for_state(client, DOWN, agent.process)
    assert (down.index, down.in_packets, down.downs) == (row.index, 43, 1)
    # Its policies keep it.
    netns.ip("xfrm", "policy", "flush")
    wait_for(lambda: tunnels(client) == [], "its row to go", process=agent.process)


def sas_with(namespace, reqid):
    """{index: SAID} of the kernel's SAs with that reqid, as ipsecTunnelSaTable should have them."""
    found = [state for state in xfrm.states(namespace) if state.reqid == reqid]
    return {f"1.4.{state.dst}.50.{state.spi}.0": f"esp.{state.spi:x}@{state.dst}".encode() for state in found}


@pytest.mark.parametrize("interval", [1, 3600], ids=["by reads", "by events"])
def test_the_walk_of_a_tunnel_has_its_sas(netns, other, serve, interval):
    """Whatever becomes of them; with reads an hour apart all is known by what the kernel tells."""
    tunnel = EspTunnel(netns, other)
    agent, client = serve("tunnel-grace 1\n", "-i", str(interval))

    def expect(*reqids):
        """Each tunnel has what the kernel has of its reqid, and where there are reads, each SA has that tunnel."""
        wanted = [sas_with(netns, reqid) for reqid in reqids]
        wait_for(lambda: [sas_of(client, t.index) for t in tunnels(client)] == wanted, f"{wanted}", process=agent.process)
        if interval == 1:
            count = len(xfrm.states(netns))
            wait_for(lambda: len(tunnel_of_sas(client)) == count, "the read", process=agent.process)
            assert_sas_and_tunnels_agree(client)
        return wanted

    expect(tunnel.REQID)
    # Twice rekeyed, and all three generations are there for a while; the first goes by itself.
    for generation in (0x2000, 0x3000):
        for sender in (0, 1):
            tunnel.add_sa(netns, sender, generation + sender)
        expect(tunnel.REQID)
    for sender, spi in enumerate(tunnel.spis):
        tunnel.delete_sa(netns, sender, spi)
    assert len(expect(tunnel.REQID)[0]) == 4
    # Another tunnel between the same two, and SAs without keys, which are of none.
    ends = [f"src {tunnel.OUTER[n]} dst {tunnel.OUTER[1 - n]}" for n in (0, 1)]
    keys = " ".join(xfrm.AES_GCM)
    netns.ip_batch([f"xfrm state add {end} proto esp spi {0x8000 + n:#x} reqid 8 mode tunnel {keys}" for n, end in enumerate(ends)])
    xfrm.add_larval_sas(netns, 2, *tunnel.OUTER)
    expect(tunnel.REQID, 8)
    # A name for both has the SAs of both.
    first = tunnels(client)[0].index
    agent.configuration_file.write_text("rocommunity public\ntunnel both remote 10.9.0.2\n" + f"interval {interval}\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again")
    wait_for(lambda: len(tunnels(client)) == 1, "one row", process=agent.process)
    both = the_tunnel(client)
    assert (both.name, both.index) == ("both", first)
    assert sas_of(client, both.index) == {**sas_with(netns, tunnel.REQID), **sas_with(netns, 8)}
    # A flush leaves the row and no SA.
    netns.ip("xfrm", "state", "flush")
    wait_for(lambda: sas_of(client, both.index) == {}, "its SAs to go", process=agent.process)
    assert the_tunnel(client).index == both.index


def test_a_policy_for_a_whole_net_turns_no_sa_round(netns, serve):
    """Its template has no addresses, and its net has both ends; what is this host's own address counts for more."""
    netns.ip("addr", "add", "192.0.2.1/32", "dev", "lo")
    net = ["src", "192.0.2.0/24", "dst", "192.0.2.0/24"]
    netns.ip("xfrm", "policy", "add", *net, "dir", "out", "tmpl", "proto", "esp", "mode", "transport")
    for spi, source, destination in ((0xC0000002, 1, 2), (0xD0000002, 2, 1)):
        ends = ["src", f"192.0.2.{source}", "dst", f"192.0.2.{destination}"]
        netns.ip("xfrm", "state", "add", *ends, "proto", "esp", "spi", hex(spi), "mode", "transport", *xfrm.AES_GCM)
    agent, client = serve("", "-i", "1")
    row = wait_for_state(client, UP, agent.process)
    assert (row.in_sas, row.out_sas, row.local, row.remote) == (1, 1, bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))


def test_sas_that_live_between_two_reads_only(netns, other, serve):
    tunnel = EspTunnel(netns, other)
    agent, client = serve("interval 3600\n")
    first = the_tunnel(client)
    for turn in range(3):
        tunnel.ping(7)
        tunnel.rekey((0x2000 + 2 * turn, 0x2001 + 2 * turn))
    tunnel.ping(2)
    for sender, spi in enumerate(tunnel.spis):
        tunnel.delete_sa(netns, sender, spi)
    row = wait_for_packets(client, 23, 23, agent.process)
    assert (row.in_packets, row.out_packets, row.rekeys, row.began) == (23, 23, 3, first.began)
    assert client.get_value(scalar("Reads")) == 1, "there was one read only"


@pytest.mark.once
def test_every_way_for_an_sa_to_end(netns, other, serve):
    """An update, which is no end; hard limits of packets and of time; and a flush, which tells no counters."""
    tunnel = EspTunnel(netns, other)
    agent, client = serve("tunnel-grace 1\ninterval 3600\n")
    tunnel.ping(3)
    for sender, spi in enumerate(tunnel.spis):
        tunnel.update_sa(netns, sender, spi, "limit packet-hard 10")
    tunnel.ping(6)
    # The tenth packet is the last that goes out; what comes after it finds no SA.
    netns.run("ping", "-n", "-q", "-c", "2", "-i", "0.02", "-W", "1", "-I", *tunnel.INNER, check=False)
    wait_for_state(client, DOWN, agent.process)
    tunnel.delete_sa(netns, 1, tunnel.spis[1])
    row = wait_for_packets(client, 10, 10, agent.process)
    assert (row.in_packets, row.out_packets, row.unseen_ends) == (10, 10, 0)
    for sender in (0, 1):
        tunnel.add_sa(other, sender, 0x2000 + sender)
        tunnel.add_sa(netns, sender, 0x2000 + sender, "limit time-hard 4")
    wait_for_state(client, UP, agent.process)
    tunnel.ping(4)
    wait_for_state(client, DOWN, agent.process)
    row = wait_for_packets(client, 14, 14, agent.process)
    assert (row.in_packets, row.out_packets, row.unseen_ends) == (14, 14, 0)
    for sender in (0, 1):
        tunnel.add_sa(other, sender, 0x3000 + sender)
        tunnel.add_sa(netns, sender, 0x3000 + sender)
    wait_for_state(client, UP, agent.process)
    tunnel.ping(5)
    netns.ip("xfrm", "state", "flush")
    row = wait_for_state(client, DOWN, agent.process)
    # There was no read in between, so that nothing is known of the five.
    assert (row.in_packets, row.out_packets, row.unseen_ends, row.ups, row.downs) == (14, 14, 2, 2, 3)
    assert client.get_value(scalar("UnseenEnds")) == 2


def test_events_that_are_lost(netns, other, serve, record_property):
    """What could not be heard is read; nothing is counted twice, and all is exact again."""
    tunnel = EspTunnel(netns, other)
    agent, client = serve("event-backlog 4096\n", "-i", "1")
    tunnel.ping(10)
    wait_for_packets(client, 10, 10, agent.process)
    agent.process.signal(signal.SIGSTOP)
    tunnel.rekey((0x3000, 0x3001))
    make_noise(netns)
    tunnel.ping(20)
    tunnel.rekey((0x4000, 0x4001))
    tunnel.ping(5)
    agent.process.signal(signal.SIGCONT)
    wait_for_packets(client, 15, 15, agent.process)
    wait_for(lambda: the_tunnel(client).in_sas == the_tunnel(client).out_sas == 1, "a read's end", process=agent.process)
    row = the_tunnel(client)
    lost = 35 - row.in_packets
    # Nobody knows what passed between the last read or event of an SA and its end, if that went by unheard.
    assert lost == 35 - row.out_packets and 0 < lost <= 20
    assert row.unseen_ends == 2
    assert client.get_value(scalar("UnseenEnds")) >= 2, "ipsecAgentUnseenEnds, those of the noise among them"
    assert client.get_value(scalar("LostEventBatches")) > 0
    tunnel.ping(6)
    row = wait_for_packets(client, 41 - lost, 41 - lost, agent.process)
    assert (row.in_packets, row.out_packets, row.state) == (41 - lost, 41 - lost, UP)
    record_property("figure", f"41 packets each way, {lost} not known, {row.unseen_ends} unseen ends, the others counted")


def make_noise(namespace):
    """More events than the smallest backlog holds."""
    name = "src 192.0.2.1 dst 192.0.2.2 proto esp spi"
    keys = "mode tunnel enc ecb(cipher_null) '' auth digest_null ''"
    lines = [f"xfrm state add {name} {n:#x} {keys}\nxfrm state delete {name} {n:#x}" for n in range(0x100, 0x180)]
    namespace.ip_batch(lines)


def test_an_agent_that_is_started_anew(netns, other, serve):
    """It begins anew, with what the SAs that it finds have counted, and says so."""
    tunnel = EspTunnel(netns, other)
    names = "tunnel a remote 192.0.2.9\ntunnel office remote 10.9.0.2\n"
    agent, client = serve(names, "-i", "1")
    tunnel.ping(10)
    tunnel.rekey((0x2000, 0x2001))
    tunnel.ping(4)
    wait_for(lambda: tunnels(client)[1].in_packets == 14, "all packets", process=agent.process)
    before = tunnels(client)[1]
    agent.stop()
    agent, client = serve(names, "-i", "1")
    after = wait_for(lambda: next((t for t in tunnels(client) if t.state == UP), None), "it to be up", process=agent.process)
    assert (after.index, after.name) == (before.index, before.name) == (2, "office")
    assert after.began > before.began
    assert (after.in_packets, after.out_packets, after.ups, after.downs) == (4, 4, 0, 0)


def test_errors_are_told_once(netns, other, serve, start_snmptrapd):
    """The other side has another key: what it sends fails the integrity check."""
    tunnel = EspTunnel(netns, other, xfrm.AES_CBC_SHA1)
    snmptrapd = start_snmptrapd()
    agent, client = serve(f"{events.SINK}tunnel-errors 5\ntunnel office remote 10.9.0.2\n", "-i", "1")
    wait_for_state(client, UP, agent.process)
    tunnel.delete_sa(other, 1, tunnel.spis[1])
    tunnel.algorithms = [word.replace("3c" * 20, "3d" * 20) for word in xfrm.AES_CBC_SHA1]
    tunnel.add_sa(other, 1, tunnel.spis[1])
    ping = ["ping", "-n", "-q", "-i", "0.02", "-W", "1", "-I", tunnel.INNER[0], tunnel.INNER[1], "-c"]
    netns.run(*ping, "4", check=False)
    row = wait_for(lambda: (t := the_tunnel(client)).in_errors == 4 and t, "four errors", process=agent.process)
    assert events.notified(snmptrapd) == []
    netns.run(*ping, "20", check=False)
    row = wait_for(lambda: (t := the_tunnel(client)).in_errors == 24 and t, "24 errors", process=agent.process)
    assert (row.out_errors, row.state) == (0, UP)
    (told,) = events.wait_for_notified(snmptrapd, 1)
    assert (told.kind, told.tunnel) == (events.ERRORS, "office") and 5 < told.current <= 24
    assert client.get_value(f"{STATS}.5.0") == 24, "XfrmInStateProtoError"


def test_each_namespace_has_its_own_tunnels_and_counters(netns, other, new_namespace, start_agent):
    tunnel = EspTunnel(netns, other)
    home = new_namespace()
    agent = start_agent(
        "-s", "xfrm", "-l", ADDRESS, "-i", "1", "-n", f"{netns.name}=left", "-n", f"{other.name}=right",
        configuration=(
            "createUser watcher SHA an-auth-passphrase AES a-privacy-passphrase\n"
            "rouser -s usm watcher priv\n"
            "tunnel there remote 10.9.0.2 context left\ntunnel there remote 10.9.0.1 context right\n"
        ),
        namespace=home,
    )  # fmt: skip
    base = agent.client(ADDRESS).as_v3()
    left, right = (Client(home, ADDRESS, base.directory, [*base.credentials, "-n", name]) for name in ("left", "right"))
    agent.wait_until_served(left)
    tunnel.ping(5)
    # One that right has no SA for.
    tunnel.delete_sa(other, 0, tunnel.spis[0])
    netns.run("ping", "-n", "-q", "-c", "3", "-i", "0.02", "-W", "1", "-I", *tunnel.INNER, check=False)
    wait_for_packets(left, 5, 8, agent.process)
    wait_for_packets(right, 5, 5, agent.process)
    assert [the_tunnel(c).name for c in (left, right)] == ["there", "there"]
    assert [c.get_value(f"{STATS}.4.0") for c in (left, right)] == [0, 3], "XfrmInNoStates"
