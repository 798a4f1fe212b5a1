# SPDX-License-Identifier: BSD-3-Clause
"""
With -l anybody may send to the agent: octets that are no message, more than it can answer, engines and users without number.  It answers those who
may ask as before, and does not grow.  PACKETS=100000 sends so many, as "make fuzz" does.
"""

import os
import random
import re
import socket
import time
from pathlib import Path

import pytest

from bed import ber, flood, managers
from bed.agentx import subids
from bed.klips import klips_text, pair
from bed.places import ROOT_OID, SA_ENTRY, SANITIZED, SCALARS
from bed.process import wait_for
from bed.snmp import V3_ACCESS

HERE = "udp:127.0.0.1:161"
OPEN_USER = "anybody"
ACCESS = f"rocommunity public\ncreateUser {OPEN_USER}\nrouser {OPEN_USER} noauth\n{V3_ACCESS}"
ANY_ACCESS = "rocommunity public\nrocommunity6 public\n"
IN_PACKETS = tuple(subids(".1.3.6.1.2.1.11.1.0"))
PACKETS = int(os.environ.get("PACKETS", "6000"))
AT_ONCE = 50  # so many fit in front of an agent that is busy
WARNING = "a community of SNMPv1 and v2c is open to other hosts"


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
@pytest.mark.parametrize("flooder, address", [("127.0.0.9", "127.0.0.1"), ("::9", "::1")])
def test_a_flood_from_one_address_while_others_ask(start_agent, netns, tmp_path, flooder, address, record_property):
    """None of their questions is lost, and nobody has to ask twice.  How soon they are answered is a figure: see "make bench"."""
    (tmp_path / "ipsec_spi").touch()
    start_agent("-k", tmp_path / "ipsec_spi", "-l", "udp:161,udp6:161", configuration=ANY_ACCESS).wait_until_said("started")
    netns.ip("addr", "add", "::9/128", "dev", "lo", "nodad")
    asker = ber.Asker(netns, address=address)
    calm = latencies_ms(asker)
    strangers = managers.by_community(managers.V2C, b"stranger", managers.pdu(ber.GET, 1, [IN_PACKETS]))
    with flood.from_address(netns, flooder, address, 161, strangers):
        wait_for(lambda: dropped(netns), "more than the kernel has room for")
        busy = latencies_ms(asker)
    asker.close()
    figures = [f"{name} {value(found):.2f} ms" for name, found in (("calm", calm), ("flooded", busy)) for value in (median, ninety_nine)]
    record_property("figure", f"median and 99 %: {', '.join(figures)}; {dropped(netns)} messages dropped")


def dropped(netns):
    """How many datagrams found no room in front of a UDP socket."""
    lines = netns.run("cat", "/proc/net/udp", "/proc/net/udp6").stdout.splitlines()
    counts = (line.split()[-1] for line in lines)
    return sum(int(count) for count in counts if count != "drops")


def latencies_ms(asker):
    found = []
    for _ in range(200):
        start = time.perf_counter()
        assert asker.ask(ber.GET, [IN_PACKETS]), "a question was lost"
        found.append((time.perf_counter() - start) * 1e3)
    return sorted(found)


def median(values):
    return values[len(values) // 2]


def ninety_nine(values):
    return values[len(values) * 99 // 100]


@pytest.mark.once
def test_what_is_sent_to_all_hosts_is_taken_once(start_agent, netns, tmp_path):
    """However many sockets the agent has."""
    (tmp_path / "ipsec_spi").touch()
    start_agent("-k", tmp_path / "ipsec_spi", "-l", "udp:161", configuration=ANY_ACCESS).wait_until_said("started")
    asker = ber.Asker(netns)
    before = packets(asker)
    with netns.socket(socket.AF_INET, socket.SOCK_DGRAM) as manager:
        manager.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        manager.sendto(managers.discovery(1), ("127.255.255.255", 161))
    assert packets(asker) == before + 2, "that, and the question itself"
    asker.close()


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
