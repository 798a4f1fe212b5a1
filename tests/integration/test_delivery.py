# SPDX-License-Identifier: BSD-3-Clause
"""
Notifications on their way: to every kind of receiver, and through a master that is killed, hangs or is not there.  Each
test prints how many expiries were made, told, doubled and lost.
"""

import signal
import time

import pytest

from bed import events
from bed.events import DROPPED, SENT, SINK, STREAM_SINK, WAITING
from bed.places import EVENT_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import COMMUNITY, NUMERIC, V3_AUTH, V3_PRIVACY, V3_USER, parse

ENGINE = "0x80001f88041020304050"  # of the sender, which a receiver of SNMPv3 traps has to know
RECEIVER = "0x80001f88041020304051"
V3_OPTIONS = f"-l authPriv -u {V3_USER} -a SHA -A {V3_AUTH} -x AES -X {V3_PRIVACY}"

# How each is configured, and what the receiver needs for it.
SINKS = {
    "v1": (f"trapsink 127.0.0.1:1001 {COMMUNITY}\n", ""),
    "v2c": (f"trap2sink 127.0.0.1:1002 {COMMUNITY}\n", ""),
    "inform": (f"informsink 127.0.0.1:1003 {COMMUNITY}\n", ""),
    "v3": (
        f"trapsess -v 3 -e {ENGINE} {V3_OPTIONS} 127.0.0.1:1004\n",
        f"createUser -e {ENGINE} {V3_USER} SHA {V3_AUTH} AES {V3_PRIVACY}\n",
    ),
    "v3 inform": (f"trapsess -v 3 -Ci {V3_OPTIONS} 127.0.0.1:1005\n", ""),
    "v3 inform, known engine": (
        f"trapsess -v 3 -Ci -e {RECEIVER} {V3_OPTIONS} 127.0.0.1:1006\n",
        f"exactEngineID {RECEIVER}\n",
    ),
}


class SaFile:
    """A KLIPS file whose SAs reach a limit, each another one, when told to."""

    LINE = "esp0x{:x}@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 life(c,s,h)=bytes({},{},0)addtime({},0,0)\n"

    def __init__(self, path, count):
        self.path, self.count, self.expired, self.born = path, count, 0, time.time()
        self.expire(0)

    def expire(self, count):
        """So many more."""
        self.expired += count
        assert self.expired <= self.count
        age = int(time.time() - self.born)
        counted = [10**6 if n < self.expired else 0 for n in range(self.count)]
        lines = [self.LINE.format(0x1000 + n, octets, 1000 + n, age) for n, octets in enumerate(counted)]
        new = self.path.with_suffix(".new")
        new.write_text("".join(lines))
        new.rename(self.path)


@pytest.fixture
def make_sas(tmp_path):
    """make_sas(count): a KLIPS file."""
    return lambda count: SaFile(tmp_path / "ipsec_spi", count)


@pytest.fixture(params=["snmpd", "no snmpd"])
def start_with_sinks(request, make_snmpd, start_agent):
    """start(words, *options): agent and master, or agent alone, with these trap sinks; returns a client."""

    def start(words, *options):
        words = f"exactEngineID {ENGINE}\n{words}"
        if request.param == "snmpd":
            snmpd = make_snmpd(words).start()
            start_agent("-x", snmpd.agentx, *options).wait_until_served(snmpd.client)
            return snmpd.client
        address = "udp:127.0.0.1:161"
        agent = start_agent("-l", address, *options, configuration=f"rocommunity {COMMUNITY}\n{words}")
        agent.wait_until_served(agent.client(address))
        return agent.client(address)

    return start


def test_every_kind_of_receiver_gets_the_same(start_with_sinks, start_snmptrapd, make_sas):
    receivers = {
        kind: start_snmptrapd(f"udp:127.0.0.1:{1000 + number}", configuration=needs)
        for number, (kind, (_, needs)) in enumerate(SINKS.items(), 1)
    }
    sas = make_sas(3)
    client = start_with_sinks("".join(words for words, _ in SINKS.values()), "-s", "klips", "-k", sas.path, "-i", "1")
    wait_for(lambda: client.get_value(scalar("Reads")) > 0, "a read")
    sas.expire(3)
    wanted = events.wait_for_notified(receivers["v2c"], 3)
    assert events.account("v2c", 3, wanted) == (0, 0)
    for kind, receiver in receivers.items():
        wait_for(lambda: set(events.notified(receiver)) == set(wanted), f"all by {kind}", process=receiver.process)
        # An inform comes again if its answer is late.
        again = events.account(kind, 3, events.notified(receiver))[1]
        assert again == 0 or "inform" in kind
    events.wait_until_settled(client, 3)
    rows = events.logged(client)
    not_carried = dict.fromkeys(("delivery", "detail", "tunnel_index", "connection", "identity", "alarm"))
    assert [e._replace(**not_carried) for e in rows] == wanted
    assert [e.delivery for e in rows] == [SENT] * 3


