# SPDX-License-Identifier: BSD-3-Clause
"""Larval SAs of the kernel that runs the tests, from the kernel's list to snmpwalk and to text."""

import pytest

from bed import xfrm
from bed.places import SA_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import V2C
from bed.state_text import Comparison

SAID = 6  # ipsecSaSaid


def test_rows_are_the_kernels_larval_sas(agent, snmpd, netns, larval_sas):
    assert snmpd.client.table(SA_ENTRY) == {}
    spis = larval_sas(3)
    rows = wait_for(lambda: snmpd.client.table(SA_ENTRY), "three rows")
    wanted = {f"esp.{spi:x}@192.0.2.2".encode() for spi in spis}
    assert {row[SAID] for row in rows.values()} == wanted
    # InetAddressType, the address with its length, the protocol, the SPI and the qualifier.
    assert set(rows) == {f"1.4.192.0.2.2.50.{spi}.0" for spi in spis}


HERE, THERE = ("192.0.2.1", "2001:db8::1"), ("192.0.2.2", "2001:db8::2")


@pytest.fixture
def acquiring(netns, tmp_path):
    """Someone who listens to what the kernel asks for: without one it asks nobody, and remembers nothing."""
    process = netns.start("ip", ["ip", "xfrm", "monitor", "acquire"], tmp_path / "acquire")
    yield process
    process.kill()


def test_every_column_is_this_kernels(agent, snmpd, netns, new_namespace, acquiring, record_property):
    """Whatever kernel that is: newer ones tell more than User-Mode Linux's, which can have keys."""
    netns.connect(new_namespace(), [f"{HERE[0]}/24", f"{HERE[1]}/64"], [])
    xfrm.keep_larval_sas(netns)
    for here, there in zip(HERE, THERE):
        for protocol, mode in (("esp", "tunnel"), ("esp", "beet"), ("ah", "transport"), ("comp", "tunnel")):
            xfrm.add_larval_sas(netns, 1, here, there, protocol, mode)
            xfrm.add_larval_sas(netns, 1, there, here, protocol, mode)
        template = ["tmpl", "src", here, "dst", there, "proto", "esp", "reqid", "7", "mode", "tunnel"]
        netns.ip("xfrm", "policy", "add", "src", here, "dst", there, "dir", "out", *template)

    def packets_wait():
        """Each for an SA, which the kernel remembers as one without SPI."""
        for here, there in zip(HERE, THERE):
            netns.run("ping", "-n", "-c", "1", "-W", "0.1", "-I", here, there, check=False)
        return sum(state.spi == 0 for state in xfrm.states(netns)) == 2

    wait_for(packets_wait, "the kernel to ask for SAs", process=acquiring)
    comparison = Comparison(netns, snmpd.client, HERE)
    comparison.compare()
    assert len(comparison.sas) == 18
    record_property("figure", comparison.figure())


def test_text_is_the_same_from_the_agent_itself_and_over_snmp(agent, snmpd, netns, larval_sas, agent_once, mib2text):
    spis = larval_sas(2)
    wait_for(lambda: len(snmpd.client.table(SA_ENTRY)) == 2, "two rows")

    def names(text):
        return [line.split()[0] for line in text.splitlines()]

    over_snmp = names(mib2text(*V2C, snmpd.address).stdout)
    assert over_snmp == names(agent_once("-p", "-s", "xfrm", check=True).stdout)
    assert over_snmp == [f"esp0x{s.spi:x}@192.0.2.2" for s in xfrm.states(netns)]
    assert len(over_snmp) == len(spis)


def test_v3_and_v2c_see_the_same(agent, snmpd, larval_sas):
    larval_sas(2)
    rows = wait_for(lambda: len(snmpd.client.table(SA_ENTRY)) == 2, "two rows")
    assert rows
    names = [f"{SA_ENTRY}.{SAID}"]
    assert snmpd.client.as_v3().walk(*names) == snmpd.client.walk(*names)


def test_the_agent_comes_back_to_a_restarted_master(agent, snmpd, larval_sas):
    larval_sas(1)
    wait_for(lambda: snmpd.client.table(SA_ENTRY), "a row")
    snmpd.restart()
    wait_for(lambda: snmpd.client.table(SA_ENTRY), "the row again")
    snmpd.kill()
    snmpd.start()
    wait_for(lambda: snmpd.client.table(SA_ENTRY), "the row once more")


def test_the_agent_may_start_before_its_master(make_snmpd, start_agent, larval_sas):
    late = make_snmpd()
    agent = start_agent("-s", "xfrm", "-x", late.agentx, "-i", "1")
    larval_sas(1)
    late.start()
    agent.wait_until_served(late.client)
    assert len(wait_for(lambda: late.client.table(SA_ENTRY), "a row")) == 1


def test_a_whole_engine_needs_no_snmpd(start_agent, larval_sas):
    address = "udp:127.0.0.1:161"
    agent = start_agent("-s", "xfrm", "-l", address, "-i", "1", configuration="rocommunity public\n")
    client = agent.client(address)
    agent.wait_until_served(client)
    larval_sas(2)
    wait_for(lambda: len(client.table(SA_ENTRY)) == 2, "two rows")


# Sends a truncated SA (XFRM_MSG_NEWSA) and a flush (XFRM_MSG_FLUSHSA) to all others' XFRM sockets; says to how many.
FORGE = """
import socket, struct
forger = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 6)
forger.bind((0, 0))
sockets = [line.split() for line in open("/proc/net/netlink")][1:]
ports = [int(port) for _, protocol, port, *_ in sockets if protocol == "6"]
ports = [port for port in ports if port not in (0, forger.getsockname()[0])]
for port in ports:
    for kind in (0x10, 0x1C):
        forger.sendto(struct.pack("=IHHII4x", 20, kind, 0, 0, port), (port, 0))
print(len(ports))
"""


def test_only_the_kernel_is_believed(agent, snmpd, netns, larval_sas):
    larval_sas(2)
    wait_for(lambda: len(snmpd.client.table(SA_ENTRY)) == 2, "two rows")
    assert int(netns.run("/usr/bin/python3", "-c", FORGE).stdout) >= 1
    reads = snmpd.client.get_value(scalar("Reads"))
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) >= reads + 2, "two more reads")
    assert snmpd.client.get_value(scalar("NotUnderstood")) == 0
    assert len(snmpd.client.table(SA_ENTRY)) == 2
