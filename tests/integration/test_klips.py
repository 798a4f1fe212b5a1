# SPDX-License-Identifier: BSD-3-Clause
"""KLIPS's text, from the file through the agent, snmpd and mib2text, and back to the same bytes."""

import os
import re

import pytest

from bed import places
from bed.places import scalar
from bed.process import run, wait_for
from bed.snmp import V2C

TABLES = sorted((places.TREE / "tests" / "data" / "klips").glob("*.txt"))
# Lines that a harness cut short: some cannot be understood.
WHOLE = [table for table in TABLES if table.name != "cut-short.txt"]

ENGINE = "udp:127.0.0.1:161"
STATUS, ERROR, READS = scalar("SourceStatus"), scalar("SourceError"), scalar("Reads")
NOT_UNDERSTOOD, COMPLAINT, COLLISIONS, SAS = map(scalar, ("NotUnderstood", "Complaint", "Collisions", "Sas"))
OK, FAILING = 1, 2


def random_lines(count, seed):
    """Lines with every field at its extremes, printed as the kernels print them; not by the code under test."""
    return run([places.BUILD / "tests" / "random_klips", count, seed], text=False).stdout


@pytest.fixture
def start_engine(start_agent):
    """start_engine(file, *options): an agent that serves the file by itself, and a client of it."""

    def start(file, *options):
        agent = start_agent("-s", "klips", "-k", file, "-l", ENGINE, *options, configuration="rocommunity public\n")
        client = agent.client(ENGINE)
        agent.wait_until_served(client)
        return agent, client

    return start


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
def test_the_file_comes_back_from_a_whole_engine_and_without_snmp(table, start_engine, agent_once, mib2text):
    start_engine(table)
    assert mib2text(*V2C, ENGINE, text=False).stdout == table.read_bytes()
    assert agent_once("-p", "-k", table, text=False, check=True).stdout == table.read_bytes()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_tables_come_back_through_snmpd_and_from_an_engine(seed, tmp_path, snmpd, start_agent, start_engine, mib2text):
    table = tmp_path / "ipsec_spi"
    table.write_bytes(random_lines(300, seed))
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx)
    agent.wait_until_served(snmpd.client)
    assert mib2text(*V2C, snmpd.address, text=False).stdout == table.read_bytes()
    agent.stop()
    snmpd.stop()
    start_engine(table)
    assert mib2text(*V2C, ENGINE, text=False).stdout == table.read_bytes()


def test_what_is_cut_short_is_said_and_the_rest_is_served(agent_once):
    table = next(table for table in TABLES if table.name == "cut-short.txt")
    result = agent_once("-p", "-k", table, check=True)
    assert len(result.stdout.splitlines()) == 6
    assert "skipped 5 entries that are not understood, the first: line 3, column 232:" in result.stderr


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
    assert b"skipped 2 entries that are not understood, the first: line 1, column" in result.stderr


# As the page has them, and what they come out as: the manual's spelling, a line each.
PAGE = places.TREE / "tests" / "data" / "ipsec_spi.5.txt"
EXAMPLES = places.TREE / "tests" / "data" / "klips" / "manual.txt"


@pytest.mark.parametrize("margin, end", [("", "\n"), (" " * 7, "\n"), ("", "\r\n"), ("\t", "\n")], ids=["as it is", "margin", "crlf", "tab"])
def test_the_examples_of_the_manual_are_read_as_the_page_prints_them(margin, end, tmp_path, start_engine, agent_once, mib2text):
    table = tmp_path / "examples"
    table.write_bytes("".join(margin + line + end for line in PAGE.read_text().splitlines()).encode())
    for form in ("auto", "manual"):
        result = agent_once("-p", "-k", table, "-F", form, check=True)
        assert (result.stdout, result.stderr) == (EXAMPLES.read_text(), "")
    start_engine(table)
    assert mib2text(*V2C, ENGINE).stdout == EXAMPLES.read_text()


def test_an_indented_line_that_fits_no_entry_takes_nothing_from_it(tmp_path, start_engine, mib2text):
    """As a torn read has it, which may begin anywhere in a line."""
    good = random_lines(4, 9).splitlines()
    torn = b" life(c,s,h)=" + good[2].partition(b" life(c,s,h)=")[2]
    table = tmp_path / "ipsec_spi"
    table.write_bytes(b"\n".join([good[0], torn, good[1], b"   ", good[2], b" (error) AH: dir=out life(c,s,h)=", good[3], b""]))
    _, client = start_engine(table, "-i", "3600")
    assert mib2text(*V2C, ENGINE, text=False).stdout.splitlines() == [*good[:3], b" (error) AH: dir=out life(c,s,h)=", good[3]]
    assert client.get_value(NOT_UNDERSTOOD) == 2
    assert re.fullmatch(rb"lines 1 to 2, as one, column \d+: the field stands twice", client.get_value(COMPLAINT))


