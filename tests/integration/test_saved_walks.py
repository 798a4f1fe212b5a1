# SPDX-License-Identifier: BSD-3-Clause
"""Walks as users have them lying about: real snmpbulkwalk, every spelling, with its MIB file and without, into mib2text -Ci."""

import itertools
import json
import re

import pytest

from bed import places
from bed.places import ROOT_OID
from bed.process import run
from bed.snmp import environment

ENGINE = "udp:127.0.0.1:161"
LINES = 40

# What does not change what is said: enumerations as numbers, octets always in hexadecimal, no units, ticks as numbers,
# indices whole; and the type left out, or the "=" with it.
HARMLESS = ["", "0", "e", "x", "U", "t", "b", "ex", "exU", "Q", "q", "Qe", "Qx", "qex", "QU", "T", "xT", "E", "X"]
# What loses something: values alone, names in another form, octets as text, text without its type beside octets.
LOSSY = ["v", "s", "S", "f", "u", "a", "aQ", "Qv", "QT"]


@pytest.fixture
def table(tmp_path):
    """Lines as the kernels print them, with every field at its extremes."""
    file = tmp_path / "ipsec_spi"
    file.write_bytes(run([places.BUILD / "tests" / "random_klips", LINES, 4301], text=False).stdout)
    return file


@pytest.fixture
def engine(table, start_agent):
    agent = start_agent("-s", "klips", "-k", table, "-l", ENGINE, configuration="rocommunity public\n")
    client = agent.client(ENGINE)
    agent.wait_until_served(client)
    return client


@pytest.fixture
def bulkwalk(engine, standard_mibs):
    """bulkwalk(with_mib, *options): what snmpbulkwalk prints, as bytes."""
    mibs = ["-m", "IPSEC-SPI-MIB", "-M", f"{standard_mibs}:{places.MIBS}"]

    def bulkwalk(with_mib, *options):
        command = ["snmpbulkwalk", "-v2c", "-cpublic", *(mibs if with_mib else []), *options, ENGINE, ROOT_OID]
        return engine.namespace.run(*command, text=False, env=environment(engine.directory)).stdout

    return bulkwalk


@pytest.fixture(params=[False, True], ids=["without MIB", "with MIB"])
def walk(request, bulkwalk):
    """walk(letters): the same with -O, once with the MIB file loaded and once without."""
    return lambda letters: bulkwalk(request.param, f"-O{letters}")


def read(mib2text, walk, tmp_path, *options):
    (tmp_path / "walk").write_bytes(walk)
    return mib2text(*options, "-Ci", tmp_path / "walk", text=False, check=False)


def refused_in_one_line(result):
    return result.returncode == 1 and result.stdout == b"" and result.stderr.count(b"\n") == 1 and b"walk" in result.stderr


def test_spellings_that_lose_nothing_are_understood(walk, table, mib2text, tmp_path):
    for letters in HARMLESS:
        result = read(mib2text, walk(letters + "n"), tmp_path)
        assert result.stdout == table.read_bytes(), (letters, result.stderr)


def test_spellings_that_lose_something_are_refused_and_never_misread(walk, table, mib2text, tmp_path):
    refused = 0
    for lossy, other in itertools.product(LOSSY, ["", "e", "U"]):
        letters = f"n{lossy}{other}"
        result = read(mib2text, walk(letters), tmp_path)
        if result.returncode == 0:
            assert result.stdout == table.read_bytes(), letters
        else:
            assert refused_in_one_line(result), (letters, result)
            refused += 1
    assert refused > 0


def test_a_walk_without_numbers_is_told_to_be_taken_with_them(bulkwalk, mib2text, tmp_path):
    result = read(mib2text, bulkwalk(True), tmp_path)
    assert refused_in_one_line(result)
    assert b"-On" in result.stderr


