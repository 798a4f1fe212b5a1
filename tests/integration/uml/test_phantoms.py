# SPDX-License-Identifier: BSD-3-Clause
"""Tunnels that never were: SAs with keys that nobody means, or that are gone at once, make no row and no notification."""

import re

import pytest

from bed import events, ike
from bed.events import CREATED, DELETED, NOT_NOTIFIED
from bed.places import SCALARS
from bed.process import wait_for
from bed.tunnels import DOWN, UP, the_tunnel, tunnels, wait_for_state
from bed.xfrm import AES_GCM

ADDRESS = "udp:127.0.0.1:161"
HERE, THERE = "192.0.2.1", "192.0.2.9"


@pytest.fixture
def watch(netns, start_agent, start_snmptrapd):
    """watch(*options): an agent that has read once and notifies whom it may, its client, and who receives that."""

    def start(*options, configuration=""):
        snmptrapd = start_snmptrapd()
        words = f"rocommunity public\n{events.SINK}{configuration}"
        agent = start_agent("-s", "xfrm", "-l", ADDRESS, *options, configuration=words)
        client = agent.client(ADDRESS)
        agent.wait_until_served(client)
        wait_for(lambda: client.get_value(f"{SCALARS}.8.0") > 0, "the first read", process=agent.process)
        return agent, client, snmptrapd

    return start


def sa(verb, source, destination, spi, reqid=5):
    name = f"xfrm state {verb} src {source} dst {destination} proto esp spi {spi:#x}"
    if verb == "delete":
        return name
    return f"{name} reqid {reqid} mode tunnel {' '.join(AES_GCM)}"


def wait_for_reads(client, agent, count=2):
    reads = client.get_value(f"{SCALARS}.8.0")
    wait_for(lambda: client.get_value(f"{SCALARS}.8.0") >= reads + count, f"{count} reads", process=agent.process)


def assert_nothing_of_a_tunnel(client, snmptrapd, sas):
    assert tunnels(client) == []
    assert sorted(e.kind for e in events.logged(client)) == [CREATED] * sas + [DELETED] * sas
    assert {(e.delivery, e.tunnel_index) for e in events.logged(client)} == {(NOT_NOTIFIED, 0)}
    assert events.notified(snmptrapd) == []


# 0.0.0.0 is what libreswan 5 tries the kernel with.
@pytest.mark.parametrize("ends", [("0.0.0.0", "0.0.0.0"), ("::", "::"), (THERE, HERE), (HERE, THERE)], ids="-".join)
@pytest.mark.parametrize("interval", ["60", "1"])
def test_an_sa_that_is_made_and_deleted_at_once(netns, watch, ends, interval):
    netns.ip("addr", "add", f"{HERE}/24", "dev", "lo")
    agent, client, snmptrapd = watch("-i", interval)
    count = 20
    for spi in range(0x1001, 0x1001 + count):
        netns.ip_batch([sa("add", *ends, spi), sa("delete", *ends, spi)])
    wait_for(lambda: len(events.logged(client, DELETED)) == count, "all ends to be heard", process=agent.process)
    if interval == "1":
        wait_for_reads(client, agent)
    assert_nothing_of_a_tunnel(client, snmptrapd, count)


def test_an_sa_from_any_to_any_that_stays(netns, watch):
    agent, client, snmptrapd = watch("-i", "1")
    netns.ip_batch([sa("add", "0.0.0.0", "0.0.0.0", 0x1001), sa("add", "::", "::", 0x1002)])
    wait_for_reads(client, agent)
    assert client.get_value(f"{SCALARS}.15.0") == 2, "ipsecAgentSas"
    assert client.get_value(f"{SCALARS}.34.0") == 0, "ipsecAgentUnassignedSas"
    netns.ip("xfrm", "state", "flush")
    wait_for(lambda: len(events.logged(client, DELETED)) == 2, "their ends to be heard", process=agent.process)
    assert_nothing_of_a_tunnel(client, snmptrapd, 2)


def test_one_direction_that_stays_is_a_tunnel_that_is_down(netns, watch):
    """Whoever keys by hand and forgets one of two, or a daemon that fails half-way."""
    netns.ip("addr", "add", f"{HERE}/24", "dev", "lo")
    agent, client, snmptrapd = watch("-i", "1")
    netns.ip_batch([sa("add", THERE, HERE, 0x2001)])
    row = wait_for_state(client, DOWN, agent.process)
    assert (row.in_sas, row.out_sas, row.index) == (1, 0, 10001)
    netns.ip_batch([sa("add", HERE, THERE, 0x2002)])
    assert wait_for_state(client, UP, agent.process).index == 10001
    told = events.wait_for_notified(snmptrapd, 1)
    assert [(e.kind, e.tunnel_index) for e in told] == [(events.UP, 10001)]


def test_libreswan_tries_the_kernel_when_it_starts(make_ike_pair, netns, watch, tmp_path, record_property):
    """libreswan 5 does so with an SA from 0.0.0.0 to 0.0.0.0, which it deletes at once; there is no tunnel but its own."""
    agent, client, snmptrapd = watch("-i", "1")
    monitor = netns.start("monitor", ["ip", "xfrm", "monitor", "SA"], tmp_path / "monitor")
    pair = make_ike_pair(daemon=ike.Libreswan, on_demand=True).start()
    wait_for_reads(client, agent)
    tried = re.findall(r"^(?:Deleted )?src (?:0\.0\.0\.0|::) dst (?:0\.0\.0\.0|::)\s", monitor.output(), re.M)
    major = int(re.search(r"Libreswan v?(\d+)", pair.daemons[0].run("/usr/libexec/ipsec/pluto", "--version").stdout).group(1))
    record_property("figure", f"libreswan {major}, {len(tried)} messages of SAs that it tries the kernel with")
    assert (len(tried) > 0) == (major >= 5)
    assert tunnels(client) == [] and events.notified(snmptrapd) == []
    pair.daemons[0].up("c1")
    row = wait_for_state(client, UP, agent.process)
    monitor.kill()
    assert (row.local, row.remote) == (bytes([10, 9, 0, 1]), bytes([10, 9, 0, 2]))
    assert {e.kind for e in events.notified(snmptrapd)} <= {events.UP}
    assert the_tunnel(client).index == row.index == 10001
