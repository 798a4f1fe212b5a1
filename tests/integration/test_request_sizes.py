# SPDX-License-Identifier: BSD-3-Clause
"""How much mib2text asks for at once, where agents and transports allow more or less: few requests, and the same text."""

import pytest

from bed.places import FIRST_SA_COLUMN, LAST_SA_COLUMN
from bed.snmp import V2C

ROWS, COLUMNS = 300, LAST_SA_COLUMN - FIRST_SA_COLUMN + 1
UDP, TCP = "udp:127.0.0.1:1161", "tcp:127.0.0.1:1161"
# A row is some 3,400 octets: three answers of 1,472 if each were filled, four if each is asked for what surely fits.
FEWEST_PIECES, PIECES = 3, 4
LINE = "esp0x{:x}@10.9.0.1 ESP_AES_HMAC_SHA1: dir=out life(c,s,h)=bytes({},0,0)\n"


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "ipsec_spi"
    file.write_text("".join(LINE.format(256 + row, row + 1) for row in range(ROWS)))
    return file


@pytest.fixture
def serve(netns, snmpd, start_agent, table):
    """serve(address=None, words=""): the address at which it is served, by an engine with those words or else through snmpd."""

    def serve_it(address=None, words=""):
        options = ["-l", address] if address else ["-x", snmpd.agentx]
        agent = start_agent("-k", table, *options, configuration="rocommunity public\n" + words if address else "")
        agent.wait_until_served(agent.client(address) if address else snmpd.client)
        return address or snmpd.address

    return serve_it


def datagrams(netns):
    """How many the namespace has received by UDP."""
    names, numbers = (line.split() for line in netns.run("cat", "/proc/net/snmp").stdout.splitlines() if line.startswith("Udp:"))
    return int(numbers[names.index("InDatagrams")])


def exchanges(netns, mib2text, address, table, *options):
    """How many requests a walk takes, each with its answer, whose text is the table's."""
    before = datagrams(netns)
    assert mib2text(*V2C, *options, address, text=False).stdout == table.read_bytes()
    return (datagrams(netns) - before) // 2


def test_a_master_that_gives_a_hundred_values_is_asked_no_more_often_than_a_row_needs(netns, serve, mib2text, table):
    for_a_row = -(-COLUMNS // 100)
    assert ROWS * for_a_row <= exchanges(netns, mib2text, serve(), table) <= ROWS * for_a_row * 1.1 + 10


def test_an_engine_that_gives_a_thousand_values_is_asked_for_many_rows(netns, serve, mib2text, table):
    at_once = 1000 // COLUMNS
    assert ROWS / at_once <= exchanges(netns, mib2text, serve(UDP), table) <= ROWS / at_once * 1.2 + 10


def test_answers_that_have_to_fit_a_datagram_of_an_ethernet(netns, serve, mib2text, table):
    taken = exchanges(netns, mib2text, serve(UDP, "[snmp] sendMessageMaxSize 1472\n"), table)
    assert ROWS * FEWEST_PIECES <= taken <= ROWS * PIECES * 1.1


def test_by_tcp(netns, serve, mib2text, table):
    before = datagrams(netns)
    assert mib2text(*V2C, serve(TCP), text=False).stdout == table.read_bytes()
    assert datagrams(netns) == before
