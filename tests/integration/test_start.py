# SPDX-License-Identifier: BSD-3-Clause
"""What the agent says when it is started wrongly: one line that names the place, and nothing started."""

import signal

import pytest

from bed.process import wait_for

LISTEN = ("-l", "udp:127.0.0.1:161")


@pytest.mark.parametrize(
    "options, says",
    [
        (("-z",), "invalid option -- 'z'"),
        (("-i", "0"), "-i 0: is not a number of seconds from 1 to 3600"),
        (("-s", "pfkey"), "-s pfkey: is not xfrm, klips or auto"),
        (("-x", "/run/x", *LISTEN), "be a subagent or a whole engine, not both"),
        (("-p", *LISTEN), "prints once, without SNMP"),
        (("-F", "manual"), "goes with -p only"),
        (("-p", "-F", "xml"), "-F xml: is not auto, openswan, freeswan or manual"),
        (("stray",), "argument stray: not expected"),
        (("-n", "a=c", "-n", "b=c"), "has the context of a namespace given before"),
    ],
)
def test_wrong_usage(agent_once, options, says):
    result = agent_once(*options)
    assert result.returncode == 2
    assert says in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "line, says",
    [
        ("intervall 5", "line 2: Warning: Unknown token: intervall"),
        ("interval 0", "line 2: Error: interval 0: is not a number of seconds from 1 to 3600"),
        ("interval 100%n%s", "interval 100%n%s: is not a number"),
        ("stale-after never", "line 2: Error: stale-after never"),
        ("oid-root 1.3.x", "line 2: Error: oid-root 1.3.x: is not a numeric object identifier"),
        ("source pfkey", "line 2: Error: source pfkey"),
        ("event-log -5", "line 2: Error: event-log -5: is not a number of events from 1 to 100000"),
        ("event-log 0", "line 2: Error: event-log 0: is not"),
        ("event-log 99999999999999999999", "line 2: Error: event-log 99999999999999999999: is not"),
        ("event-log-changes -1", "line 2: Error: event-log-changes -1: is not a number of events from 0"),
        ("event-syslog maybe", "line 2: Error: event-syslog maybe: is not yes or no"),
        ("notify-soft bytes seconds", "line 2: Error: notify-soft bytes seconds: is not all, none, volume"),
        ("notify-rate 0", "line 2: Error: notify-rate 0: is not a number of notifications a second from 1 to 10000"),
        ("notify-rate 1e6", "line 2: Error: notify-rate 1e6: is not"),
        ("notify-queue 0", "line 2: Error: notify-queue 0: is not a number of notifications from 1"),
        ("trap2sink nowhere.invalid public", "line 2: Error: cannot create sink: nowhere.invalid"),
    ],
)
def test_a_wrong_configuration_is_named_and_starts_nothing(agent_once, line, says):
    result = agent_once("-f", *LISTEN, configuration=f"rocommunity public\n{line}\n")
    assert result.returncode == 1
    assert f"ipsec-spi-agent.conf: {says}" in result.stderr or says in result.stderr
    assert "not started: the configuration has errors" in result.stderr


def test_a_subagent_has_no_trap_sinks_of_its_own(agent_once, sockets):
    result = agent_once("-f", "-x", sockets / "nobody", configuration="trap2sink 127.0.0.1 public\n")
    assert result.returncode == 1
    assert "line 1: Error: trap2sink: belongs in snmpd.conf" in result.stderr


def test_a_configuration_file_that_is_not_there(agent_once):
    result = agent_once("-f", "-c", "/nonexistent.conf", *LISTEN)
    assert result.returncode == 1
    assert "/nonexistent.conf: No such file or directory" in result.stderr


def test_a_missing_master_is_said_once(start_agent, sockets):
    agent = start_agent("-s", "xfrm", "-x", sockets / "nobody", "-i", "1", configuration="interval 1\n")
    agent.wait_until_said("no AgentX master at")
    # Several tries later it has still been said once.
    wait_for(lambda: agent.running(), "the agent to go on waiting")
    assert agent.output().count("no AgentX master at") == 1


def test_hangup_reads_the_configuration_again_and_keeps_the_old_one_if_it_is_wrong(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", configuration="rocommunity public\ninterval 7\n")
    client = agent.client("udp:127.0.0.1:161")
    agent.wait_until_served(client)
    agent.configuration_file.write_text("rocommunity public\ninterval 9\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again")
    agent.configuration_file.write_text("rocommunity public\ninterval nine\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("nothing changed")
    agent.wait_until_served(client)
