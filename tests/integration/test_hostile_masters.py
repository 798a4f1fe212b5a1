# SPDX-License-Identifier: BSD-3-Clause
"""
A master that sends what none should: sizes that nobody has room for, octets that mean nothing, more than can be answered.  The agent
answers or refuses at once, serves as before, and has not grown.
"""

import random
import re
import struct
from pathlib import Path

import pytest

from bed import agentx, ber
from bed.agentx import CLEANUP_SET, CLOSE, COMMIT_SET, GET, GET_BULK, GET_NEXT, NETWORK_BYTE_ORDER, OPEN, RESPONSE, TEST_SET, UNDO_SET
from bed.places import ROOT_OID, SA_ENTRY, SANITIZED, SCALARS
from bed.process import wait_for, wait_for_growth

SAS = 3
LINE = "esp0x{:x}@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 life(c,s,h)=bytes(1,5,0)addtime(1,0,0)\n"
COLUMN = f"{SA_ENTRY}.6"
LOST = "lost the AgentX master at"


@pytest.fixture
def start(start_agent, tmp_path):
    """start(address): an agent of that master."""

    def start(address):
        file = tmp_path / "ipsec_spi"
        file.write_text("".join(LINE.format(0x1000 + n) for n in range(SAS)))
        agent = start_agent("-s", "klips", "-k", file, "-x", address, configuration="interval 3600\n")
        agent.wait_until_said("connected to the AgentX master at")
        return agent

    return start


@pytest.fixture
def master(sockets):
    master = agentx.Master(sockets / "master")
    yield master
    master.end()


@pytest.fixture
def agent(master, start):
    agent = start(master.address)
    wait_for(lambda: len(column(master, agent)) == SAS, "all SAs", process=agent.process)
    return agent


def column(master, agent):
    """The names of a column's cells, asked for one by one."""
    found, (*start, last) = [], agentx.subids(COLUMN)
    while True:
        answer = master.ask(GET_NEXT, (found[-1] if found else COLUMN, [*start, last + 1]), process=agent.process)
        assert answer.error == 0 and len(answer.varbinds) == 1, answer
        name, kind, _ = answer.varbinds[0]
        if kind == agentx.END_OF_MIB_VIEW:
            return found
        found.append(name)


def whole(master, agent, **more):
    """All SAs, whose values stay: a row with each request."""
    names, found = [f"{SA_ENTRY}.{n}" for n in range(6, 107)], []
    for _ in range(SAS):
        answer = master.ask(GET_NEXT, *names, process=agent.process, **more)
        assert answer.error == 0 and len(answer.varbinds) == len(names), answer
        found += answer.varbinds
        names = [name for name, *_ in answer.varbinds]
    return found


def kibibytes(agent):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{agent.pid}/status").read_text()).group(1))


def range_of(column=COLUMN, order=">"):
    return agentx.oid(column, order=order) + agentx.oid(None)


# ---- Sizes


@pytest.mark.parametrize("varbinds", [1, 620, 640, 700, 1200, 2000])
def test_a_manager_that_asks_for_many_values_at_once(snmpd, start, netns, varbinds):
    """By one who may only read: what has no room is refused, and the session stays."""
    agent = start(snmpd.agentx)
    agent.wait_until_served(snmpd.client)
    asker = ber.Asker(netns)
    for names in (varbinds, 1):
        answer = asker.ask(ber.GET_NEXT, [tuple(agentx.subids(COLUMN))] * names)
        assert answer and answer.error == (ber.TOO_BIG if names > 620 else 0)
    assert len(snmpd.client.table(SA_ENTRY)) == SAS
    assert LOST not in agent.output()
    asker.close()


def test_requests_and_answers_of_every_size(master, agent):
    """Answers grow faster than requests: both pass what a packet may have."""
    for varbinds in (0, 1, 500, *range(600, 660, 3), 1480, 1490, 2000, 5000):
        number, request = master.next_packet(GET_NEXT, range_of() * varbinds)
        master.send(request)
        answer = master.answer_to(number, agent.process)
        assert answer.error in (0, agentx.TOO_BIG), (varbinds, answer.error)
        assert (answer.error == 0) == (len(answer.varbinds) == varbinds)
        if varbinds <= 600:
            assert answer.error == 0
    assert master.count(OPEN) == 1


@pytest.mark.once
def test_more_requests_than_can_wait(master, agent):
    """net-snmp hands each to itself by a pipe, whose end it is: one that was full would be the end."""
    request = master.next_packet(GET, range_of(f"{SCALARS}.15.0"))[1]
    requests = 70000
    numbered = [request[:12] + struct.pack(">I", 1000 + n) + request[16:] for n in range(requests)]
    before = master.answers()
    for first in range(0, requests, 1000):
        master.send(b"".join(numbered[first : first + 1000]))
    wait_for_growth(lambda: master.answers() - before, requests, "answers", agent.process)
    assert master.count(OPEN) == 1


# ---- Packets that mean nothing, or something else


def test_a_context_of_nuls_is_unknown(master, agent):
    for context in (bytes(2000), b"\0", b"blue\0"):
        answer = master.ask(GET_NEXT, (COLUMN, None), context=context, process=agent.process)
        assert answer == agentx.Answer(agentx.UNSUPPORTED_CONTEXT, 1, [])


def test_both_byte_orders(master, agent):
    assert whole(master, agent, flags=0) == whole(master, agent, flags=NETWORK_BYTE_ORDER) != []


