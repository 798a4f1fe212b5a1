# SPDX-License-Identifier: BSD-3-Clause
"""
What a subagent asks its master for, and whether the master agrees: agents that want the same from a real snmpd, links that
are half-open, and a master of our own that refuses, keeps waiting or ignores each kind of PDU.
"""

import contextlib
import signal
from pathlib import Path

import pytest

from bed import agentx, events
from bed.agentx import ADD_AGENT_CAPS, CLOSE, NOTIFY, OPEN, PING, REGISTER
from bed.places import EVENT_ENTRY, IKE_ENTRY, POLICY_ENTRY, ROOT_OID, SA_ENTRY, SCALARS, TUNNEL_SA_ENTRY
from bed.process import wait_for

SAS = f"{SCALARS}.15.0"
PARTS = [f"{SCALARS}", SA_ENTRY, f"{ROOT_OID}.1.3.1", f"{ROOT_OID}.1.4.1", f"{ROOT_OID}.1.5", TUNNEL_SA_ENTRY, POLICY_ENTRY, IKE_ENTRY]
SYS_OR_ID, SYS_OR_DESCR = ".1.3.6.1.2.1.1.9.1.2", ".1.3.6.1.2.1.1.9.1.3"
DELIVERY = f"{EVENT_ENTRY}.18"

CONNECTED = "connected to the AgentX master at"
LOST = "lost the AgentX master at"
REST = "another session has registered the same names"

LINE = "esp0x{:x}@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 life(c,s,h)=bytes({},{},0)addtime(1,0,0)\n"


@pytest.fixture
def start_with(start_agent, tmp_path):
    """start_with(address, sas=1, expired=0): an agent of that master that serves so many SAs, of which some have expired."""

    def start(address, sas=1, expired=0, options=(), configuration=""):
        file = tmp_path / f"ipsec_spi{sas}"
        file.write_text("".join(LINE.format(0x1000 + n, 9 if n < expired else 1, 5) for n in range(sas)))
        return start_agent("-s", "klips", "-k", file, "-x", address, "-i", "1", *options, configuration=configuration)

    return start


def serves(client, sas):
    """Whether the agent that is served is the one with so many SAs."""
    return client.run("snmpget", "-Onqe", "-t1", "-r0", SAS, check=False).stdout == f"{SAS} {sas}\n"


def wait_until_serves(client, sas, agent):
    wait_for(lambda: serves(client, sas), f"the agent with {sas} SAs to be served", process=agent.process)


def listens(agent):
    """The agent's event loop turns."""
    before = agent.output().count("read the configuration again")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again", times=before + 1)


def connections(agent, address):
    """How many there are to a socket, accepted or not."""
    lines = Path(f"/proc/{agent.pid}/net/unix").read_text().splitlines()
    return sum(line.endswith(" " + address.removeprefix("unix:")) for line in lines) - 1


def sys_or(client):
    return [v.value.decode() for v in client.walk(SYS_OR_DESCR) if b"IPSEC-SPI-MIB" in v.value]


# ---- Two agents that want the same from one snmpd


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_second_is_served_once_the_first_has_ended(snmpd, start_with, end):
    first = start_with(snmpd.agentx, 1)
    wait_until_serves(snmpd.client, 1, first)
    second = start_with(snmpd.agentx, 2)
    second.wait_until_said("lets this agent serve nothing: it refuses ")
    assert f" and 7 more: {REST}" in second.output()
    assert serves(snmpd.client, 1)
    assert CONNECTED not in second.output()
    getattr(first, end)()
    wait_until_serves(snmpd.client, 2, second)
    second.wait_until_said(CONNECTED)
    assert second.output().count("AgentX master") == 2


