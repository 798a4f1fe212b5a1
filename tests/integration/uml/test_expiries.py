# SPDX-License-Identifier: BSD-3-Clause
"""
Expiries of SAs that carry traffic, with ip(8) as the oracle: what "ip xfrm monitor" saw, and the notifications that
snmptrapd received, are the same list.
"""

import signal
import time
from collections import Counter

import pytest

from bed import events
from bed.events import ADD_TIME, BYTES, CREATED, DELETED, HARD, PACKETS, SINK, SOFT, STREAM_SINK, USE_TIME
from bed.monitor import Monitor
from bed.places import BUILD, scalar
from bed.process import wait_for
from bed.xfrm import EspTunnel

# The sanitized build need not show it all over again.
REKEYING_SECONDS = 60 if BUILD.name == "build" else 15


@pytest.fixture
def monitor(netns, tmp_path):
    monitor = Monitor(netns, tmp_path)
    yield monitor
    monitor.process.stop()


def spi_of(event):
    return int(event.said.split(".")[1].split("@")[0], 16)


def told(snmptrapd):
    return [(e.kind, spi_of(e)) for e in events.notified(snmptrapd, SOFT, HARD)]


def account(name, monitor, snmptrapd):
    """Prints what came of the expiries, and returns (lost, doubled) as Counters."""
    made, came = Counter(monitor.expired()), Counter(told(snmptrapd))
    lost, doubled = made - came, came - made
    print(f"{name}: {made.total()} made, {came.total()} told, {doubled.total()} doubled, {lost.total()} lost")
    return lost, doubled


OUT, IN, IDLE = 0x1001, 0x1002, 0x2001


def limit(*words):
    """limit("packet-soft", 5, ...) as ip(8) has it."""
    return [word for name, value in zip(words[::2], words[1::2]) for word in ("limit", name, str(value))]


# Without reads in between only events tell, so that even the order is the kernel's; with them either may be first.
@pytest.mark.parametrize("interval", ["60", "1"], ids=["by events", "by events and reads"])
def test_limits_reached_by_traffic(netns, new_namespace, make_snmpd, start_agent, snmptrapd, monitor, interval):
    tunnel = EspTunnel(netns, new_namespace())

    def replace(sender, spi, *limits):
        tunnel.delete_sa(netns, sender, spi)
        tunnel.add_sa(netns, sender, spi, *limit(*limits))

    snmpd = make_snmpd(SINK).start()
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", interval, configuration="tunnel office remote 10.9.0.2\n")
    agent.wait_until_served(snmpd.client)
    replace(0, OUT, "packet-soft", 5, "packet-hard", 12)
    replace(1, IN, "byte-soft", 600, "byte-hard", 100000)
    tunnel.add_sa(netns, 1, IDLE, *limit("time-soft", 2, "time-hard", 4))
    tunnel.ping(count=9)
    events.wait_for_notified(snmptrapd, 4, SOFT, HARD)
    netns.run("ping", "-q", "-n", "-c", "6", "-i", "0.02", "-W", "1", "-I", tunnel.INNER[0], tunnel.INNER[1], check=False)
    events.wait_for_notified(snmptrapd, 5, SOFT, HARD)
    # Others with the same SPIs: their limits are told again.  The other end would take their packets for replays.
    tunnel.add_sa(netns, 0, OUT, *limit("packet-soft", 3))
    tunnel.delete_sa(tunnel.right, 0, OUT)
    tunnel.add_sa(tunnel.right, 0, OUT)
    replace(1, IN, "time-use-soft", 1, "time-use-hard", 3)
    tunnel.ping(count=5)
    wanted = {
        (SOFT, OUT, PACKETS),
        (SOFT, IN, BYTES),
        (SOFT, IDLE, ADD_TIME),
        (HARD, IDLE, ADD_TIME),
        (HARD, OUT, PACKETS),
        (SOFT, IN, USE_TIME),
        (HARD, IN, USE_TIME),
    }
    came = events.wait_for_notified(snmptrapd, 8, SOFT, HARD)
    wait_for(lambda: len(monitor.expired()) >= 8, "the monitor to have seen them", process=monitor.process)
    assert account(f"limits reached by traffic, a read each {interval} s", monitor, snmptrapd) == (Counter(), Counter())
    assert interval == "1" or told(snmptrapd) == monitor.expired()
    assert {(e.kind, spi_of(e), e.limit) for e in came} == wanted
    assert {e.direction for e in came if spi_of(e) != IDLE} == {1, 2}
    assert {(e.transform, e.tunnel) for e in came} == {("ESP_AES_GCM_16", "office")}
    by_limit = {e.limit: (e.soft, e.hard) for e in came if e.limit in (BYTES, ADD_TIME, USE_TIME)}
    assert by_limit == {BYTES: (600, 100000), ADD_TIME: (2, 4), USE_TIME: (1, 3)}
    assert all(e.current >= (e.soft if e.kind == SOFT else e.hard) for e in came)


