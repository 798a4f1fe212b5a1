# SPDX-License-Identifier: BSD-3-Clause
"""What a monitoring system asks for every minute: the table of tunnels, the agent's scalars and the kernel's counters."""

import re
import subprocess

from bed.klips import HERE as HERE_ADDRESS
from bed.klips import klips_text
from bed.netns import Namespace
from bed.places import SCALARS, STATS, TREE, TUNNEL_ENTRY
from bed.process import wait_for
from bed.prometheus import SNMP_EXPORTER, exporter_files, get
from bed.snmp import COMMUNITY
from results import at_least, at_most, ratios
from stage import HERE, cpu_seconds

from .alternatives import EXTEND_LINES
from .tunnels import COLUMNS, COUNT, ENDS, TABLE, wait_until_up

FEW, MANY = 500, 5_000
REPETITIONS = 3  # rows of all columns that fit an answer of snmpd's
LISTED = 100  # tunnels of a real strongSwan


def tunnels_file(stage, count):
    file = stage.directory / f"tunnels-{count}.spi"
    sas = [
        sa
        for n in range(count)
        for sa in (
            ("esp", 0x1000 + n, HERE_ADDRESS, ENDS[n], "out", 7, 5),
            ("esp", 0x10000000 + n, ENDS[n], HERE_ADDRESS, "in", 7, 5),
        )
    ]
    file.write_text(klips_text(*sas))
    return file


def bulkwalk_seconds(stage, address, count):
    """All that is polled, by net-snmp's own program."""
    out, seconds, lines = stage.directory / "scraped", 0, 0
    for tree in (TUNNEL_ENTRY, SCALARS, STATS):
        with open(out, "w") as file:
            command = ["snmpbulkwalk", "-v2c", "-cpublic", "-On", "-t60", "-Cr50", address, tree]
            seconds += stage.timed(stage.quiet, *command, stdout=file)
        lines += out.read_text().count("\n")
    assert lines > count * COUNT, f"{address}: {lines} values of {count} tunnels"
    return seconds


class Exporter:
    """snmp_exporter with the file that docs/monitoring has for it."""

    def __init__(self, stage):
        self.namespace = stage.quiet
        file = stage.directory / "snmp.yml"
        file.write_text((exporter_files() / "snmp.yml").read_text().replace("CHANGE-ME", COMMUNITY))
        command = ["prometheus-snmp-exporter", f"--config.file={file}", f"--web.listen-address=127.0.0.1:{SNMP_EXPORTER}"]
        self.process = stage.quiet.start("snmp_exporter", command, stage.directory / "snmp_exporter.log", env=stage.environment)
        wait_for(self._is_ready, "snmp_exporter", process=self.process)

    def _is_ready(self):
        try:
            return get(self.namespace, SNMP_EXPORTER, "/")[0] == 200
        except OSError:
            return False

    def seconds(self, address, count):
        """As it says itself how long it took."""
        status, text = get(self.namespace, SNMP_EXPORTER, f"/snmp?module=ipsec&auth=ipsec&target={address.removeprefix('udp:')}")
        found = len(re.findall(r"^ipsecTunnelState\{", text, re.MULTILINE))
        assert status == 200 and found >= count, f"snmp_exporter: {status}, {found} tunnels of {count}: {text[:500]}"
        return sum(float(value) for value in re.findall(r"^snmp_scrape_duration_seconds\S* (\S+)$", text, re.MULTILINE))


