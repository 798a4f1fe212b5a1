# SPDX-License-Identifier: BSD-3-Clause
"""SAs that come and go as fast as the kernel can."""

from collections import Counter

from bed.netns import Namespace
from bed.places import EVENT_ENTRY, scalar
from bed.process import wait_for
from results import at_most
from stage import cpu_seconds

READS, TOTAL_SAS, LOST_BATCHES, UNSEEN_ENDS = map(scalar, ("Reads", "Sas", "LostEventBatches", "UnseenEnds"))
KIND, SAID = 5, 7  # columns of the event table
CREATED, DELETED = 8, 9  # of its kinds
BURST = 20_000
ADDRESS = "udp:127.0.0.1:1184"


def burst(stage):
    stage.results.begin(f"{BURST:,} SAs added and deleted one by one, as fast as the kernel can")
    namespace = Namespace("burst")
    alone = add_and_delete(stage, namespace)
    agent = stage.agent(namespace, "-l", ADDRESS, "-i", "1", configuration=f"event-log-changes {2 * BURST}\n")
    client = agent.client(ADDRESS)
    agent.wait_until_served(client)
    before = cpu_seconds(agent.pid)
    watched = add_and_delete(stage, namespace)
    reads = client.get_value(READS)
    wait_for(lambda: client.get_value(READS) >= reads + 2, "two more reads", 60, agent.process)
    spent = cpu_seconds(agent.pid) - before
    check_accounts(client)
    stage.results.measure("the kernel alone", alone / BURST, "µs an SA")
    stage.results.measure("with the agent watching", watched / BURST, "µs an SA")
    stage.results.ratio("events: the agent's CPU time", spent / (2 * BURST) * 1e6, unit="µs an event")
    stage.results.ratio("events: batches that the kernel dropped", client.get_value(LOST_BATCHES), at_most(0))
    stage.stop_all()


def add_and_delete(stage, namespace):
    """Microseconds."""
    return int(stage.program(namespace, "larval_sas", "burst", BURST))


def check_accounts(client):
    """The log has of each SA its creation and its deletion, in that order, and nothing else."""
    kinds, saids = ([varbind.value for varbind in client.walk(f"{EVENT_ENTRY}.{column}", 1000)] for column in (KIND, SAID))
    assert client.get_value(TOTAL_SAS) == client.get_value(UNSEEN_ENDS) == 0
    assert kinds == [CREATED, DELETED] * BURST, f"events by kind: {Counter(kinds)}"
    assert saids[::2] == saids[1::2] and len(set(saids)) == BURST, f"{len(set(saids))} SAs instead of {BURST}"