def test_each_waits_for_its_turn(snmpd, start_with):
    agents = {1: start_with(snmpd.agentx, 1)}
    wait_until_serves(snmpd.client, 1, agents[1])
    for served, next_one in ((1, 2), (2, 1), (1, 3)):
        agents[next_one] = start_with(snmpd.agentx, next_one)
        agents[next_one].wait_until_said(REST)
        agents[served].stop()
        wait_until_serves(snmpd.client, next_one, agents[next_one])


def test_two_that_wait_for_a_late_master(make_snmpd, start_with):
    late = make_snmpd()
    agents = {sas: start_with(late.agentx, sas) for sas in (1, 2)}
    for agent in agents.values():
        agent.wait_until_said("no AgentX master at")
    late.start()
    winner = wait_for(lambda: next((sas for sas in agents if serves(late.client, sas)), None), "one to be served")
    other = 3 - winner
    agents[other].wait_until_said(REST)
    agents[winner].wait_until_said(CONNECTED)
    agents[winner].stop()
    wait_until_serves(late.client, other, agents[other])


def test_two_that_come_at_the_same_moment(make_snmpd, start_with):
    """Both find what they asked for in the queue of a master that was held up: neither gets only what the other lacks."""
    snmpd = make_snmpd().start()
    snmpd.process.signal(signal.SIGSTOP)
    agents = {sas: start_with(snmpd.agentx, sas) for sas in (1, 2)}
    wait_for(lambda: connections(agents[1], snmpd.agentx) == 2, "both to be connected")
    snmpd.process.signal(signal.SIGCONT)
    winner = wait_for(lambda: next((sas for sas in agents if CONNECTED in agents[sas].output()), None), "one to be served")
    agents[3 - winner].wait_until_said(REST)
    wait_until_serves(snmpd.client, winner, agents[winner])


def test_two_whose_master_is_restarted(snmpd, start_with):
    agents = {1: start_with(snmpd.agentx, 1)}
    wait_until_serves(snmpd.client, 1, agents[1])
    agents[2] = start_with(snmpd.agentx, 2)
    agents[2].wait_until_said(REST)
    snmpd.restart()
    for agent in agents.values():
        agent.wait_until_said(LOST)
    winner = wait_for(lambda: next((sas for sas in agents if serves(snmpd.client, sas)), None), "one to be served")
    agents[winner].stop()
    wait_until_serves(snmpd.client, 3 - winner, agents[3 - winner])


def test_a_part_that_is_refused_is_said_and_the_rest_is_served(snmpd, start_with):
    holder = agentx.Holder(snmpd.agentx).register(SA_ENTRY)
    agent = start_with(snmpd.agentx, 3)
    wait_until_serves(snmpd.client, 3, agent)
    agent.wait_until_said(f"lets this agent serve 7 of 8 parts of the MIB: it refuses ipsecSaTable: {REST}")
    assert CONNECTED not in agent.output()
    holder.close()
    wait_for(lambda: len(snmpd.client.table(SA_ENTRY)) == 3, "the table", process=agent.process)
    agent.wait_until_said(CONNECTED)


def test_a_part_of_a_context_that_is_refused_is_said_with_the_context(make_snmpd, start_agent, new_namespace):
    spaces = [new_namespace(), new_namespace()]
    snmpd = make_snmpd().start()
    holder = agentx.Holder(snmpd.agentx).register(f"{ROOT_OID}.1.3.1", context=b"blue")
    options = ("-n", f"{spaces[0].name}=red", "-n", f"{spaces[1].name}=blue", "-i", "1")
    agent = start_agent("-x", snmpd.agentx, *options)
    agent.wait_until_said('serve 15 of 16 parts of the MIB: it refuses ipsecTunnelTable in context "blue": ' + REST)
    holder.close()
    agent.wait_until_said(CONNECTED)


# ---- A link that is lost on one side only


@pytest.fixture
def half_open(snmpd, sockets):
    link = agentx.HalfOpenLink(sockets / "link", snmpd.agentx)
    yield link
    link.end()


