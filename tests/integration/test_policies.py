# SPDX-License-Identifier: BSD-3-Clause
"""The kernel's policies, made with ip(8) as keying daemons make them, and what the agent shows of them."""

import json
import re
import shlex

import pytest

from bed import tunnels
from bed.places import EVENT_ENTRY, POLICY_ENTRY, TREE, scalar
from bed.process import wait_for
from bed.snmp import V2C

COLUMNS = {
    name: int(number)
    for name, number in re.findall(
        r"^ipsecPolicy(\w+) OBJECT-TYPE$.*?::= { ipsecPolicyEntry (\d+) }$",
        (TREE / "mibs/IPSEC-SPI-MIB.txt").read_text().partition("ipsecPolicyEntry OBJECT-TYPE")[2],
        re.M | re.S,
    )
}
IN, OUT, FORWARD = 1, 2, 3

ENDS = {
    "IPv4": ("192.0.2.1", "198.51.100.1", "10.1.0.0/16", "10.2.0.0/16"),
    "IPv6": ("2001:db8::1", "2001:db8:1::1", "2001:db8:a::/48", "2001:db8:b::/48"),
}


@pytest.fixture(params=ENDS, name="ends")
def each_family(request):
    return ENDS[request.param]


@pytest.fixture
def quiet_agent(start_agent, snmpd):
    """An agent that has read the kernel once, and will not do so again during a test."""
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "3600").wait_until_served(snmpd.client)
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) == 1, "the first read", process=agent.process)
    return agent


def add_policy(namespace, way, source, destination, *more, tunnel=None, reqid=5, mode="tunnel"):
    template = ["tmpl", "src", tunnel[0], "dst", tunnel[1], "proto", "esp", "reqid", str(reqid), "mode", mode] if tunnel else []
    namespace.ip("xfrm", "policy", "add", "src", source, "dst", destination, *more[:4], "dir", way, *more[4:], *template)


def policies(client):
    """{selector and direction: {name of a column: value}}"""
    rows = client.table(POLICY_ENTRY)
    named = [{name: row.get(number) for name, number in COLUMNS.items()} for row in rows.values()]
    return {(row["Selector"].decode(), row["Direction"]): row for row in named if row["Selector"] is not None}


def wait_for_policies(client, count, agent):
    wait_for(lambda: client.get_value(scalar("Policies")) == count, f"{count} policies", process=agent.process)
    return policies(client)


def test_a_tunnels_policies_as_they_come_change_and_go(quiet_agent, snmpd, netns, ends):
    """Without a read: the kernel tells of each."""
    here, there, inside, outside = ends
    client = snmpd.client
    add_policy(netns, "out", inside, outside, "proto", "tcp", "dport", "443", "priority", "1000", tunnel=(here, there))
    add_policy(netns, "in", outside, inside, tunnel=(there, here))
    add_policy(netns, "fwd", outside, inside, tunnel=(there, here))
    found = wait_for_policies(client, 3, quiet_agent)
    out = found[f"{inside}[tcp] > {outside}[tcp/443]", OUT]
    assert out["Priority"] == 1000 and out["Action"] == 1 and out["Protocol"] == 6
    assert (out["DstPort"], out["DstPortMask"], out["SrcPort"], out["SrcPortMask"]) == (443, 0xFFFF, 0, 0)
    assert out["Templates"].decode() == f"esp tunnel {here} > {there} reqid 5"
    assert (out["TemplateReqid"], out["TemplateProtocol"], out["TemplateMode"]) == (5, 50, 2)
    assert out["TemplateSrcPrefixLength"] == out["TemplateDstPrefixLength"] == (128 if ":" in here else 32)
    assert out["Idle"] == 2**32 - 1 and out["Age"] < 3600
    assert {way for _, way in found} == {IN, OUT, FORWARD}

    index = ["src", outside, "dst", inside, "dir", "in"]
    netns.ip("xfrm", "policy", "update", *index, "action", "block")
    wait_for(lambda: policies(client)[f"{outside} > {inside}", IN]["Action"] == 2, "a policy that blocks")
    assert policies(client)[f"{outside} > {inside}", IN]["TemplateCount"] == 0
    netns.ip("xfrm", "policy", "delete", *index)
    wait_for_policies(client, 2, quiet_agent)
    netns.ip("xfrm", "policy", "flush")
    assert wait_for_policies(client, 0, quiet_agent) == {}
    assert client.get_value(scalar("Reads")) == 1


