# SPDX-License-Identifier: BSD-3-Clause
"""Peers whose addresses change, and crowds that look alike: what stays one tunnel, what stays apart, and no false alarm."""

import pytest

from bed import events, ike
from bed.places import BUILD, SCALARS
from bed.process import wait_for
from bed.tunnels import DOWN, UP, the_tunnel, tunnels, wait_for_state
from bed.xfrm import AES_GCM, EspTunnel

ADDRESS = "udp:127.0.0.1:161"

# This host, a peer at two addresses, and anybody.
ENDS = {
    "IPv4": ("192.0.2.1", "198.51.100.9", "198.51.100.77", "0.0.0.0"),
    "IPv6": ("2001:db8::1", "2001:db8:1::9", "2001:db8:1::77", "::"),
}


@pytest.fixture(params=ENDS, name="ends")
def each_family(request, netns):
    here = ENDS[request.param][0]
    netns.ip("addr", "add", f"{here}/{64 if ':' in here else 24}", "dev", "lo", *(["nodad"] if ":" in here else []))
    return ENDS[request.param]


@pytest.fixture
def serve(start_agent, start_snmptrapd):
    """serve(): an agent that has read once and tells of a tunnel that is down for a second, its client, and who is told."""

    def start(configuration=""):
        snmptrapd = start_snmptrapd()
        words = f"rocommunity public\n{events.SINK}interval 1\ntunnel-grace 1\n{configuration}"
        agent = start_agent("-s", "xfrm", "-l", ADDRESS, configuration=words)
        client = agent.client(ADDRESS)
        agent.wait_until_served(client)
        wait_for(lambda: client.get_value(f"{SCALARS}.8.0") > 0, "the first read", process=agent.process)
        return agent, client, snmptrapd

    return start


def wait_for_reads(client, agent, count=4):
    """For longer than the grace time."""
    reads = client.get_value(f"{SCALARS}.8.0")
    wait_for(lambda: client.get_value(f"{SCALARS}.8.0") >= reads + count, f"{count} reads", process=agent.process)


def sa(verb, source, destination, spi, reqid=7, encap=""):
    name = f"xfrm state {verb} src {source} dst {destination} proto esp spi {spi:#x}"
    if verb == "delete":
        return name
    return f"{name} reqid {reqid} mode tunnel {' '.join(AES_GCM)} {encap}"


def pair(verb, here, there, number=0):
    return [sa(verb, there, here, 0xD0000301 + number), sa(verb, here, there, 0xC0000401 + number)]


def natted(verb, here, there, port, number, reqid):
    """The SAs of a peer to which a NAT has given that port."""
    encap = "encap espinudp {} {} " + ("::" if ":" in here else "0.0.0.0")
    came_in = sa(verb, there, here, 0xD0000301 + number, reqid, encap.format(port, 4500))
    return [came_in, sa(verb, here, there, 0xC0000401 + number, reqid, encap.format(4500, port))]


def told(snmptrapd):
    return [e.kind for e in events.notified(snmptrapd, events.UP, events.DOWN)]


def test_a_peer_with_another_address_by_hand(netns, serve, ends):
    """As MOBIKE of strongSwan does it: delete, then add with the same SPI."""
    here, there, elsewhere, _ = ends
    agent, client, snmptrapd = serve()
    netns.ip_batch(pair("add", here, there))
    first = wait_for_state(client, UP, agent.process)
    netns.ip_batch([*pair("delete", here, there), *pair("add", here, elsewhere)])
    wait_for(lambda: the_tunnel(client).remote_text == elsewhere, "it to move", process=agent.process)
    wait_for_reads(client, agent)
    tunnel = the_tunnel(client)
    assert (tunnel.index, tunnel.descr, tunnel.state) == (first.index, first.descr, UP)
    assert (tunnel.moves, tunnel.ups, tunnel.downs, tunnel.rekeys) == (1, 1, 0, 0)
    assert told(snmptrapd) == [events.UP]


def migrate(namespace, inner, old, new, peer, reqid):
    for direction, ends in (("out", inner), ("in", inner[::-1])):
        namespace.run(BUILD / "tests" / "xfrm_request", "migrate", direction, *ends, old, new, peer, str(reqid))


