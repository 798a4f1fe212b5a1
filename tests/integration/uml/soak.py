# SPDX-License-Identifier: BSD-3-Clause
"""
A day in an hour: a tunnel that is rekeyed every few seconds, and everything that can happen to its agent and its hosts, again and again, while somebody walks
all tables.  At the end the tunnel has counted what went over the wire, each up and down was told once, and the agent is as large as it was.

    make soak MINUTES=60
"""

import collections
import os
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from bed import events, ike
from bed.places import ROOT_OID, scalar
from bed.process import wait_for, wait_until_equal
from bed.traffic import without_an_sa
from bed.tunnels import UP, the_tunnel

MINUTES = float(os.environ.get("MINUTES", "1"))
NAME = "berlin"
pytestmark = pytest.mark.timeout(MINUTES * 60 + 900)


class Walker(threading.Thread):
    """Walks all tables, one walk after another, whatever it is answered."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client, self.walks, self.values = client, 0, 0
        self.over = threading.Event()

    def run(self):
        while not self.over.is_set():
            found = self.client.run("snmpbulkwalk", "-Onq", "-Cr20", ROOT_OID, check=False, seconds=120)
            self.walks += 1
            self.values += found.stdout.count("\n")

    def end(self):
        self.over.set()
        self.join()


class Day:
    """The hosts, and what befalls them."""

    def __init__(self, pair, snmpd, start_agent, directory):
        self.pair, self.snmpd, self.start_agent, self.directory = pair, snmpd, start_agent, directory
        self.client = snmpd.client
        self.agents = []
        self.done = collections.Counter()
        self.down = 0
        self.begin_agent()

    def begin_agent(self):
        words = f"state-directory {self.directory}/state\nstate-interval 1\ntunnel-grace 1\ntunnel {NAME} remote 10.9.0.0/24\nnotify-soft volume\n"
        options = ["-s", "xfrm", "-x", self.snmpd.agentx, "-i", "1"]
        self.agents.append(self.start_agent(*options, configuration=words))
        self.agents[-1].wait_until_served(self.client)

    @property
    def agent(self):
        return self.agents[-1]

    def wait_until_up(self):
        wait_for(lambda: self.row().state == UP, "the tunnel to be up", 120)

    def row(self):
        return wait_for(lambda: self._row(), "the tunnel's row", 120)

    def _row(self):
        try:
            return the_tunnel(self.client)
        except (AssertionError, ValueError):  # an agent or a master that is just away
            return None

    # ---- What befalls them

    def rekeys(self):
        before = self.row().rekeys
        wait_for(lambda: self.row().rekeys >= before + 3, "three rekeys", 120)

    def a_peer_is_killed(self):
        right, before = self.pair.daemons[1], self.row().downs
        right.kill()
        self.pair.namespaces[1].ip("xfrm", "state", "flush")
        wait_for(lambda: self.row().downs > before, "the peer to be missed", 120)
        self.down += 1
        right.start()
        right.up("c1", check=False)

    def snmpd_is_restarted(self):
        self.snmpd.restart()

    def snmpd_hangs(self):
        self.snmpd.process.signal(signal.SIGSTOP)
        time.sleep(2)
        self.snmpd.process.signal(signal.SIGCONT)

    def the_agent_is_killed(self):
        """Meanwhile the daemons stand still: nobody could know what an SA has counted that came and went."""
        for daemon in self.pair.daemons:
            daemon.freeze()
        self.agent.kill()
        self.begin_agent()
        for daemon in self.pair.daemons:
            daemon.thaw()

    def many_sas_come_and_go(self):
        namespace = self.pair.namespaces[0]
        events.add_larval_burst(namespace, self.directory, 300)

    def all_of_it(self):
        for happens in (
            self.rekeys, self.a_peer_is_killed, self.snmpd_is_restarted, self.many_sas_come_and_go, self.the_agent_is_killed,
            self.snmpd_hangs,
        ):  # fmt: skip
            happens()
            self.done[happens.__name__.replace("_", " ")] += 1
            self.wait_until_up()


def kibibytes(agent):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{agent.pid}/status").read_text()).group(1))


def test_a_day_in_an_hour(make_ike_pair, netns, make_snmpd, start_agent, start_snmptrapd, tmp_path, wire):
    pair = make_ike_pair(daemon=ike.Strongswan, rekey_seconds=3, dead_peer_seconds=1)
    snmptrapd = start_snmptrapd("tcp:127.0.0.1:162")
    day = Day(pair, make_snmpd(events.STREAM_SINK).start(), start_agent, tmp_path)
    esp = wire()
    pair.start()
    day.wait_until_up()
    went_out, came_in = pair.stream(0), pair.stream(1)
    walker = Walker(day.client)
    walker.start()
    sizes, start = [], time.monotonic()
    while not sizes or time.monotonic() < start + MINUTES * 60:
        day.all_of_it()
        sizes.append(kibibytes(day.agent))
        print(f"round {len(sizes)}: {kibibytes(day.agent)} KiB", flush=True)
    walker.end()
    for stream in (went_out, came_in):
        stream.stop()
    wait_until_equal(
        lambda: [(row := day.row()).out_packets, row.in_packets + without_an_sa(netns)],
        lambda: [esp.sent, esp.received],
        "what is counted and what went over the wire",
    )
    row = day.row()
    told = [e.kind for e in events.wait_for_notified(snmptrapd, 2 * day.down + 1, events.UP, events.DOWN)]
    print_table(day, walker, sizes, esp, row, told, without_an_sa(netns), time.monotonic() - start)
    assert told == [events.UP, *[events.DOWN, events.UP] * day.down]
    assert (row.name, row.downs, row.unseen_ends) == (NAME, day.down, 0)
    assert sizes[-1] < sizes[0] + 1024, sizes
    assert day.client.get_value(scalar("Tunnels")) == 1


def print_table(day, walker, sizes, esp, row, told, dropped, seconds):
    lines = [(what, f"{times} times") for what, times in day.done.items()]
    lines += [
        ("minutes", f"{seconds / 60:.1f}"),
        ("packets of ESP out, on the wire and counted", f"{esp.sent} and {row.out_packets}"),
        ("packets of ESP in, on the wire, and counted", f"{esp.received}, of which {dropped} had no SA, and {row.in_packets}"),
        ("rekeys", row.rekeys),
        ("ups and downs told", f"{told.count(events.UP)} and {told.count(events.DOWN)}"),
        ("ends that nobody saw", row.unseen_ends),
        ("walks of all tables, and values", f"{walker.walks}, {walker.values}"),
        ("KiB of the agent, after each round", " ".join(map(str, sizes))),
    ]
    print("\n" + "\n".join(f"| {what:<45} | {value} |" for what, value in lines), flush=True)
