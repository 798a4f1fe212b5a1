# SPDX-License-Identifier: BSD-3-Clause
"""How often the source is read: less often while nobody asks."""

import time

import pytest

from bed.places import EVENT_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import V2C

ENGINE = "udp:127.0.0.1:161"
READS = scalar("Reads")
LINE = "esp0x{spi:x}@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out life(c,s,h)=\n"
UNASKED_SECONDS = 4
# Columns of the event table, and kinds of events.
KIND, SAID, CREATED, DELETED = 5, 7, 8, 9


@pytest.mark.parametrize("way", ["snmpd", "engine"])
def test_an_agent_that_nobody_asks_reads_on_demand(way, snmpd, start_agent, tmp_path, mib2text):
    file = tmp_path / "ipsec_spi"
    file.write_text(LINE.format(spi=0x100))
    options = ["-x", snmpd.agentx] if way == "snmpd" else ["-l", "udp:127.0.0.1:1161"]
    configuration = "idle-interval 3600\n" + ("" if way == "snmpd" else "rocommunity public\n")
    agent = start_agent("-k", file, "-i", "1", *options, configuration=configuration)
    client = snmpd.client if way == "snmpd" else agent.client(options[1])
    agent.wait_until_served(client)
    before = client.get_value(READS)
    time.sleep(UNASKED_SECONDS)
    # That question may have caused one more read, and so may have the one before it.
    assert client.get_value(READS) <= before + 2
    # Whoever keeps asking sees what is new.
    file.write_text(LINE.format(spi=0x200))
    wait_for(lambda: "esp0x200@" in mib2text(*V2C, client.address).stdout, "the new line")


def test_an_agent_that_nobody_asks_still_hears_of_each_sa(netns, start_agent, larval_sas):
    """It reads nothing, but SAs that come and go are in its log, once each; of larval ones the kernel tells when they go."""
    agent = start_agent("-s", "xfrm", "-i", "1", "-l", ENGINE, configuration="idle-interval 3600\nrocommunity public\n")
    client = agent.client(ENGINE)
    agent.wait_until_served(client)
    spis = larval_sas(5)
    for spi in spis:
        netns.ip("xfrm", "state", "delete", "src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", str(spi))
    kinds, saids = (wait_for(lambda c=column: found(client, c, 2 * len(spis)), "the events") for column in (KIND, SAID))
    # The read that the last question has caused may find some of them before the kernel tells.
    told = {said: [kind for kind, other in zip(kinds, saids) if other == said] for said in saids}
    assert told == {f"esp.{spi:x}@192.0.2.2".encode(): [CREATED, DELETED] for spi in spis}


def found(client, column, count):
    """The values of a column of the event table, once there are so many."""
    values = [varbind.value for varbind in client.walk(f"{EVENT_ENTRY}.{column}")]
    return values if len(values) >= count else None
