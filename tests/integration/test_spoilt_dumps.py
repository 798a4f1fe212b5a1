# SPDX-License-Identifier: BSD-3-Clause
"""
Dumps that Linux never sends of SAs, or only with hardware that is not here, from a kernel whose answers
tests/preload/spoil_xfrm.c spoils.
"""

import pytest

from bed.places import BUILD, SA_ENTRY, scalar
from bed.process import wait_for

# The sanitizers' runtime wants to be loaded first; tests/unit/xfrm/test_netlink.c and tests/unit/census/test_reader_failures.c go there.
pytestmark = pytest.mark.once
ADDRESS = "udp:127.0.0.1:161"
STATUS, ERROR, READS, FAILED_READS = map(scalar, ("SourceStatus", "SourceError", "Reads", "FailedReads"))
NOT_UNDERSTOOD, COMPLAINT, INTERRUPTED, SAS = map(scalar, ("NotUnderstood", "Complaint", "InterruptedReads", "Sas"))
OK, FAILING = 1, 2
DIRECTION, ADD_TIME, OFFLOAD, OFFLOAD_INTERFACE = 8, 19, 79, 80
IN, PACKET = 1, 2


@pytest.fixture
def serve(start_agent, larval_sas, monkeypatch):
    """serve(how): an agent to whom a kernel with five SAs speaks like that; (agent, client)."""

    def start(how):
        larval_sas(5)
        monkeypatch.setenv("LD_PRELOAD", str(BUILD / "tests" / "spoil_xfrm.so"))
        monkeypatch.setenv("SPOIL_XFRM", how)
        # Who keeps a state looks for events, too, before it is written, and may be the one whom the spoiler fails.
        words = "rocommunity public\nstate-directory none\n"
        agent = start_agent("-s", "xfrm", "-l", ADDRESS, "-i", "1", configuration=words)
        monkeypatch.delenv("LD_PRELOAD")
        client = agent.client(ADDRESS)
        agent.wait_until_served(client)
        return agent, client

    return start


def test_an_interrupted_dump_is_repeated_at_once(serve):
    agent, client = serve("interrupt=3")
    wait_for(lambda: client.get_value(SAS) == 5, "the SAs", process=agent.process)
    assert client.get_value(INTERRUPTED) == 3
    assert [client.get_value(oid) for oid in (STATUS, FAILED_READS)] == [OK, 0]


def test_dumps_that_are_always_interrupted_are_given_up(serve):
    """Five in a row; the next read tries again."""
    agent, client = serve("interrupt=12")
    wait_for(lambda: client.get_value(FAILED_READS) == 2, "two failed reads", process=agent.process)
    agent.wait_until_said("the kernel's list changed during each of several reads in a row")
    wait_for(lambda: client.get_value(SAS) == 5, "the SAs", process=agent.process)
    assert client.get_value(INTERRUPTED) == 12
    assert [client.get_value(oid) for oid in (STATUS, FAILED_READS)] == [OK, 2]
    assert agent.output().count("each of several reads in a row") == 1


def test_a_socket_that_fails_is_given_up_for_another(serve):
    agent, client = serve("fail=2")
    agent.wait_until_said("cannot read the SAs: XFRM: Input/output error")
    wait_for(lambda: client.get_value(SAS) == 5, "the SAs", process=agent.process)
    agent.wait_until_said("the SAs can be read again")
    assert client.get_value(STATUS) == OK
    assert client.get_value(FAILED_READS) == 2
    assert agent.output().count("cannot read the SAs") == 1


def test_what_is_malformed_or_unknown_is_counted_and_left_out(serve):
    agent, client = serve("malform")
    reads = wait_for(lambda: client.get_value(READS), "a read", process=agent.process)
    assert len(client.table(SA_ENTRY)) == 3, "the other SAs stand"
    assert client.get_value(NOT_UNDERSTOOD) >= 2 * reads
    assert client.get_value(COMPLAINT) == b"SA 2: an attribute is cut short"
    assert client.get_value(STATUS) == OK
    agent.wait_until_said("skipped what is not understood: SA 2")
    wait_for(lambda: client.get_value(READS) >= reads + 2, "more reads", process=agent.process)
    assert agent.output().count("skipped what is not understood") == 1


def test_a_device_tells_the_direction_before_policies_and_addresses_do(serve, netns):
    ends = ["src", "192.0.2.1", "dst", "192.0.2.2"]
    netns.ip("addr", "add", "192.0.2.1/32", "dev", "lo")
    template = ["tmpl", *ends, "proto", "esp", "mode", "tunnel"]
    netns.ip("xfrm", "policy", "add", "src", "10.0.0.0/8", "dst", "10.0.0.0/8", "dir", "out", *template)
    agent, client = serve("offload")
    rows = wait_for(lambda: client.table(SA_ENTRY), "the SAs", process=agent.process)
    told = [(row[DIRECTION], row[OFFLOAD], row[OFFLOAD_INTERFACE]) for row in rows.values()]
    assert told == [(IN, PACKET, 7)] * 5


def test_ages_are_those_when_the_sas_were_dumped(serve):
    """Policies come first, and may take their time; an SA that is made meanwhile must not seem older than the read."""
    agent, client = serve("late=1000")
    rows = wait_for(lambda: client.table(SA_ENTRY), "the SAs", process=agent.process)
    assert all(row[ADD_TIME] >= 1000 for row in rows.values()), rows
