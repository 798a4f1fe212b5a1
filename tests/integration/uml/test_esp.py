# SPDX-License-Identifier: BSD-3-Clause
"""Real ESP: what the MIB says is what the kernel says, and what was sent."""

import json
import time

import pytest

from bed import xfrm
from bed.places import ROOT_OID, SA_ENTRY
from bed.process import wait_for
from bed.snmp import V2C
from bed.xfrm import EspTunnel

SAID, TRANSFORM, DIRECTION = 6, 7, 8
BYTES, PACKETS = 13, 16
PINGS, OCTETS = 7, 100
PACKET_OCTETS = OCTETS + 8 + 20  # ICMP and IPv4 headers


@pytest.fixture
def left(new_namespace):
    return new_namespace()


@pytest.mark.parametrize(
    "algorithms, transform",
    [(xfrm.AES_GCM, b"ESP_AES_GCM_16"), (xfrm.AES_CBC_SHA1, b"ESP_AES_HMAC_SHA1")],
    ids=["gcm", "cbc-sha1"],
)
def test_counters_are_those_of_the_kernel_and_of_what_was_sent(netns, left, snmpd, start_agent, mib2text, algorithms, transform):
    tunnel = EspTunnel(netns, left, algorithms)
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1").wait_until_served(snmpd.client)
    tunnel.ping(count=PINGS, octets=OCTETS)

    def rows_with_traffic():
        rows = snmpd.client.table(SA_ENTRY)
        return rows if rows and all(row[PACKETS] == PINGS for row in rows.values()) else None

    wait_for(rows_with_traffic, "the counters of both SAs", process=agent.process)
    # A walk that a read came into has columns of before and after it.
    rows = snmpd.client.table(SA_ENTRY)
    states = {state.spi: xfrm.counters(state) for state in xfrm.states(netns)}
    served = {int(index.split(".")[7]): (row[BYTES], row[PACKETS]) for index, row in rows.items()}
    assert served == states == {spi: (PINGS * PACKET_OCTETS, PINGS) for spi in EspTunnel.SPIS}
    assert {row[TRANSFORM] for row in rows.values()} == {transform}
    assert sorted(row[DIRECTION] for row in rows.values()) == [1, 2]  # in, out
    text = mib2text(*V2C, snmpd.address).stdout
    assert text.count(f"packets({PINGS},0,0)") == 2
    assert text.count(f"bytes({PINGS * PACKET_OCTETS},0,0)") == 2


YOUNG = " life(c,s,h)=addtime(0,0,0) "


@pytest.fixture
def new_sa(netns):
    """An SA in its first second, for as long as the test needs: by the clock it is made in an hour."""

    def turn_clock(seconds):
        time.clock_settime(time.CLOCK_REALTIME, time.time() + seconds)

    turn_clock(3600)
    netns.ip("xfrm", "state", "add", "src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", "0x1001", *xfrm.AES_GCM)
    turn_clock(-3600)


def test_the_text_of_a_new_sa_has_its_age(new_sa, snmpd, agent, agent_once, mib2text, tmp_path):
    """
    Openswan's policy.pl, for one, does not understand a line without any lifetime, which no KLIPS prints.  From the agent
    itself, over SNMP and from a saved walk it is the same line, and read as KLIPS's it is printed so again.
    """
    line = agent_once("-p", "-s", "xfrm", check=True).stdout
    assert line.startswith("esp0x1001@192.0.2.2 ESP_AES_GCM_16: ") and YOUNG in line
    wait_for(lambda: snmpd.client.table(SA_ENTRY), "its row", process=agent.process)
    assert mib2text(*V2C, snmpd.address).stdout == line
    saved, table = tmp_path / "walk", tmp_path / "ipsec_spi"
    saved.write_text(snmpd.client.run("snmpbulkwalk", "-On", ROOT_OID).stdout)
    assert mib2text("-Ci", saved).stdout == line
    (sa,) = json.loads(mib2text("-Ci", saved, "-Cf", "json").stdout)["sas"]
    assert (sa["ipsecSaAddTimeCurrent"], sa["ipsecSaUseTimeCurrent"]) == (0, 0)
    table.write_text(line)
    assert agent_once("-p", "-k", table, check=True).stdout == line
