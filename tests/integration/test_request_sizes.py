# SPDX-License-Identifier: BSD-3-Clause
"""How much mib2text asks for at once, where agents and transports allow more or less: few requests, and the same text."""

import os
import signal

import pytest

from bed.places import MIB2TEXT, scalar
from bed.process import wait_for, wait_for_growth
from bed.snmp import V2C, environment

ROWS = 300
UDP, TCP = "udp:127.0.0.1:1161", "tcp:127.0.0.1:1161"
# A row is some 3,000 octets: three answers of 1,472 if each were filled, four if each is asked for what surely fits.
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


def test_a_master_that_gives_a_hundred_values_is_asked_once_a_row(netns, serve, mib2text, table):
    assert ROWS <= exchanges(netns, mib2text, serve(), table) <= ROWS * 1.1 + 10


def test_an_engine_that_gives_a_thousand_values_is_asked_for_many_rows(netns, serve, mib2text, table):
    at_once = 8  # whose answer is no longer than a datagram, however wide they are
    assert ROWS / at_once <= exchanges(netns, mib2text, serve(UDP), table) <= ROWS / at_once * 1.2 + 10


def test_answers_that_have_to_fit_a_datagram_of_an_ethernet(netns, serve, mib2text, table):
    taken = exchanges(netns, mib2text, serve(UDP, "[snmp] sendMessageMaxSize 1472\n"), table)
    assert ROWS * FEWEST_PIECES <= taken <= ROWS * PIECES * 1.1


def test_by_tcp(netns, serve, mib2text, table):
    before = datagrams(netns)
    assert mib2text(*V2C, serve(TCP), text=False).stdout == table.read_bytes()
    assert datagrams(netns) == before


# ---- No answer is lost, whatever an agent allows: snmpd is silent where its answer is longer than a datagram

NARROW = "esp0x{:x}@1.1.1.1 ESP: dir=out life(c,s,h)=\n"
ONES = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
MOST = "18446744073709551615"
LIFE = "".join(f"{kind}({MOST},{MOST},{MOST})" for kind in ("alloc", "bytes", "addtime", "usetime", "packets"))
# Whatever KLIPS can say of an SA, as wide as it gets.
WIDE = (
    f"esp0x{{:x}}@{ONES} ESP_3DES_HMAC_SHA1: dir=in  src={ONES} policy={ONES}/ffff:ffff:ffff:ff0f::->{ONES}/ffff:ffff:ffff:ff0f:: "
    f"iv_bits=256bits iv=0x{'ff' * 32} ooowin=255 ooo_errs=-1 seq=-1 bit=0xffffffffffffffff max_seq_diff=-1 flags=0xffffffff<> "
    f"alen=65535 aklen=65535 auth_errs=-1 eklen=65535 encr_size_errs=-1 encr_pad_errs=-1 jiffies={MOST} life(c,s,h)={LIFE} "
    "idle=9223372036854775807 natencap=nonesp natsport=65535 natdport=65535 refcount=-1 ref=-1 refhim=-1 outif=abcdefghijklmno:255\n"
)
SNMP_IN_PACKETS = ".1.3.6.1.2.1.11.1.0"
# A walk that waits for one lost answer takes longer than a test may.
PATIENT = ["-t", "60", "-r", "0"]


def counted(netns, name):
    """That one of the namespace's counters of IP or UDP."""
    lines = [line.split() for line in netns.run("cat", "/proc/net/snmp").stdout.splitlines()]
    return next(int(values[names.index(name)]) for names, values in zip(lines[::2], lines[1::2]) if name in names)


@pytest.mark.parametrize("limit", [100, 2000, 5000, -1])
def test_every_request_has_its_answer(netns, make_snmpd, start_agent, mib2text, tmp_path, limit):
    netns.ip("link", "set", "lo", "mtu", "1500")
    # The wide ones come last, when it has been found out how much of the narrow ones can be asked for.
    table = tmp_path / "ipsec_spi"
    table.write_text("".join(NARROW.format(spi) for spi in range(1, 101)) + "".join(WIDE.format(0xFFFFFF00 + row) for row in range(60)))
    snmpd = make_snmpd(f"maxGetbulkResponses {limit}\n")
    snmpd.address += f",{TCP}"
    snmpd.start()
    start_agent("-k", table, "-x", snmpd.agentx).wait_until_served(snmpd.client)

    def walk(address, *options):
        assert mib2text(*V2C, *PATIENT, *options, address, text=False).stdout == table.read_bytes()
        assert "send response" not in snmpd.log()

    def every_datagram(*options):
        requests, received = snmpd.client.get_value(SNMP_IN_PACKETS), counted(netns, "InDatagrams")
        walk(snmpd.client.address, *options)
        received = counted(netns, "InDatagrams") - received
        # One more request, and its answer, are those that ask for the number of requests.
        assert received == 2 * (snmpd.client.get_value(SNMP_IN_PACKETS) - requests - 1)
        return received // 2

    asked = every_datagram()
    every_datagram("-Cr10000")
    walk(TCP)
    # Datagrams that no Ethernet breaks up, in either direction.
    fragments = counted(netns, "FragCreates")
    assert every_datagram("-Cm1472") > 2 * asked
    assert counted(netns, "FragCreates") == fragments


# ---- An agent that its master has lost for a moment

SLOW_TABLE = "".join(NARROW.format(spi) for spi in range(1, 2001))


def test_a_walk_begins_anew_where_the_master_has_lost_the_agent_in_between(netns, make_snmpd, start_agent, tmp_path):
    table = tmp_path / "ipsec_spi"
    table.write_text(SLOW_TABLE)
    snmpd = make_snmpd("agentXTimeout 1\nagentXRetries 0\n").start()
    agent = start_agent("-k", table, "-x", snmpd.agentx).wait_until_served(snmpd.client)
    before, printed = datagrams(netns), tmp_path / "printed"
    command = [MIB2TEXT, *V2C, "-t", "30", snmpd.address]
    walk = netns.start("mib2text", command, tmp_path / "said", env=environment(tmp_path), separate_stdout=printed)
    wait_for_growth(lambda: datagrams(netns) - before, 200, "datagrams", walk)
    os.kill(agent.pid, signal.SIGSTOP)
    try:
        lost = lambda: "No Such Object" in snmpd.client.run("snmpget", scalar("Sas"), check=False).stdout
        wait_for(lost, "the master to give the agent up", process=walk)
    finally:
        os.kill(agent.pid, signal.SIGCONT)
    assert walk.wait_until_ended() == 0, walk.output()
    assert printed.read_text() == SLOW_TABLE and walk.output() == ""
