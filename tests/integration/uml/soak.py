# SPDX-License-Identifier: BSD-3-Clause
"""
A day in an hour: tunnels of strongSwan and of libreswan that are rekeyed every few seconds, one that is keyed by hand in a namespace that comes
and goes, SAs that expire; and everything that can happen to their agent and their hosts, again and again in an order of chance,
while somebody walks all tables.  After each, what was counted is compared with what went over the wire.  At the end each
up, down and expiry was told once, there is no row too many, and the agent is as large as it was.

    make soak MINUTES=60
    make soak MINUTES=60 SEED=7       in the order of another soak, which it has printed
"""

import collections
import os
import random
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from bed import events, ike, xfrm
from bed.monitor import Monitor
from bed.netns import Namespace
from bed.places import ROOT_OID, scalar
from bed.process import wait_for, wait_until_equal
from bed.snmp import Client
from bed.traffic import EspOnWire, without_an_sa
from bed.tunnels import DOWN, UP, the_tunnel
from bed.xfrm import EspTunnel

MINUTES = float(os.environ.get("MINUTES", "1"))
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 16))
NAME = "berlin"
# The contexts: of the two pairs of IKE daemons, of the namespace that comes and goes, and of SAs with limits.
SWAN, LIBRE, HAND, LIMITS = CONTEXTS = ("swan", "libre", "hand", "limits")
HOUR = 3600
BACKLOGS = (4096, 16384, 1 << 24)  # the least, what some rekeys fit into, and the default
EXPIRING = 40
AT_ANY_MOMENT = "the agent is killed at any moment"
pytestmark = pytest.mark.timeout(MINUTES * 60 + 2400)


def access(context):
    """snmpd.conf: the community CONTEXT-secret reads that context."""
    return (
        f"com2sec -Cn {context} {context}-sec default {context}-secret\ngroup {context}-group v2c {context}-sec\n"
        f"access {context}-group {context} v2c noauth exact soak none none\n"
    )


class Walker(threading.Thread):
    """Walks all tables of all contexts, one walk after another, whatever it is answered."""

    def __init__(self, clients):
        super().__init__(daemon=True)
        self.clients, self.walks, self.values = clients, 0, 0
        self.over = threading.Event()

    def run(self):
        while not self.over.is_set():
            for client in self.clients:
                found = client.run("snmpbulkwalk", "-Onq", "-Cr20", ROOT_OID, check=False, seconds=120)
                self.walks += 1
                self.values += found.stdout.count("\n")

    def end(self):
        self.over.set()
        self.join()


class Watched:
    """A context with one tunnel, as managers see it."""

    def __init__(self, client):
        self.client = client
        self.downs = 0
        self.known_unseen = 0

    def row(self):
        return wait_for(self._row, "the tunnel's row", 120)

    def _row(self):
        try:
            return the_tunnel(self.client)
        except (AssertionError, ValueError):  # an agent or a master that is just away
            return None

    def value(self, name):
        def get():
            try:
                value = self.client.get_value(scalar(name))
            except (AssertionError, IndexError):
                return None
            return None if value is None else (value,)

        return wait_for(get, name, 120)[0]

    def wait_for_state(self, state):
        return wait_for(lambda: (row := self.row()).state == state and row, f"the tunnel in state {state}", 120)

    def wait_for_reads(self, count):
        """A count that goes back is that of another agent."""
        first = self.value("Reads")
        wait_for(lambda: (now := self.value("Reads")) >= first + count or now < first, "reads", 120)


