# SPDX-License-Identifier: BSD-3-Clause
"""How the direction of an SA is learnt: from the SA, else from policies, else from addresses, else not at all."""

import os
import re

import pytest

from bed.places import BUILD, SA_ENTRY, scalar
from bed.process import wait_for

HERE, THERE = "192.0.2.1", "192.0.2.2"
FAR, FARTHER = "198.51.100.1", "203.0.113.1"
HERE6, FAR6, FARTHER6 = "2001:db8::1", "2001:db8:1::1", "2001:db8:2::1"
DIRECTION, CPU, REPORTED = 8, 70, 95
IN, OUT = 1, 2
SA_DIR, SA_PCPU = 33, 35  # linux/xfrm.h: XFRMA_SA_DIR, XFRMA_SA_PCPU


@pytest.fixture
def gateway(netns):
    """A namespace with addresses of its own."""
    netns.ip("addr", "add", f"{HERE}/24", "dev", "lo")
    netns.ip("addr", "add", f"{HERE6}/64", "dev", "lo", "nodad")
    return netns


def larval(namespace, source, destination, reqid=1, mode="tunnel", protocol="esp"):
    ends = ["src", source, "dst", destination, "proto", protocol, "mode", mode, "reqid", str(reqid)]
    said = namespace.ip("xfrm", "state", "allocspi", *ends).stdout
    return int(re.search(r"spi (0x[0-9a-f]+)", said).group(1), 16)


def add_policy(namespace, way, source, destination, reqid=1, mode="tunnel", protocol="esp", more=()):
    inner = ["src", "::/0", "dst", "::/0"] if ":" in source else ["src", "10.0.0.0/8", "dst", "10.0.0.0/8"]
    template = ["tmpl", "src", source, "dst", destination, "proto", protocol, "reqid", str(reqid), "mode", mode]
    namespace.ip("xfrm", "policy", "add", *inner, *more, "dir", way, *template)


@pytest.fixture
def direction_of(gateway, agent_once):
    """direction_of(spi): "in", "out" or "unknown", as the agent prints it."""

    def look(spi):
        text = agent_once("-p", "-s", "xfrm", check=True).stdout
        return re.search(rf"^\w+0x{spi:x}@.* dir=(\w+)", text, re.M).group(1)

    return look


# ---- 4 and 5: addresses, and nothing


@pytest.mark.parametrize("here, far, farther", [(HERE, FAR, FARTHER), (HERE6, FAR6, FARTHER6)], ids=["IPv4", "IPv6"])
def test_without_policies_local_addresses_tell(gateway, direction_of, here, far, farther):
    assert direction_of(larval(gateway, far, here)) == "in"
    assert direction_of(larval(gateway, here, far)) == "out"
    assert direction_of(larval(gateway, far, farther)) == "unknown"


def test_a_destination_of_ones_own_counts_first(gateway, direction_of):
    assert direction_of(larval(gateway, HERE, HERE)) == "in"


# ---- 3: policies


@pytest.mark.parametrize("far, farther", [(FAR, FARTHER), (FAR6, FARTHER6)], ids=["IPv4", "IPv6"])
def test_a_transit_gateway_has_policies_for_addresses_that_are_not_its_own(gateway, direction_of, far, farther):
    add_policy(gateway, "out", far, farther)
    add_policy(gateway, "fwd", farther, far)
    assert direction_of(larval(gateway, far, farther)) == "out"
    assert direction_of(larval(gateway, farther, far)) == "in"


def test_a_policy_counts_more_than_addresses(gateway, direction_of):
    add_policy(gateway, "in", HERE, FAR)
    assert direction_of(larval(gateway, HERE, FAR)) == "in"


DIFFERENT = {"reqid": {"reqid": 2}, "mode": {"mode": "transport"}, "protocol": {"protocol": "ah"}}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT)
def test_a_template_of_something_else_tells_nothing(gateway, direction_of, other):
    add_policy(gateway, "in", FAR, FARTHER, **other)
    assert direction_of(larval(gateway, FAR, FARTHER)) == "unknown"
    assert direction_of(larval(gateway, FAR, FARTHER, **other)) == "in"


def test_policies_that_disagree_tell_nothing(gateway, direction_of):
    add_policy(gateway, "in", HERE, FAR)
    add_policy(gateway, "out", HERE, FAR)
    assert direction_of(larval(gateway, HERE, FAR)) == "out", "what its source's address says"
    add_policy(gateway, "in", FAR, FARTHER, more=["proto", "udp"])
    add_policy(gateway, "out", FAR, FARTHER, more=["proto", "udp"])
    assert direction_of(larval(gateway, FAR, FARTHER)) == "unknown"


def test_a_policy_that_comes_later_is_heeded_at_the_next_read(gateway, start_agent):
    address = "udp:127.0.0.1:161"
    agent = start_agent("-s", "xfrm", "-l", address, "-i", "1", configuration="rocommunity public\n")
    client = agent.client(address)
    agent.wait_until_served(client)
    larval(gateway, FAR, FARTHER)

    def directions():
        return [row[DIRECTION] for row in client.table(SA_ENTRY).values()]

    wait_for(lambda: directions() == [0], "the SA", process=agent.process)
    assert client.get_value(scalar("SasDirectionUnknown")) == 1
    (row,) = client.table(SA_ENTRY).values()
    assert not row[REPORTED][0] & 0x40, "nobody told its direction"
    add_policy(gateway, "out", FAR, FARTHER)
    wait_for(lambda: directions() == [OUT], "its direction", process=agent.process)


# ---- 1: what the SA itself says (2, the device that it is offloaded to: test_spoilt_dumps.py)


@pytest.fixture
def needs_sa_dir():
    release = os.uname().release
    if tuple(map(int, re.findall(r"\d+", release)[:2])) < (6, 13):
        pytest.skip(f"Linux {release} knows neither XFRMA_SA_DIR nor XFRMA_SA_PCPU")


def test_what_the_sa_says_counts_most(gateway, needs_sa_dir, agent, snmpd):
    """More than a policy that matches, more than addresses; and its CPU is in its column."""
    add_policy(gateway, "in", HERE, FAR, reqid=5)

    def add(source, destination, *attributes):
        words = ["allocspi", source, destination, "5", *attributes]
        return int(gateway.run(BUILD / "tests" / "xfrm_request", *words).stdout, 16)

    wanted = {
        add(HERE, FAR, f"{SA_DIR}=02", f"{SA_PCPU}=00000000"): (OUT, 0, True),
        add(HERE, FAR, f"{SA_DIR}=01"): (IN, 0, False),
        add(FAR, HERE, f"{SA_DIR}=02"): (OUT, 0, False),
        add(FAR, FARTHER, f"{SA_DIR}=01"): (IN, 0, False),
    }
    if os.cpu_count() > 1:
        wanted[add(FAR, FARTHER, f"{SA_DIR}=02", f"{SA_PCPU}={(1).to_bytes(4, 'little').hex()}")] = (OUT, 1, True)
    rows = wait_for(lambda: len(snmpd.client.table(SA_ENTRY)) == len(wanted) and snmpd.client.table(SA_ENTRY), "all SAs")
    has_cpu = lambda row: bool(row[REPORTED][5] & 0x08)  # noqa: E731  bit 44
    served = {int(index.split(".")[7]): (row[DIRECTION], row[CPU], has_cpu(row)) for index, row in rows.items()}
    assert served == wanted