def test_a_link_that_is_lost_half_open(snmpd, half_open, start_with):
    """snmpd notices when somebody asks: it waits for the session that it has still, in vain."""
    agent = start_with(half_open.address, 2)
    wait_until_serves(snmpd.client, 2, agent)
    for times in (1, 2):
        half_open.cut()
        agent.wait_until_said(LOST, times=times)
        agent.wait_until_said("lets this agent serve nothing: it refuses", times=times)
        wait_until_serves(snmpd.client, 2, agent)
        agent.wait_until_said(CONNECTED, times=times + 1)
    assert sys_or(snmpd.client) == ["The MIB module for IPsec security associations (IPSEC-SPI-MIB)."]


def test_two_agents_and_a_half_open_link(snmpd, half_open, start_with):
    """The one whose link was lost and another one wait for what snmpd holds for a session that is none any more."""
    agents = {1: start_with(half_open.address, 1)}
    wait_until_serves(snmpd.client, 1, agents[1])
    half_open.cut()
    agents[1].wait_until_said(REST)
    agents[2] = start_with(snmpd.agentx, 2)
    agents[2].wait_until_said(REST)
    winner = wait_for(lambda: next((sas for sas in agents if serves(snmpd.client, sas)), None), "one to be served")
    agents[winner].stop()
    wait_until_serves(snmpd.client, 3 - winner, agents[3 - winner])


# ---- sysORTable


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_module_is_listed_in_sys_or_table_while_the_agent_runs(snmpd, start_with, end):
    before = snmpd.client.walk(SYS_OR_ID)
    assert sys_or(snmpd.client) == []
    agent = start_with(snmpd.agentx)
    agent.wait_until_said(CONNECTED)
    assert sys_or(snmpd.client) == ["The MIB module for IPsec security associations (IPSEC-SPI-MIB)."]
    assert {v.value for v in snmpd.client.walk(SYS_OR_ID)} - {v.value for v in before} == {ROOT_OID}
    getattr(agent, end)()
    wait_for(lambda: sys_or(snmpd.client) == [], "the entry to be given up")
    assert snmpd.client.walk(SYS_OR_ID) == before


# ---- A master that does not do what it is asked for


@pytest.fixture
def master(sockets):
    master = agentx.Master(sockets / "master")
    yield master
    master.end()
    print(f"---- the master received: {[(pdu.type, pdu.session) for pdu in master.received]}")


def refusing(*kinds, error=agentx.REQUEST_DENIED):
    return lambda pdu: error if pdu.type in kinds else 0


def keeping(*kinds):
    """Does not answer them, until they are released."""
    return lambda pdu: None if pdu.type in kinds else 0


def agreeing(pdu):
    return 0


def is_served(master, agent):
    return wait_for(lambda: master.get(SAS, process=agent.process) == 1, "an answer with an SA", process=agent.process)


def test_a_master_that_agrees(master, start_with):
    agent = start_with(master.address)
    agent.wait_until_said(CONNECTED)
    assert sorted(agentx.registered(pdu) for pdu in master.received if pdu.type == REGISTER) == PARTS
    assert master.count(ADD_AGENT_CAPS) == 1
    assert [pdu.session for pdu in master.received if pdu.type == OPEN] == [0]
    is_served(master, agent)
    wait_for(lambda: master.count(PING) >= 2, "pings of an idle session")
    agent.stop()
    wait_for(lambda: master.count(CLOSE) == 1, "the session to be closed")


@pytest.mark.parametrize(
    "error, why",
    [(agentx.OPEN_FAILED, "it cannot open a session (openFailed)"), (agentx.GEN_ERR, "error 5")],
    ids=["open-failed", "gen-err"],
)
def test_open_refused(master, start_with, error, why):
    master.behave = refusing(OPEN, error=error)
    agent = start_with(master.address)
    wait_for(lambda: master.count(OPEN) >= 3, "more attempts", process=agent.process)
    listens(agent)
    assert agent.output().count(f"opens no session: {why}; trying again") == 1
    assert CONNECTED not in agent.output() and master.count(REGISTER) == 0
    master.behave = agreeing
    agent.wait_until_said(CONNECTED)


