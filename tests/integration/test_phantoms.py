# SPDX-License-Identifier: BSD-3-Clause
"""
Tunnels that never were: SAs without keys make no row, no event of a tunnel and no notification, however they end.
What had keys is in uml/test_phantoms.py.
"""

import re

import pytest

from bed import events, xfrm
from bed.events import CREATED, DELETED, HARD, NOT_NOTIFIED
from bed.places import SCALARS
from bed.process import wait_for
from bed.tunnels import tunnels

HERE, THERE = "192.0.2.1", "192.0.2.2"
LARVAL_SECONDS = 2


@pytest.fixture
def host(netns, new_namespace):
    """netns, a host with a peer."""
    netns.connect(new_namespace(), [f"{HERE}/24"], [f"{THERE}/24"])
    return netns


@pytest.fixture
def daemon(host, tmp_path):
    """Whom the kernel may ask for SAs; without anyone it remembers nothing.  It does not answer."""
    process = host.start("ip", ["ip", "xfrm", "monitor", "acquire"], tmp_path / "acquire")
    yield process
    process.kill()


@pytest.fixture
def watch(host, make_snmpd, start_agent, snmptrapd):
    """watch(): an agent that has read once, and notifies whom it may; returns a client."""

    def start(*options):
        snmpd = make_snmpd(events.SINK).start()
        agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, *options).wait_until_served(snmpd.client)
        wait_for(lambda: snmpd.client.get_value(f"{SCALARS}.8.0") > 0, "the first read", process=agent.process)
        return snmpd.client

    return start


def wait_for_events(client, kind, count):
    return wait_for(lambda: len(found := events.logged(client, kind)) == count and found, f"{count} events")


def assert_nothing_of_a_tunnel(client, snmptrapd):
    assert tunnels(client) == []
    assert {event.kind for event in events.logged(client)} <= {CREATED, DELETED, HARD}
    assert {event.delivery for event in events.logged(client)} == {NOT_NOTIFIED}
    assert (events.notified(snmptrapd), events.counts(client)) == ([], (0, 0, 0))


# Reads that are far between see nothing of the SAs; others see all of them.
@pytest.mark.parametrize("interval", ["60", "1"])
def test_an_acquire_without_an_answer(host, watch, daemon, snmptrapd, interval):
    if not events.larval_sas_live_for(host, LARVAL_SECONDS):
        pytest.skip("only root proper can say how long larval SAs live")
    client = watch("-i", interval)
    peers = {f"198.51.100.{n}" for n in range(1, 8)}
    host.ip("route", "add", "198.51.100.0/24", "via", THERE)
    template = ["tmpl", "src", "0.0.0.0", "dst", "0.0.0.0", "proto", "esp", "reqid", "5", "mode", "transport"]
    host.ip("xfrm", "policy", "add", "src", f"{HERE}/32", "dst", "198.51.100.0/24", "dir", "out", *template)


    def each_was_asked_for():
        for peer in peers:
            host.run("ping", "-n", "-c", "1", "-W", "0.1", peer, check=False)
        return set(re.findall(r"sel src \S+ dst ([\d.]+)", daemon.output())) == peers

    wait_for(each_was_asked_for, "the kernel to ask for SAs", process=daemon)
    wait_for(lambda: not xfrm.states(host), "all to expire")
    wait_for(lambda: len({e.said for e in events.logged(client, HARD)}) == len(peers), "their ends to be heard")
    assert_nothing_of_a_tunnel(client, snmptrapd)


@pytest.mark.parametrize("interval", ["60", "1"])
def test_an_spi_that_was_set_aside_and_expires(host, watch, snmptrapd, larval_sas, interval):
    if not events.larval_sas_live_for(host, LARVAL_SECONDS):
        pytest.skip("only root proper can say how long larval SAs live")
    client = watch("-i", interval)
    spis = larval_sas(3)
    told = wait_for_events(client, HARD, 3)
    assert {event.said for event in told} == {f"esp.{spi:x}@{THERE}" for spi in spis}
    assert_nothing_of_a_tunnel(client, snmptrapd)


@pytest.mark.parametrize("ends", [(HERE, THERE), (THERE, HERE), ("0.0.0.0", "0.0.0.0"), ("::", "::")], ids="-".join)
def test_an_spi_that_was_set_aside_and_given_up(host, watch, snmptrapd, ends):
    client = watch("-i", "1")
    xfrm.keep_larval_sas(host)
    (spi,) = xfrm.add_larval_sas(host, 1, *ends)
    wait_for_events(client, CREATED, 1)
    host.ip("xfrm", "state", "delete", "src", ends[0], "dst", ends[1], "proto", "esp", "spi", hex(spi))
    wait_for_events(client, DELETED, 1)
    assert_nothing_of_a_tunnel(client, snmptrapd)


def test_a_flush_of_what_had_no_keys(host, watch, snmptrapd, larval_sas):
    client = watch("-i", "1")
    xfrm.keep_larval_sas(host)
    larval_sas(3)
    wait_for_events(client, CREATED, 3)
    host.ip("xfrm", "state", "flush")
    wait_for_events(client, DELETED, 3)
    assert_nothing_of_a_tunnel(client, snmptrapd)
