# SPDX-License-Identifier: BSD-3-Clause
"""GETBULK, which the SA table answers many rows at a time, tells what GETNEXT tells: rows, views, ends."""

import pytest

from bed.places import FIRST_SA_COLUMN, LAST_SA_COLUMN, SA_ENTRY
from bed.snmp import NUMERIC, parse

ENGINE = "udp:127.0.0.1:161"
ROWS, PEERS = 60, 3
SAID, BYTES, LAST = FIRST_SA_COLUMN, 13, LAST_SA_COLUMN
# What a user may see: all but the second peer's SAs, whatever the column, which is sub-identifier 14.
VIEW = f"""\
view partial included .1
view partial excluded {SA_ENTRY}.0.1.4.10.9.0.1 ff:fb:ff
rocommunity public default -V partial
rocommunity whole default
"""


@pytest.fixture
def table(tmp_path):
    """Lines of three peers, whose SAs are not in the order of the index."""
    file = tmp_path / "ipsec_spi"
    lines = [f"esp0x{row * 7919 % 1000 + 256:x}@10.9.0.{row % PEERS} ESP_AES_HMAC_SHA1: dir=out life(c,s,h)=bytes({row},0,0)\n" for row in range(ROWS)]
    file.write_text("".join(lines))
    return file


def engine(start_agent, table, configuration, address=ENGINE):
    agent = start_agent("-k", table, "-l", address, configuration=configuration)
    client = agent.client(address)
    agent.wait_until_served(client)
    return client


@pytest.mark.parametrize("repetitions", [1, 7, 60, 1000])
def test_a_walk_by_getbulk_is_a_walk_by_getnext(start_agent, table, repetitions):
    client = engine(start_agent, table, "rocommunity public\n")
    rows = client.walk_by_next(f"{SA_ENTRY}.{BYTES}")
    assert len(rows) == ROWS
    assert client.walk(f"{SA_ENTRY}.{BYTES}", repetitions) == rows
    # The last column is followed by what is not the table.
    assert client.walk(f"{SA_ENTRY}.{LAST}", repetitions) == client.walk_by_next(f"{SA_ENTRY}.{LAST}")


def test_columns_that_are_asked_for_together_come_row_by_row(start_agent, table):
    client = engine(start_agent, table, "rocommunity public\n")
    expected = [client.walk_by_next(f"{SA_ENTRY}.{column}") for column in (SAID, BYTES)]
    answer = parse(client.run("snmpbulkget", *NUMERIC, "-Cn0", "-Cr20", f"{SA_ENTRY}.{SAID}", f"{SA_ENTRY}.{BYTES}").stdout)
    assert answer[::2] == expected[0][:20]
    assert answer[1::2] == expected[1][:20]


@pytest.mark.parametrize("repetitions", [1, 7, 1000])
def test_a_view_hides_the_same_rows_from_both(start_agent, table, repetitions):
    client = engine(start_agent, table, VIEW)
    seen = client.walk_by_next(f"{SA_ENTRY}.{BYTES}")
    assert len(seen) == ROWS * (PEERS - 1) // PEERS
    assert not [varbind for varbind in seen if ".1.4.10.9.0.1." in varbind.oid]
    assert client.walk(f"{SA_ENTRY}.{BYTES}", repetitions) == seen


def test_an_answer_that_does_not_fit_is_cut(start_agent, table):
    client = engine(start_agent, table, "rocommunity public\n[snmp] sendMessageMaxSize 1472\nmaxGetbulkResponses 1000\n")
    answer = parse(client.run("snmpbulkget", *NUMERIC, "-Cn0", "-Cr60", f"{SA_ENTRY}.{BYTES}").stdout)
    assert 10 < len(answer) < ROWS
    assert client.walk(f"{SA_ENTRY}.{BYTES}", 1000) == client.walk_by_next(f"{SA_ENTRY}.{BYTES}")


def test_an_answer_is_as_long_as_udp_carries(start_agent, tmp_path):
    """One that were longer would not be sent at all."""
    file = tmp_path / "ipsec_spi"
    file.write_text("".join(f"esp0x{row + 256:x}@10.9.0.1 ESP_AES_HMAC_SHA1: dir=out life(c,s,h)=\n" for row in range(1000)))
    client = engine(start_agent, file, "rocommunity public\n")
    columns = [f"{SA_ENTRY}.{column}" for column in range(SAID, LAST + 1)]
    answer = parse(client.run("snmpbulkget", "-r0", *NUMERIC, "-Cn0", "-Cr1000", *columns).stdout)
    assert 900 < len(answer) < 1000


# ---- A GETNEXT that comes from a master is answered without net-snmp's detour: the same has to come of it

PLACES = ["", ".0", f".{SAID}", f".{BYTES}.1", f".{BYTES}.1.4.10.9.0.1", f".{BYTES}.1.4.10.9.0.1.50.4294967295.9.9", f".{LAST}.9", f".{LAST + 1}", ".4294967295"]


def answers(client, *names):
    """What follows each name, by one GETNEXT."""
    oids = [f"{SA_ENTRY}{name}" for name in names]
    return [(varbind.oid, varbind.type, varbind.value) for varbind in parse(client.run("snmpgetnext", *NUMERIC, *oids).stdout)]


@pytest.mark.parametrize("rows", [ROWS, 0])
def test_a_master_is_told_what_an_engine_tells(start_agent, snmpd, table, tmp_path, rows):
    if rows == 0:
        table.write_text("")
    through_engine = engine(start_agent, table, "rocommunity public\n", "udp:127.0.0.1:1161")
    start_agent("-k", table, "-x", snmpd.agentx).wait_until_served(snmpd.client)
    walk = through_engine.walk_by_next(SA_ENTRY)
    assert len(walk) == rows * (LAST - SAID + 1)
    assert snmpd.client.walk_by_next(SA_ENTRY) == walk
    assert snmpd.client.walk(SA_ENTRY, 7) == walk
    # Apart, and together, where some of them lead out of the table.
    for name in PLACES:
        assert answers(snmpd.client, name) == answers(through_engine, name), name
    assert answers(snmpd.client, *PLACES) == answers(through_engine, *PLACES)
