# SPDX-License-Identifier: BSD-3-Clause
"""What an agent costs of which nobody asks anything, and how soon it answers."""

import socket
import time
from pathlib import Path

from bed.netns import Namespace
from bed.places import scalar
from bed.process import wait_for
from results import at_most
from stage import cpu_seconds, resident_mb

from .scrape import tunnels_file
from .tunnels import wait_until_up

TUNNELS, SECONDS = 100, 20
START_SAS, START_ROUNDS = 1_000, 5
ADDRESS = ("127.0.0.1", 1221)


def wake_ups(pid):
    """How often it has slept."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def quiet_cost(stage, name, agent):
    cpu, woken, began = cpu_seconds(agent.pid), wake_ups(agent.pid), time.monotonic()
    time.sleep(SECONDS)
    passed = time.monotonic() - began
    share = (cpu_seconds(agent.pid) - cpu) / passed * 100
    stage.results.ratio(f"idle, {name}: of a processor", share, at_most(0.1), "%")
    stage.results.ratio(f"idle, {name}: wake-ups a second", (wake_ups(agent.pid) - woken) / passed)
    stage.results.ratio(f"idle, {name}: memory, all of shared libraries included", resident_mb(agent.pid), at_most(10), "MB")
    stage.results.ratio(f"idle, {name}: memory that is its own", resident_mb(agent.pid, "RssAnon"), unit="MB")


def idle(stage):
    stage.results.begin(f"An agent that nobody asks, {TUNNELS} tunnels, read every five seconds; and how soon one answers that starts")
    file = tunnels_file(stage, TUNNELS)
    master = stage.snmpd(stage.quiet, 1220)
    agent = stage.agent(stage.quiet, "-k", file, "-x", master.agentx)
    wait_until_up(agent.client(master.address), agent, TUNNELS)
    quiet_cost(stage, "KLIPS, through snmpd", agent)
    stage.stop_all()
    namespace = Namespace("few")
    stage.make_sas(namespace, START_SAS)
    address = f"udp:{ADDRESS[0]}:{ADDRESS[1]}"
    agent = stage.agent(namespace, "-l", address)
    client = agent.client(address)
    agent.wait_until_served(client)
    wait_for(lambda: client.get_value(scalar("Sas")) == START_SAS, "the SAs", 60, agent.process)
    quiet_cost(stage, f"XFRM, {START_SAS:,} SAs, -l", agent)
    stage.stop_all()
    starts(stage, namespace, address)


# ---- How soon


def tlv(tag, value):
    """A value in BER, up to 127 octets of it."""
    return bytes([tag, len(value)]) + value


def oid_octets(text):
    """Of a name below 1.3, in BER."""
    octets = b"\x2b"
    for number in map(int, text.lstrip(".").split(".")[2:]):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        octets += bytes(reversed(groups))
    return octets


def get_request(oid):
    number, zero = tlv(2, b"\x01"), tlv(2, b"\x00")
    varbinds = tlv(0x30, tlv(0x30, tlv(6, oid_octets(oid)) + tlv(5, b"")))
    return tlv(0x30, tlv(2, b"\x01") + tlv(4, b"public") + tlv(0xA0, number + zero + zero + varbinds))


def seconds_to_first_answer(stage, namespace, address):
    """From when the process is made until it tells of all SAs; it is asked every half a millisecond."""
    request, expected = get_request(scalar("Sas")), START_SAS.to_bytes(2, "big")
    asking = namespace.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.settimeout(0.0005)
    began = time.monotonic()
    agent = stage.agent(namespace, "-l", address)
    while time.monotonic() < began + 30:
        try:
            asking.sendto(request, ADDRESS)
            if asking.recv(2000).endswith(expected):
                break
        except OSError:
            pass  # nobody listens yet, or is slow
    passed = time.monotonic() - began
    asking.close()
    assert agent.running() and passed < 30, agent.output()
    stage.stop_all()
    return passed


def starts(stage, namespace, address):
    took = [seconds_to_first_answer(stage, namespace, address) * 1000 for _ in range(START_ROUNDS)]
    stage.results.ratio(f"start to first answer, {START_SAS:,} XFRM SAs", took, at_most(50), "ms")