def test_a_walk_of_everything_has_the_table_in_it(snmpd, start_agent, table, mib2text, tmp_path):
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx)
    agent.wait_until_served(snmpd.client)
    everything = b""
    for top in (".1.3.6.1.2.1", ".1.3.6.1.4"):
        everything += snmpd.client.run("snmpbulkwalk", "-On", top, text=False).stdout
    assert read(mib2text, everything, tmp_path).stdout == table.read_bytes()
    # An editor's CR LF, and what it does to values over two lines: read or refused, never misread.
    result = read(mib2text, everything.replace(b"\n", b"\r\n"), tmp_path)
    assert result.stdout == table.read_bytes() or refused_in_one_line(result)


def test_a_walk_of_tunnels_is_read_with_its_dates_however_it_is_spelt(bulkwalk, mib2text, tmp_path):
    """With the MIB file snmpbulkwalk prints DateAndTime by its DISPLAY-HINT."""
    plain = json.loads(read(mib2text, bulkwalk(False, "-On"), tmp_path, "-Ct", "-Cf", "json").stdout)
    assert plain["tunnels"]
    for letters in ("n", "nQ", "neU", "nqx"):
        spelt = json.loads(read(mib2text, bulkwalk(True, f"-O{letters}"), tmp_path, "-Ct", "-Cf", "json").stdout)
        assert [drop_ages(row) for row in spelt["tunnels"]] == [drop_ages(row) for row in plain["tunnels"]], letters
        assert spelt["agent"]["ipsecAgentStartTime"] == plain["agent"]["ipsecAgentStartTime"]


def drop_ages(tunnel):
    return {name: value for name, value in tunnel.items() if name not in ("ipsecTunnelStateAge", "ipsecTunnelExpiresIn")}


# ---- Agents of before: the first columns of each table that they did not have

LATER = {f"{places.ROOT_OID}.1.2.1": 105, f"{places.ROOT_OID}.1.3.1": 26}
REPORTED = 95  # ipsecSaReported, whose bit 60 is tunnelIndex


def of_an_older_agent(walk):
    """The walk, as bytes, without the columns that came later."""
    kept = []
    for line in walk.decode().splitlines():
        entry, column = re.match(r"((?:\.\d+){13})\.(\d+)", line).groups() if line.startswith(f"{ROOT_OID}.1.") else ("", 0)
        if int(column) >= LATER.get(entry, 2**32):
            continue
        if (entry, column) == (f"{places.ROOT_OID}.1.2.1", str(REPORTED)):
            line = re.sub(r"((?: [0-9A-F]{2}){7}) ([0-9A-F]{2})", lambda m: f"{m[1]} {int(m[2], 16) & 0xF7:02X}", line)
        kept.append(line)
    return ("\n".join(kept) + "\n").encode()


def test_the_walk_of_an_older_agent_is_read(bulkwalk, table, mib2text, tmp_path):
    walk = bulkwalk(False, "-On")
    older = of_an_older_agent(walk)
    assert len(older.splitlines()) < len(walk.splitlines())
    assert read(mib2text, older, tmp_path).stdout == table.read_bytes()
    ours, theirs = (json.loads(read(mib2text, w, tmp_path, "-Ct", "-Cf", "json").stdout)["tunnels"] for w in (walk, older))
    nothing = {"ipsecTunnelDescr": None, "ipsecTunnelSelectors": "", "ipsecTunnelInboundIndex": 0, "ipsecTunnelMoves": 0}
    assert [{**row, **nothing} for row in ours] == theirs
    headings, *lines = read(mib2text, older, tmp_path, "-Ct").stdout.decode().splitlines()
    assert headings.split()[1] == "DESCR" and {line.split()[1] for line in lines} == {"-"}


def test_a_walk_that_is_cut_off_before_a_later_column_is_not_taken_for_that_of_an_older_agent(bulkwalk, mib2text, tmp_path):
    lines = bulkwalk(False, "-On").splitlines(keepends=True)
    descr = f"{places.ROOT_OID}.1.3.1.28.".encode()
    first = next(i for i, line in enumerate(lines) if line.startswith(descr))
    assert refused_in_one_line(read(mib2text, b"".join(lines[:first]), tmp_path, "-Ct"))
