# SPDX-License-Identifier: BSD-3-Clause
"""Real ESP: what the MIB says is what the kernel says, and what was sent."""

import pytest

from bed import xfrm
from bed.places import SA_ENTRY
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

    rows = wait_for(rows_with_traffic, "the counters of both SAs", process=agent.process)
    states = {state.spi: xfrm.counters(state) for state in xfrm.states(netns)}
    served = {int(index.split(".")[7]): (row[BYTES], row[PACKETS]) for index, row in rows.items()}
    assert served == states == {spi: (PINGS * PACKET_OCTETS, PINGS) for spi in EspTunnel.SPIS}
    assert {row[TRANSFORM] for row in rows.values()} == {transform}
    assert sorted(row[DIRECTION] for row in rows.values()) == [1, 2]  # in, out
    text = mib2text(*V2C, snmpd.address).stdout
    assert text.count(f"packets({PINGS},0,0)") == 2
    assert text.count(f"bytes({PINGS * PACKET_OCTETS},0,0)") == 2
