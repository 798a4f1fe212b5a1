# SPDX-License-Identifier: BSD-3-Clause
"""How the direction of an SA is learnt, by the table of evidence in docs/architecture.md, or not at all."""

import os
import re

import pytest

from bed.places import BUILD, SANITIZED, SA_ENTRY, TREE, scalar
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


# ---- all of the evidence, as docs/architecture.md weighs it


def weights():
    """What is evidence, by the table."""
    section = (TREE / "docs/architecture.md").read_text().partition("## Which way an SA goes")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", section, re.M)][2:]
    assert [int(weight) for weight, *_ in rows] == list(range(1, len(rows) + 1))
    return [evidence for _, evidence, *_ in rows]


def own(way, source, destination):
    return destination if way == "in" else source


def net_of(address):
    return f"{address.rpartition('.')[0]}.0/24"


# Beginnings of the rows; each gives the namespace evidence that an SA goes that way.
EVIDENCE = {
    "the kernel's word": None,
    "the device": None,
    "templates of policies": lambda n, way, *ends: add_policy(n, way, *ends, more=["proto", "udp"]),
    "addresses of this host's": lambda n, way, *ends: n.ip("addr", "add", f"{own(way, *ends)}/32", "dev", "lo"),
    "routes that make": lambda n, way, *ends: n.ip("route", "add", "local", net_of(own(way, *ends)), "dev", "lo"),
    "such templates with prefixes": lambda n, way, *ends: add_policy(n, way, "0.0.0.0", "0.0.0.0", reqid=0),
}
OTHER = {"in": "out", "out": "in"}


@pytest.fixture
def needs_sa_dir():
    release = os.uname().release
    if tuple(map(int, re.findall(r"\d+", release)[:2])) < (6, 13):
        pytest.skip(f"Linux {release} knows neither XFRMA_SA_DIR nor XFRMA_SA_PCPU")


def test_the_table_of_evidence_is_the_one_that_is_tested():
    assert len(weights()) == len(EVIDENCE)
    assert all(row.startswith(beginning) for row, beginning in zip(weights(), EVIDENCE))


@pytest.mark.parametrize("way", OTHER)
@pytest.mark.parametrize("strongest", range(len(EVIDENCE)), ids=EVIDENCE)
def test_evidence_counts_for_more_than_all_below_it(netns, agent_once, monkeypatch, request, strongest, way):
    """One says that an SA goes one way, and everything below it that it goes the other."""
    says = [None] * strongest + [way] + [OTHER[way]] * (len(EVIDENCE) - strongest - 1)
    for said, give in zip(says[2:], list(EVIDENCE.values())[2:]):
        if said:
            give(netns, said, FAR, FARTHER)
    words = ["allocspi", FAR, FARTHER, "1"]
    if says[0]:
        request.getfixturevalue("needs_sa_dir")
        words.append(f"{SA_DIR}=0{IN if says[0] == 'in' else OUT}")
    spi = int(netns.run(BUILD / "tests" / "xfrm_request", *words).stdout, 16)
    if says[1]:
        if SANITIZED:
            pytest.skip("a sanitizer wants to be loaded before what stands for a device")
        monkeypatch.setenv("LD_PRELOAD", str(BUILD / "tests" / "spoil_xfrm.so"))
        monkeypatch.setenv("SPOIL_XFRM", "offload" if says[1] == "in" else "offload=out")
    text = agent_once("-p", "-s", "xfrm", check=True).stdout
    assert re.search(rf"^\w+0x{spi:x}@.* dir=(\w+)", text, re.M).group(1) == way


# ---- addresses, and nothing


@pytest.mark.parametrize("here, far, farther", [(HERE, FAR, FARTHER), (HERE6, FAR6, FARTHER6)], ids=["IPv4", "IPv6"])
def test_without_policies_local_addresses_tell(gateway, direction_of, here, far, farther):
    assert direction_of(larval(gateway, far, here)) == "in"
    assert direction_of(larval(gateway, here, far)) == "out"
    assert direction_of(larval(gateway, far, farther)) == "unknown"


def test_a_destination_of_ones_own_counts_first(gateway, direction_of):
    assert direction_of(larval(gateway, HERE, HERE)) == "in"


def test_an_address_that_is_local_by_a_route_only(gateway, direction_of):
    """AnyIP: no interface has it.  A route for everything says nothing, since both ends have it."""
    gateway.ip("route", "add", "local", "203.0.113.0/24", "dev", "lo")
    gateway.ip("-6", "route", "add", "local", "2001:db8:2::/64", "dev", "lo")
    assert direction_of(larval(gateway, FAR, FARTHER)) == "in"
    assert direction_of(larval(gateway, FARTHER, FAR)) == "out"
    assert direction_of(larval(gateway, FAR6, FARTHER6)) == "in"
    assert direction_of(larval(gateway, FARTHER6, FAR6)) == "out"
    assert direction_of(larval(gateway, "203.0.113.7", "203.0.113.8")) == "unknown"
    assert direction_of(larval(gateway, HERE, "203.0.113.8")) == "out", "what an interface has is certain"


def test_a_route_that_comes_or_goes_is_heeded_at_the_next_read(netns, start_agent):
    address = "udp:127.0.0.1:161"
    agent = start_agent("-s", "xfrm", "-l", address, "-i", "1", configuration="rocommunity public\n")
    client = agent.client(address)
    agent.wait_until_served(client)
    larval(netns, FAR, FARTHER)

    def directions():
        return [row[DIRECTION] for row in client.table(SA_ENTRY).values()]

    wait_for(lambda: directions() == [0], "the SA", process=agent.process)
    netns.ip("route", "add", "local", f"{FARTHER}/32", "dev", "lo")
    wait_for(lambda: directions() == [IN], "its direction", process=agent.process)
    netns.ip("route", "del", "local", f"{FARTHER}/32", "dev", "lo")
    wait_for(lambda: directions() == [0], "it to be unknown again", process=agent.process)


# ---- policies


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


def test_each_of_many_policies_for_whole_nets_is_found(netns, agent_once):
    """There is no table too long to be looked through."""
    template = "tmpl proto esp reqid 1 mode transport"
    nets = [f"10.{n // 256}.{n % 256}" for n in range(600)]
    netns.ip_batch(
        f"xfrm policy add src {net}.0/24 dst {FAR}/32 dir {'in' if n % 2 else 'out'} {template}" for n, net in enumerate(nets)
    )
    spis = {n: larval(netns, f"{nets[n]}.9", FAR, mode="transport") for n in (0, 1, 298, 299, 598, 599)}
    text = agent_once("-p", "-s", "xfrm", check=True).stdout
    found = {int(spi, 16): way for spi, way in re.findall(r"^\w+0x([0-9a-f]+)@.* dir=(\w+)", text, re.M)}
    assert found == {spi: "in" if n % 2 else "out" for n, spi in spis.items()}


def test_prefixes_of_too_many_lengths_are_told(netns, agent_once):
    lengths = [(source, destination) for source in range(8, 32) for destination in range(8, 20)]
    netns.ip_batch(
        f"xfrm policy add src 10.0.0.0/{source} dst 10.0.0.0/{destination} dir out tmpl proto esp reqid 1 mode transport"
        for source, destination in lengths
    )
    said = agent_once("-p", "-s", "xfrm", check=True).stderr
    assert f"skipped {len(lengths) - 256} entries that are not understood, the first: policy" in said
    assert "its prefixes have lengths that no other's have, and 256 such pairs are looked at" in said


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


# ---- what the SA itself says


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