def test_a_migration_by_the_kernel(netns, serve, ends):
    """XFRM_MSG_MIGRATE: the kernel makes other SAs with the same SPIs, and tells of no end and no birth."""
    here, there, elsewhere, _ = ends
    agent, client, snmptrapd = serve()
    bits = 128 if ":" in here else 32
    inner = ("2001:db8:2::1", "2001:db8:3::1") if ":" in here else ("10.1.0.1", "10.2.0.1")
    for direction, source, destination, ways in (("out", *inner, (here, there)), ("in", *inner[::-1], (there, here))):
        template = ["tmpl", "src", ways[0], "dst", ways[1], "proto", "esp", "reqid", "7", "mode", "tunnel"]
        netns.ip("xfrm", "policy", "add", "src", f"{source}/{bits}", "dst", f"{destination}/{bits}", "dir", direction, *template)
    netns.ip_batch(pair("add", here, there))
    first = wait_for_state(client, UP, agent.process)
    for moves, (old, new) in enumerate([(there, elsewhere), (elsewhere, there)], 1):
        migrate(netns, inner, old, new, here, 7)
        wait_for(lambda a=new: [t.remote_text for t in tunnels(client)] == [a], f"move {moves}", process=agent.process)
        wait_for_reads(client, agent)
        assert (the_tunnel(client).moves, the_tunnel(client).state) == (moves, UP)
    tunnel = the_tunnel(client)
    assert (tunnel.index, tunnel.descr, tunnel.ups, tunnel.downs, tunnel.rekeys) == (first.index, first.descr, 1, 0, 0)
    assert told(snmptrapd) == [events.UP]


def test_a_migration_loses_no_packet(netns, new_namespace, serve, record_property):
    """Under real traffic, there and back."""
    other = new_namespace()
    tunnel = EspTunnel(netns, other)
    agent, client, snmptrapd = serve()
    first = wait_for_state(client, UP, agent.process)
    left, right, moved = *tunnel.OUTER, "10.9.0.77"
    netns.ip("addr", "add", f"{moved}/32", "dev", "veth0")
    pings = 0
    for old, new in ((left, moved), (moved, left)):
        tunnel.ping(10)
        pings += 10
        # What the SAs have counted since the last read goes with them.
        wait_for(lambda n=pings: the_tunnel(client).in_packets == the_tunnel(client).out_packets == n, "all packets", process=agent.process)
        for namespace, inner in ((netns, tunnel.INNER), (other, tunnel.INNER[::-1])):
            migrate(namespace, inner, old, new, right, tunnel.REQID)
        wait_for(lambda a=new: [t.local_text for t in tunnels(client)] == [a], "it to move", process=agent.process)
    tunnel.ping(10)
    pings += 10
    wait_for(lambda: the_tunnel(client).in_packets >= pings, "all packets", process=agent.process)
    wait_for_reads(client, agent)
    row = the_tunnel(client)
    assert (row.index, row.moves, row.downs, row.rekeys, row.state) == (first.index, 2, 0, 0, UP)
    assert (row.in_packets, row.out_packets) == (pings, pings)
    assert events.DOWN not in told(snmptrapd)
    record_property("figure", f"{row.moves} moves by XFRM_MSG_MIGRATE, {pings} packets each way on the wire and counted")


@pytest.mark.parametrize("reqid", [7, 0], ids=["one reqid", "no reqid"])
def test_peers_behind_one_address_stay_apart_by_their_ports(netns, serve, ends, reqid):
    here, there, *_ = ends
    agent, client, snmptrapd = serve()
    ports = (1001, 1002, 1003)
    for number, port in enumerate(ports):
        netns.ip_batch(natted("add", here, there, port, number, reqid))
    wait_for(lambda: [t.state for t in tunnels(client)] == [UP] * 3, "three tunnels", process=agent.process)
    first, second, _ = tunnels(client)
    assert len({t.descr for t in tunnels(client)}) == 3
    # One goes: it alone is down.  Another is rekeyed.
    netns.ip_batch(natted("delete", here, there, ports[0], 0, reqid))
    netns.ip_batch(natted("add", here, there, ports[1], 11, reqid))
    netns.ip_batch(natted("delete", here, there, ports[1], 1, reqid))
    wait_for(lambda: [t.state for t in tunnels(client)] == [DOWN, UP, UP], "one to be down", process=agent.process)
    wait_for_reads(client, agent)
    assert [(t.state, t.rekeys, t.moves) for t in tunnels(client)] == [(DOWN, 0, 0), (UP, 1, 0), (UP, 0, 0)]
    assert [t.index for t in tunnels(client)][:2] == [first.index, second.index]
    # A NAT that gives one another port: that is the same peer, if a reqid shows it.
    if reqid:
        for old, new in zip(natted("delete", here, there, 1002, 11, reqid), natted("add", here, there, 2002, 11, reqid)):
            netns.ip_batch([old, new])
        wait_for(lambda: tunnels(client)[1].moves == 1, "it to move", process=agent.process)
        wait_for_reads(client, agent)
        assert [(t.state, t.downs) for t in tunnels(client)] == [(DOWN, 1), (UP, 0), (UP, 0)]
    assert told(snmptrapd) == [events.UP] * 3 + [events.DOWN]


