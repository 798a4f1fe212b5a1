# SPDX-License-Identifier: BSD-3-Clause
"""
Notifications on their way: to every kind of receiver, through a master that is killed, hangs or is not there, and in
bursts.  Each test prints how many expiries were made, told, doubled and lost.
"""

import ctypes
import signal
import socket
import threading
import time

import pytest

from bed import events, xfrm
from bed.events import ADD_TIME, DROPPED, HARD, SENT, SINK, WAITING
from bed.places import EVENT_ENTRY, PATIENCE, SCALARS
from bed.process import wait_for
from bed.snmp import COMMUNITY, V3_AUTH, V3_PRIVACY, V3_USER

ENGINE = "0x80001f88041020304050"  # of the sender, which a receiver of SNMPv3 traps has to know
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
}


class SaFile:
    """A KLIPS file whose SAs reach a limit, each another one, when told to."""

    def __init__(self, path, count):
        self.path, self.count = path, count
        self.write(0)

    def write(self, octets):
        line = "esp0x{:x}@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 life(c,s,h)=bytes({},{},0)addtime(5,0,0)\n"
        text = "".join(line.format(0x1000 + n, octets, 1000 + n) for n in range(self.count))
        new = self.path.with_suffix(".new")
        new.write_text(text)
        new.rename(self.path)

    def expire(self):
        self.write(10**6)


@pytest.fixture
def make_sas(tmp_path):
    """make_sas(count): a KLIPS file."""
    return lambda count: SaFile(tmp_path / "ipsec_spi", count)


def account(name, made, told):
    """Prints what came of the expiries, and returns (lost, doubled)."""
    saids = [e.said for e in told]
    lost, doubled = made - len(set(saids)), len(saids) - len(set(saids))
    print(f"{name}: {made} made, {len(saids)} told, {doubled} doubled, {lost} lost")
    return lost, doubled


def assert_in_order(told):
    """Numbers rise, and each notification names the one before it."""
    numbers = [e.number for e in told]
    assert numbers == sorted(numbers)
    assert [e.before for e in told[1:]] == numbers[:-1]


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
        kind: start_snmptrapd(address=f"udp:127.0.0.1:{1000 + number}", configuration=needs)
        for number, (kind, (_, needs)) in enumerate(SINKS.items(), 1)
    }
    sas = make_sas(3)
    client = start_with_sinks("".join(words for words, _ in SINKS.values()), "-s", "klips", "-k", sas.path, "-i", "1")
    wait_for(lambda: client.get_value(f"{SCALARS}.8.0") > 0, "a read")
    sas.expire()
    wanted = events.wait_for_notified(receivers["v2c"], 3)
    assert account("v2c", 3, wanted) == (0, 0)
    for kind, receiver in receivers.items():
        told = events.wait_for_notified(receiver, 3)
        # Each sink has its own queue, so only an order of each is promised.
        assert sorted(told) == sorted(wanted), kind
    rows = events.logged(client)
    assert [e._replace(delivery=None, detail=None, tunnel_index=None) for e in rows] == wanted
    assert [e.delivery for e in rows] == [SENT] * 3


# ---- A master that is not there when it is needed

BURST, RATE = 400, 200


@pytest.fixture
def burst(make_snmpd, start_agent, start_snmptrapd, make_sas):
    """start(words): an agent whose BURST SAs have begun to expire, its snmpd, and a receiver that has the first few."""

    def start(configuration=f"notify-rate {RATE}\n"):
        snmptrapd = start_snmptrapd()
        snmpd = make_snmpd(SINK).start()
        sas = make_sas(BURST)
        options = ("-s", "klips", "-k", sas.path, "-x", snmpd.agentx, "-i", "1")
        agent = start_agent(*options, configuration=configuration).wait_until_served(snmpd.client)
        wait_for(lambda: snmpd.client.get_value(f"{SCALARS}.8.0") > 0, "a read")
        sas.expire()
        events.wait_for_notified(snmptrapd, 50)
        return agent, snmpd, snmptrapd

    return start


def wait_until_settled(client, sent):
    """Until nothing waits any more; then as many must have been sent, and none dropped."""
    counts = wait_for(lambda: (now := events.counts(client))[1] == 0 and now, "nothing to wait")
    assert counts == (sent, 0, 0)


def test_a_master_that_is_killed_and_started_again(burst):
    agent, snmpd, snmptrapd = burst()
    for _ in range(3):
        snmpd.kill()
        agent.wait_until_said("lost the AgentX master")
        snmpd.start()
        have = len(events.notified(snmptrapd))
        events.wait_for_notified(snmptrapd, have + 50)
    told = events.wait_for_notified(snmptrapd, BURST)
    wait_until_settled(snmpd.client, BURST)
    told = events.notified(snmptrapd)
    lost, doubled = account("snmpd killed three times", BURST, told)
    # Killed between sending one on and saying so, a master makes that one come again, with the same number.
    assert lost == 0 and doubled <= 3
    assert_in_order(list(dict.fromkeys(told)))


