# SPDX-License-Identifier: BSD-3-Clause
"""KLIPS's text, from the file through the agent, snmpd and mib2text, and back to the same bytes."""

import os

import pytest

from bed import places
from bed.process import wait_for
from bed.snmp import V2C

TABLES = sorted((places.TREE / "tests" / "data" / "klips").glob("*.txt"))
# Lines that a harness cut short: some cannot be understood.
WHOLE = [table for table in TABLES if table.name != "cut-short.txt"]


@pytest.mark.parametrize("table", WHOLE, ids=lambda path: path.stem)
def test_the_file_comes_back_through_snmpd(table, snmpd, start_agent, mib2text):
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx)
    agent.wait_until_served(snmpd.client)
    lines = table.read_bytes()
    assert mib2text(*V2C, snmpd.address, text=False).stdout == lines
    # In another order it still has the same lines.
    by_said = mib2text(*V2C, "-Cs", snmpd.address, text=False).stdout
    assert sorted(by_said.splitlines()) == sorted(lines.splitlines())


@pytest.mark.parametrize("table", WHOLE, ids=lambda path: path.stem)
def test_the_file_comes_back_from_a_whole_engine_and_without_snmp(table, start_agent, agent_once, mib2text):
    address = "udp:127.0.0.1:161"
    agent = start_agent("-s", "klips", "-k", table, "-l", address, configuration="rocommunity public\n")
    agent.wait_until_served(agent.client(address))
    assert mib2text("-v2c", "-cpublic", address, text=False).stdout == table.read_bytes()
    assert agent_once("-p", "-k", table, text=False, check=True).stdout == table.read_bytes()


def test_what_is_cut_short_is_said_and_the_rest_is_served(agent_once):
    table = next(table for table in TABLES if table.name == "cut-short.txt")
    result = agent_once("-p", "-k", table, check=True)
    assert len(result.stdout.splitlines()) == 6
    assert "skipped 5 that could not be understood, the first: line 3, column 232:" in result.stderr


def test_an_empty_file_is_an_empty_table(tmp_path, agent_once):
    (tmp_path / "empty").write_bytes(b"")
    result = agent_once("-p", "-k", tmp_path / "empty", check=True)
    assert (result.stdout, result.stderr) == ("", "")


def test_a_file_that_is_binary_crlf_or_endless_in_a_line(tmp_path, agent_once):
    good = TABLES[0].read_bytes().splitlines()[0]
    bad = tmp_path / "bad"
    bad.write_bytes(b"\0\1\2\n" + b"x" * (10 << 20) + b"\n" + good + b"\r\n" + good)
    result = agent_once("-p", "-k", bad, text=False, check=True)
    assert result.stdout == (good + b"\n") * 2
    assert b"skipped 2 that could not be understood, the first: line 1, column" in result.stderr


def test_a_missing_file_a_directory_and_a_fifo_are_named(tmp_path, agent_once):
    os.mkfifo(tmp_path / "fifo")
    for name, reason in (("none", "No such file"), (".", "is a directory"), ("fifo", "is not a regular file")):
        result = agent_once("-p", "-s", "klips", "-k", tmp_path / name)
        assert result.returncode == 1
        assert result.stdout == ""
        assert reason in result.stderr and len(result.stderr.splitlines()) == 1


def test_a_file_that_vanishes_is_said_and_comes_back(tmp_path, start_agent, snmpd, mib2text):
    table = tmp_path / "ipsec_spi"
    table.write_bytes(WHOLE[0].read_bytes())
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx, "-i", "1")
    agent.wait_until_served(snmpd.client)
    table.unlink()
    agent.wait_until_said("cannot read the SAs")
    table.write_bytes(WHOLE[1].read_bytes())
    agent.wait_until_said("can be read again")
    wait_for(lambda: mib2text(*V2C, snmpd.address, text=False).stdout == WHOLE[1].read_bytes(), "the new table")