def test_indexes_are_the_kernels(quiet_agent, snmpd, netns, ends):
    _, _, inside, outside = ends
    for way in ("out", "fwd", "in"):
        add_policy(netns, way, inside, outside)
    wait_for_policies(snmpd.client, 3, quiet_agent)
    kernels = re.findall(r"\bindex (\d+)", netns.ip("-s", "xfrm", "policy").stdout)
    assert sorted(map(int, kernels)) == sorted(map(int, snmpd.client.table(POLICY_ENTRY)))


def test_what_a_template_leaves_open_is_shown_open(quiet_agent, snmpd, netns):
    add_policy(netns, "out", "192.0.2.1/32", "198.51.100.0/24", tunnel=("0.0.0.0", "0.0.0.0"), mode="transport")
    add_policy(netns, "in", "10.0.0.0/8", "10.1.0.0/16", tunnel=("0.0.0.0", "192.0.2.1"))
    found = wait_for_policies(snmpd.client, 2, quiet_agent)
    transport, anyone = found["192.0.2.1/32 > 198.51.100.0/24", OUT], found["10.0.0.0/8 > 10.1.0.0/16", IN]
    assert transport["Templates"].decode() == "esp transport 192.0.2.1 > 198.51.100.0/24 reqid 5"
    assert anyone["Templates"].decode() == "esp tunnel 0.0.0.0/0 > 192.0.2.1 reqid 5"
    assert anyone["TemplateSrcPrefixLength"] == 0
    assert transport["TunnelIndex"] == anyone["TunnelIndex"] == 0


MANY = 20000


