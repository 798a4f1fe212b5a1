# SPDX-License-Identifier: BSD-3-Clause
"""What a kernel can be brought to that it seldom is: two SAs of one index, attributes that ip(8) cannot set, no XFRM."""

from pathlib import Path

import pytest

from bed import xfrm
from bed.places import BUILD, SA_ENTRY, scalar
from bed.process import run, wait_for
from bed.xfrm import AES_GCM

ADDRESS = "udp:127.0.0.1:161"
ENGINE = ["-s", "xfrm", "-l", ADDRESS, "-i", "1"]
COLLISIONS = scalar("Collisions")
DIRECTION, IN, OUT = 8, 1, 2
SRC_ADDRESS, MAPPING_THRESHOLD, POSITION, CARE_OF_ADDRESS, REPORTED, SELECTOR_USER = 12, 77, 94, 82, 95, 97
DESTINATION = "2001:db8::2"


def serve(start_agent):
    agent = start_agent(*ENGINE, configuration="rocommunity public\n")
    client = agent.client(ADDRESS)
    agent.wait_until_served(client)
    return agent, client


def add_route_optimization(namespace, number):
    """Mobile IPv6's SAs have no SPI; the kernel tells them apart by their source, which is not in our index."""
    ends = ["src", f"2001:db8:1::{number:x}", "dst", DESTINATION, "proto", "route2"]
    namespace.ip("xfrm", "state", "add", *ends, "mode", "ro", "coa", f"2001:db8:2::{number:x}")


def test_sas_of_one_index_are_numbered_in_the_kernels_order(netns, start_agent):
    for number in (1, 2, 3):
        add_route_optimization(netns, number)
    agent, client = serve(start_agent)
    rows = wait_for(lambda: client.table(SA_ENTRY), "the rows", process=agent.process)
    assert len(rows) == 3
    assert client.get_value(COLLISIONS) == 2
    by_qualifier = sorted((int(index.rpartition(".")[2]), row) for index, row in rows.items())
    assert [qualifier for qualifier, _ in by_qualifier] == [0, 1, 2]
    assert [row[POSITION] for _, row in by_qualifier] == [0, 1, 2]
    # Nothing of an SA is another's.
    assert all(row[SRC_ADDRESS][8:] == row[CARE_OF_ADDRESS][8:] for _, row in by_qualifier)
    assert len({row[SRC_ADDRESS] for _, row in by_qualifier}) == 3
    ends = ["src", "2001:db8:1::2", "dst", DESTINATION, "proto", "route2"]
    netns.ip("xfrm", "state", "delete", *ends)
    wait_for(lambda: client.get_value(COLLISIONS) == 1, "one to be gone", process=agent.process)
    sources = {row[SRC_ADDRESS][-1] for row in client.table(SA_ENTRY).values()}
    assert sources == {1, 3}


def test_a_nat_mapping_threshold_and_a_user(netns, start_agent):
    name = ["src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", "0x1234"]
    encap = ["encap", "espinudp", "4500", "4500", "0.0.0.0"]
    netns.ip("xfrm", "state", "add", *name, "mode", "tunnel", *AES_GCM, *encap)
    threshold = f"{xfrm.XFRMA_MTIMER_THRESH}={(77).to_bytes(4, 'little').hex()}"
    netns.run(BUILD / "tests" / "xfrm_request", "amend", "192.0.2.2", "0x1234", threshold, "uid=1001")
    agent, client = serve(start_agent)
    (row,) = wait_for(lambda: client.table(SA_ENTRY), "the row", process=agent.process).values()
    assert row[MAPPING_THRESHOLD] == 77 and row[REPORTED][41 // 8] & 0x80 >> 41 % 8
    assert row[SELECTOR_USER] == 1001 and "uid 1001" in xfrm.states(netns)[0].text


@pytest.mark.skipif(not xfrm.TELLS_DIRECTION, reason="this kernel tells no direction of SAs")
def test_the_direction_that_the_kernel_tells_counts_more_than_policies_and_addresses(netns, start_agent):
    here, there, elsewhere = "192.0.2.1", "198.51.100.1", "203.0.113.1"
    netns.ip("address", "add", here, "dev", "lo")
    netns.ip("xfrm", "policy", "add", "src", here, "dst", there, "dir", "out", "tmpl", "src", here, "dst", there, "proto", "esp")
    wanted = {0x1001: (here, there, IN), 0x1002: (there, here, OUT), 0x1003: (there, elsewhere, IN), 0x1004: (elsewhere, there, OUT)}
    for spi, (source, destination, direction) in wanted.items():
        name = ["src", source, "dst", destination, "proto", "esp", "spi", hex(spi), "mode", "tunnel"]
        netns.ip("xfrm", "state", "add", *name, *AES_GCM, "dir", {IN: "in", OUT: "out"}[direction])
    agent, client = serve(start_agent)
    rows = wait_for(lambda: client.table(SA_ENTRY), "the rows", process=agent.process)
    served = {int(index.split(".")[7]): row[DIRECTION] for index, row in rows.items()}
    assert served == {spi: direction for spi, (_, _, direction) in wanted.items()}


@pytest.fixture
def no_xfrm():
    """A kernel that does not offer XFRM, and loads no module for it."""
    loader = Path("/proc/sys/kernel/modprobe")
    before = loader.read_text()
    loader.write_text("/bin/false")
    run(["rmmod", "xfrm_user"])
    yield
    loader.write_text(before.strip())
    run([before.strip(), "xfrm_user"])


@pytest.mark.parametrize(
    "options, configuration",
    [(["-p", "-s", "xfrm"], None), (["-f", *ENGINE], "rocommunity public\n")],
    ids=["once", "serving"],
)
def test_a_kernel_without_xfrm(no_xfrm, agent_once, options, configuration):
    result = agent_once(*options, configuration=configuration)
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert 'this kernel does not offer it; "modprobe xfrm_user", or take a kernel with CONFIG_XFRM_USER' in result.stderr


def test_a_kernel_without_xfrm_in_a_namespace_that_is_watched(no_xfrm, netns, start_agent):
    agent = start_agent("-n", netns.name, *ENGINE, configuration="rocommunity public\n")
    assert agent.process.wait_until_ended() == 1
    assert f'in network namespace "{netns.name}": this kernel does not offer it' in agent.output()