def test_a_session_that_is_none(master, agent):
    session = master.session
    for other in (0, session + 1, 2**31, 2**32 - 1):
        number, request = master.next_packet(GET, range_of())
        master.send(request[:4] + struct.pack(">I", other) + request[8:])
        assert master.answer_to(number, agent.process).error == agentx.NOT_OPEN
        master.send(agentx.packet(CLOSE, other, 1, 1, bytes([5, 0, 0, 0])))
    assert len(column(master, agent)) == SAS and master.count(OPEN) == 1


def test_a_set_that_never_ends(master, agent):
    """Nothing can be written, and nothing of it is kept."""
    value = struct.pack(">HH", agentx.INTEGER, 0) + agentx.oid(COLUMN) + struct.pack(">i", 1)
    errors = {TEST_SET: agentx.NOT_WRITABLE, COMMIT_SET: agentx.COMMIT_FAILED, UNDO_SET: agentx.UNDO_FAILED}
    for kind, error in errors.items():
        number, request = master.next_packet(kind, value if kind == TEST_SET else b"")
        master.send(request)
        assert master.answer_to(number, agent.process).error == error
    before = kibibytes(agent)
    for _ in range(20):
        master.send(b"".join(master.next_packet(TEST_SET, value * 50)[1] for _ in range(20)))
        master.send(master.next_packet(CLEANUP_SET, b"")[1])
    assert len(column(master, agent)) == SAS
    assert SANITIZED or kibibytes(agent) < before + 1024
    assert "restore_set_vars" not in agent.output()


def sound(chance, master):
    """A packet that may be one of a master's."""
    flags = chance.choice([0, NETWORK_BYTE_ORDER])
    order = ">" if flags else "<"
    name = agentx.oid(chance.choice([COLUMN, ROOT_OID, f"{SCALARS}.1.0", [0], [2**32 - 1] * 128, [1] * 129]), order=order)
    value = struct.pack(f"{order}HH", agentx.OCTETS, 0) + name + agentx.octets(b"value", order)
    payloads = {
        GET: name + name,
        GET_NEXT: (name + agentx.oid(None)) * chance.randrange(5),
        GET_BULK: struct.pack(f"{order}HH", chance.choice([0, 1, 2**16 - 1]), chance.choice([0, 1, 2**16 - 1])) + name + name,
        TEST_SET: value,
        COMMIT_SET: b"",
        RESPONSE: struct.pack(f"{order}IHH", chance.getrandbits(32), chance.choice([0, 257, 263]), 1) + value,
    }
    kind = chance.choice(list(payloads))
    context = chance.choice([b"", b"", b"", b"blue", b"\0", b"x" * 300])
    return agentx.packet(kind, master.session, 1, chance.choice([0, 1, 5, 2**31, 2**32 - 1]), payloads[kind], context, flags)


def damaged(chance, master):
    """Octets that are others, missing or too many; but the header tells their number, so that more can follow."""
    octets = bytearray(sound(chance, master))
    for _ in range(chance.choice([0, 1, 1, 2, 5])):
        octets[chance.randrange(len(octets))] = chance.choice([0, 1, 4, 0x80, 0xFF, chance.randrange(256)])
    if chance.randrange(3) == 0:
        del octets[chance.randrange(agentx.HEADER, len(octets) + 1) :]
    if chance.randrange(3) == 0:
        octets += chance.randbytes(chance.randrange(9))
    order = ">" if octets[2] & NETWORK_BYTE_ORDER else "<"
    if octets[1] != RESPONSE:
        octets[12:16] = bytes([255] * 4)  # no number of a request that waits for its answer
    octets[16:20] = struct.pack(f"{order}I", len(octets) - agentx.HEADER)
    return b"" if octets[1] == CLOSE else bytes(octets)


def test_thousands_of_packets_that_are_damaged(master, agent):
    """Or answers that nobody has asked for, or of types that there are not."""
    chance = random.Random(4301)
    before = whole(master, agent)
    kept = []
    for _ in range(10):
        for _ in range(10):
            master.send(b"".join(damaged(chance, master) for _ in range(100)))
        assert len(column(master, agent)) == SAS
        kept.append(kibibytes(agent))
    assert whole(master, agent) == before
    assert master.count(OPEN) == 1 and LOST not in agent.output()
    assert SANITIZED or kept[-1] < kept[2] + 512, kept


# ---- Streams that end, or go on for ever


def test_a_connection_that_ends_within_a_packet(master, agent):
    before = whole(master, agent)
    _, request = master.next_packet(GET_NEXT, range_of(), context=b"blue")
    for times, octets in enumerate((1, agentx.HEADER, len(request) - 1), start=1):
        master.send(request[:octets])
        master.close()
        agent.wait_until_said("connected to the AgentX master at", times=times + 1)
    assert whole(master, agent) == before


@pytest.mark.parametrize("octets", [2**23, 2**31, 2**32 - 20, 2**32 - 1])
def test_a_length_that_cannot_be(master, agent, octets):
    """Nothing after it can be believed: another connection begins."""
    before = whole(master, agent)
    master.send(struct.pack("<BBBxIIII", 1, GET, 0, master.session, 1, 1, octets))
    agent.wait_until_said(LOST)
    agent.wait_until_said("connected to the AgentX master at", times=2)
    assert whole(master, agent) == before
