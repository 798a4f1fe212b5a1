# SPDX-License-Identifier: BSD-3-Clause
"""
With -l anybody may send to the agent: octets that are no message, more than it can answer, engines and users without number.  It answers those who
may ask as before, and does not grow.  PACKETS=100000 sends so many, as "make fuzz" does.
"""

import os
import random
import re
import socket
import threading
import time
from pathlib import Path

import pytest

from bed import ber, managers
from bed.agentx import subids
from bed.klips import klips_text, pair
from bed.places import ROOT_OID, SA_ENTRY, SANITIZED, SCALARS
from bed.process import wait_for
from bed.snmp import V3_ACCESS

HERE = "udp:127.0.0.1:161"
OPEN_USER = "anybody"
ACCESS = f"rocommunity public\ncreateUser {OPEN_USER}\nrouser {OPEN_USER} noauth\n{V3_ACCESS}"
IN_PACKETS = tuple(subids(".1.3.6.1.2.1.11.1.0"))
PACKETS = int(os.environ.get("PACKETS", "6000"))
AT_ONCE = 50  # so many fit in front of an agent that is busy
WARNING = "a community of SNMPv1 and v2c is for other hosts, too"


@pytest.fixture
def agent(start_agent, tmp_path):
    file = tmp_path / "ipsec_spi"
    file.write_text(klips_text(*pair(1, 10, 20, 100)))
    agent = start_agent("-s", "klips", "-k", file, "-l", HERE, configuration=f"{ACCESS}interval 3600\n")
    return agent.wait_until_served(agent.client(HERE))


@pytest.fixture
def asker(netns, agent):
    asker = ber.Asker(netns)
    yield asker
    asker.close()


@pytest.fixture
def sender(netns, agent):
    """A socket that does not read what it is answered."""
    with netns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", 161))
        yield sender


@pytest.fixture
def engine(sender):
    sender.settimeout(10)
    sender.send(managers.discovery(1))
    return managers.engine_of(sender.recv(1 << 16))


def send_all(sender, asker, messages):
    """Some at a time; what follows them is answered, so that they have been taken."""
    before = packets(asker)
    for sent, message in enumerate(messages, start=1):
        sender.send(message)
        if sent % AT_ONCE == 0:
            packets(asker)
    assert packets(asker) >= before + sent, "all have come"


def packets(asker):
    answer = asker.ask(ber.GET, [IN_PACKETS])
    assert answer, "it does not answer any more"
    return int.from_bytes(answer.varbinds[0][2], "big")


def served(agent):
    client = agent.client(HERE)
    return client.table(SA_ENTRY), client.as_v3().table(SA_ENTRY)


def kibibytes(agent):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{agent.pid}/status").read_text()).group(1))


def test_messages_whose_octets_are_others(agent, asker, sender, engine, record_property):
    chance = random.Random(int(os.environ.get("SEED", "4301")))
    names = [tuple(subids(name)) for name in (SA_ENTRY, ROOT_OID, f"{SCALARS}.1.0", ".1.3.6.1.2.1.1.1.0", ".0.0", ".2.100.3")]
    before = served(agent)
    kept = []
    for _ in range(6):
        some = (managers.any_message(chance, names, engine, OPEN_USER.encode()) for _ in range(PACKETS // 6))
        send_all(sender, asker, (managers.damaged(chance, message) for message in some))
        kept.append(kibibytes(agent))
    assert served(agent) == before
    assert SANITIZED or kept[-1] < kept[1] + 1024, kept
    record_property("figure", f"{PACKETS} messages")


def test_engines_and_users_without_number(agent, asker, sender, engine):
    """What a stranger names is not kept."""
    chance = random.Random(4301)
    content = managers.pdu(ber.GET, 1, [IN_PACKETS])
    kept = []
    for _ in range(4):
        send_all(sender, asker, (managers.discovery(number) for number in range(500)))
        strangers = (chance.randbytes(12) for _ in range(500))
        send_all(sender, asker, (managers.by_user(7, OPEN_USER.encode(), stranger, content) for stranger in strangers))
        send_all(sender, asker, (managers.by_user(7, chance.randbytes(16), engine, content) for _ in range(500)))
        forged = {"flags": managers.AUTHENTICATED | managers.REPORTABLE, "authentication": bytes(12)}
        send_all(sender, asker, (managers.by_user(7, b"watcher", engine, content, boots=n, **forged) for n in range(500)))
        kept.append(kibibytes(agent))
    assert served(agent)[1]
    assert SANITIZED or kept[-1] < kept[0] + 256, kept


@pytest.mark.once
def test_a_flood_from_one_address_while_others_ask(agent, asker, netns, record_property):
    """Nobody is forgotten over it: who asks again is answered.  How much later is a figure, not a promise."""
    over = threading.Event()
    flood = managers.by_community(managers.V2C, b"stranger", managers.pdu(ber.GET, 1, [IN_PACKETS]))

    def send():
        with netns.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.9", 0))
            stranger.connect(("127.0.0.1", 161))
            while not over.is_set():
                stranger.send(flood)

    calm = latencies_ms(asker)
    thread = threading.Thread(target=send, daemon=True)
    before = packets(asker)
    thread.start()
    busy = latencies_ms(asker)
    over.set()
    thread.join()
    flooded = wait_for(lambda: packets(asker), "an answer") - before
    figures = [f"{name} {value(found):.2f} ms" for name, found in (("calm", calm), ("flooded", busy)) for value in (median, ninety_nine)]
    record_property("figure", f"{flooded} messages of a stranger; median and 99 %: {', '.join(figures)}")


def latencies_ms(asker):
    found = []
    for _ in range(300):
        start = time.perf_counter()
        wait_for(lambda: asker.ask(ber.GET, [IN_PACKETS], seconds=0.5), "an answer")
        found.append((time.perf_counter() - start) * 1e3)
    return sorted(found)


def median(values):
    return values[len(values) // 2]


def ninety_nine(values):
    return values[len(values) * 99 // 100]


@pytest.mark.once
@pytest.mark.parametrize("address, words, warned", [
    ("udp:161", "rocommunity public", True),
    ("udp:161", "rocommunity public 127.0.0.1", False),
    (HERE, "rocommunity public", False),
    ("udp:161", V3_ACCESS.strip(), False),
])  # fmt: skip
def test_a_community_beyond_this_host_is_warned_of_once(start_agent, tmp_path, address, words, warned):
    (tmp_path / "ipsec_spi").touch()
    agent = start_agent("-k", tmp_path / "ipsec_spi", "-l", address, configuration=f"{words}  # for the test\n")
    agent.wait_until_said("started")
    for times in (1, 2):
        agent.process.signal(1)
        agent.wait_until_said("read the configuration again", times=times)
    assert agent.output().count(WARNING) == warned
    if words.startswith("rocommunity"):
        agent.wait_until_served(agent.client(HERE))