# ---- A receiver that is too slow


def test_what_the_network_lost_is_fetched_by_one_getbulk(make_snmpd, start_agent, start_snmptrapd, make_sas):
    made = 30
    # Room for a few datagrams, and then it takes none for a while.
    snmptrapd = start_snmptrapd(configuration="[snmp] serverRecvBuf 4096\n")
    snmpd, sas = make_snmpd(SINK).start(), make_sas(made)
    start_agent("-s", "klips", "-k", sas.path, "-x", snmpd.agentx, "-i", "1").wait_until_served(snmpd.client)
    sas.expire(1)
    events.wait_for_notified(snmptrapd, 1)
    snmptrapd.process.signal(signal.SIGSTOP)
    sas.expire(made - 2)
    wait_for(lambda: events.counts(snmpd.client) == (made - 1, 0, 0), "all but the last to be sent")
    snmptrapd.process.signal(signal.SIGCONT)
    left = made - 1 - snmptrapd.overrun()
    wait_for(lambda: len(events.notified(snmptrapd)) == left, "what found room")
    sas.expire(1)
    told = wait_for(lambda: (now := events.notified(snmptrapd))[-1].number == made and now, "the last one")
    lost, doubled = events.account("a receiver that loses datagrams", made, told)
    assert (lost, doubled) == (snmptrapd.overrun(), 0) and lost > 0
    known, last = told[-2], told[-1]
    assert last.before > known.number, "the receiver sees that some are missing"
    columns = [f"{EVENT_ENTRY}.{column}.{known.number}" for column in (2, 7, 13)]
    answer = snmpd.client.run("snmpbulkget", *NUMERIC, "-Cn0", f"-Cr{lost}", *columns).stdout
    values = [v.value for v in parse(answer)]
    fetched = list(zip(values[0::3], (v.decode() for v in values[1::3]), values[2::3]))
    assert [number for number, _, _ in fetched] == list(range(known.number + 1, last.before + 1))
    wanted = sorted(f"esp.{0x1000 + n:x}@192.0.2.1" for n in range(made))
    assert sorted([e.said for e in told] + [said for _, said, _ in fetched]) == wanted
    assert {limit for _, _, limit in fetched} == {events.BYTES}


# ---- A master that is not there when it is needed


class Burst:
    """SAs that expire faster than their notifications may be sent."""

    FIRST, MORE, RATE = 400, 50, 200

    def __init__(self, agent, snmpd, snmptrapd, sas):
        self.agent, self.snmpd, self.snmptrapd, self.sas = agent, snmpd, snmptrapd, sas

    def expire(self, count=MORE):
        """So many more, which have all happened then."""
        self.sas.expire(count)
        self.agent.wait_until_said(f"event {self.sas.expired}: saSoftExpired")

    def wait_for_some(self):
        """So that what comes next happens in the midst of it, unless the machine is very slow."""
        wanted = min(len(events.notified(self.snmptrapd)) + self.MORE, self.sas.expired)
        events.wait_for_notified(self.snmptrapd, wanted)

    def end(self, name):
        """(what was told, how many were lost, how many were doubled)"""
        events.wait_until_settled(self.snmpd.client, self.sas.expired)
        told = events.wait_for_notified_of(self.snmptrapd, self.sas.expired)
        return told, *events.account(name, self.sas.expired, told)


@pytest.fixture
def burst(make_snmpd, start_agent, snmptrapd, make_sas):
    """A Burst that has begun, with an agent, its snmpd, and a receiver that has had the first few."""
    snmpd = make_snmpd(STREAM_SINK).start()
    sas = make_sas(Burst.FIRST + 3 * Burst.MORE)
    configuration = f"notify-rate {Burst.RATE}\nevent-syslog yes\n"
    agent = start_agent("-s", "klips", "-k", sas.path, "-x", snmpd.agentx, "-i", "1", configuration=configuration)
    agent.wait_until_served(snmpd.client)
    burst = Burst(agent, snmpd, snmptrapd, sas)
    burst.expire(Burst.FIRST)
    burst.wait_for_some()
    return burst


LOST = "lost the AgentX master"


def test_a_master_that_is_killed_and_started_again(burst):
    for times in range(1, 4):
        burst.snmpd.kill()
        burst.agent.wait_until_said(LOST, times=times)
        burst.expire()
        burst.snmpd.start()
        burst.wait_for_some()
    told, lost, doubled = burst.end("snmpd killed three times")
    # Killed between sending one on and saying so, a master makes that one come again, with the same number.
    assert lost == 0 and doubled <= 3
    events.assert_in_order(list(dict.fromkeys(told)))


