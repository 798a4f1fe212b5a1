# SPDX-License-Identifier: BSD-3-Clause
"""
The agent in a control group that may use so much memory (MemoryMax= of a unit): with enough, it goes on whatever is sent.  With less, the
kernel kills it, which is a kill like others (test_state.py), or keeps it busy with reading its program again and again.
"""

import signal
import socket
from pathlib import Path

import pytest

from bed import ber
from bed.agentx import subids
from bed.cgroup import MemoryGroup
from bed.klips import klips_text, pair
from bed.places import scalar
from bed.process import wait_for

pytestmark = pytest.mark.once
ADDRESS = "udp:127.0.0.1:161"
TOTAL_SAS = tuple(subids(scalar("Sas")))
MIB = 1 << 20
QUEUES = 128  # of an address of -l, as docs/security.md says


@pytest.fixture
def asker(netns):
    asker = ber.Asker(netns)
    yield asker
    asker.close()


def test_queues_that_are_all_full_cost_no_more_than_was_said(netns, tmp_path, start_agent, asker):
    group = MemoryGroup(64 * MIB)
    (tmp_path / "ipsec_spi").write_text(klips_text(*pair(1, 10, 20, 100)))
    agent = start_agent("-k", tmp_path / "ipsec_spi", "-l", ADDRESS, configuration="rocommunity public\n", before=group.before)
    agent.wait_until_served(agent.client(ADDRESS))
    agent.process.signal(signal.SIGSTOP)
    for number in range(QUEUES):  # of which no two share one
        with netns.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((f"127.1.1.{number}", 0))
            stranger.connect(("127.0.0.1", 161))
            for _ in range(8):
                stranger.send(bytes(60000))
    most = QUEUES * int(Path("/proc/sys/net/core/rmem_default").read_text())
    assert most / 2 < group.number("memory.stat", "sock") <= most * 1.5, "and one datagram more in each"
    agent.process.signal(signal.SIGCONT)
    wait_for(lambda: asker.ask(ber.GET, [TOTAL_SAS], seconds=0.5), "an answer", process=agent.process)
    wait_for(lambda: group.number("memory.stat", "sock") < MIB, "what waited to be taken", process=agent.process)
    assert group.killed() == 0
