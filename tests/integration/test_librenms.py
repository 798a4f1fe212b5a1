# SPDX-License-Identifier: BSD-3-Clause
"""
What LibreNMS's application "strongswan" reads by an extend of snmpd: of a file that is renewed, as the page says; and of mib2text run by the very
snmpd that it asks, which must not keep anybody waiting.
"""

import json
import re

import pytest
import yaml

from bed.places import BUILD, MIB2TEXT, TREE
from bed.process import run, wait_for
from bed.snmp import COMMUNITY, V2C, environment

KIT = TREE / "conf/monitoring/librenms"
# NET-SNMP-EXTEND-MIB::nsExtendOutputFull
OUTPUT = ".1.3.6.1.4.1.8072.1.3.2.3.1.2"
SA = "esp0x{}@{} ESP_AES_HMAC_SHA1: dir={} src={} life(c,s,h)=bytes({},0,0)addtime(100,0,0)usetime(1,0,0)packets({},0,0)\n"
ALL = SA.format(1, "198.51.100.1", "out", "192.0.2.1", 2000, 20) + SA.format(2, "192.0.2.1", "in ", "198.51.100.1", 1000, 10)
NAMES = 'tunnel of"fi\\\\ce{}é remote 198.51.100.1\ntunnel lab remote 203.0.113.1\n'


def extended(client, name):
    """The document that LibreNMS would have."""
    oid = f"{OUTPUT}.{len(name)}." + ".".join(str(octet) for octet in name.encode())
    return json.loads(client.get_value(oid))


@pytest.fixture
def started(make_snmpd, start_agent, netns, tmp_path):
    """The client of an snmpd with both extends, its agent, the agent's file, and that of mib2text."""
    document, table = tmp_path / "strongswan.json", tmp_path / "ipsec_spi"
    table.write_text(ALL)
    shipped = (KIT / "snmpd-extend.conf").read_text().replace("/run/ipsec-librenms/strongswan.json", str(document))
    asks = f"{MIB2TEXT} {' '.join(V2C)} -Cf librenms 127.0.0.1"
    snmpd = make_snmpd(f"{shipped}extend direct {asks}\nextend shell /bin/sh -c '{asks}; true'\n").start()
    configuration = f"{NAMES}interval 1\nstale-after 2\ntunnel-grace 0\n"
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx, configuration=configuration).wait_until_served(snmpd.client)
    command = [MIB2TEXT, *V2C, "-t1", "-r0", "-Cf", "librenms", "-Co", document, "-Cw", "1", "127.0.0.1"]
    renewer = netns.start("mib2text", command, tmp_path / "mib2text.log", env=environment(tmp_path / "mib2text"))
    wait_for(document.exists, "the file", process=renewer)
    yield snmpd.client, agent, table
    assert renewer.stop() == 0
    renewer.assert_clean()


def test_an_extend_of_a_file_has_the_tunnels_and_none_that_nobody_knows(started):
    client, agent, table = started
    wait_for(lambda: len(extended(client, "strongswan")["data"].get("tunnels", [])) == 2, "both tunnels", process=agent.process)
    document = extended(client, "strongswan")
    assert (document["version"], document["error"], document["errorString"]) == (1, 0, "")
    office, lab = document["data"]["tunnels"]
    assert office == {
        "name": "of_fi__ce____", "descr": 'of"fi\\\\ce{}é', "peer": "198.51.100.1", "state": 1, "children": 1,
        "bytes_in": 1000, "bytes_out": 2000, "pkts_in": 10, "pkts_out": 20, "reestablishes": 0,
    }  # fmt: skip
    assert (lab["name"], lab["state"], lab["children"]) == ("lab", 0, 0)
    assert document["data"]["global"]["child_rekey"] == 0
    # An agent that cannot read, or is not there, is an error, and no tunnel that is down.
    table.unlink()
    wait_for(lambda: extended(client, "strongswan")["error"] == 1, "the agent to be stale", process=agent.process)
    assert "has withdrawn the last ones" in extended(client, "strongswan")["errorString"]
    agent.stop()
    wait_for(lambda: "no IPSEC-SPI-MIB there" in extended(client, "strongswan")["errorString"], "the agent to be gone")
    assert extended(client, "strongswan")["data"] == {}


