# SPDX-License-Identifier: BSD-3-Clause
"""
The files of conf/monitoring that are made from the tables of columns are up to date, and the real collectd, MRTG and snmptt do with them what
their pages say; those of systems that Debian does not have are held to their documented form.
"""

import csv
import importlib.machinery
import importlib.util
import json
import re
import tomllib
import xml.etree.ElementTree as ElementTree

import pytest
import yaml

from bed.places import ROOT_OID, TREE
from bed.process import wait_for
from bed.snmp import COMMUNITY, V2C, environment
from bed.tunnels import UP, tunnels

KITS = TREE / "conf/monitoring"


def generator():
    """tests/monitoring/generate as a module."""
    path = str(TREE / "tests/monitoring/generate")
    spec = importlib.util.spec_from_loader("generate", importlib.machinery.SourceFileLoader("generate", path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = generator()
METRICS = {metric.name: metric for metric in MADE.metrics()}


# ---- The files


def without_descriptions(text):
    """snmptt's file has those of the MIB."""
    return re.sub(r"^SDESC\n.*?^EDESC\n", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.once
def test_what_make_monitoring_makes_is_what_is_shipped(tmp_path):
    MADE.write_others(tmp_path)
    MADE.write_librenms(tmp_path)
    MADE.write_zabbix(tmp_path)
    for name in (*MADE.OTHERS, "librenms/ipsec-discovery.yaml", "librenms/linux.patch", "zabbix/template-6.0.json", "zabbix/template-7.0.json"):
        made, shipped = ((folder / name).read_text() for folder in (tmp_path, KITS))
        assert without_descriptions(made) == without_descriptions(shipped), f'{name}: run "make monitoring"'


@pytest.mark.once
def test_no_file_has_another_community_and_each_folder_has_its_page():
    for file in KITS.rglob("*"):
        if file.is_file():
            words = re.findall(r"(?i)community\"?'?[ =:]+[\"']?([\w$-]+)", file.read_text())
            assert {word for word in words if not word.startswith("$")} <= {"CHANGE-ME", "in", "stood"}, file
    pages = {page.stem for page in (TREE / "docs/monitoring").glob("*.md")}
    assert {folder.name for folder in KITS.iterdir()} - {"icinga2"} <= pages
    index = (TREE / "docs/monitoring/README.md").read_text()
    assert all(f"({page}.md)" in index for page in pages - {"README"})


@pytest.mark.once
def test_telegraf_s_file_is_toml_with_the_words_of_its_plugin():
    (plugin,) = tomllib.loads((KITS / "telegraf/ipsec.conf").read_text())["inputs"]["snmp"]
    assert plugin.keys() == {"agents", "version", "community", "name", "field", "table"}
    (table,) = plugin["table"]
    assert table.keys() == {"name", "index_as_tag", "field"}
    for field in (*plugin["field"], *table["field"]):
        assert field.keys() <= {"name", "oid", "is_tag"}
        assert MADE.column(field["name"]).oid == field["oid"].removesuffix(".0")
    assert [field["name"] for field in table["field"] if field.get("is_tag")][0] == "ipsecTunnelDescr"


@pytest.mark.once
def test_datadog_s_profile_has_the_words_of_its_format():
    profile = yaml.safe_load((KITS / "datadog/ipsec.yaml").read_text())
    assert profile.keys() == {"sysobjectid", "metrics"}
    *scalars, table = profile["metrics"]
    for symbol in (*(scalar["symbol"] for scalar in scalars), *table["symbols"]):
        assert symbol.keys() == {"OID", "name", "metric_type"}
        metric = METRICS[symbol["name"]]
        assert f".{symbol['OID']}".removesuffix(".0") == metric.oid or metric.oid == f".{symbol['OID']}"
        assert symbol["metric_type"] == ("monotonic_count" if metric.kind == "counter" else "gauge")
    assert [tag["tag"] for tag in table["metric_tags"]] == ["tunnel", "tunnel_local", "tunnel_remote"]
    assert f".{table['table']['OID']}" == f"{ROOT_OID}.1.3"


@pytest.mark.once
def test_opennms_s_file_has_names_that_its_data_sources_may_have():
    root = ElementTree.parse(KITS / "opennms/ipsec.xml").getroot()
    space = {"": "http://xmlns.opennms.org/xsd/config/datacollection"}
    objects = root.findall("group/mibObj", space)
    aliases = [item.get("alias") for item in objects]
    assert len(set(aliases)) == len(aliases) and all(re.fullmatch(r"\w{1,19}", alias) for alias in aliases)
    oids = {column.oid for column in MADE.columns()}
    assert {item.get("oid") for item in objects} <= oids and {item.get("type") for item in objects} == {"counter", "gauge", "string"}
    assert {item.get("instance") for item in objects} == {"0", root.find("resourceType", space).get("name")}
    included = {item.text for item in root.findall("systemDef/collect/includeGroup", space)}
    assert included == {group.get("name") for group in root.findall("group", space)}


def dictionaries(document):
    """All objects of a JSON document."""
    if isinstance(document, dict):
        yield document
    for inner in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from dictionaries(inner)


@pytest.mark.once
def test_zabbix_s_template_is_whole():
    """What make check-zabbix imports: each thing has an identifier of its own, and each expression speaks of items that are there."""
    for version in ("6.0", "7.0"):
        export = json.loads((KITS / f"zabbix/template-{version}.json").read_text())["zabbix_export"]
        assert export["version"] == version
        (template,) = export["templates"]
        everything = list(dictionaries(export))
        ids = [item["uuid"] for item in everything if "uuid" in item]
        assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", one) for one in ids)
        keys = {item["key"] for item in everything if "snmp_oid" in item or item.get("type") == "SNMP_TRAP"}
        for expression in (item["expression"] for item in everything if "expression" in item):
            named = set(re.findall(rf"/{template['name']}/([\w.]+(?:\[[^]]*\])?)", expression))
            assert named and named <= keys and "{K" not in expression
        oids = {item["snmp_oid"] for item in everything if item.get("snmp_oid", "").startswith(".")}
        assert {re.sub(r"\.(0|\{#SNMPINDEX\})$", "", oid) for oid in oids} <= {column.oid for column in MADE.columns()}
        maps = {one["name"] for one in template["valuemaps"]}
        assert {item["valuemap"]["name"] for item in everything if "valuemap" in item} == maps


# ---- The real programs

# A tunnel's name, and what its description, by which it is called, makes of that.
ODD, DESCR = 'o/f"f\\i{c}$5%sé', "o_f_f_i_c__5_s__"


@pytest.fixture
def client(start_agent, snmpd, tmp_path):
    """snmpd with a tunnel that is up, whose name is hostile to files and their formats, and one that is down."""
    table = tmp_path / "ipsec_spi"
    table.write_text(pair_text())
    names = f"tunnel {ODD} remote 198.51.100.1\ntunnel lab remote 203.0.113.1\ninterval 1\n"
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx, configuration=names).wait_until_served(snmpd.client)
    wait_for(lambda: [t.state for t in tunnels(snmpd.client)][:1] == [UP], "the tunnel", process=agent.process)
    return snmpd.client


def pair_text():
    line = "esp0x{}@{} ESP_AES_HMAC_SHA1: dir={} src={} life(c,s,h)=bytes({},0,0)addtime(100,0,3600)usetime(1,0,0)packets({},0,0)\n"
    return line.format(1, "198.51.100.1", "out", "192.0.2.1", 2000, 20) + line.format(2, "192.0.2.1", "in ", "198.51.100.1", 1000, 10)


def test_collectd_writes_a_series_for_each_tunnel(client, netns, tmp_path):
    conf = (KITS / "collectd/ipsec.conf").read_text().replace("CHANGE-ME", COMMUNITY).replace("192.0.2.1", "127.0.0.1").replace("Interval 30", "Interval 1")
    data = tmp_path / "csv"
    (tmp_path / "collectd.conf").write_text(
        f'Hostname "here"\nInterval 1\nBaseDir "{tmp_path}"\nPIDFile "{tmp_path}/pid"\nLoadPlugin logfile\n<Plugin logfile>\n  File "{tmp_path}/said"\n'
        f'</Plugin>\nLoadPlugin csv\n<Plugin csv>\n  DataDir "{data}"\n  StoreRates false\n</Plugin>\n{conf}'
    )
    collectd = netns.start("collectd", ["collectd", "-f", "-C", tmp_path / "collectd.conf"], tmp_path / "log", env=environment(tmp_path / "snmp"))
    expected = {
        f"if_octets-{DESCR}": ["1000", "2000"], f"if_packets-{DESCR}": ["10", "20"], f"if_errors-{DESCR}": ["0", "0"], "if_octets-lab": ["0", "0"],
        f"gauge-state-{DESCR}": ["1"], "gauge-state-lab": ["2"], f"derive-rekeys-{DESCR}": ["0"], "derive-downs-lab": ["0"],
        "gauge-agent-status": ["1"], "gauge-tunnels": ["2"], "gauge-tunnels-up": ["1"],
    }  # fmt: skip

    def written():
        """{type and instance: the last values}."""
        found = {}
        for file in data.glob("gateway/snmp-ipsec/*"):
            rows = [row for row in csv.reader(file.read_text().splitlines()) if row and not row[0].startswith("epoch")]
            if rows:
                found[file.name.rpartition("-20")[0]] = [value.removesuffix(".000000") for value in rows[-1][1:]]
        return found

    wait_for(lambda: expected.items() <= written().items(), "all series", process=collectd)
    assert "gauge-expires-lab" in written()
    collectd.stop()
    assert "syntax" not in (tmp_path / "said").read_text().lower()


def test_mrtg_reads_both_directions(client, netns, tmp_path):
    conf = (KITS / "mrtg/ipsec.cfg").read_text().replace("CHANGE-ME@192.0.2.1", f"{COMMUNITY}@127.0.0.1")
    (tmp_path / "ipsec.cfg").write_text(conf)
    # As Debian's, with the page's line.
    (tmp_path / "mrtg.cfg").write_text(f"WorkDir: {tmp_path}\nInclude: ipsec.cfg\n")
    env = {**environment(tmp_path / "snmp"), "LANG": "C", "LC_ALL": "C"}
    said = netns.run("mrtg", tmp_path / "mrtg.cfg", env=env, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    logs = {name: (tmp_path / f"tunnel1-{name}.log").read_text().splitlines()[0].split()[1:] for name in ("octets", "packets", "errors", "sas")}
    assert logs == {"octets": ["1000", "2000"], "packets": ["10", "20"], "errors": ["0", "0"], "sas": ["1", "1"]}


def test_what_net_snmp_s_tools_print_with_numbers_they_read_back(client, netns, tmp_path):
    """As docs/monitoring/snmp.md says."""
    mibs = f"{TREE / 'mibs'}:{TREE / 'mibs/standard'}"
    env = {**environment(tmp_path / "snmp"), "MIBS": "IPSEC-SPI-MIB", "MIBDIRS": mibs}
    asked = [*V2C, "-Ob", "127.0.0.1"]
    lines = netns.run("snmpbulkwalk", *asked, "ipsecSaBytesCurrent", env=env).stdout.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert netns.run("snmpget", *asked, line.split()[0], env=env).stdout.splitlines() == [line]
    table = netns.run("snmptable", *V2C, "-Ci", "-Cb", "127.0.0.1", "ipsecTunnelTable", env=env).stdout
    assert re.search(rf"^ +1 .* {DESCR} ", table, re.MULTILINE) and re.search(r"^ +2 .* lab\b", table, re.MULTILINE)


def test_snmptt_and_zabbix_are_told_of_a_tunnel_that_goes_down(make_snmpd, start_agent, netns, tmp_path):
    log, traps = tmp_path / "snmptt.log", tmp_path / "traps"
    (tmp_path / "snmptt.ini").write_text(
        "[General]\nmode = standalone\nnet_snmp_perl_enable = 0\ndns_enable = 0\nstrip_domain = 0\nsyslog_enable = 0\n"
        "[Logging]\nstdout_enable = 0\nlog_enable = 1\n"
        f"log_file = {log}\nsyslog_enable = 0\nunknown_trap_log_enable = 0\n[TrapFiles]\nsnmptt_conf_files = <<END\n{KITS / 'snmptt/snmptt-ipsec.conf'}\nEND\n"
    )
    handlers = f"/usr/sbin/snmptt --ini={tmp_path / 'snmptt.ini'}", f"/bin/sh {KITS / 'zabbix/zabbix-trap-handler'} {traps}"
    handled = "".join(f"traphandle default {handler}\n" for handler in handlers)
    (tmp_path / "snmptrapd.conf").write_text(f"authCommunity execute {COMMUNITY}\n{handled}doNotRetainNotificationLogs yes\n")
    command = ["snmptrapd", "-f", "-n", "-C", "-c", tmp_path / "snmptrapd.conf", "-Lo", "-On", "-x", "unix:/nonexistent", "udp:127.0.0.1:162"]
    snmptrapd = netns.start("snmptrapd", command, tmp_path / "log", env=environment(tmp_path / "snmptrapd"))
    snmptrapd.wait_until_said("NET-SNMP version")
    snmpd = make_snmpd(f"trap2sink 127.0.0.1 {COMMUNITY}\n").start()
    table = tmp_path / "ipsec_spi"
    table.write_text(pair_text())
    configuration = f"tunnel {ODD} remote 198.51.100.1\ninterval 1\ntunnel-grace 0\n"
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx, configuration=configuration).wait_until_served(snmpd.client)
    wait_for(lambda: [t.state for t in tunnels(snmpd.client)] == [UP], "the tunnel", process=agent.process)
    table.write_text("")
    wait_for(lambda: log.exists() and "ipsecTunnelDown" in log.read_text(), "a line of snmptt", process=agent.process)
    (line,) = [line for line in log.read_text().splitlines() if "ipsecTunnelDown" in line]
    assert "CRITICAL" in line and f"Tunnel {DESCR} is down" in line and "198.51.100.1" in line

    def told():
        """What Zabbix's trapper takes for one notification each: from a line with ZBXTRAP to the next."""
        text = traps.read_text() if traps.exists() else ""
        return [part for part in re.split(r"^(?=[\d-]+ [\d:]+ ZBXTRAP )", text, flags=re.MULTILINE) if "4301.0.6\n" in part]

    wait_for(lambda: len(told()) == 1, "a notification for Zabbix", process=agent.process)
    assert re.match(r"\S+ \S+ ZBXTRAP 127\.0\.0\.1\n", told()[0]) and f'"{DESCR}"' in told()[0]
    snmptrapd.stop()