def test_two_pairs_side_by_side_are_no_rekey(netns, serve, ends):
    here, there, *_ = ends
    agent, client, _ = serve()
    netns.ip_batch(pair("add", here, there))
    wait_for_state(client, UP, agent.process)
    netns.ip_batch(pair("add", here, there, number=1))
    wait_for(lambda: the_tunnel(client).out_sas == 2, "the second pair", process=agent.process)
    assert the_tunnel(client).rekeys == 0
    netns.ip_batch(pair("delete", here, there))
    wait_for(lambda: the_tunnel(client).out_sas == 1, "the first pair to go", process=agent.process)
    assert (the_tunnel(client).rekeys, the_tunnel(client).state) == (1, UP)


def test_cilium_keys_a_node_by_one_sa_that_comes_in(netns, serve, ends):
    here, *peers, anybody = ends
    agent, client, snmptrapd = serve()
    shared = f"mark 0xd00 mask 0xf00 output-mark 0xd00 mask 0xffffff00 sel src {anybody}/0 dst {anybody}/0"
    out = "mark 0x3e00 mask 0xff00 output-mark 0xe00 mask 0xf00"
    netns.ip_batch([f"{sa('add', anybody, here, 3, reqid=1)} {shared}"])
    netns.ip_batch([f"{sa('add', here, peer, 3, reqid=1)} {out}" for peer in peers])
    wait_for(lambda: [t.state for t in tunnels(client)] == [UP] * 3, "all to be up", process=agent.process)
    (from_anybody,) = [t for t in tunnels(client) if t.remote_text == anybody]
    assert {t.inbound_index for t in tunnels(client) if t.remote_text in peers} == {from_anybody.index}
    wait_for_reads(client, agent)
    assert set(told(snmptrapd)) == {events.UP}
    netns.ip("xfrm", "state", "delete", "src", anybody, "dst", here, "proto", "esp", "spi", "3", "mark", "0xd00", "mask", "0xf00")
    wait_for(lambda: [t.state for t in tunnels(client)] == [DOWN] * 3, "all to be down", process=agent.process)


def moved_whole(agent, client, snmptrapd, first, pings):
    """The one tunnel, after two moves: the same as at first, up all the time, with every packet counted."""
    wait_for(lambda: the_tunnel(client).in_packets >= pings, "all packets", process=agent.process)
    wait_for_reads(client, agent)
    tunnel = the_tunnel(client)
    assert (tunnel.index, tunnel.descr, tunnel.state) == (first.index, first.descr, UP)
    assert (tunnel.moves, tunnel.ups, tunnel.downs) == (2, 1, 0)
    assert (tunnel.in_packets, tunnel.out_packets) == (pings, pings)
    assert told(snmptrapd) == [events.UP]
    return tunnel