def test_open_answered_late(master, start_with):
    master.behave = keeping(OPEN)
    agent = start_with(master.address)
    wait_for(lambda: master.count(OPEN) == 1, "an attempt", process=agent.process)
    listens(agent)
    assert "connected" not in agent.output()
    master.release()
    agent.wait_until_said(CONNECTED)


def test_open_ignored(master, start_with):
    master.behave = keeping(OPEN)
    agent = start_with(master.address)
    agent.wait_until_said("opens no session: it does not answer; trying again")
    wait_for(lambda: master.count(OPEN) >= 2, "another attempt", process=agent.process)
    listens(agent)
    master.release()  # what was asked in a connection that is none any more changes nothing
    master.behave = agreeing
    agent.wait_until_said(CONNECTED)
    is_served(master, agent)


def test_a_master_that_closes_each_connection(master, start_with):
    def close(pdu):
        master.close()

    master.behave = close
    agent = start_with(master.address)
    wait_for(lambda: master.count(OPEN) >= 3, "more attempts", process=agent.process)
    assert agent.output().count("opens no session: it closed the connection; trying again") == 1
    master.behave = agreeing
    agent.wait_until_said(CONNECTED)


def about(part, behave):
    """Only what is about that part is not simply agreed to."""
    return lambda pdu: behave(pdu) if pdu.type == REGISTER and agentx.registered(pdu) == part else 0


@pytest.mark.parametrize("part", PARTS)
def test_one_registration_refused(master, start_with, part):
    tables = ("ipsecAgent", "ipsecSaTable", "ipsecTunnelTable", "ipsecEventTable", "ipsecStat", "ipsecTunnelSaTable", "ipsecPolicyTable", "ipsecIkeTable")
    names = dict(zip(PARTS, tables))
    master.behave = about(part, lambda pdu: agentx.REQUEST_DENIED)
    agent = start_with(master.address)
    why = "it does not allow it (requestDenied)"
    agent.wait_until_said(f"serve 7 of 8 parts of the MIB: it refuses {names[part]}: {why}; trying again")
    wait_for(lambda: master.count(REGISTER) >= len(PARTS) + 2, "it to be tried again", process=agent.process)
    is_served(master, agent)
    assert CONNECTED not in agent.output() and agent.output().count("AgentX master") == 1
    master.behave = agreeing
    agent.wait_until_said(CONNECTED)
    assert master.count(OPEN) == 1


def test_one_registration_answered_late(master, start_with):
    master.behave = about(SA_ENTRY, lambda pdu: None)
    agent = start_with(master.address)
    wait_for(lambda: master.count(REGISTER) == len(PARTS), "all to be asked for", process=agent.process)
    is_served(master, agent)
    listens(agent)
    assert "AgentX master" not in agent.output(), "nothing is said before it is known"
    master.release()
    agent.wait_until_said(CONNECTED)
    assert (master.count(OPEN), master.count(REGISTER)) == (1, len(PARTS))


def test_one_registration_answered_after_patience_was_lost(master, start_with):
    """Its answer counts, and what was asked again meanwhile is not mistaken."""
    master.behave = about(SA_ENTRY, lambda pdu: None)
    agent = start_with(master.address)
    agent.wait_until_said("serve 7 of 8 parts of the MIB: it does not answer for ipsecSaTable; trying again")
    wait_for(lambda: master.count(REGISTER) >= len(PARTS) + 1, "it to be tried again", process=agent.process)
    is_served(master, agent)
    master.behave = about(SA_ENTRY, lambda pdu: agentx.DUPLICATE_REGISTRATION)
    master.release()
    agent.wait_until_said(CONNECTED)
    assert master.count(OPEN) == 1


