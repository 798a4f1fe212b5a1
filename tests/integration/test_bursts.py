# SPDX-License-Identifier: BSD-3-Clause
"""
Bursts of larval SAs that this kernel expires for real.  Each test prints how many expiries were made, told, doubled and
lost.
"""

import signal

import pytest

from bed import events, xfrm
from bed.events import ADD_TIME, HARD, NOTIFY_LARVAL, STREAM_SINK
from bed.places import EVENT_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import COMMUNITY


@pytest.fixture
def add_burst(netns, tmp_path):
    """add_burst(count, seconds): so many larval SAs that live so long."""

    def add(count, seconds):
        if not events.larval_sas_live_for(netns, seconds):
            pytest.skip("only root proper can say how long larval SAs live")
        events.add_larval_burst(netns, tmp_path, count)

    return add


@pytest.mark.parametrize("engine", ["snmpd", pytest.param("no snmpd", marks=pytest.mark.once)])
def test_ten_thousand_expiries_are_paced_and_hold_up_no_answer(
    engine, make_snmpd, start_agent, snmptrapd, add_burst, start_prober
):
    count, rate = 10000, 2000
    words = f"{NOTIFY_LARVAL}notify-rate {rate}\nevent-log {count}\nevent-log-changes 0\n"
    if engine == "snmpd":
        snmpd = make_snmpd(STREAM_SINK).start()
        agent, client = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "60", configuration=words), snmpd.client
    else:
        address, words = "udp:127.0.0.1:161", f"{words}rocommunity {COMMUNITY}\n{STREAM_SINK}"
        agent = start_agent("-s", "xfrm", "-l", address, "-i", "60", configuration=words)
        client = agent.client(address)
    agent.wait_until_served(client)
    quiet = start_prober()
    add_burst(count, 5)
    wait_for(lambda: events.counts(client)[0] > 0, "the burst to begin", process=agent.process)
    quiet.stop()
    probing = start_prober()
    told = events.wait_for_notified(snmptrapd, count)
    probing.stop()
    events.wait_until_settled(client, count)
    told = events.notified(snmptrapd)
    print(f"before the burst: {quiet.figures()}\nin the burst: {probing.figures()}")
    assert events.account(f"burst of {count} at {rate} a second, {engine}", count, told) == (0, 0)
    events.assert_in_order(told)
    assert {(e.kind, e.limit) for e in told} == {(HARD, ADD_TIME)}
    assert (quiet.unanswered, probing.unanswered) == (0, 0)
    # The burst lasts for count / rate seconds at least.  Were answers held up by it, there would be one.
    assert len(probing.milliseconds) >= 10
    # Every one that was sent can still be fetched.
    numbers = client.walk(f"{EVENT_ENTRY}.2", repetitions=100)
    assert [v.value for v in numbers] == [e.number for e in told]


def test_lost_events_are_made_good_by_a_read(netns, make_snmpd, start_agent, snmptrapd, add_burst):
    count = 1000
    snmpd = make_snmpd(STREAM_SINK).start()
    configuration = f"{NOTIFY_LARVAL}event-backlog 4096\nnotify-rate 1000\n"
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration=configuration)
    agent.wait_until_served(snmpd.client)
    # They live long enough for all of them to be read before the first is gone, even on a slow machine.
    add_burst(count, 10)
    wait_for(lambda: snmpd.client.get_value(scalar("Sas")) == count, "all to be read", process=agent.process)
    # While the agent does not take them, the kernel has no room for so many.
    agent.process.signal(signal.SIGSTOP)
    wait_for(lambda: not xfrm.states(netns), "all to expire")
    agent.process.signal(signal.SIGCONT)
    events.wait_for_notified(snmptrapd, count)
    batches = wait_for(lambda: snmpd.client.get_value(scalar("LostEventBatches")), "the agent to be served", process=agent.process)
    events.wait_until_settled(snmpd.client, count)
    told = events.notified(snmptrapd)
    print(f"events were lost {batches} times")
    assert events.account("ENOBUFS", count, told) == (0, 0)
    assert {(e.kind, e.limit, e.hard) for e in told} == {(HARD, ADD_TIME, 10)}
