# SPDX-License-Identifier: BSD-3-Clause
"""
How an agent is started, and what it says when it is started wrongly: one line that names the place, and nothing
started.
"""

import re
import signal
from pathlib import Path

import pytest

from bed.places import AGENT, TREE, scalar
from bed.process import wait_for
from bed.snmp import V2C, V3, V3_ACCESS, environment

TABLE = TREE / "tests" / "data" / "klips" / "openswan-2.txt"
READS, INTERVAL = scalar("Reads"), scalar("Interval")

LISTEN = ("-l", "udp:127.0.0.1:161")


@pytest.mark.parametrize(
    "options, says",
    [
        (("-z",), "invalid option -- 'z'"),
        (("-i", "0"), "-i 0: is not a number of seconds from 1 to 3600"),
        (("-s", "pfkey"), "-s pfkey: is not xfrm, klips or auto"),
        (("-x", "/run/x", *LISTEN), "a subagent and a whole engine exclude each other"),
        (("-p", *LISTEN), "-p with -l: -p prints once, without SNMP"),
        (("-p", "-c", "/dev/null"), "-p with -c: -p prints once"),
        (("-p", "-n", "a", "-n", "b"), "-p: prints one namespace"),
        (("-n", "a", "-s", "klips"), "namespaces (-n, netns) and source klips: KLIPS has one file"),
        (("-F", "manual"), "works with -p only"),
        (("-p", "-F", "xml"), "-F xml: is not auto, openswan, freeswan, manual or policies"),
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
        ("oid-root 1.40.1", "line 2: Error: oid-root 1.40.1: is not a numeric object identifier"),
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
        ("netns a\nsource klips", "namespaces (-n, netns) and source klips: KLIPS has one file"),
        ("notify-rate 10001", "line 2: Error: notify-rate 10001: is not"),
        ("notify-queue 99999999", "line 2: Error: notify-queue 99999999: is not"),
        ("trap2sink nowhere.invalid public", "line 2: Error: cannot create sink: nowhere.invalid"),
        ("trapsink nowhere.invalid public", "line 2: Error: trapsink: names no receiver that can be sent to; "),
        ("informsink nowhere.invalid public", "line 2: Error: informsink: names no receiver"),
        ("trapsess -v 3 -l authPriv -u x nowhere.invalid", "line 2: Error: trapsess: names no receiver"),
        ("trapsess -v 9 127.0.0.1", "line 2: Error: trapsess: names no receiver"),
        ("trapsess -v2c -c public", "line 2: Error: trapsess: names no receiver"),
    ],
)
def test_a_wrong_configuration_is_named_and_starts_nothing(agent_once, line, says):
    result = agent_once("-f", *LISTEN, configuration=f"rocommunity public\n{line}\n")
    assert result.returncode == 1
    assert f"ipsec-spi-agent.conf: {says}" in result.stderr or says in result.stderr
    assert "not started: the configuration has errors" in result.stderr


def test_a_configuration_file_that_may_not_be_read(netns, tmp_path):
    """Where net-snmp looks for it, too, which then passes over it in silence."""
    env = environment(tmp_path)
    file = Path(env["SNMPCONFPATH"]) / "ipsec-spi-agent.conf"
    file.write_text("interval 7\n")
    file.chmod(0)
    # Root itself reads everything.
    command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", AGENT, "-f", *LISTEN, "-k", TABLE]
    for options in ([], ["-c", file]):
        result = netns.run(*command, *options, check=False, env=env)
        assert result.returncode == 1
        assert f"{file}: Permission denied" in result.stderr


def test_a_subagent_has_no_trap_sinks_of_its_own(agent_once, sockets):
    result = agent_once("-f", "-x", sockets / "nobody", configuration="trap2sink 127.0.0.1 public\n")
    assert result.returncode == 1
    assert "line 1: Error: trap2sink: belongs in snmpd.conf" in result.stderr


def test_a_configuration_file_that_is_not_there(agent_once):
    result = agent_once("-f", "-c", "/nonexistent.conf", *LISTEN)
    assert result.returncode == 1
    assert "/nonexistent.conf: No such file or directory" in result.stderr


def test_a_missing_master_is_said_once(start_agent, sockets):
    agent = start_agent("-s", "xfrm", "-x", sockets / "nobody", "-D", "agentx_link")
    agent.wait_until_said("agentx_link: connecting to ", times=4)
    assert agent.output().count("no AgentX master at") == 1


# ---- What is read, and how often, where it is served and to whom can be said in either place