def test_bad_lines_are_counted_and_the_first_one_is_told(tmp_path, start_engine, mib2text):
    good = random_lines(100, 7).splitlines()
    torn = good[0][:-30] + good[1][40:]
    lines = [good[0], b"", good[1][:70] + b"\0" + good[1][71:], good[2] + b"\r", torn, b"x" * (10 << 20), *good[3:]]
    table = tmp_path / "ipsec_spi"
    table.write_bytes(b"\n".join(lines))  # the last one has no end
    _, client = start_engine(table, "-i", "3600")
    assert mib2text(*V2C, ENGINE, text=False).stdout == b"".join(line + b"\n" for line in [good[0], *good[2:]])
    assert client.get_value(READS) == 1
    assert client.get_value(NOT_UNDERSTOOD) == 4
    assert client.get_value(COMPLAINT) == b"line 2, column 1: the line is empty"
    assert client.get_value(STATUS) == OK


def test_a_said_that_occurs_twice_is_served_each_time_and_counted(tmp_path, start_engine, mib2text):
    line = b"esp0x100@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out life(c,s,h)=bytes(%d,0,0)\n"
    table = tmp_path / "ipsec_spi"
    table.write_bytes(b"".join(line % count for count in (3, 1, 2)) + b"%trap UNKNOWN_proto: dir=in  life(c,s,h)=\n" * 2)
    _, client = start_engine(table)
    assert mib2text(*V2C, ENGINE, text=False).stdout == table.read_bytes()
    rows = client.table(places.SA_ENTRY)
    assert sorted(index for index in rows) == ["0.0.61.260.0", "0.0.61.260.1", *(f"1.4.192.0.2.1.50.256.{n}" for n in range(3))]
    assert [rows[f"1.4.192.0.2.1.50.256.{n}"][13] for n in range(3)] == [3, 1, 2]  # ipsecSaBytesCurrent, in the file's order
    assert client.get_value(COLLISIONS) == 3


def resident_octets(pid):
    with open(f"/proc/{pid}/status") as status:
        return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1))


def test_a_file_that_grows_for_ever_is_read_as_it_was_when_the_pass_began(tmp_path, netns, start_engine):
    line = b"esp0x%x@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out life(c,s,h)=\n"
    table = tmp_path / "ipsec_spi"
    table.write_bytes(b"".join(line % spi for spi in range(1, 3001)))
    agent, client = start_engine(table, "-i", "1")
    before = resident_octets(agent.pid)
    # Faster than anybody reads, but no SA more: bad lines cost time, not memory.
    grow = f"yes {'x' * 1000} | head -c {64 << 20} >>{table}"
    writer = netns.start("writer", ["sh", "-c", grow], tmp_path / "writer.log")
    while writer.running() or client.get_value(READS) < 3:  # each answer is one that came meanwhile
        assert client.get_value(STATUS) == OK
    assert client.get_value(SAS) == 3000
    wait_for(lambda: client.get_value(NOT_UNDERSTOOD) > 0, "a read of what was appended", process=agent.process)
    assert resident_octets(agent.pid) - before < 32 << 20
    table.unlink()


def test_a_file_that_changes_under_the_reader_is_told_right_in_the_end(tmp_path, start_engine, mib2text):
    """Torn reads: two tables in turn, over each other, while passes are under way."""
    first, second = random_lines(3000, 11), random_lines(3000, 12)
    table = tmp_path / "ipsec_spi"
    table.write_bytes(first)
    agent, client = start_engine(table, "-i", "1")
    known = set(first.splitlines()) | set(second.splitlines())
    with open(table, "r+b", buffering=0) as file:
        while client.get_value(READS) < 4:
            for text in (second, first):
                file.seek(0)
                file.write(text)
                file.truncate()
    served = mib2text(*V2C, ENGINE, text=False).stdout.splitlines()
    # A line that is torn where two fields meet may look whole: at most one for each time a read was torn.
    assert len(set(served) - known) <= 2 * (len(first) // 65536 + 1)
    reads = client.get_value(READS)
    wait_for(lambda: client.get_value(READS) > reads + 1, "a read of a file at rest", process=agent.process)
    assert mib2text(*V2C, ENGINE, text=False).stdout == first


def test_what_is_no_file_is_failing_until_it_is_one(tmp_path, start_engine, mib2text):
    table = tmp_path / "ipsec_spi"
    table.write_bytes(WHOLE[0].read_bytes())
    agent, client = start_engine(table, "-i", "1")
    for make, unmake, reason in (
        (table.mkdir, table.rmdir, b"is a directory"),
        (lambda: os.mkfifo(table), table.unlink, b"is not a regular file"),
    ):
        table.unlink()
        make()
        wait_for(lambda: client.get_value(STATUS) == FAILING and reason in client.get_value(ERROR), reason, process=agent.process)
        assert mib2text(*V2C, ENGINE, text=False).stdout == WHOLE[0].read_bytes()  # what was known last
        unmake()
        table.write_bytes(WHOLE[0].read_bytes())
        wait_for(lambda: client.get_value(STATUS) == OK, "the file to be read again", process=agent.process)
        assert client.get_value(ERROR) == b""


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
