# SPDX-License-Identifier: BSD-3-Clause
"""SAs that real IKE daemons make, replace and wait for: what is served is the kernel's list, at every read."""

import re

import pytest

from bed import ike, xfrm
from bed.places import SA_ENTRY
from bed.process import wait_for
from bed.snmp import V2C
from bed.state_text import STATE_LARVAL, Comparison
from bed.tunnels import UP, tunnels

ADDRESS = "udp:127.0.0.1:161"
STATE = 9  # ipsecSaState

# Each is what IkePair is told; together they have everything that one of the daemons can negotiate.
NEGOTIATED = {
    "cbc-ipv6": dict(algorithms=ike.CBC, ipv6=True),
    "gcm-nat-t-comp": dict(encapsulation=True, compression=True),
    "transport-esn": dict(transport=True, esn=True, algorithms=ike.CBC),
}
EACH_DAEMON = pytest.mark.parametrize("daemon", [ike.Strongswan, ike.Libreswan], ids=["strongswan", "libreswan"])


@pytest.fixture
def serve(start_agent):
    """serve(): an agent, a whole engine, that has read once; its client."""

    def start(*options):
        agent = start_agent("-s", "xfrm", "-l", ADDRESS, "-i", "1", *options, configuration="rocommunity public\n")
        client = agent.client(ADDRESS)
        agent.wait_until_served(client)
        return client

    return start


@EACH_DAEMON
@pytest.mark.parametrize("settings", NEGOTIATED.values(), ids=NEGOTIATED)
def test_every_column_is_the_kernels(make_ike_pair, netns, serve, record_property, daemon, settings):
    pair = make_ike_pair(daemon=daemon, **settings).start()
    pings = 0 if pair.transport else 4
    if pings:
        pair.ping(pings, octets=700)
    client = serve()
    comparison = Comparison(netns, client, pair.own_addresses(0))
    wait_for(comparison.reads, "a read")
    comparison.compare(read_is_new=True)
    # Whatever bundle of SAs it takes, it is one tunnel, through which each packet went once.
    assert [(t.state, t.in_packets, t.out_packets) for t in tunnels(client)] == [(UP, pings, pings)]
    record_property("figure", comparison.figure())
    assert len(comparison.sas) >= 2 * len(pair.names)


@pytest.mark.once
@EACH_DAEMON
def test_many_child_sas(make_ike_pair, netns, serve, record_property, daemon):
    pair = make_ike_pair(daemon=daemon, children=50).start()
    comparison = Comparison(netns, serve(), pair.own_addresses(0))
    comparison.compare()
    assert len(comparison.sas) == 100
    record_property("figure", comparison.figure())


@EACH_DAEMON
def test_larval_sas_while_the_peer_is_silent(make_ike_pair, netns, serve, daemon):
    pair = make_ike_pair(daemon=daemon, children=2, on_demand=True).start()
    left, right = pair.daemons
    left.up("c1")
    right.freeze()
    comparison = Comparison(netns, serve(), pair.own_addresses(0))
    xfrm.keep_larval_sas(netns)
    # The packet makes the kernel ask for an SA, which it remembers as one without SPI; the daemon sets an SPI aside for
    # packets that will come in.
    netns.run(*pair.ping_command(n=2), "-c", "1", "-W", "0.1", check=False)

    def larval(row):
        return row[STATE] == STATE_LARVAL

    def kernels_larval():
        return [state for state in xfrm.states(netns) if not re.search(r"^\t(enc|aead)", state.text, re.M)]

    wait_for(lambda: len(kernels_larval()) >= 2, "larval SAs in the kernel", process=left.process)
    comparison.compare()
    rows = [row for row in comparison.rows.values() if larval(row)]
    assert len(rows) == len(kernels_larval()) >= 2
    right.thaw()
    wait_for(lambda: pair.established(0), "the peer to answer", process=left.process)
    comparison.compare()
    # libreswan does not tell the kernel that an SA is the one it asked for.
    assert spis_of(kernels_larval()) <= {0}


def spis_of(states):
    return {state.spi for state in states}


def spis_served(rows):
    """Of a table's rows, out of their IPv4 index."""
    return {int(index.split(".")[7]) for index in rows}


@pytest.mark.once
@EACH_DAEMON
def test_walks_during_rekeys(make_ike_pair, netns, snmpd, start_agent, mib2text, record_property, tmp_path, daemon):
    """
    Through snmpd, a few rows at a time, so that a walk takes longer than a read.  It ends, in order, and has every SA that
    existed throughout, and none that never was.
    """
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1").wait_until_served(snmpd.client)
    monitor = netns.start("monitor", ["ip", "xfrm", "monitor", "SA"], tmp_path / "monitor")
    pair = make_ike_pair(daemon=daemon, children=6, rekey_seconds=3).start()
    comparison = Comparison(netns, snmpd.client, pair.own_addresses(0))
    first, walks = spis_of(xfrm.states(netns)), 0
    while walks < 2 or first & spis_of(xfrm.states(netns)):
        before = spis_of(xfrm.states(netns))
        comparison.read_from_now_on()
        # snmpbulkwalk ends with an error where OIDs do not increase.
        walked = spis_served(snmpd.client.table(SA_ENTRY, repetitions=5))
        said = mib2text(*V2C, snmpd.address, "-Cr", "3").stdout
        printed = [int(spi, 16) for spi in re.findall(r"^esp0x([0-9a-f]+)@", said, re.M)]
        after = spis_of(xfrm.states(netns))
        ever = {int(spi, 16) for spi in re.findall(r"spi (0x[0-9a-f]+)", monitor.output())} | first
        assert before & after <= walked <= ever
        assert before & after <= set(printed) <= ever and len(printed) == len(set(printed))
        walks += 1
    assert agent.running()
    monitor.kill()
    record_property("figure", f"{walks} walks while {len(ever - first)} SAs came")


@pytest.mark.once
@EACH_DAEMON
def test_rows_are_the_kernels_list_at_every_read(make_ike_pair, netns, serve, record_property, daemon):
    """Whenever the kernel's list was the same before a read began and after its rows were fetched, they are that list."""
    pair = make_ike_pair(daemon=daemon, rekey_seconds=5).start()
    client = serve()
    comparison = Comparison(netns, client, pair.own_addresses(0))
    first, lists = spis_of(xfrm.states(netns)), set()
    while first & spis_of(xfrm.states(netns)) or len(lists) < 2:
        before = spis_of(xfrm.states(netns))
        comparison.read_from_now_on()
        rows = client.table(SA_ENTRY)
        if spis_of(xfrm.states(netns)) == before:
            assert spis_served(rows) == before
            lists.add(frozenset(before))
    record_property("figure", f"{len(lists)} different lists of the kernel's were served")