class Gateway(Watched):
    """The left of a pair of hosts with a tunnel, and an account of what went over its wire and what the tunnel has counted."""

    def __init__(self, client, pair, directory):
        super().__init__(client)
        self.pair, self.namespace = pair, pair.namespaces[0]
        directory.mkdir()
        self.monitor = Monitor(self.namespace, directory)
        self.esp = EspOnWire(self.namespace)
        self.not_known = collections.Counter()  # by way and by what had happened
        self.unseen_by, self.lost_by = collections.Counter(), collections.Counter()
        self.known_lost = (0, 0)  # of which agent, how many batches of events

    def start(self):
        self.pair.start()
        self.wait_for_state(UP)
        self.streams = [self.pair.stream(0), self.pair.stream(1)]

    def on_the_wire(self):
        """[out, in], without what no SA can have counted."""
        return [self.esp.sent, self.esp.received - without_an_sa(self.namespace)]

    def missing(self):
        row = self.row()
        counted = row.out_packets + self.not_known["out"], row.in_packets + self.not_known["in"]
        return [wire - count for wire, count in zip(self.on_the_wire(), counted)]

    def settle_account(self, happening, agent):
        """
        Nothing passes meanwhile, and the account has to be even.  What the manual pages tell of may be missing, never too much: what
        passed through an SA whose end the agent says that it did not see; whose birth and end it both lost, if it says that it lost
        events; or that came and went after what a killed agent has written last.
        """
        for stream in self.streams:
            stream.pause()
        try:
            self._settle_account(happening, agent)
        finally:
            for stream in self.streams:
                stream.go_on()

    def new_losses(self, agent):
        known = self.known_lost[1] if self.known_lost[0] == agent.pid else 0
        self.known_lost = (agent.pid, self.value("LostEventBatches"))
        return self.known_lost[1] - known

    def _settle_account(self, happening, agent):
        self.wait_for_reads(2)
        unseen, lost = self.row().unseen_ends - self.known_unseen, self.new_losses(agent)
        assert unseen >= 0 <= lost
        if unseen == lost == 0 and happening != AT_ANY_MOMENT:
            wait_until_equal(self.missing, lambda: [0, 0], f"{happening}: what went over the wire, less what is counted,")
        missing = self.missing()
        assert min(missing) >= 0, f"{happening}: {missing} were counted too many, {self.row()}"
        for way, count in zip(("out", "in"), missing):
            self.not_known[way] += count
            self.not_known[f"{way} when {happening}"] += count
        self.known_unseen += unseen
        self.unseen_by[happening] += unseen
        self.lost_by[happening] += lost

    def wait_for_rekeys(self, count):
        before = self.row().rekeys
        wait_for(lambda: self.row().rekeys >= before + count, f"{count} rekeys", 240)

    def stop(self):
        for stream in self.streams:
            stream.stop()
        self.esp.stop()
        self.monitor.process.stop()


class Hand(Watched):
    """A tunnel by hand, in namespaces that are deleted and made again."""

    def __init__(self, client):
        super().__init__(client)
        self.pinged = 0
        self.spi = 0x10000
        self.make()

    def make(self):
        self.namespaces = [Namespace("hand"), Namespace("hand-peer")]
        self.tunnel = EspTunnel(*self.namespaces)

    def delete(self):
        for namespace in self.namespaces:
            namespace.delete()

    def ping_and_rekey(self):
        """Each SPI is new, as an IKE daemon's."""
        self.spi += 2
        self.tunnel.ping(5)
        self.tunnel.rekey((self.spi, self.spi + 1))
        self.tunnel.ping(5)
        self.pinged += 10
        self.settle_account()

    def settle_account(self):
        wait_until_equal(
            lambda: [(row := self.row()).out_packets, row.in_packets],
            lambda: [self.pinged, self.pinged],
            f"{HAND}: what was counted and what was sent",
        )


class Limits(Watched):
    """SAs with limits of time; nobody uses them."""

    def __init__(self, client, snmptrapd):
        super().__init__(client)
        self.snmptrapd = snmptrapd
        self.namespace = Namespace("limits")
        self.spi, self.made = 0x20000, 0

    def add(self, soft, hard):
        ends = "src 10.8.0.1 dst 10.9.0.2 proto esp"
        limits = f"limit time-soft {soft} limit time-hard {hard}"
        spis = range(self.spi, self.spi + EXPIRING)
        self.namespace.ip_batch([f"xfrm state add {ends} spi {spi:#x} {limits} mode tunnel {' '.join(xfrm.AES_GCM)}" for spi in spis])
        self.spi += EXPIRING
        self.made += EXPIRING

    def told(self, kind):
        return [e.said for e in events.notified(self.snmptrapd, kind) if e.context == LIMITS]

    def wait_until_told(self, kind):
        wait_for(lambda: len(set(self.told(kind))) >= self.made, f"{self.made} expiries of kind {kind}", 120)