def test_a_master_that_is_restarted(burst):
    _, snmpd, snmptrapd = burst()
    snmpd.restart()
    told = events.wait_for_notified(snmptrapd, BURST)
    wait_until_settled(snmpd.client, BURST)
    lost, doubled = account("snmpd restarted", BURST, events.notified(snmptrapd))
    assert (lost, doubled) == (0, 0)
    assert_in_order(told)


def test_a_master_that_hangs_and_goes_on(burst):
    """It finds what was under way in its old connection."""
    agent, snmpd, snmptrapd = burst()
    for times in range(1, 3):
        snmpd.process.signal(signal.SIGSTOP)
        agent.wait_until_said("lost the AgentX master", times=times)
        snmpd.process.signal(signal.SIGCONT)
        have = len(events.notified(snmptrapd))
        events.wait_for_notified(snmptrapd, have + 50)
    told = events.wait_for_notified(snmptrapd, BURST)
    wait_until_settled(snmpd.client, BURST)
    assert account("snmpd stopped twice", BURST, events.notified(snmptrapd)) == (0, 0)
    assert_in_order(told)


def test_a_master_that_hangs_and_is_killed(burst):
    agent, snmpd, snmptrapd = burst()
    snmpd.process.signal(signal.SIGSTOP)
    agent.wait_until_said("lost the AgentX master")
    snmpd.kill()
    snmpd.start()
    told = events.wait_for_notified(snmptrapd, BURST)
    wait_until_settled(snmpd.client, BURST)
    assert account("snmpd stopped, then killed", BURST, events.notified(snmptrapd)) == (0, 0)
    assert_in_order(told)


def test_hangup_of_agent_and_master_loses_nothing(burst):
    agent, snmpd, snmptrapd = burst()
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again")
    snmpd.process.signal(signal.SIGHUP)
    told = events.wait_for_notified(snmptrapd, BURST)
    wait_until_settled(snmpd.client, BURST)
    assert account("SIGHUP to agent and snmpd", BURST, events.notified(snmptrapd)) == (0, 0)
    assert_in_order(told)
    assert "lost the AgentX master" not in agent.output()


def test_what_does_not_fit_is_dropped_counted_and_still_in_the_log(make_snmpd, start_agent, snmptrapd, make_sas):
    snmpd, sas = make_snmpd(SINK), make_sas(50)
    options = ("-s", "klips", "-k", sas.path, "-x", snmpd.agentx, "-i", "1")
    sas.expire()
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
    snmpd, sas = make_snmpd().start(), make_sas(20)
    sas.expire()
    options = ("-s", "klips", "-k", sas.path, "-x", snmpd.agentx, "-i", "1")
    agent = start_agent(*options, configuration="notify-rate 1\nevent-log 10\n").wait_until_served(snmpd.client)
    rows = wait_for(lambda: events.logged(snmpd.client), "rows")
    assert [e.number for e in rows] == list(range(11, 21))
    assert {e.delivery for e in rows} == {WAITING}
    sent, waiting, dropped = events.counts(snmpd.client)
    assert sent + waiting == 20 and waiting > 0 and dropped == 0
    agent.stop()
    assert "notifications were not sent any more" in agent.output()


# ---- Bursts of larval SAs that this kernel expires for real


def get_request(oid, number):
    """An SNMPv2c GET, as bytes (RFC 3416); what it asks for is short enough for one-octet lengths."""

    def tlv(tag, content):
        return bytes([tag, len(content)]) + content

    def subid(value):
        octets = [value & 0x7F]
        while value := value >> 7:
            octets.insert(0, 0x80 | value & 0x7F)
        return bytes(octets)

    subids = [int(s) for s in oid.strip(".").split(".")]
    name = tlv(6, bytes([40 * subids[0] + subids[1]]) + b"".join(subid(s) for s in subids[2:]))
    pdu = tlv(0xA0, tlv(2, number.to_bytes(4, "big")) + tlv(2, b"\0") + tlv(2, b"\0") + tlv(0x30, tlv(0x30, name + b"\5\0")))
    return tlv(0x30, tlv(2, b"\1") + tlv(4, COMMUNITY.encode()) + pdu)


