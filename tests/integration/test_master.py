# SPDX-License-Identifier: BSD-3-Clause
"""An AgentX master that hangs, and an agent that lives with it; test_agentx.py has one that refuses, test_larval.py some that come and go."""

import contextlib
import signal
import socket

import pytest

from bed.places import scalar
from bed.process import wait_for

# What is said of each attempt to connect, with -D agentx_link.
ATTEMPT = "agentx_link: connecting to "
READS = scalar("Reads")


def listens(agent):
    """The agent's event loop turns: it does what a signal asks for."""
    before = agent.output().count("read the configuration again")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again", times=before + 1)


def crowd(address):
    """Connects to a socket as often as it has room for connections that nobody accepts."""
    crowded = []
    with contextlib.suppress(BlockingIOError):
        while True:
            crowded.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK))
            crowded[-1].connect(address.removeprefix("unix:"))
    return crowded


@pytest.mark.parametrize("crowded", [False, True], ids=["not-answering", "not-accepting"])
def test_a_master_that_hangs_does_not_hold_up_the_agent(snmpd, start_agent, crowded):
    options = ["-s", "xfrm", "-i", "1", "-D", "agentx_link"]
    agent = start_agent(*options, "-x", snmpd.agentx).wait_until_served(snmpd.client)
    reads = snmpd.client.get_value(READS)
    snmpd.process.signal(signal.SIGSTOP)
    others = crowd(snmpd.agentx) if crowded else []
    agent.wait_until_said("lost the AgentX master")
    attempts = agent.output().count(ATTEMPT)
    for times in range(1, 4):
        agent.wait_until_said(ATTEMPT, times=attempts + times)
        listens(agent)
    snmpd.process.signal(signal.SIGCONT)
    for other in others:
        other.close()
    agent.wait_until_said("connected to the AgentX master", times=2)
    agent.wait_until_served(snmpd.client)
    # The kernel was read all the time.
    assert snmpd.client.get_value(READS) >= reads + 3
    assert agent.output().count("lost the AgentX master") == 1


def test_a_configuration_that_is_read_again_leaves_the_session_alone(agent, snmpd):
    """net-snmp would connect once more, and again each second."""
    for _ in range(3):
        listens(agent)
    snmpd.restart()
    agent.wait_until_served(snmpd.client)
    wait_for(lambda: snmpd.client.get_value(READS) > 3, "time to pass")
    assert agent.output().count("connected to the AgentX master") == 2
    assert "attempted to be re-opened" not in agent.output()


def test_an_agent_that_is_stopped_while_its_master_hangs(agent, snmpd):
    snmpd.process.signal(signal.SIGSTOP)
    agent.stop()
    snmpd.process.signal(signal.SIGCONT)