def served_by(agent, address="udp:127.0.0.1:161"):
    client = agent.client(address)
    agent.wait_until_served(client)
    return client


def test_the_configuration_file_is_enough(start_agent, mib2text, snmpd):
    words = f"source klips\nklips-file {TABLE}\ninterval 7\nagentXSocket {snmpd.agentx}\n"
    start_agent(configuration=words).wait_until_served(snmpd.client)
    assert snmpd.client.get_value(INTERVAL) == 7000
    assert mib2text(*V2C, snmpd.address, text=False).stdout == TABLE.read_bytes()


def test_an_engine_by_the_configuration_file_alone(start_agent, mib2text):
    words = f"klips-file {TABLE}\nagentaddress udp:127.0.0.1:161\nagentaddress tcp:127.0.0.1:161\nrocommunity public\n"
    agent = start_agent(configuration=words)
    for address in ("udp:127.0.0.1:161", "tcp:127.0.0.1:161"):
        served_by(agent, address)
        assert mib2text(*V2C, address, text=False).stdout == TABLE.read_bytes()


def test_words_of_snmp_conf_in_the_file_are_nothing_to_speak_of(start_agent, snmpd):
    words = f"agentXSocket {snmpd.agentx}\n[snmp] sendMessageMaxSize 1400\n[snmp]\nlogTimestamp 0\n"
    agent = start_agent("-s", "xfrm", configuration=words).wait_until_served(snmpd.client)
    assert "Error" not in agent.output() and "line" not in agent.output()


def test_an_option_wins_over_the_file(start_agent, mib2text):
    words = "source xfrm\nklips-file /nonexistent\ninterval 7\nagentaddress udp:127.0.0.1:1161\nrocommunity public\n"
    agent = start_agent(*LISTEN, "-s", "klips", "-k", TABLE, "-i", "9", configuration=words)
    client = served_by(agent)
    assert client.get_value(INTERVAL) == 9000
    assert mib2text(*V2C, client.address, text=False).stdout == TABLE.read_bytes()


def test_the_master_of_the_command_line_wins_over_an_address_in_the_file(start_agent, snmpd):
    words = "agentaddress udp:127.0.0.1:1161\n"
    start_agent("-s", "xfrm", "-x", snmpd.agentx, configuration=words).wait_until_served(snmpd.client)


def test_auto_is_the_file_if_there_is_one_and_else_the_kernel(agent_once, larval_sas, tmp_path):
    (spi,) = larval_sas(1)
    assert agent_once("-p", "-k", TABLE, check=True).stdout == TABLE.read_text()
    assert agent_once("-p", "-s", "auto", "-k", tmp_path / "none", check=True).stdout.startswith(f"esp0x{spi:x}@192.0.2.2 ")


@pytest.mark.parametrize("site", [".1.3.6.1.4.1.8072.9999.9999.77.3", ".2.999" + 98 * ".4294967295"], ids=["near", "as far as can be"])
def test_the_tree_can_be_moved(start_agent, mib2text, site):
    agent = start_agent(*LISTEN, "-k", TABLE, configuration=f"rocommunity public\noid-root {site}\n")
    client = agent.client("udp:127.0.0.1:161")
    agent.wait_until_served(client, root=site)
    assert mib2text(*V2C, "-CO", site, client.address, text=False).stdout == TABLE.read_bytes()
    elsewhere = mib2text(*V2C, client.address, check=False)
    assert elsewhere.returncode == 1 and "no IPSEC-SPI-MIB there" in elsewhere.stderr