def way(stage, exporter, name, goal, count, start):
    """start(stage, file, count): (the least handler, its address, an agent, its address).  Each round's rate, and CPU time of a tunnel."""
    least, floor, agent, ours = start(stage, tunnels_file(stage, count), count)
    wait_until_up(agent.client(ours), agent, count)
    rates, spent = {floor: [], ours: []}, {floor: [], ours: []}
    walks = max(1, 2_000 // count)  # so that short ones can be measured
    for _ in range(2 * stage.rounds):
        for address, server in ((floor, least), (ours, agent)):
            before = cpu_seconds(server.pid)
            seconds = sum(stage.walk_seconds(stage.quiet, address, REPETITIONS, COLUMNS, count, TABLE) for _ in range(walks))
            rates[address].append(walks * count * COUNT / seconds / 1000)
            spent[address].append((cpu_seconds(server.pid) - before) / (walks * count) * 1e6)
    title = f"scrape of {count:,} tunnels {name}"
    stage.results.measure(f"{title}: least handler", rates[floor], "k varbinds/s")
    stage.results.measure(f"{title}: agent", rates[ours], "k varbinds/s")
    stage.results.measure(f"{title}: agent, CPU time", spent[ours], "µs a tunnel")
    stage.results.ratio(f"{title}: speed, to the least handler's", ratios(rates[ours], rates[floor]), at_least(goal))
    bulk = [bulkwalk_seconds(stage, ours, count) for _ in range(stage.rounds)]
    stage.results.ratio(f"{title}: all that is polled, by snmpbulkwalk", bulk, unit="s")
    asked = [exporter.seconds(ours, count) for _ in range(stage.rounds)]
    stage.results.ratio(f"{title}: as snmp_exporter asks", asked, unit="s")
    stage.stop_all()
    return rates[ours], spent[ours]


def through_snmpd(stage, file, count):
    masters = [stage.snmpd(stage.quiet, port, "maxGetbulkResponses 1000\n") for port in (1211, 1212)]
    least = stage.least_agent(stage.quiet, count, "-x", masters[0].agentx, "tunnels", columns=COUNT)
    agent = stage.agent(stage.quiet, "-k", file, "-x", masters[1].agentx, "-i", "3600")
    stage.wait_for_walk(stage.quiet, masters[0].address, COLUMNS, count, TABLE, least)
    return least, masters[0].address, agent, masters[1].address


def with_l(stage, file, count):
    addresses = [f"udp:127.0.0.1:{port}" for port in (1213, 1214)]
    least = stage.least_agent(stage.quiet, count, "-l", addresses[0], "tunnels", columns=COUNT)
    agent = stage.agent(stage.quiet, "-k", file, "-l", addresses[1], "-i", "3600")
    stage.wait_for_walk(stage.quiet, addresses[0], COLUMNS, count, TABLE, least)
    return least, addresses[0], agent, addresses[1]


def scrape(stage):
    stage.results.begin(f"What is polled: {FEW:,} and {MANY:,} tunnels of two SAs, KLIPS rows, all {COUNT} columns, agent and statistics")
    exporter = Exporter(stage)
    for name, goal, start in (("through snmpd", 0.95, through_snmpd), ("with -l", 0.9, with_l)):
        costs = {}
        for count in (FEW, MANY):
            costs[count] = way(stage, exporter, name, goal, count, start)
        speed, cpu = (ratios(many, few) for many, few in zip(costs[MANY], costs[FEW]))
        stage.results.ratio(f"scrape {name}: speed with {MANY:,} tunnels, to {FEW:,}", speed, at_least(0.9))
        stage.results.ratio(f"scrape {name}: CPU time of a tunnel with {MANY:,}, to {FEW:,}", cpu, at_most(1.1))
    exporter.process.stop()
    by_extend(stage)
    by_swanctl(stage)


def by_extend(stage):
    """A script by snmpd's extend, which has a line for each SA, not for a tunnel; of 10,000, snmpd cuts the output off."""
    namespace = Namespace("extend")
    stage.make_sas(namespace, 2 * FEW)
    snmpd = stage.snmpd(namespace, 1215, f"extend sas {HERE / 'extend.sh'}\n")
    command = ["snmpbulkwalk", "-v2c", "-cpublic", "-On", "-t60", "-Cr50", snmpd.address, EXTEND_LINES]
    times = []
    for _ in range(stage.rounds):
        with open(stage.directory / "extended", "w") as file:
            times.append(stage.timed(namespace, *command, stdout=file))
        assert (stage.directory / "extended").read_text().count("\n") == 2 * FEW
    stage.results.ratio(f"scrape by extend of {2 * FEW:,} SAs: ip -s xfrm state and awk", times, unit="s")
    stage.stop_all()


def by_swanctl(stage):
    """In User-Mode Linux, where there is a real strongSwan; so its figures are compared with others of the same guest only."""
    command = [TREE / "tests/uml/run", "-t", "900", HERE / "list_sas.py", str(LISTED), str(stage.rounds)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1000).stdout
    times = {}
    for name, seconds in re.findall(r"^listed (\w+) ([\d.]+)\r?$", said, re.MULTILINE):
        times.setdefault(name, []).append(float(seconds))
    assert set(times) == {"swanctl", "ip", "agent"}, f"list_sas.py: {said}"
    stage.results.ratio(f"swanctl --list-sas of {LISTED} tunnels, in User-Mode Linux", times["swanctl"], unit="s")
    stage.results.ratio("swanctl --list-sas: time, to a walk of the tunnel table with -l", ratios(times["swanctl"], times["agent"]))
    stage.results.ratio("ip -s xfrm state: time, to a walk of the tunnel table with -l", ratios(times["ip"], times["agent"]))
    scaled = [seconds * FEW / LISTED for seconds in times["swanctl"]]
    stage.results.measure(f"swanctl --list-sas, scaled to {FEW} tunnels", scaled, "s")
