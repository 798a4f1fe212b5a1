# SPDX-License-Identifier: BSD-3-Clause
"""The real Prometheus, snmp_exporter and node_exporter, with the files of conf/monitoring/prometheus."""

import http.client
import json
import re
import socket
import urllib.parse

from .places import TREE
from .process import run, wait_for
from .snmp import COMMUNITY

FILES = TREE / "conf/monitoring/prometheus"
PROMETHEUS, SNMP_EXPORTER, NODE_EXPORTER = 9090, 9116, 9100
# By snmp_exporter, and by mib2text and node_exporter.
JOBS = ("ipsec", "node")


def exporter_files():
    """The folder for the version of snmp_exporter that is installed: before 0.23 its files had another format."""
    said = run(["prometheus-snmp-exporter", "--version"], check=False)
    major, minor = map(int, re.search(r"version (\d+)\.(\d+)", said.stdout + said.stderr).groups())
    return FILES / ("snmp_exporter" if (major, minor) >= (0, 23) else "snmp_exporter-0.21")


def get(namespace, port, path):
    """The body of an answer by HTTP, from within the namespace."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.sock = namespace.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.sock.settimeout(30)
    try:
        connection.sock.connect(("127.0.0.1", port))
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class Prometheus:
    """All three, which look every second, and whose alerts wait for nothing."""

    def __init__(self, namespace, directory):
        self.namespace, self.directory = namespace, directory
        self.textfiles = directory / "textfiles"
        self.textfiles.mkdir(parents=True)
        self.processes = []
        snmp = (exporter_files() / "snmp.yml").read_text().replace("CHANGE-ME", COMMUNITY)
        (directory / "snmp.yml").write_text(snmp)
        rules = re.sub(r"^ +for: .*\n", "", (FILES / "ipsec-rules.yml").read_text(), flags=re.MULTILINE)
        (directory / "rules.yml").write_text(rules)
        scrape = (FILES / "scrape.yml").read_text().replace("/etc/prometheus/ipsec-rules.yml", str(directory / "rules.yml"))
        (directory / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"{scrape}  - job_name: node\n    static_configs:\n      - targets: ['127.0.0.1:{NODE_EXPORTER}']\n"
        )

    def start(self):
        flags = "--web.listen-address=127.0.0.1:{}"
        self._start("prometheus-snmp-exporter", f"--config.file={self.directory / 'snmp.yml'}", flags.format(SNMP_EXPORTER))
        collector = ("--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={self.textfiles}")
        self._start("prometheus-node-exporter", *collector, flags.format(NODE_EXPORTER))
        storage = f"--storage.tsdb.path={self.directory / 'data'}"
        self._start("prometheus", f"--config.file={self.directory / 'prometheus.yml'}", storage, flags.format(PROMETHEUS))
        wait_for(self._is_ready, "Prometheus", process=self.processes[-1])
        return self

    def _start(self, program, *words):
        process = self.namespace.start(program, [program, *words], self.directory / f"{program}.log")
        self.processes.append(process)

    def _is_ready(self):
        try:
            return get(self.namespace, PROMETHEUS, "/-/ready")[0] == 200
        except OSError:
            return False

    def stop(self):
        for process in self.processes:
            process.stop()

    def query(self, expression):
        """[(labels, value)] of an instant query."""
        _, text = get(self.namespace, PROMETHEUS, "/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        answer = json.loads(text)
        assert answer["status"] == "success", f"{expression}: {text}"
        return [(sample["metric"], float(sample["value"][1])) for sample in answer["data"]["result"]]

    def values(self, expression):
        """{job: value} of an expression that has one for each."""
        return {labels["job"]: value for labels, value in self.query(expression)}

    def alerts(self):
        """{(alert, job)} of those that fire."""
        return {(labels["alertname"], labels["job"]) for labels, _ in self.query('ALERTS{alertstate="firing"}')}