def test_twenty_thousand_policies_come_and_go_in_slices(start_agent, snmpd, netns, tmp_path, record_property):
    """By a read, then by events."""
    client = snmpd.client
    batch = tmp_path / "batch"
    ends = [f"10.{n // 10000}.{n // 100 % 100}.{n % 100}" for n in range(MANY // 2)]
    lines = [
        f"xfrm policy add src 192.0.2.1/32 dst {end}/32 dir {way} tmpl src {src} dst {dst} proto esp reqid 5 mode tunnel"
        for end in ends
        for way, src, dst in (("out", "192.0.2.1", end), ("in", end, "192.0.2.1"))
    ]
    batch.write_text("\n".join(lines))
    netns.ip("-batch", batch)
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "3600").wait_until_served(client)

    def wait_for_policies_count(count):
        wait_for(lambda: client.get_value(scalar("Policies")) == count, f"{count} policies", process=agent.process)

    wait_for_policies_count(MANY)
    netns.ip("xfrm", "policy", "flush")
    wait_for_policies_count(0)
    netns.ip("-batch", batch)
    wait_for_policies_count(MANY)
    record_property("figure", f"longest step: {client.get_value(scalar('LongestStep'))} us")


def test_policies_are_printed_as_a_table(quiet_agent, snmpd, netns, mib2text, agent_once, ends):
    """By mib2text, which knows their tunnels, and by the agent itself, without SNMP; the same of all else."""
    here, there, inside, outside = ends
    add_policy(netns, "out", inside, outside, "priority", "1000", tunnel=(here, there))
    add_policy(netns, "in", outside, inside)
    wait_for_policies(snmpd.client, 2, quiet_agent)
    tunnel = tunnels.the_tunnel(snmpd.client)

    def table(text):
        """{direction: {heading: word}}; ages grow meanwhile."""
        headings, *lines = [shlex.split(line) for line in text.splitlines()]
        rows = [dict(zip(headings, line, strict=True)) for line in lines]
        return {row["DIRECTION"]: {k: v for k, v in row.items() if k != "AGE"} for row in rows}

    printed = table(mib2text("-Cp", *V2C, snmpd.address).stdout)
    assert printed["out"]["SELECTOR"] == f"{inside} > {outside}" and printed["out"]["PRIORITY"] == "1000"
    assert printed["out"]["TEMPLATES"] == f"esp tunnel {here} > {there} reqid 5"
    assert (printed["out"].pop("TUNNEL"), printed["in"].pop("TUNNEL"), printed["in"]["TEMPLATES"]) == (str(tunnel.index), "-", "-")
    itself = table(agent_once("-p", "-F", "policies", "-s", "xfrm", check=True).stdout)
    assert {row.pop("TUNNEL") for row in itself.values()} == {"-"}
    assert itself == printed
    document = json.loads(mib2text("-Cp", "-Cf", "json", *V2C, snmpd.address).stdout)
    assert sorted(p["ipsecPolicyDirection"] for p in document["policies"]) == ["in", "out"]
    assert document["agent"]["ipsecAgentPolicies"] == 2


# ---- tunnels that wait


@pytest.fixture
def listening(netns, tmp_path):
    """Someone who listens to what the kernel asks for, as an IKE daemon does: else it asks nobody, and makes no larval SA."""
    process = netns.start("ip", ["ip", "xfrm", "monitor", "acquire"], tmp_path / "acquire")
    yield process
    process.kill()


def test_a_routed_connection_is_a_tunnel_that_is_down(start_agent, snmpd, netns, mib2text, ends):
    """Its policies alone are there; when they go, it lingers, and is told of at no time."""
    here, there, inside, outside = ends
    client = snmpd.client
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "3600", configuration="tunnel-linger 1\n")
    agent.wait_until_served(client)
    add_policy(netns, "out", inside, outside, tunnel=(here, there))
    add_policy(netns, "in", outside, inside, tunnel=(there, here))
    tunnel = tunnels.wait_for_state(client, tunnels.DOWN, agent.process)
    assert (tunnel.local_text, tunnel.remote_text, tunnel.reqid, tunnel.name) == (here, there, 5, "")
    assert tunnel.selectors == f"{inside} <> {outside}"
    assert {row["TunnelIndex"] for row in policies(client).values()} == {tunnel.index}
    line = mib2text("-Ct", *V2C, snmpd.address).stdout.splitlines()[1]
    assert line.endswith(f'  "{inside} <> {outside}"')
    (row,) = json.loads(mib2text("-Ct", "-Cf", "json", *V2C, snmpd.address).stdout)["tunnels"]
    assert row["ipsecTunnelSelectors"] == f"{inside} <> {outside}"

    netns.ip("xfrm", "policy", "flush")
    wait_for(lambda: not tunnels.tunnels(client), "the tunnel to have lingered", process=agent.process)
    assert (tunnel.ups, tunnel.downs) == (0, 0)
    assert client.table(EVENT_ENTRY) == {}


@pytest.fixture
def cable(netns, new_namespace):
    netns.connect(new_namespace(), ["192.0.2.1/24"], [])


def test_packets_to_a_net_that_a_policy_covers_make_no_tunnels(agent, snmpd, netns, listening, cable):
    """Each has the kernel ask for an SA, and remember that it has; nobody answers."""
    add_policy(netns, "out", "192.0.2.1/32", "192.0.2.128/25", tunnel=("0.0.0.0", "0.0.0.0"), mode="transport")
    for host in range(129, 134):
        netns.run("ping", "-n", "-c", "1", "-W", "0.1", f"192.0.2.{host}", check=False)
    assert wait_for_policies(snmpd.client, 1, agent)
    wait_for(lambda: snmpd.client.get_value(scalar("Sas")) == 5, "five larval SAs", process=listening)
    assert tunnels.tunnels(snmpd.client) == []


def test_a_tunnel_that_waits_is_larval_while_its_keys_are_asked_for(agent, snmpd, netns, listening, cable):
    add_policy(netns, "out", "192.0.2.1/32", "192.0.2.7/32", tunnel=("192.0.2.1", "192.0.2.9"))
    down = tunnels.wait_for_state(snmpd.client, tunnels.DOWN, agent.process)
    netns.run("ping", "-n", "-c", "1", "-W", "0.1", "192.0.2.7", check=False)
    assert tunnels.wait_for_state(snmpd.client, tunnels.LARVAL, agent.process).index == down.index