class Day:
    """The hosts, and what befalls them."""

    def __init__(self, chance, directory, snmpd, snmptrapd, start_agent, pairs):
        self.chance, self.directory, self.snmpd, self.start_agent = chance, directory, snmpd, start_agent
        clients = [Client(snmpd.namespace, snmpd.address, snmpd.directory, ["-v2c", "-c", f"{c}-secret"]) for c in CONTEXTS]
        self.walker = Walker(clients)
        self.gateways = [Gateway(*of_context, directory / name) for name, *of_context in zip(CONTEXTS, clients, pairs)]
        self.hand, self.limits = Hand(clients[2]), Limits(clients[3], snmptrapd)
        self.agents, self.done, self.sizes = [], collections.Counter(), []
        self.begin_agent()

    def begin_agent(self):
        """Its logs are small, so that they are soon full, and it does not grow any more."""
        words = (
            f"state-directory {self.directory}/state\nstate-interval 1\ntunnel-grace 1\ntunnel {NAME} remote 10.9.0.0/24\n"
            f"notify-rate 1000\nevent-log 100\nevent-log-changes 100\nevent-backlog {self.chance.choice(BACKLOGS) if self.agents else BACKLOGS[0]}\n"
        )
        options = ["-s", "xfrm", "-x", self.snmpd.agentx, "-i", "1"]
        for namespace, context in zip([*(g.namespace.name for g in self.gateways), "hand", "limits"], CONTEXTS):
            options += ["-n", f"{namespace}={context}"]
        self.agents.append(self.start_agent(*options, configuration=words))
        self.wait_until_read()

    def watched(self):
        return [*self.gateways, self.hand, self.limits]

    def wait_until_read(self):
        for watched in self.watched():
            wait_for(lambda w=watched: w.value("Reads") > 0, "the first read", 120, self.agent.process)

    @property
    def agent(self):
        return self.agents[-1]

    def wait_until_written(self):
        """The first that is written now may have been begun earlier."""
        state = self.directory / "state" / "state"
        for _ in range(2):
            written = state.stat().st_mtime_ns
            wait_for(lambda w=written: state.stat().st_mtime_ns != w, "the state to be written", 120, self.agent.process)

    # ---- What befalls them

    def rekeys(self):
        for gateway in self.gateways:
            gateway.wait_for_rekeys(3)

    def a_peer_of_strongswan_is_killed(self):
        gateway = self.gateways[0]
        right, before = gateway.pair.daemons[1], gateway.row().downs
        right.kill()
        gateway.pair.namespaces[1].ip("xfrm", "state", "flush")
        wait_for(lambda: gateway.row().downs > before, "the peer to be missed", 120)
        gateway.downs += 1
        right.start()
        right.up("c1", check=False)
        gateway.wait_for_state(UP)

    def libreswan_is_killed_at_both_ends(self):
        """One that is in the midst of a rekey when its peer dies misses it for minutes."""
        gateway = self.gateways[1]
        for daemon, namespace in zip(gateway.pair.daemons, gateway.pair.namespaces):
            daemon.kill()
            # It fails where an SA goes by itself meanwhile.
            wait_for(lambda n=namespace: n.ip("xfrm", "state", "deleteall", check=False).returncode == 0, "its SAs to be deleted")
        gateway.wait_for_state(DOWN)
        gateway.downs += 1
        left, right = gateway.pair.daemons
        right.start()
        left.start().up_all(["c1"])
        gateway.wait_for_state(UP)

    def snmpd_is_restarted(self):
        self.snmpd.restart()

    def snmpd_is_stopped_for_a_while(self):
        self.snmpd.stop()
        time.sleep(3)
        self.snmpd.start()

    def snmpd_hangs(self):
        self.snmpd.process.signal(signal.SIGSTOP)
        time.sleep(2)
        self.snmpd.process.signal(signal.SIGCONT)

    def the_agent_hangs(self):
        self.agent.process.signal(signal.SIGSTOP)
        time.sleep(2)
        self.agent.process.signal(signal.SIGCONT)

    def the_agent_is_killed_while_nothing_changes(self):
        """The daemons stand still, and what was is written: nothing may be lost."""
        daemons = [daemon for gateway in self.gateways for daemon in gateway.pair.daemons]
        for daemon in daemons:
            daemon.freeze()
        self.wait_until_written()
        self.agent.kill()
        self.begin_agent()
        for daemon in daemons:
            daemon.thaw()

    def the_agent_is_killed_at_any_moment(self):
        self.agent.kill()
        self.begin_agent()

    def the_agent_is_stopped_and_started(self):
        self.agent.stop()
        self.begin_agent()

    def larval_sas_come(self):
        events.add_larval_burst(self.limits.namespace, self.directory, 300)

    def many_sas_come_and_go(self):
        """More events at once than the least backlog holds, where the tunnels are."""
        gateway = self.chance.choice(self.gateways)
        name = "src 192.0.2.1 dst 192.0.2.2 proto esp spi"
        keys = "mode tunnel enc ecb(cipher_null) '' auth digest_null ''"
        lines = [f"xfrm state add {name} {n:#x} {keys}\nxfrm state delete {name} {n:#x}" for n in range(0x100, 0x180)]
        gateway.namespace.ip_batch(lines)

    def sas_expire(self):
        self.limits.add(2, 4)
        self.limits.wait_until_told(events.HARD)

    def sas_expire_while_the_agent_is_killed(self):
        """Once it is written that the soft limits were told."""
        self.limits.add(2, 15)
        self.limits.wait_until_told(events.SOFT)
        self.the_agent_is_killed_while_nothing_changes()
        self.limits.wait_until_told(events.HARD)

    def a_namespace_is_deleted_and_made_again(self):
        self.hand.ping_and_rekey()
        self.hand.delete()
        self.hand.make()
        wait_for(lambda: self.hand.value("SourceStatus") == 1, "the namespace to be watched", 120)
        self.hand.ping_and_rekey()

    def the_clock_is_set_an_hour_forward_and_back(self):
        """strongSwan rekeys when the kernel tells it to, which is in an hour for SAs that are made meanwhile: so it is told."""
        for step in (HOUR, -HOUR):
            time.clock_settime(time.CLOCK_REALTIME, time.time() + step)
            for gateway in self.gateways:
                gateway.wait_for_reads(2)
            self.gateways[0].pair.daemons[0].rekey("c1")
            self.rekeys()

    KILLS = (the_agent_is_killed_while_nothing_changes, the_agent_is_killed_at_any_moment, sas_expire_while_the_agent_is_killed,
             the_agent_is_stopped_and_started)  # fmt: skip
    OTHERS = (
        rekeys, a_peer_of_strongswan_is_killed, libreswan_is_killed_at_both_ends, snmpd_is_restarted, snmpd_is_stopped_for_a_while, snmpd_hangs,
        the_agent_hangs, larval_sas_come, many_sas_come_and_go, sas_expire, a_namespace_is_deleted_and_made_again,
        the_clock_is_set_an_hour_forward_and_back,
    )  # fmt: skip

    def all_of_it(self, with_kills):
        for happens in self.chance.sample(happenings := [*self.OTHERS, *(self.KILLS if with_kills else ())], len(happenings)):
            name = happens.__name__.replace("_", " ")
            print(f"{time.monotonic():.0f} {name}", flush=True)
            happens(self)
            self.done[name] += 1
            for gateway in self.gateways:
                gateway.wait_for_state(UP)
                gateway.settle_account(name, self.agent)
            self.hand.settle_account()
            self.sizes.append((self.agent, kibibytes(self.agent)))

    def sizes_of_the_last_agent(self):
        return [size for agent, size in self.sizes if agent is self.agent]


