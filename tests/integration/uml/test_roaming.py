# SPDX-License-Identifier: BSD-3-Clause
"""Peers whose addresses change, and crowds that look alike: what stays one tunnel, what stays apart, and no false alarm."""

import pytest

from bed import events, ike
from bed.places import SCALARS
from bed.process import wait_for
from bed.tunnels import DOWN, UP, the_tunnel, tunnels, wait_for_state
from bed.xfrm import AES_GCM

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


def sa(verb, source, destination, spi, reqid=7):
    name = f"xfrm state {verb} src {source} dst {destination} proto esp spi {spi:#x}"
    if verb == "delete":
        return name
    return f"{name} reqid {reqid} mode tunnel {' '.join(AES_GCM)}"


def pair(verb, here, there, number=0):
    return [sa(verb, there, here, 0xD0000301 + number), sa(verb, here, there, 0xC0000401 + number)]


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
    wait_for(lambda: the_tunnel(client).in_packets >= pings, "all packets", process=agent.process)
    wait_for_reads(client, agent)
    tunnel = the_tunnel(client)
    assert (tunnel.index, tunnel.descr, tunnel.state) == (first.index, first.descr, UP)
    assert (tunnel.moves, tunnel.ups, tunnel.downs, tunnel.rekeys) == (2, 1, 0, 0)
    assert (tunnel.in_packets, tunnel.out_packets) == (pings, pings)
    assert told(snmptrapd) == [events.UP]
    assert tunnel.selectors == f"{pair.inner(0, 1)}/{pair.prefix_length} <> {pair.inner(1, 1)}/{pair.prefix_length}"
    record_property("figure", f"{tunnel.moves} moves, {pings} packets each way on the wire and counted")