def test_one_registration_whose_answer_is_lost(master, start_with):
    """The master has agreed, but nobody knows: it refuses what it has already, until there is another session."""
    agreed = set()

    def behave(pdu):
        if pdu.type == REGISTER and agentx.registered(pdu) == SA_ENTRY:
            error = agentx.DUPLICATE_REGISTRATION if pdu.session in agreed else 0
            lost = not agreed
            agreed.add(pdu.session)
            return None if lost else error
        return 0

    master.behave = behave
    agent = start_with(master.address)
    agent.wait_until_said("it does not answer for ipsecSaTable")
    agent.wait_until_said(CONNECTED)
    assert master.count(OPEN) == 2
    is_served(master, agent)


@pytest.mark.parametrize("behave", [refusing, keeping])
def test_every_registration_refused_or_ignored(master, start_with, behave):
    master.behave = behave(REGISTER)
    agent = start_with(master.address)
    agent.wait_until_said("lets this agent serve nothing: it ")
    wait_for(lambda: master.count(REGISTER) >= 2 * len(PARTS), "another attempt", process=agent.process)
    listens(agent)
    assert CONNECTED not in agent.output() and agent.output().count("AgentX master") == 1
    master.behave = agreeing
    agent.wait_until_said(CONNECTED)


@pytest.mark.parametrize("behave, verb", [(refusing, "refuses"), (keeping, "does not answer for")])
def test_the_entry_of_sys_or_table_refused_or_ignored(master, start_with, behave, verb):
    master.behave = behave(ADD_AGENT_CAPS)
    agent = start_with(master.address)
    agent.wait_until_said(f", but it {verb} the entry in sysORTable")
    wait_for(lambda: master.count(ADD_AGENT_CAPS) >= 2, "another attempt", process=agent.process)
    is_served(master, agent)
    assert agent.output().count("AgentX master") == 1
    master.behave = agreeing
    wait_for(lambda: f"{CONNECTED} {master.address}\n" in agent.output(), "all to be agreed", process=agent.process)


def test_pings_refused_by_a_master_that_has_forgotten_the_session(master, start_with):
    master.behave = refusing(PING, error=agentx.NOT_OPEN)
    agent = start_with(master.address)
    agent.wait_until_said(f"{LOST} {master.address}: it no longer knows the session")
    master.behave = agreeing
    agent.wait_until_said(CONNECTED, times=2)
    is_served(master, agent)


def test_pings_answered_with_another_error_are_answered(master, start_with):
    master.behave = refusing(PING)
    agent = start_with(master.address)
    wait_for(lambda: master.count(PING) >= 3, "pings", process=agent.process)
    assert LOST not in agent.output()
    is_served(master, agent)


def test_pings_answered_late(master, start_with):
    master.behave = keeping(PING)
    agent = start_with(master.address)
    wait_for(lambda: master.count(PING) == 1, "a ping", process=agent.process)
    listens(agent)
    master.release()
    wait_for(lambda: master.count(PING) == 2, "another ping", process=agent.process)
    assert LOST not in agent.output() and master.count(OPEN) == 1


def test_pings_ignored_by_a_master_that_asks(master, start_with):
    """It is there, whatever it does with pings."""
    master.behave = keeping(PING)
    agent = start_with(master.address)
    agent.wait_until_said(CONNECTED)
    for times in (1, 2, 3):
        wait_for(lambda: master.count(PING) == times, "a ping", process=agent.process)
        is_served(master, agent)
    assert LOST not in agent.output() and master.count(OPEN) == 1


def test_pings_ignored(master, start_with):
    master.behave = keeping(PING)
    agent = start_with(master.address)
    agent.wait_until_said(f"{LOST} {master.address}: it does not answer")
    master.behave = agreeing
    agent.wait_until_said(CONNECTED, times=2)
    is_served(master, agent)