@pytest.mark.parametrize("name", ["direct", "shell"])
def test_an_extend_that_asks_its_own_snmpd_ends_and_says_what_to_do(started, name):
    client, _, _ = started
    document = extended(client, name)
    assert document["error"] == 1 and "no answer within 0.5 s" in document["errorString"]
    assert document["errorString"].endswith("let it print a file that -Co and -Cw renew")
    # And snmpd goes on.
    assert client.get_value(".1.3.6.1.2.1.1.3.0") > 0


def test_who_cannot_ask_says_so_in_the_document_alone(netns, mib2text):
    said = mib2text(*V2C, "-t1", "-r0", "-Cf", "librenms", "127.0.0.1", check=False)
    assert (said.returncode, said.stderr) == (1, "")
    assert "no answer within 1 s" in json.loads(said.stdout)["errorString"]


# ---- The module of its own, as LibreNMS's schema of these files has them

OF_THE_MIB = re.compile(r"IPSEC-SPI-MIB::(\w+)")


def sensors():
    document = yaml.safe_load((KIT / "ipsec-discovery.yaml").read_text())
    assert document.keys() == {"modules"} and document["modules"].keys() == {"sensors"}
    return document["modules"]["sensors"]


@pytest.mark.once
def test_the_discovery_names_what_the_table_of_columns_has():
    of = {line.split("\t")[0]: line.split("\t") for line in run([BUILD / "tests/list_metrics"]).stdout.splitlines()}
    for kind, of_kind in sensors().items():
        assert of_kind.keys() == {"data"}
        for sensor in of_kind["data"]:
            name, oid, _, _, labels = of[OF_THE_MIB.fullmatch(sensor["value"])[1]]
            assert sensor["num_oid"] == oid + ".{{ $index }}" and sensor["index"] == name + ".{{ $index }}"
            assert OF_THE_MIB.fullmatch(sensor["oid"])[1] in (name, "ipsecTunnelTable")
            if kind == "state":
                assert all(state.keys() == {"descr", "value", "generic"} for state in sensor["states"])
                assert {(state["descr"], state["value"]) for state in sensor["states"]} == {
                    (label, int(number)) for label, number in re.findall(r"(\w+)\((\d+)\)", labels)
                }
    assert COMMUNITY not in (KIT / "ipsec-discovery.yaml").read_text()


@pytest.mark.once
def test_the_patch_puts_the_same_sensors_beside_those_that_are_there(tmp_path):
    patch = (KIT / "linux.patch").read_text()
    places = [(int(line), name) for line, name in re.findall(r"@@ -(\d+),4 .*\n +(\w+):\n", patch)]
    theirs = {"oid": "LSI-MegaRAID-SAS-MIB::adapterPropertiesTable"}
    lines = ["modules:", "    sensors:"]
    for line, name in places:
        lines += ["        #"] * (line - 1 - len(lines))
        lines += [f"        {name}:", "            data:", "                -", f"                    oid: {theirs['oid']}"]
    file = tmp_path / re.search(r"^--- a/(.*)", patch, re.MULTILINE)[1]
    file.parent.mkdir(parents=True)
    file.write_text("\n".join(lines) + "\n")
    run(["patch", "-s", "-p1", "-d", tmp_path, "-i", KIT / "linux.patch"])
    patched = yaml.safe_load(file.read_text())["modules"]["sensors"]
    assert patched == {name: {"data": [*of_class["data"], theirs]} for name, of_class in sensors().items()}


@pytest.mark.once
def test_the_recording_for_their_tests_has_what_the_sensors_ask_for():
    recorded = [line.split("|") for line in (KIT / "linux_ipsec.snmprec").read_text().splitlines()]
    numbers = [[int(part) for part in oid.split(".")] for oid, _, _ in recorded]
    assert numbers == sorted(numbers) and {kind for _, kind, _ in recorded} <= {"2", "4", "4x", "6", "65", "66", "70"}
    columns = {f".{oid.rpartition('.')[0]}" for oid, _, _ in recorded}
    assert {sensor["num_oid"].removesuffix(".{{ $index }}") for of_class in sensors().values() for sensor in of_class["data"]} <= columns