def test_an_update_makes_a_new_limit(netns, new_namespace, make_snmpd, start_agent, snmptrapd, monitor):
    tunnel = EspTunnel(netns, new_namespace())
    snmpd = make_snmpd(SINK).start()
    start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "60").wait_until_served(snmpd.client)

    def update(soft):
        tunnel.update_sa(netns, 0, OUT, *limit("packet-soft", soft))

    update(3)
    tunnel.ping(count=6)
    assert [e.soft for e in events.wait_for_notified(snmptrapd, 1, SOFT, HARD)] == [3]
    # The kernel tells again after each update, but only another limit is news.
    update(3)
    tunnel.ping(count=2)
    wait_for(lambda: len(monitor.expired()) == 2, "the kernel to tell again", process=monitor.process)
    update(10)
    tunnel.ping(count=6)
    assert [e.soft for e in events.wait_for_notified(snmptrapd, 2, SOFT, HARD)] == [3, 10]
    assert monitor.expired() == [(SOFT, OUT)] * 3


@pytest.mark.once
def test_what_the_kernel_told_while_nobody_listened(netns, new_namespace, make_snmpd, start_agent, snmptrapd, monitor):
    """
    A receive buffer for a few events, and an agent that is stopped while hundreds come.  Half of the SAs are gone when it
    goes on, so that their soft expiries are found only then.
    """
    many, first = 300, 0x3000
    tunnel = EspTunnel(netns, new_namespace())
    snmpd = make_snmpd(STREAM_SINK).start()
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration="event-backlog 4096\n")
    agent.wait_until_served(snmpd.client)
    tunnel.delete_sa(netns, 0, OUT)
    tunnel.add_sa(netns, 0, OUT, *limit("packet-soft", 5))
    # On a slow machine, too, all have been read before the first is gone.
    tunnel.add_sas(netns, 1, range(first, first + many // 2), *limit("time-soft", 10))
    tunnel.add_sas(netns, 1, range(first + many // 2, first + many), *limit("time-soft", 10, "time-hard", 14))
    wait_for(lambda: snmpd.client.get_value(scalar("Sas")) == many + 2, "all to be read", process=agent.process)
    agent.process.signal(signal.SIGSTOP)
    tunnel.ping(count=9)
    made = many + many // 2 + 1
    wait_for(lambda: len(monitor.expired()) == made, "all to expire", process=monitor.process)
    agent.process.signal(signal.SIGCONT)
    came = events.wait_for_notified(snmptrapd, made, SOFT, HARD)
    events.wait_until_settled(snmpd.client, made)
    assert account("a tiny receive buffer, and SIGSTOP", monitor, snmptrapd) == (Counter(), Counter())
    assert snmpd.client.get_value(scalar("LostEventBatches")) > 0
    assert Counter((e.kind, e.limit, e.soft) for e in came) == {
        (SOFT, PACKETS, 5): 1,
        (SOFT, ADD_TIME, 10): many,
        (HARD, ADD_TIME, 10): many // 2,
    }


def test_every_rekey_is_told_once(make_ike_pair, netns, make_snmpd, start_agent, snmptrapd, monitor):
    """
    strongSwan gives each SA a soft limit of two seconds: each is one expiry, then one deletion.  An agent that is stopped
    for longer than the hard limit hears of them late, and takes none for older than it became.
    """
    pair = make_ike_pair(children=2, rekey_seconds=2)
    snmpd = make_snmpd(SINK).start()
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "5", configuration="event-log-changes 10000\n")
    agent.wait_until_served(snmpd.client)
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) > 0, "a read", process=agent.process)
    pair.start()
    streams = [pair.stream(sender) for sender in (0, 1)]
    time.sleep(REKEYING_SECONDS / 2)
    agent.process.signal(signal.SIGSTOP)
    time.sleep(REKEYING_SECONDS / 4)
    agent.process.signal(signal.SIGCONT)
    time.sleep(REKEYING_SECONDS / 4)
    for stream in streams:
        stream.stop()
    for daemon in pair.daemons:
        daemon.stop()
    wait_for(lambda: events.counts(snmpd.client)[1] == 0, "nothing to wait", process=agent.process)
    time.sleep(3)
    assert account(f"strongSwan, rekeying for {REKEYING_SECONDS} s", monitor, snmptrapd) == (Counter(), Counter())
    came = events.notified(snmptrapd, SOFT, HARD)
    assert len(came) >= REKEYING_SECONDS / 2
    assert {(e.kind, e.limit, e.soft, e.hard) for e in came} == {(SOFT, ADD_TIME, 2, 12)}
    assert len({e.said for e in came}) == len(came)
    # The kernel tells of an SA when it has its keys; a read may have seen it before, and some never get any.
    wait_for(lambda: {spi_of(e) for e in events.logged(snmpd.client, DELETED)} >= monitor.spis("Deleted"), "all ends")
    created = events.logged(snmpd.client, CREATED)
    assert {spi_of(e) for e in created} >= monitor.spis("", "Updated")
    assert {spi_of(e) for e in created if e.detail != "it waits for its keys"} <= monitor.spis("", "Updated")
