# SPDX-License-Identifier: BSD-3-Clause
"""What many SAs take, whether it stays so, and what is left when they are gone."""

from bed.places import scalar
from bed.process import wait_for
from results import at_most
from stage import resident_mb

READS, TOTAL_SAS, LONGEST_STEP = map(scalar, ("Reads", "Sas", "LongestStep"))
STEADY_READS = 1_000
ADDRESS = "udp:127.0.0.1:1182"


def memory(stage):
    full = stage.full
    stage.results.begin(f"Memory with {stage.sas:,} SAs, over many reads, and after they are gone")
    steady(stage)
    agent = stage.agent(full, "-l", ADDRESS, "-i", "1", configuration="read-share 100\n")
    client = agent.client(ADDRESS)
    agent.wait_until_served(client)
    stage.wait_for_rows(full, ADDRESS, stage.sas, agent.process)
    wait_for(lambda: client.get_value(READS) > 10, "ten reads", 120, agent.process)
    most = resident_mb(agent.pid, "VmHWM")
    stage.results.measure("agent, most ever resident", most, "MB")
    stage.results.ratio(f"memory with {stage.sas:,} SAs, reads included", most, at_most(120), "MB")
    empty(stage, agent, client)
    stage.stop_all()


def steady(stage):
    said = stage.program(stage.full, "refresh", "steady", stage.sas, STEADY_READS).splitlines()
    pages = [int(line.split()[2]) for line in said if line.startswith("resident")]
    stage.results.ratio(f"memory after {STEADY_READS:,} reads, to after {STEADY_READS // 10:,}", pages[-1] / pages[0], at_most(1.01))


def empty(stage, agent, client):
    """All SAs flushed at once: a step that would go through all of them must not be a long one."""
    stage.full.ip("xfrm", "state", "flush", seconds=120)
    wait_for(lambda: client.get_value(TOTAL_SAS) == 0, "an empty table", 60, agent.process)
    reads = client.get_value(READS)
    wait_for(lambda: client.get_value(READS) >= reads + 3, "three more reads", 60, agent.process)
    left, longest = resident_mb(agent.pid), client.get_value(LONGEST_STEP) / 1000
    stage.results.measure("agent, resident afterwards", left, "MB")
    stage.results.measure("longest step, the flush included", longest, "ms")
    stage.results.ratio("memory after they are flushed", left, at_most(20), "MB")
    stage.results.ratio("longest step of the event loop, a flush of all included", longest, at_most(5), "ms")