def test_nobody_gets_into_an_engine_that_lets_nobody_in(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm")
    agent.wait_until_said("started")
    refused = agent.client("udp:127.0.0.1:161").run("snmpgetnext", "-t0.3", "-r1", ".1", check=False)
    assert refused.returncode != 0 and "Timeout" in refused.stderr


def test_an_engine_speaks_version_3_with_authentication_and_privacy(start_agent, mib2text):
    agent = start_agent(*LISTEN, "-k", TABLE, configuration=V3_ACCESS)
    address = "udp:127.0.0.1:161"
    agent.wait_until_served(agent.client(address).as_v3())
    assert mib2text(*V3, address, text=False).stdout == TABLE.read_bytes()
    wrong = [*V3[:-1], "another-passphrase"]
    refused = mib2text(*wrong, "-t", "1", "-r", "0", address, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")


def test_an_address_that_is_taken_is_named(start_agent, agent_once):
    served_by(start_agent(*LISTEN, "-s", "xfrm", configuration="rocommunity public\n"))
    result = agent_once("-f", *LISTEN, "-s", "xfrm", configuration="rocommunity public\n")
    assert result.returncode == 1
    assert "cannot listen on udp:127.0.0.1:161: " in result.stderr


# ---- The rest of the options


def test_help_and_version(agent_once):
    help_text, version = agent_once("-h", check=True), agent_once("-V", check=True)
    assert help_text.stdout.startswith("Usage: ipsec-spi-agent ") and help_text.stderr == ""
    assert re.fullmatch(r"ipsec-spi-agent [\d.]+ \(net-snmp [\d.]+\w*\)\n", version.stdout) and version.stderr == ""


@pytest.mark.parametrize("spelling", ["openswan", "freeswan", "manual", "auto"])
def test_once_in_every_spelling(agent_once, mib2text, start_agent, spelling):
    """What -p prints is what mib2text makes of the same SAs."""
    printed = agent_once("-p", "-k", TABLE, "-F", spelling, check=True).stdout
    assert len(printed.splitlines()) == len(TABLE.read_text().splitlines())
    assert (printed == TABLE.read_text()) == (spelling in ("openswan", "auto"))
    client = served_by(start_agent(*LISTEN, "-k", TABLE, configuration="rocommunity public\n"))
    assert mib2text(*V2C, "-Cf", spelling, client.address).stdout == printed


def test_the_log_goes_where_it_is_told_to(start_agent, agent_once, tmp_path):
    agent = start_agent(*LISTEN, "-s", "xfrm", "-L", f"f {tmp_path}/agent.log", configuration="rocommunity public\n")
    served_by(agent)
    assert " started" in (tmp_path / "agent.log").read_text()
    assert agent.output() == ""
    assert agent_once("-f", "-L", "q", *LISTEN).returncode == 2


def test_debugging_is_for_the_tokens_asked_for(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", "-D", "read_config:opt", configuration="rocommunity public\n")
    agent.wait_until_said("started")
    assert "read_config:opt: Reading optional config file:" in agent.output()


def test_debugging_everything(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", "-D", "ALL", configuration="rocommunity public\n")
    agent.wait_until_said("started")


# ---- SIGHUP


def test_hangup_reads_the_configuration_again(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", configuration="rocommunity public\ninterval 3600\n")
    client = served_by(agent)
    assert client.get_value(INTERVAL) == 3600000
    agent.configuration_file.write_text("rocommunity public\ninterval 1\n")
    agent.process.signal(signal.SIGHUP)
    wait_for(lambda: client.get_value(READS) > 2, "more reads")
    assert client.get_value(INTERVAL) == 1000


def test_hangup_keeps_the_old_configuration_if_the_new_one_is_wrong(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", configuration="rocommunity public\ninterval 7\n")
    client = served_by(agent)
    agent.configuration_file.write_text("rocommunity public\ninterval nine\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("line 2: Error: interval nine")
    agent.wait_until_said("nothing changed")
    assert client.get_value(INTERVAL) == 7000


def test_hangup_keeps_the_old_configuration_if_the_file_is_gone(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", configuration="rocommunity public\ninterval 7\n")
    client = served_by(agent)
    words = agent.configuration_file.read_text()
    agent.configuration_file.unlink()
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said(f"cannot read {agent.configuration_file}: No such file or directory")
    agent.wait_until_said("nothing changed")
    agent.configuration_file.write_text(words)
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again")
    assert client.get_value(INTERVAL) == 7000


def test_hangup_says_what_only_a_restart_changes(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", configuration="rocommunity public\n")
    served_by(agent)
    agent.configuration_file.write_text("rocommunity public\noid-root .1.3.6.1.4.1.8072.9999.9999.5\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("source, klips-file, netns, state-directory and oid-root change only with a restart")


def test_interrupt_is_a_clean_stop(start_agent):
    agent = start_agent(*LISTEN, "-s", "xfrm", configuration="rocommunity public\n")
    served_by(agent)
    agent.process.signal(signal.SIGINT)
    assert agent.process.wait_until_ended() == 0
    assert agent.output().endswith("ipsec-spi-agent stopped\n")


def test_a_stop_that_comes_early_is_clean_too(start_agent, sockets):
    def keeps_signals():
        blocked = re.search(r"^SigBlk:\s*(\w+)$", Path(f"/proc/{agent.pid}/status").read_text(), re.MULTILINE).group(1)
        return int(blocked, 16) & 1 << signal.SIGTERM - 1

    for _ in range(10):
        agent = start_agent("-s", "xfrm", "-x", sockets / "nobody")
        wait_for(keeps_signals, "the program to begin", process=agent.process)
        agent.stop()