def spi_of(said):
    return int(said.split(".")[1].split("@")[0], 16)


def kibibytes(agent):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{agent.pid}/status").read_text()).group(1))


@pytest.fixture
def day(make_ike_pair, new_namespace, make_snmpd, start_agent, start_snmptrapd, tmp_path):
    print(f"\nmake soak MINUTES={MINUTES:g} SEED={SEED}", flush=True)
    snmptrapd = start_snmptrapd("tcp:127.0.0.1:162")
    words = f"{events.STREAM_SINK}view soak included {ROOT_OID}\n" + "".join(map(access, CONTEXTS))
    # The daemons are frozen for a while at times.
    settings = {"rekey_seconds": 3, "spare_seconds": 60, "dead_peer_seconds": 1}
    pairs = [make_ike_pair(daemon=ike.Strongswan, **settings), make_ike_pair(daemon=ike.Libreswan, left=new_namespace(), **settings)]
    day = Day(random.Random(SEED), tmp_path, make_snmpd(words).start(), snmptrapd, start_agent, pairs)
    for gateway in day.gateways:
        gateway.start()
    day.hand.ping_and_rekey()
    day.walker.start()
    yield day
    day.walker.end()
    for gateway in day.gateways:
        gateway.stop()
    day.hand.delete()
    day.limits.namespace.delete()