class Prober(threading.Thread):
    """Asks for ipsecAgentVersion again and again, from within a namespace, and notes how long each answer took."""

    def __init__(self, namespace, address=("127.0.0.1", 161)):
        super().__init__(daemon=True)
        self.namespace, self.address = namespace, address
        self.milliseconds, self.unanswered, self.over = [], 0, threading.Event()

    def run(self):
        with open(self.namespace.path, encoding="ascii") as namespace:
            ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0)  # of this thread only
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(PATIENCE)
            client.connect(self.address)
            while not self.over.is_set():
                self.probe(client, 2**24 + len(self.milliseconds))
                self.over.wait(0.01)

    def probe(self, client, number):
        began = time.monotonic()
        client.send(get_request(f"{SCALARS}.1.0", number))
        try:
            answer = client.recv(4096)
        except TimeoutError:
            self.unanswered += 1
            return
        assert number.to_bytes(4, "big") in answer
        self.milliseconds.append((time.monotonic() - began) * 1000)

    def stop(self):
        self.over.set()
        self.join()
        return sorted(self.milliseconds)


def figures(milliseconds):
    median, last = milliseconds[len(milliseconds) // 2], milliseconds[int(len(milliseconds) * 0.99)]
    return f"{len(milliseconds)} GETs, median {median:.1f} ms, 99 of 100 below {last:.1f} ms, longest {milliseconds[-1]:.1f} ms"


@pytest.fixture
def short_lives(netns):
    """Larval SAs live for five seconds."""
    if not events.larval_sas_live_for(netns, 5):
        pytest.skip("only root proper can say how long larval SAs live")


def test_ten_thousand_expiries_are_paced_and_hold_up_no_answer(
    netns, make_snmpd, start_agent, snmptrapd, short_lives, tmp_path
):
    count, rate = 10000, 2000
    snmpd = make_snmpd(SINK).start()
    configuration = f"notify-rate {rate}\nevent-log {count}\nevent-log-changes 0\n"
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "60", configuration=configuration)
    agent.wait_until_served(snmpd.client)
    quiet = Prober(netns)
    quiet.start()
    events.add_larval_burst(netns, tmp_path, count)
    wait_for(lambda: events.counts(snmpd.client)[0] > 0, "the burst to begin", process=agent.process)
    without = quiet.stop()
    probing = Prober(netns)
    probing.start()
    told = events.wait_for_notified(snmptrapd, count, seconds=4 * PATIENCE)
    within = probing.stop()
    wait_until_settled(snmpd.client, count)
    print(f"before the burst: {figures(without)}\nin the burst: {figures(within)}")
    assert account(f"burst of {count} at {rate} a second", count, told) == (0, 0)
    assert_in_order(told)
    assert {(e.kind, e.limit) for e in told} == {(HARD, ADD_TIME)}
    assert (quiet.unanswered, probing.unanswered) == (0, 0)
    # Every one that was sent can still be fetched.
    numbers = snmpd.client.walk(f"{EVENT_ENTRY}.2", repetitions=100)
    assert [v.value for v in numbers] == [e.number for e in told]


def test_lost_events_are_made_good_by_a_read(netns, make_snmpd, start_agent, snmptrapd, short_lives, tmp_path):
    count = 1000
    snmpd = make_snmpd(SINK).start()
    configuration = "event-backlog 4096\nnotify-rate 1000\n"
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration=configuration)
    agent.wait_until_served(snmpd.client)
    events.add_larval_burst(netns, tmp_path, count)
    # While the agent does not take them, the kernel has no room for so many.
    wait_for(lambda: snmpd.client.get_value(f"{SCALARS}.15.0") == count, "all to be read", process=agent.process)
    agent.process.signal(signal.SIGSTOP)
    wait_for(lambda: not xfrm.states(netns), "all to expire")
    agent.process.signal(signal.SIGCONT)
    told = events.wait_for_notified(snmptrapd, count)
    batches = wait_for(lambda: snmpd.client.get_value(f"{SCALARS}.30.0"), "the agent to be served", process=agent.process)
    wait_until_settled(snmpd.client, count)
    print(f"events were lost {batches} times")
    assert account("ENOBUFS", count, events.notified(snmptrapd)) == (0, 0)
    assert {(e.kind, e.limit, e.hard) for e in told} == {(HARD, ADD_TIME, 5)}


def test_hangup_doubles_no_trap_sink(start_agent, snmptrapd, make_sas):
    sas, address = make_sas(3), "udp:127.0.0.1:161"
    words = f"rocommunity {COMMUNITY}\n{SINK}"
    agent = start_agent("-l", address, "-s", "klips", "-k", sas.path, "-i", "1", configuration=words)
    client = agent.client(address)
    agent.wait_until_served(client)
    for times in range(1, 3):
        agent.process.signal(signal.SIGHUP)
        agent.wait_until_said("read the configuration again", times=times)
    sas.expire()
    events.wait_for_notified(snmptrapd, 3)
    wait_until_settled(client, 3)
    # A word that is wrong takes nothing away.
    agent.configuration_file.write_text(f"{words}notify-rate never\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("nothing changed")
    sas.count = 5
    sas.expire()
    told = events.wait_for_notified(snmptrapd, 5)
    wait_until_settled(client, 5)
    assert account("SIGHUP to an agent with trap sinks", 5, told) == (0, 0)