def test_a_session_that_the_master_closes(master, start_with):
    agent = start_with(master.address)
    agent.wait_until_said(CONNECTED)
    _, close = master.next_packet(CLOSE, bytes([6, 0, 0, 0]))  # reasonByManager
    master.send(close)
    agent.wait_until_said(f"{LOST} {master.address}: it closed the session")
    agent.wait_until_said(CONNECTED, times=2)
    is_served(master, agent)


# ---- Notifications


def delivery(master, agent):
    return master.get(f"{DELIVERY}.1", process=agent.process)


@pytest.mark.parametrize("error", [agentx.PROCESSING_ERROR, agentx.PARSE_ERROR])
def test_a_notification_that_is_refused_for_a_while(master, start_with, error):
    master.behave = refusing(NOTIFY, error=error)
    agent = start_with(master.address, expired=1)
    wait_for(lambda: master.count(NOTIFY) == 1, "a notification", process=agent.process)
    master.behave = agreeing
    wait_for(lambda: delivery(master, agent) == events.SENT, "it to be sent again", process=agent.process)
    assert master.count(NOTIFY) == 2 and "dropped" not in agent.output()


def test_a_notification_that_is_refused_again_and_again(master, start_with):
    """It may be this one's fault: it is dropped, and the others have their turn."""
    first = []

    def behave(pdu):
        if pdu.type != NOTIFY:
            return 0
        first.append(pdu.payload)
        return agentx.PROCESSING_ERROR if pdu.payload == first[0] else 0

    master.behave = behave
    agent = start_with(master.address, sas=2, expired=2)
    why = "it has no resources for it (processingError)"
    agent.wait_until_said(f"dropped a notification, which the AgentX master refused 3 times: {why}")
    deliveries = [master.get(f"{DELIVERY}.{n}", process=agent.process) for n in (1, 2)]
    wait_for(lambda: master.get(f"{DELIVERY}.2") == events.SENT, "the other to be sent", process=agent.process)
    assert deliveries[0] == events.DROPPED and master.count(NOTIFY) == 4


def test_a_notification_that_is_ignored(master, start_with):
    master.behave = keeping(NOTIFY)
    agent = start_with(master.address, expired=1)
    agent.wait_until_said("the AgentX master does not answer a notification; trying again")
    listens(agent)
    assert delivery(master, agent) == events.WAITING
    master.behave = agreeing
    wait_for(lambda: delivery(master, agent) == events.SENT, "it to be sent again", process=agent.process)


def test_a_notification_of_a_session_that_the_master_has_forgotten(master, start_with):
    forgotten = []

    def behave(pdu):
        forgotten.append(pdu.type) if pdu.type == NOTIFY and not forgotten else None
        return agentx.NOT_OPEN if pdu.type == NOTIFY and len(forgotten) == 1 and master.count(OPEN) == 1 else 0

    master.behave = behave
    agent = start_with(master.address, expired=1)
    agent.wait_until_said(f"{LOST} {master.address}: it no longer knows the session")
    wait_for(lambda: master.count(OPEN) == 2, "another session", process=agent.process)
    wait_for(lambda: delivery(master, agent) == events.SENT, "it to be sent again", process=agent.process)
    assert master.count(NOTIFY) == 2


# ---- A master that does not read


def test_a_master_that_takes_no_answers(master, start_with, tmp_path):
    """What it does not take in time ends the connection, and holds up nobody."""
    agent = start_with(master.address, sas=300)
    agent.wait_until_said(CONNECTED)
    ranges = b"".join(agentx.oid(f"{SA_ENTRY}.{6 + n % 4}") + agentx.oid(None) for n in range(500))
    master.stop_reading()
    with contextlib.suppress(OSError):
        for _ in range(100):
            master.send(master.next_packet(agentx.GET_NEXT, ranges)[1])
    agent.wait_until_said(LOST)
    listens(agent)
    agent.wait_until_said(CONNECTED, times=2)