class Account:
    """What was told until now, of a day; a table of that and of all figures."""

    def __init__(self, day, seconds):
        told = events.notified(day.limits.snmptrapd)
        of_gateway = [(gateway, [e for e in told if e.context == context]) for context, gateway in zip(CONTEXTS, day.gateways)]
        self.ups = {gateway: [e.kind for e in own if e.kind in (events.UP, events.DOWN)] for gateway, own in of_gateway}
        self.deaths = {gateway: [e.said for e in own if e.kind == events.HARD] for gateway, own in of_gateway}
        self.expiries = {kind: day.limits.told(kind) for kind in (events.SOFT, events.HARD)}
        print_table(day, self.ups, self.deaths, self.expiries, seconds)


def test_a_day_in_an_hour(day):
    start = time.monotonic()

    def all_of_it(with_kills):
        day.all_of_it(with_kills)
        return Account(day, time.monotonic() - start)

    # The agent that lives in the second half is as large at its end as it was at its beginning.
    while time.monotonic() < start + MINUTES * 30:
        all_of_it(with_kills=True)
    account = all_of_it(with_kills=False)
    while time.monotonic() < start + MINUTES * 60:
        account = all_of_it(with_kills=False)
    day.walker.end()
    for gateway in day.gateways:
        assert account.ups[gateway] == [events.UP, *[events.DOWN, events.UP] * gateway.downs]
        assert (gateway.row().name, gateway.row().downs) == (NAME, gateway.downs)
        # Nobody is said to be dead who lives on.
        died = {spi for kind, spi in gateway.monitor.expired() if kind == events.HARD}
        assert {spi_of(said) for said in account.deaths[gateway]} <= died
    for kind, saids in account.expiries.items():
        assert (len(saids), len(set(saids))) == (day.limits.made, day.limits.made), kind
    for watched in day.watched():
        assert watched.value("Tunnels") == 1
    sizes = day.sizes_of_the_last_agent()
    assert sizes[-1] < sizes[0] + 1024, sizes


def hard_expiries(gateway):
    return sum(kind == events.HARD for kind, _ in gateway.monitor.expired())


def print_table(day, ups, deaths, expiries, seconds):
    lines = [(what, f"{times} times") for what, times in sorted(day.done.items())]
    lines += [("minutes", f"{seconds / 60:.1f}")]
    for context, gateway in zip(CONTEXTS, day.gateways):
        row, wire, not_known = gateway.row(), gateway.on_the_wire(), gateway.not_known
        lines += [
            (f"{context}: packets out, on the wire and counted", f"{wire[0]}, {row.out_packets}; {not_known['out']} not known"),
            (f"{context}: packets in, on the wire and counted", f"{wire[1]}, {row.in_packets}; {not_known['in']} not known"),
            (f"{context}: packets in that no SA counts", without_an_sa(gateway.namespace)),
            (f"{context}: rekeys", row.rekeys),
            (f"{context}: ups and downs told", f"{ups[gateway].count(events.UP)}, {ups[gateway].count(events.DOWN)}"),
            (f"{context}: ends that nobody saw", f"{row.unseen_ends}"),
            (f"{context}: hard expiries of the kernel, told", f"{hard_expiries(gateway)}, {len(deaths[gateway])}"),
        ]
        lines += [
            (f"{context}: not known {what}", count) for what, count in sorted(not_known.items()) if " when " in what and count > 0
        ]
        for word, counts in (("ends unseen", gateway.unseen_by), ("batches of events lost", gateway.lost_by)):
            lines += [(f"{context}: {word} when {what}", count) for what, count in sorted(counts.items()) if count > 0]
    lines += [(f"{HAND}: packets each way, sent and counted", f"{day.hand.pinged}, {day.hand.row().out_packets}")]
    for kind, saids in zip(("soft", "hard"), expiries.values()):
        made, once = day.limits.made, len(set(saids))
        lines += [(f"{kind} expiries made, told, doubled, lost", f"{made}, {len(saids)}, {len(saids) - once}, {made - once}")]
    lines += [
        ("walks of all tables, and values", f"{day.walker.walks}, {day.walker.values}"),
        ("agents", len(day.agents)),
        ("KiB of the last one, after each of these", " ".join(map(str, day.sizes_of_the_last_agent()))),
    ]
    print("\n" + "\n".join(f"| {what:<75} | {value} |" for what, value in lines), flush=True)
