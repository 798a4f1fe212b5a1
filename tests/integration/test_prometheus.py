# SPDX-License-Identifier: BSD-3-Clause
"""
An operator's Prometheus, by snmp_exporter and by mib2text and node_exporter at once: both ways have the same metrics, rates are what went
through the tunnels, alerts fire and clear, each query of the dashboard has an answer.
"""

import importlib.machinery
import importlib.util
import json
import re
import subprocess
import time

import pytest
import yaml

from bed import vici
from bed.places import MIB2TEXT, TREE
from bed.process import run, wait_for, wait_until_equal
from bed.prometheus import FILES, JOBS, Prometheus, exporter_files
from bed.snmp import V2C, environment

RULES = FILES / "ipsec-rules.yml"
DASHBOARD = json.loads((FILES / "grafana-dashboard.json").read_text())
HERE, ODD, PLAIN = "192.0.2.1", "198.51.100.1", "198.51.100.2"
# A tunnel whose name has all that could break a line.
NAMES = 'tunnel a"b\\\\c{d="e"}\\né remote 198.51.100.1\ntunnel plain remote 198.51.100.2\n'


def generator():
    """tests/monitoring/generate as a module."""
    path = str(TREE / "tests/monitoring/generate")
    spec = importlib.util.spec_from_loader("generate", importlib.machinery.SourceFileLoader("generate", path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def metrics():
    """{the name of a series: its metric}"""
    made = generator()
    return {made.series_name(metric): metric for metric in made.metrics()}


# ---- The files


@pytest.mark.once
def test_the_rules_are_good_and_fire_on_what_they_are_for():
    run(["promtool", "check", "rules", RULES])
    run(["promtool", "test", "rules", *sorted((TREE / "tests/monitoring").glob("*.test.yml"))])
    tested = "".join(file.read_text() for file in (TREE / "tests/monitoring").glob("*.test.yml"))
    alerts = re.findall(r"alert: (\w+)", RULES.read_text())
    assert not [alert for alert in alerts if f"alertname: {alert}" not in tested]


def without_help(text):
    """What snmp_exporter's file says, but for the MIB's descriptions."""
    document = yaml.safe_load(text)
    modules = document.get("modules", {name: body for name, body in document.items() if name != "auths"})
    for metric in modules["ipsec"]["metrics"]:
        metric.pop("help", None)
    return document, modules["ipsec"]["metrics"]


@pytest.mark.once
def test_what_make_monitoring_makes_is_what_is_shipped(tmp_path):
    made = generator()
    made.write_prometheus(tmp_path)
    made.write_grafana(tmp_path)
    folders = {True: FILES / "snmp_exporter-0.21", False: FILES / "snmp_exporter"}
    for is_old, folder in folders.items():
        assert (folder / "generator.yml").read_text() == made.generator_yml(is_old), 'run "make monitoring"'
    ours = exporter_files()
    again = (tmp_path / "prometheus" / ours.name / "snmp.yml").read_text()
    assert without_help(again) == without_help((ours / "snmp.yml").read_text()), 'run "make monitoring"'
    # That of the other version, which is not installed here, has the same metrics.
    both = [{m["name"]: (m["oid"], m["type"]) for m in without_help((f / "snmp.yml").read_text())[1]} for f in folders.values()]
    assert both[0] == both[1]
    assert both[0] == {m.name: (m.oid[1:], both[0][m.name][1]) for m in made.metrics()}
    assert (tmp_path / "prometheus/grafana-dashboard.json").read_text() == (FILES / "grafana-dashboard.json").read_text()


def test_every_name_in_rules_and_dashboard_is_a_metric_or_a_label():
    known = set(metrics()) | {metric.name for metric in metrics().values()} | {"ipsecTunnelIndex", "ipsecTunnelDescr"}
    known |= {"ipsecIkeConnection", "ipsecIkeRemoteText"}
    for text in (RULES.read_text(), json.dumps(DASHBOARD)):
        assert set(re.findall(r"\bipsec[A-Z]\w+", text)) <= known


def test_only_one_community_stands_there_which_is_none():
    for file in (TREE / "conf/monitoring").rglob("*"):
        if file.is_file():
            assert not re.search(r"\bpublic\b|\bprivate\b", file.read_text()), file
    assert [(exporter_files() / "snmp.yml").read_text().count("CHANGE-ME")] == [1]


@pytest.mark.once
def test_the_dashboard_has_the_shape_that_grafana_reads():
    assert {"title", "uid", "schemaVersion", "panels", "templating", "time"} <= DASHBOARD.keys()
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    taken = set()
    for number, panel in enumerate(DASHBOARD["panels"], start=1):
        assert panel["id"] == number and panel["type"] in ("stat", "state-timeline", "timeseries")
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert place["x"] + place["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells
        for target in panel["targets"]:
            assert target["datasource"] == panel["datasource"] == {"type": "prometheus", "uid": "${source}"}
            assert set(re.findall(r"\$(\w+)", target["expr"])) <= variables | {"__rate_interval"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


# ---- In operation


class Gateway:
    """An agent of a KLIPS file with two tunnels, whose counters are ours."""

    LINE = "esp0x{:x}@{} ESP_AES_HMAC_SHA1: dir={} src={} life(c,s,h)=bytes({},0,0)addtime({},0,3600)usetime({},0,0)packets({},0,0)\n"

    def __init__(self, directory):
        self.file = directory / "ipsec_spi"
        self.packets, self.up = {ODD: 10, PLAIN: 20}, {ODD, PLAIN}
        self.generation, self.born = 1, time.monotonic()
        self.write()

    def write(self):
        # An SA that does not grow older, or whose first use moves, is another one.
        text, age = "", 100 + int(time.monotonic() - self.born)
        for peer in sorted(self.up):
            packets, spi = self.packets[peer], 0x1000 * self.generation + int(peer[-1])
            for way, here, there in (("out", HERE, peer), ("in ", peer, HERE)):
                text += self.LINE.format(spi, there, way, here, 100 * packets, age, age - 1, packets)
        self.file.write_text(text)

    def rekey(self, packets):
        self.generation, self.born = self.generation + 1, time.monotonic()
        self.packets = dict.fromkeys(self.packets, packets)
        self.write()

    def change(self, up=None, **more):
        for peer, packets in ((ODD, more.get("odd", 0)), (PLAIN, more.get("plain", 0))):
            self.packets[peer] += packets
        self.up = self.up if up is None else set(up)
        self.write()


@pytest.fixture
def gateway(tmp_path):
    return Gateway(tmp_path)


# Of a connection, and of an identity, that have all that could break a line.
ODD_CONNECTION, ODD_IDENTITY = 'b"er\\\\lin{}', 'C=DE, CN="é\\\\'


@pytest.fixture
def daemon(sockets, gateway):
    """An IKE daemon, by a stand-in, with an IKE SA for one of the tunnels, one of a user, and a connection that is down."""
    daemon = vici.Daemon(sockets / "vici")
    children = [vici.child_sa(1, spis=(0x1001, 0x1001))]
    user = vici.ike_sa(9, [], "2001:db8::7", "laptop", **{"remote-eap-id": "alice", "state": "CONNECTING"})
    daemon.sas = [(ODD_CONNECTION, vici.ike_sa(7, children, ODD, ODD_IDENTITY)), ("rw", user)]
    daemon.connections = [(ODD_CONNECTION, vici.connection(remote=[ODD])), ("paris", vici.connection(remote=["192.0.2.9"]))]
    yield daemon.start()
    daemon.stop()


@pytest.fixture
def agent(start_agent, snmpd, gateway, daemon):
    configuration = f"{NAMES}interval 1\ntunnel-grace 0\nstale-after 2\nike strongswan {daemon.path}\n"
    return start_agent("-s", "klips", "-k", gateway.file, "-x", snmpd.agentx, configuration=configuration).wait_until_served(snmpd.client)


@pytest.fixture
def start_mib2text(netns, tmp_path, snmpd):
    """Renews a file every second, as the unit of docs/monitoring/openmetrics.md has it."""
    started = []

    def start(file):
        command = [MIB2TEXT, *V2C, "-t1", "-r0", "-Cf", "openmetrics", "-Co", file, "-Cw", "1", snmpd.address]
        started.append(netns.start("mib2text", command, tmp_path / "mib2text.log", env=environment(tmp_path / "mib2text")))
        return started[-1]

    yield start
    for process in started:
        assert process.stop() == 0
        process.assert_clean()


@pytest.fixture
def prometheus(netns, tmp_path):
    # LeakSanitizer and the like are not theirs.
    running = Prometheus(netns, tmp_path / "prometheus")
    yield running.start()
    running.stop()


def series(prometheus, job):
    """{labels} of all that a job has of ours, but for who has asked."""
    found = prometheus.query(f'{{__name__=~"ipsec[A-Z].*",job="{job}"}}')
    return {frozenset(item for item in labels.items() if item[0] not in ("job", "instance")) for labels, _ in found}


def connections(prometheus, job):
    """{(connection, whether it is up)}, by the rule."""
    return {(labels["ipsecIkeConnection"], int(value)) for labels, value in prometheus.query(f'ipsec_connection:up{{job="{job}"}}')}


def both(value):
    return dict.fromkeys(JOBS, value)


@pytest.mark.once
def test_an_operator_s_day(agent, daemon, gateway, prometheus, start_mib2text, snmpd):
    start_mib2text(prometheus.textfiles / "ipsec.prom")

    # The same names and labels, whichever way they come, and all that the table of columns has.
    wait_for(lambda: all(prometheus.values(f"ipsecAgentTunnelsUp == {len(gateway.up)}").get(job) for job in JOBS), "both ways to have two tunnels")
    wait_until_equal(lambda: series(prometheus, "ipsec"), lambda: series(prometheus, "node"), "the series of both")
    names = {dict(labels)["__name__"] for labels in series(prometheus, "node")}
    kernel_s = {name for name in metrics() if name.startswith("ipsecStat")}
    assert metrics().keys() - kernel_s <= names <= metrics().keys()
    odd = dict(prometheus.query('ipsecTunnelName{job="node",ipsecTunnelIndex="1"}')[0][0])
    assert odd["ipsecTunnelName"] == 'a"b\\\\c{d="e"}\\né'
    wait_for(lambda: ("paris", 0) in connections(prometheus, "ipsec"), "what the IKE daemon tells")
    for job in JOBS:
        wait_for(lambda j=job: connections(prometheus, j) == {(ODD_CONNECTION, 1), ("rw", 0), ("paris", 0)}, f"connections by {job}")
    wait_until_equal(lambda: series(prometheus, "ipsec"), lambda: series(prometheus, "node"), "the series of both")
    (info,) = [labels for labels, _ in prometheus.query('ipsecIkeState_info{job="node",ipsecIkeId="9"}')]
    assert (info["ipsecIkeState"], info["ipsecIkeRemoteText"]) == ("connecting", "2001:db8::7")
    assert (info["ipsecIkeRemoteIdentity"], info["ipsecIkeRemoteEapIdentity"]) == ("laptop", "alice")

    # What went through the tunnels, to the octet, over a rekey.
    plain = '{ipsecTunnelDescr="plain"}'
    wait_for(lambda: prometheus.values(f"ipsecTunnelOutPackets{plain}") == both(20), "the first figures")
    gateway.change(plain=7, odd=1)
    wait_for(lambda: prometheus.values(f"ipsecTunnelOutPackets{plain}") == both(27), "seven packets")
    gateway.rekey(packets=5)
    sent = f"max_over_time(ipsecTunnelOutBytes{plain}[1h]) - min_over_time(ipsecTunnelOutBytes{plain}[1h])"
    wait_for(lambda: prometheus.values(sent) == both(1200), "seven packets, and five of other SAs")
    assert prometheus.values(f"ipsecTunnelRekeys{plain}") == both(1)
    assert all(value > 0 for value in prometheus.values(f"rate(ipsecTunnelOutBytes{plain}[1m])").values())

    # Each query of the dashboard, with what Grafana puts in.
    def answers(panel):
        for target in panel["targets"]:
            expression = target["expr"].replace("$instance", ".*").replace("$tunnel", ".*").replace("$__rate_interval", "1m")
            if "ipsecStat" not in expression or kernel_s & names:
                wait_for(lambda: prometheus.query(expression), f"an answer to {expression}")

    for panel in DASHBOARD["panels"]:
        answers(panel)
    for variable in DASHBOARD["templating"]["list"][1:]:
        metric, label = re.fullmatch(r"label_values\((\w+).*, (\w+)\)", variable["query"]).groups()
        assert all(label in labels for labels, _ in prometheus.query(metric))

    # One tunnel was down from the beginning, and is not wanted any more.
    wait_for(lambda: prometheus.alerts() == {("IpsecTunnelDown", job) for job in JOBS}, "it to be told")
    daemon.connections.pop()
    daemon.tell("child-updown")

    # Nothing is wrong, and nothing is said.  Then a tunnel goes down, and comes back.
    wait_for(lambda: prometheus.alerts() == set(), "all to be quiet")
    gateway.change(up={PLAIN})
    wait_for(lambda: prometheus.alerts() == {("IpsecTunnelDown", job) for job in JOBS}, "the tunnel to be down")
    gateway.change(up={ODD, PLAIN})
    wait_for(lambda: prometheus.alerts() == set(), "it to be up")

    # Who cannot read does not say that anything is down.
    said = set()

    def note(expected):
        said.update(prometheus.alerts())
        return prometheus.alerts() == {(alert, job) for alert in expected for job in JOBS}

    gateway.file.unlink()
    wait_for(lambda: note({"IpsecAgentStale"}), "the agent to be stale")
    gateway.write()
    wait_for(lambda: note(set()), "it to be well")
    agent.stop()
    wait_for(lambda: note({"IpsecAgentGone"}), "the agent to be gone")
    assert (prometheus.textfiles / "ipsec.prom").read_text().splitlines()[-2:] == ["mib2text_success 0", "# EOF"]
    agent.start().wait_until_served(snmpd.client)
    wait_for(lambda: note(set()), "it to be back")
    snmpd.stop()
    wait_for(lambda: note({"IpsecAgentGone"}), "snmpd to be gone")
    snmpd.start()
    wait_for(lambda: note(set()), "it to be back")
    assert {alert for alert, _ in said} == {"IpsecAgentStale", "IpsecAgentGone"}


def test_metrics_are_what_promtool_reads(agent, snmpd, mib2text):
    """It finds nothing to complain of but that names are those of the MIB, as snmp_exporter has them, too."""
    text = mib2text(*V2C, "-Cf", "openmetrics", snmpd.address).stdout
    said = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
    complaints = {re.sub(r"^\w+ ", "", line) for line in (said.stdout + said.stderr).splitlines()}
    assert not [line for line in complaints if "camelCase" not in line and '"_total" suffix' not in line]
    assert text.endswith("\n# EOF\n")


def test_a_file_of_metrics_does_not_stand_still(netns, mib2text, tmp_path):
    """Asked once or again and again, who cannot ask says so in the file, too."""
    file = tmp_path / "ipsec.prom"
    said = mib2text(*V2C, "-t1", "-r0", "-Cf", "openmetrics", "-Co", file, "127.0.0.1", check=False)
    assert said.returncode == 1 and "no answer within 1 s" in said.stderr and len(said.stderr.splitlines()) == 1
    assert "mib2text_success 0\n" in file.read_text()
    # On standard output there is nothing that might be taken for something.
    assert mib2text(*V2C, "-t1", "-r0", "-Cf", "openmetrics", "127.0.0.1", check=False).stdout == ""


def test_what_is_not_for_metrics_is_said(mib2text):
    for words, reason in ((("-Ci", "-"), "do not go with -Ci"), (("-Cs", "127.0.0.1"), "-Cs does not go with")):
        said = mib2text("-Cf", "openmetrics", *words, check=False)
        assert said.returncode == 2 and reason in said.stderr