@pytest.mark.once
@pytest.mark.parametrize("ipv6", [False, True], ids=["IPv4", "IPv6"])
def test_a_dynamic_peer_authenticates_again_from_another_address(make_ike_pair, serve, ipv6, record_property):
    """As after a restart with another lease: the gateway knows it by its identity, and gets other SAs, for the same selectors."""
    agent, client, snmptrapd = serve()
    pair = make_ike_pair(daemon=ike.Strongswan, from_anywhere=True, ipv6=ipv6).start()
    first = wait_for_state(client, UP, agent.process)
    gateway, peer = pair.namespaces
    daemon = pair.daemons[1]
    length, nodad = (64, ["nodad"]) if ipv6 else (24, [])
    address, pings = pair.outer[1], 0
    for moves, host in enumerate((0x4D, 0x4E), 1):
        pair.ping(5)
        pings += 5
        daemon.kill()
        peer.ip_batch(["xfrm state flush", "xfrm policy flush", f"addr delete {address}/{length} dev veth0"])
        address = pair.address(0, host)
        peer.ip("addr", "add", f"{address}/{length}", "dev", "veth0", *nodad)
        inner = f"{pair.prefix_length} dev veth0 via"
        peer.ip("route", "replace", *f"{pair.inner(0, 1)}/{inner} {pair.outer[0]} src {pair.inner(1, 1)}".split())
        gateway.ip("route", "replace", *f"{pair.inner(1, 1)}/{inner} {address} src {pair.inner(0, 1)}".split())
        daemon.start()
        wait_for(lambda a=address: [t.remote_text for t in tunnels(client)] == [a], f"move {moves}", process=agent.process)
    pair.ping(5)
    pings += 5
    tunnel = moved_whole(agent, client, snmptrapd, first, pings)
    record_property("figure", f"{tunnel.moves} moves, {pings} packets each way on the wire and counted")


@pytest.mark.parametrize("ipv6", [False, True], ids=["IPv4", "IPv6"])
def test_strongswans_mobike_between_two_addresses(make_ike_pair, netns, serve, ipv6, record_property):
    """The peer loses an address, and goes on from another one, again and again; all that was sent is counted."""
    agent, client, snmptrapd = serve()
    pair = make_ike_pair(daemon=ike.Strongswan, mobike=True, ipv6=ipv6).start()
    first = wait_for_state(client, UP, agent.process)
    left, _ = pair.namespaces
    # With another length it is not the secondary address, which the kernel deletes with the first.
    lengths, nodad = ((64, 65), ["nodad"]) if ipv6 else ((24, 25), [])
    own, other = [f"{address}/{n}" for address, n in zip((pair.outer[0], pair.address(0, 0x4D if ipv6 else 77)), lengths)]
    pings = 0
    for moves, (old, new) in enumerate([(own, other), (other, own)], 1):
        pair.ping(5)
        pings += 5
        left.ip("addr", "add", new, "dev", "veth0", *nodad)
        left.ip("addr", "delete", old, "dev", "veth0")
        # The route may have gone with its source.
        left.ip("route", "replace", f"{pair.inner(1, 1)}/{pair.prefix_length}", "dev", "veth0", "via", pair.outer[1])
        address = new.partition("/")[0]
        wait_for(lambda a=address: [t.local_text for t in tunnels(client)] == [a], f"move {moves}", process=agent.process)
    pair.ping(5)
    pings += 5
    tunnel = moved_whole(agent, client, snmptrapd, first, pings)
    assert tunnel.rekeys == 0
    assert tunnel.selectors == f"{pair.inner(0, 1)}/{pair.prefix_length} <> {pair.inner(1, 1)}/{pair.prefix_length}"
    record_property("figure", f"{tunnel.moves} moves, {pings} packets each way on the wire and counted")


def test_a_unique_interface_id_for_each_direction_moves_along(make_ike_pair, serve):
    """Two paths, one for each direction, of one tunnel (%unique-dir): the peer goes to another address, and both follow."""
    agent, client, snmptrapd = serve()
    pair = make_ike_pair(daemon=ike.Strongswan, mobike=True, interface_ids="%unique-dir").start()
    first = wait_for_state(client, UP, agent.process)
    left, _ = pair.namespaces
    other = pair.address(0, 77)
    left.ip("addr", "add", f"{other}/25", "dev", "veth0")
    left.ip("addr", "delete", f"{pair.outer[0]}/24", "dev", "veth0")
    wait_for(lambda: [t.local_text for t in tunnels(client)] == [other], "the move", process=agent.process)
    wait_for_reads(client, agent)
    tunnel = the_tunnel(client)
    assert (tunnel.index, tunnel.descr, tunnel.state, tunnel.downs) == (first.index, first.descr, UP, 0)
    assert told(snmptrapd) == [events.UP]
