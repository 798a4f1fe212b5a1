# SPDX-License-Identifier: BSD-3-Clause
"""What has not been read is never shown as if there were nothing: before the first read, and where none ever succeeds."""

import json
import os

import pytest

from bed import places
from bed.places import EVENT_ENTRY, SA_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import V2C, environment
from bed.tunnels import UNKNOWN, tunnels

TABLE = places.TREE / "tests" / "data" / "klips" / "openswan-2.txt"
STATUS, ERROR, AGE, READS, SAS = map(scalar, ("SourceStatus", "SourceError", "SnapshotAge", "Reads", "Sas"))
OK, FAILING, NOT_YET_READ = 1, 2, 4
NEVER = 2**32 - 1
NAMED = "tunnel office remote 192.0.2.7\n"

# Every way in which mib2text prints something.
WAYS = [(), ("-Cf", "json"), ("-Cs",), ("-Ct",), ("-Ct", "-Cf", "json")]


@pytest.fixture
def table(tmp_path):
    return tmp_path / "ipsec_spi"


def wait_until_connected(agent, client):
    """Whatever it has read."""
    agent.wait_until_said("connected")
    assert client.get_value(STATUS) is not None


@pytest.fixture
def start(table, start_agent, snmpd):
    """start(): a subagent of snmpd that reads table, whatever that is."""

    def start():
        agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx, "-i", "1", configuration=NAMED)
        wait_until_connected(agent, snmpd.client)
        return agent

    return start


@pytest.fixture
def held(tmp_path):
    """While this file is there, the kernel is silent about SAs."""
    file = tmp_path / "held"
    file.write_text("")
    return file


@pytest.fixture
def reading(held, larval_sas, start_agent, snmpd, monkeypatch):
    """An agent in the middle of its first read, of a kernel with three SAs."""
    larval_sas(3)
    monkeypatch.setenv("LD_PRELOAD", str(places.BUILD / "tests" / "spoil_xfrm.so"))
    monkeypatch.setenv("SPOIL_XFRM", f"hold={held}")
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration=NAMED)
    monkeypatch.delenv("LD_PRELOAD")
    wait_until_connected(agent, snmpd.client)
    return agent


def remove(table):
    if table.is_dir():
        table.rmdir()
    else:
        table.unlink(missing_ok=True)


@pytest.fixture(params=["no file", "a fifo", "a directory"])
def failing(request, table, start, snmpd):
    """An agent whose file never could be read."""
    {"no file": lambda: None, "a fifo": lambda: os.mkfifo(table), "a directory": table.mkdir}[request.param]()
    agent = start()
    wait_for(lambda: snmpd.client.get_value(STATUS) == FAILING, "the first read to fail", process=agent.process)
    return agent


def assert_refused(result, words):
    assert (result.returncode, result.stdout) == (1, "")
    assert words in result.stderr and len(result.stderr.splitlines()) == 1


def assert_mib2text_refuses(mib2text, client, words, tmp_path):
    """All that it prints, into a file, too, and from a walk that was saved meanwhile."""
    out, walk = tmp_path / "out", tmp_path / "walk"
    out.write_text("before\n")
    walk.write_text(client.run("snmpbulkwalk", "-On", places.ROOT_OID).stdout)
    for way in WAYS:
        assert_refused(mib2text(*V2C, *way, client.address, check=False), words)
        assert_refused(mib2text(*V2C, *way, "-Co", out, client.address, check=False), words)
        assert_refused(mib2text(*way, "-Ci", walk, check=False), words)
    assert out.read_text() == "before\n"


@pytest.mark.once  # the sanitizers' runtime wants to be loaded before spoil_xfrm
def test_before_the_first_read_has_ended_nobody_is_told_that_there_are_no_sas(reading, held, snmpd, mib2text, tmp_path):
    client = snmpd.client
    assert [client.get_value(oid) for oid in (STATUS, ERROR, AGE, READS, SAS)] == [NOT_YET_READ, b"", NEVER, 0, 0]
    assert client.table(SA_ENTRY) == {} and client.table(EVENT_ENTRY) == {}
    assert [(tunnel.name, tunnel.state) for tunnel in tunnels(client)] == [("office", UNKNOWN)]
    assert_mib2text_refuses(mib2text, client, "the agent has not read its SAs yet; ask again in a moment", tmp_path)
    assert client.get_value(STATUS) == NOT_YET_READ
    held.unlink()
    wait_for(lambda: client.get_value(STATUS) == OK, "the first read", process=reading.process)
    assert len(mib2text(*V2C, client.address).stdout.splitlines()) == 3
    assert "can be read again" not in reading.output()


def test_a_source_that_never_could_be_read_is_no_empty_table(failing, table, snmpd, mib2text, tmp_path):
    client = snmpd.client
    assert [client.get_value(oid) for oid in (AGE, READS, SAS)] == [NEVER, 0, 0]
    assert_mib2text_refuses(mib2text, client, "the agent cannot read its SAs: ", tmp_path)
    assert_mib2text_refuses(mib2text, client, "; none have been read yet", tmp_path)
    remove(table)
    table.write_bytes(TABLE.read_bytes())
    wait_for(lambda: client.get_value(STATUS) == OK, "the first read", process=failing.process)
    assert mib2text(*V2C, client.address).stdout == TABLE.read_text()


def test_an_empty_file_that_was_read_is_an_empty_table(table, start, snmpd, mib2text):
    table.write_bytes(b"")
    agent = start()
    wait_for(lambda: snmpd.client.get_value(STATUS) == OK, "the first read", process=agent.process)
    result = mib2text(*V2C, snmpd.address)
    assert (result.stdout, result.stderr) == ("", "")
    document = json.loads(mib2text(*V2C, "-Cf", "json", snmpd.address).stdout)
    assert (document["agent"]["ipsecAgentSourceStatus"], document["sas"]) == ("ok", [])


@pytest.mark.parametrize("way", [(), ("-Ct",)], ids=["SAs", "tunnels"])
def test_again_and_again_it_says_so_once_and_prints_when_there_is_something(way, table, start, snmpd, netns, tmp_path):
    agent = start()
    wait_for(lambda: snmpd.client.get_value(STATUS) == FAILING, "the first read to fail", process=agent.process)
    printed, said = tmp_path / "printed", tmp_path / "said"
    command = [places.MIB2TEXT, *V2C, *way, "-Cw1", snmpd.address]
    loop = netns.start("mib2text", command, said, env=environment(tmp_path), separate_stdout=printed)
    loop.wait_until_said("none have been read yet")
    asked = snmpd.client.get_value(scalar("FailedReads"))
    wait_for(lambda: snmpd.client.get_value(scalar("FailedReads")) > asked + 1, "more reads to fail", process=agent.process)
    assert printed.read_bytes() == b""
    table.write_bytes(TABLE.read_bytes())
    wait_for(lambda: printed.read_bytes() != b"", "it to print", process=loop)
    loop.wait_until_said("all is well again")
    assert said.read_text().count("none have been read yet") == 1
    first = printed.read_text().partition("\n\n")[0]
    assert first.startswith("INDEX ") if way else TABLE.read_text().startswith(first)
    loop.stop()


def test_without_snmp_it_is_an_error(table, agent_once):
    result = agent_once("-p", "-s", "klips", "-k", table)
    assert_refused(result, "cannot read the SAs")
    result = agent_once("-p", "-n", "nowhere")
    assert_refused(result, "nowhere")