def test_a_master_that_is_restarted(burst):
    burst.snmpd.stop()
    burst.agent.wait_until_said(LOST)
    burst.expire()
    burst.snmpd.start()
    told, lost, doubled = burst.end("snmpd restarted")
    assert (lost, doubled) == (0, 0)
    events.assert_in_order(told)


def test_a_master_that_hangs_and_goes_on(burst):
    """It finds what was under way in its old connection."""
    for times in range(1, 3):
        burst.snmpd.process.signal(signal.SIGSTOP)
        burst.agent.wait_until_said(LOST, times=times)
        burst.expire()
        burst.snmpd.process.signal(signal.SIGCONT)
        burst.wait_for_some()
    told, lost, doubled = burst.end("snmpd stopped twice")
    assert (lost, doubled) == (0, 0)
    events.assert_in_order(told)


def test_a_master_that_hangs_and_is_killed(burst):
    burst.snmpd.process.signal(signal.SIGSTOP)
    burst.agent.wait_until_said(LOST)
    burst.expire()
    burst.snmpd.kill()
    burst.snmpd.start()
    told, lost, doubled = burst.end("snmpd stopped, then killed")
    # As above: it may have been stopped there.
    assert lost == 0 and doubled <= 1
    events.assert_in_order(list(dict.fromkeys(told)))


def test_hangup_of_agent_and_master_loses_nothing(burst):
    burst.agent.process.signal(signal.SIGHUP)
    burst.agent.wait_until_said("read the configuration again")
    burst.snmpd.process.signal(signal.SIGHUP)
    burst.expire()
    told, lost, doubled = burst.end("SIGHUP to agent and snmpd")
    assert (lost, doubled) == (0, 0)
    events.assert_in_order(told)
    assert LOST not in burst.agent.output()


def test_what_does_not_fit_is_dropped_counted_and_still_in_the_log(make_snmpd, start_agent, snmptrapd, make_sas):
    snmpd, sas = make_snmpd(SINK), make_sas(50)
    options = ("-s", "klips", "-k", sas.path, "-x", snmpd.agentx, "-i", "1")
    sas.expire(50)
    agent = start_agent(*options, configuration="notify-queue 20\nevent-syslog yes\n")
    agent.wait_until_said("event 50: saSoftExpired esp.1031@192.0.2.1 ESP_AES_HMAC_SHA1 src=192.0.2.2: bytes")
    snmpd.start()
    told = events.wait_for_notified(snmptrapd, 20)
    wait_for(lambda: events.counts(snmpd.client) == (20, 0, 30), "all to be settled")
    assert [e.number for e in told] == list(range(31, 51))
    assert told[0].before == 30, "a receiver sees that something is missing before the first"
    assert [e.delivery for e in events.logged(snmpd.client)] == [DROPPED] * 30 + [SENT] * 20


def test_what_waits_says_so(make_snmpd, start_agent, make_sas):
    """Without a master nothing can be asked, but an agent that may send one notification in a second shows it."""
    made = 1000
    snmpd, sas = make_snmpd().start(), make_sas(made)
    sas.expire(made)
    options = ("-s", "klips", "-k", sas.path, "-x", snmpd.agentx, "-i", "1")
    agent = start_agent(*options, configuration="notify-rate 1\nevent-log 10\n").wait_until_served(snmpd.client)
    rows = wait_for(lambda: events.logged(snmpd.client), "rows")
    assert [e.number for e in rows] == list(range(made - 9, made + 1))
    assert {e.delivery for e in rows} == {WAITING}
    sent, waiting, dropped = events.counts(snmpd.client)
    assert sent + waiting == made and waiting > 0 and dropped == 0
    agent.stop()
    assert "notifications not sent" in agent.output()


# ---- An agent that sends by itself


def test_hangup_doubles_no_trap_sink(start_agent, snmptrapd, make_sas):
    sas, address = make_sas(5), "udp:127.0.0.1:161"
    words = f"rocommunity {COMMUNITY}\n{SINK}"
    agent = start_agent("-l", address, "-s", "klips", "-k", sas.path, "-i", "1", configuration=words)
    client = agent.client(address)
    agent.wait_until_served(client)
    for times in range(1, 3):
        agent.process.signal(signal.SIGHUP)
        agent.wait_until_said("read the configuration again", times=times)
    sas.expire(3)
    events.wait_for_notified(snmptrapd, 3)
    events.wait_until_settled(client, 3)
    # A word that is wrong takes nothing away.
    agent.configuration_file.write_text(f"{words}notify-rate never\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("nothing changed")
    sas.expire(2)
    events.wait_for_notified(snmptrapd, 5)
    events.wait_until_settled(client, 5)
    assert events.account("SIGHUP to an agent with trap sinks", 5, events.notified(snmptrapd)) == (0, 0)
