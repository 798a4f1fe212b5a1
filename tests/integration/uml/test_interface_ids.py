# SPDX-License-Identifier: BSD-3-Clause
"""Interface ids that differ by direction, as strongSwan's %unique-dir gives them for XFRM interfaces: one tunnel, up."""

import re

import pytest

from bed import events, ike, xfrm
from bed.places import SCALARS
from bed.process import wait_for
from bed.tunnels import DOWN, UNKNOWN, UP, the_tunnel, tunnels, wait_for_state
from bed.xfrm import AES_GCM

ADDRESS = "udp:127.0.0.1:161"
HERE, THERE = "192.0.2.1", "198.51.100.9"


@pytest.fixture
def serve(start_agent, start_snmptrapd):
    """serve(): an agent that has read once and notifies, its client, and who receives that."""

    def start():
        snmptrapd = start_snmptrapd()
        words = f"rocommunity public\n{events.SINK}tunnel-grace 1\n"
        agent = start_agent("-s", "xfrm", "-l", ADDRESS, "-i", "1", configuration=words)
        client = agent.client(ADDRESS)
        agent.wait_until_served(client)
        wait_for(lambda: client.get_value(f"{SCALARS}.8.0") > 0, "the first read", process=agent.process)
        return agent, client, snmptrapd

    return start


def interface_ids(namespace):
    """{(source, reqid): the interface ids of its SAs}"""
    found = {}
    for state in xfrm.states(namespace):
        (if_id,) = re.findall(r"\bif_id (0x[0-9a-f]+)", state.text) or ["0"]
        found.setdefault((state.src, state.reqid), set()).add(int(if_id, 0))
    return found


@pytest.mark.once
def test_strongswans_unique_dir_over_rekeys(make_ike_pair, netns, serve, record_property):
    agent, client, snmptrapd = serve()
    settings = dict(daemon=ike.Strongswan, children=2, interface_ids="%unique-dir")
    pair = make_ike_pair(**settings, rekey_seconds=2).start()
    ids = interface_ids(netns)
    each = [if_id for found in ids.values() for if_id in found]
    assert len(ids) == 4 and len(set(each)) == len(each) == 4, "one for each direction of each child SA"
    wait_for(lambda: [t.state for t in tunnels(client)] == [UP, UP], "two tunnels", process=agent.process)
    first = tunnels(client)
    assert {(t.reqid, t.if_id) for t in first} == {
        (reqid, *found) for (source, reqid), found in ids.items() if source == pair.outer[0]
    }, "the interface id of what goes out"
    wait_for(lambda: min(t.rekeys for t in tunnels(client)) >= 3, "rekeys", process=agent.process)
    rows = tunnels(client)
    assert interface_ids(netns) == ids, "a rekey keeps them"
    assert [(t.index, t.if_id, t.state, t.ups, t.downs) for t in rows] == [
        (t.index, t.if_id, UP, 1, 0) for t in first
    ]
    pair.daemons[0].down("c1")
    wait_for(lambda: sorted(t.state for t in tunnels(client)) == [UP, DOWN], "one to be down", process=agent.process)
    told = events.wait_for_notified(snmptrapd, 3, events.UP, events.DOWN)
    assert [e.kind for e in told] == [events.UP, events.UP, events.DOWN]
    record_property("figure", f"interface ids {sorted(each)}, {sum(t.rekeys for t in rows)} rekeys, two rows")


# ---- SAs made by hand


def add(namespace, source, destination, spi, if_id=None, reqid=1):
    ends = ["src", source, "dst", destination, "proto", "esp", "spi", hex(spi), "reqid", str(reqid), "mode", "tunnel"]
    namespace.ip("xfrm", "state", "add", *ends, *AES_GCM, *(["if_id", str(if_id)] if if_id else []))


@pytest.fixture
def host(netns):
    netns.ip("addr", "add", f"{HERE}/24", "dev", "lo")
    return netns


def states(client):
    return [t.state for t in tunnels(client)]


@pytest.mark.parametrize("reqid", [1, 2], ids=["same reqid", "another reqid"])
def test_two_that_have_only_each_other_are_one(host, serve, reqid):
    add(host, HERE, THERE, 0xC0000001, 2)
    add(host, THERE, HERE, 0xD0000001, 1, reqid)
    agent, client, snmptrapd = serve()
    row = wait_for_state(client, UP, agent.process)
    assert (row.in_sas, row.out_sas, row.if_id, row.reqid, row.ups) == (1, 1, 2, 1, 0)
    assert events.notified(snmptrapd) == []


def test_of_three_nobody_can_tell(host, serve):
    """Unknown, which is no alarm; and down or up as soon as that can be told."""
    add(host, HERE, THERE, 0xC0000001, 1)
    add(host, HERE, THERE, 0xC0000002, 2)
    add(host, THERE, HERE, 0xD0000001, 3)
    agent, client, snmptrapd = serve()
    wait_for(lambda: states(client) == [UNKNOWN] * 3, "three tunnels", process=agent.process)
    host.ip("xfrm", "state", "delete", "src", HERE, "dst", THERE, "proto", "esp", "spi", "0xc0000002")
    # The one whose last SA is gone lingers.
    wait_for(lambda: sorted(states(client)) == [UP, DOWN], "two of them to be one", process=agent.process)
    (told,) = events.wait_for_notified(snmptrapd, 1)
    assert told.kind == events.UP
    assert {t.in_sas + t.out_sas for t in tunnels(client)} == {0, 2}


def test_what_comes_in_is_counted(host, new_namespace, serve):
    """
    By the SA of one interface id, in the tunnel that shows the other.  There is no XFRM interface here that would take the
    packets, so that they are dropped after they were counted.
    """
    peer = new_namespace()
    host.connect(peer, ["10.9.0.1/24"], ["10.9.0.2/24"])
    peer.ip("addr", "add", "10.9.2.1/32", "dev", "lo")
    peer.ip("route", "add", "10.9.1.1/32", "dev", "veth0", "src", "10.9.2.1")
    inner = ["src", "10.9.2.1/32", "dst", "10.9.1.1/32", "dir", "out"]
    template = ["tmpl", "src", "10.9.0.2", "dst", "10.9.0.1", "proto", "esp", "reqid", "1", "mode", "tunnel"]
    peer.ip("xfrm", "policy", "add", *inner, *template)
    add(peer, "10.9.0.2", "10.9.0.1", 0x1002)
    add(host, "10.9.0.2", "10.9.0.1", 0x1002, 11)
    add(host, "10.9.0.1", "10.9.0.2", 0x1001, 12)
    agent, client, _ = serve()
    wait_for_state(client, UP, agent.process)
    peer.run("ping", "-n", "-q", "-c", "5", "-i", "0.02", "-W", "1", "-I", "10.9.2.1", "10.9.1.1", check=False)
    row = wait_for(lambda: (t := the_tunnel(client)).in_packets == 5 and t, "five packets", process=agent.process)
    assert (row.if_id, row.out_packets, row.in_errors) == (12, 0, 0)
