# SPDX-License-Identifier: BSD-3-Clause
"""10,000 tunnels: walks of their table, rekeys, other names, and their state in its file."""

import os
import signal

from bed.klips import HERE, klips_text
from bed.places import BUILD, MIB_TEXT, TUNNEL_ENTRY, scalar
from bed.process import wait_for
from results import at_least, at_most, ratios
from stage import cpu_seconds

TUNNELS, TABLE = 10_000, 3
COLUMNS = (2, 2 + MIB_TEXT.count("::= { ipsecTunnelEntry ") - 2)  # all but the index
COUNT = COLUMNS[1] - COLUMNS[0] + 1
READS, TOTAL, UP, REKEYS = scalar("Reads"), scalar("Tunnels"), scalar("TunnelsUp"), f"{TUNNEL_ENTRY}.20"
ADDRESS = "udp:127.0.0.1:1190"
ENDS = [f"198.{51 + n // 60000}.{n // 250}.{n % 250 + 1}" for n in range(TUNNELS)]


def sas_of(n, generation=0, age=5):
    out, came_in = 0x1000 + n + generation * 0x100000, 0x10000000 + n + generation * 0x100000
    return [("esp", out, HERE, ENDS[n], "out", 7, age), ("esp", came_in, ENDS[n], HERE, "in", 7, age)]


def write(file, generations=(0,), age=5):
    """The SAs of all tunnels, of these generations; at once, so that no read sees half of them."""
    new = file.with_suffix(".new")
    new.write_text(klips_text(*(sa for n in range(TUNNELS) for g in generations for sa in sas_of(n, g, age))))
    new.replace(file)


def names(word):
    return "".join(f"tunnel {word}{n} remote {end}\n" for n, end in enumerate(ENDS))


def wait_until_up(client, agent, count=TUNNELS):
    wait_for(lambda: client.get_value(UP) == count, f"{count} tunnels", 120, agent.process)


def walks(stage, way, goal, start):
    """start(port): (the least handler, its address, an agent, its address)."""
    least, floor, agent, ours = start()
    wait_until_up(agent.client(ours), agent)
    rates, spent = {floor: [], ours: []}, {floor: [], ours: []}
    for _ in range(2 * stage.rounds):
        for address, server in ((floor, least), (ours, agent)):
            before = cpu_seconds(server.pid)
            rates[address].append(stage.walk_rate(stage.quiet, address, 3, COLUMNS, TUNNELS, TABLE) / 1000)
            spent[address].append((cpu_seconds(server.pid) - before) / TUNNELS * 1e6)
    stage.results.measure(f"walk of {TUNNELS:,} tunnels {way}: least handler", rates[floor], "k varbinds/s")
    stage.results.measure(f"walk of {TUNNELS:,} tunnels {way}: agent", rates[ours], "k varbinds/s")
    stage.results.ratio(f"walk of tunnels {way}: speed, to the least handler's", ratios(rates[ours], rates[floor]), at_least(goal))
    stage.results.measure(f"walk of {TUNNELS:,} tunnels {way}: least handler, CPU time", spent[floor], "µs a row")
    stage.results.measure(f"walk of {TUNNELS:,} tunnels {way}: agent, CPU time", spent[ours], "µs a row")
    stage.results.ratio(f"walk of tunnels {way}: CPU time, to the least handler's", ratios(spent[ours], spent[floor]))
    stage.stop_all()


def through_snmpd(stage, file):
    def start():
        masters = [stage.snmpd(stage.quiet, port) for port in (1191, 1192)]
        least = stage.least_agent(stage.quiet, TUNNELS, "-x", masters[0].agentx, "tunnels", columns=COUNT)
        agent = stage.agent(stage.quiet, "-k", file, "-x", masters[1].agentx, "-i", "3600")
        stage.wait_for_walk(stage.quiet, masters[0].address, COLUMNS, TUNNELS, TABLE, least)
        return least, masters[0].address, agent, masters[1].address

    walks(stage, "through snmpd", 0.95, start)


def with_l(stage, file):
    def start():
        addresses = [f"udp:127.0.0.1:{port}" for port in (1193, 1194)]
        least = stage.least_agent(stage.quiet, TUNNELS, "-l", addresses[0], "tunnels", columns=COUNT)
        agent = stage.agent(stage.quiet, "-k", file, "-l", addresses[1], "-i", "3600")
        stage.wait_for_walk(stage.quiet, addresses[0], COLUMNS, TUNNELS, TABLE, least)
        return least, addresses[0], agent, addresses[1]

    walks(stage, "with -l", 0.9, start)


class Steps:
    """The agent's long steps, as tests/preload/step_log.c notes them."""

    def __init__(self, stage):
        self.file = stage.directory / "steps"

    @property
    def environment(self):
        return {"LD_PRELOAD": str(BUILD / "tests/step_log.so"), "STEP_LOG": str(self.file)}

    def forget(self):
        self.file.unlink(missing_ok=True)

    def longest_ms(self):
        """CPU time: that on the wall is also that of whoever else had the CPU.  What takes less than a millisecond is not noted."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return max((int(line.split()[0]) for line in lines), default=0) / 1000


def tunnels(stage):
    file = stage.directory / "tunnels.spi"
    write(file)
    stage.results.begin(f"{TUNNELS:,} tunnels with {2 * TUNNELS:,} SAs, KLIPS rows: walks of their table, all {COUNT} columns")
    through_snmpd(stage, file)
    with_l(stage, file)
    living(stage, file)


def living(stage, file):
    stage.results.begin("Their rekeys, other names, and the state file")
    steps = Steps(stage)
    options = ("-s", "klips", "-k", file, "-l", ADDRESS, "-i", "3600")
    agent = stage.agent(stage.quiet, *options, configuration="state-interval 1\n" + names("old"), **steps.environment)
    client = agent.client(ADDRESS)
    wait_until_up(client, agent)
    state = agent.directory / "state/state"
    written = lambda: state.stat().st_mtime_ns
    wait_for(lambda: state.exists() and state.read_text().count("\ntunnel ") == TUNNELS, "the state", 60, agent.process)

    # State, written again and again.
    steps.forget()
    costs = []
    for _ in range(stage.rounds):
        before, spent = written(), cpu_seconds(agent.pid)
        wait_for(lambda: written() != before, "the state to be written", 60, agent.process)  # noqa: B023
        costs.append((cpu_seconds(agent.pid) - spent) * 1000)
    stage.results.measure("state: size", state.stat().st_size / 1e6, "MB")
    stage.results.ratio("state of 10,000 tunnels, written once: CPU time", costs, unit="ms")
    stage.results.ratio("state: longest step of the event loop, CPU time", steps.longest_ms(), at_most(5), "ms")

    # SIGHUP: all names are others.
    steps.forget()
    costs = []
    for number in range(stage.rounds):
        agent.configuration_file.write_text(agent.configuration_file.read_text().replace("tunnel ", f"tunnel {'xyz'[number % 3]}"))
        spent = cpu_seconds(agent.pid)
        os.kill(agent.pid, signal.SIGHUP)
        agent.wait_until_said("read the configuration again", times=number + 1)
        costs.append((cpu_seconds(agent.pid) - spent) * 1000)
    stage.results.ratio("SIGHUP with 10,000 other names: CPU time", costs, unit="ms")
    stage.results.ratio("SIGHUP: longest step of the event loop, CPU time", steps.longest_ms(), at_most(5), "ms")
    agent.stop()
    stage.running.remove(agent)

    # Start-up with that state, and a rekey of all.
    agent.options = (*options[:-1], "1")
    spent = []
    for _ in range(stage.rounds):
        agent.start()
        wait_until_up(client, agent)
        spent.append(cpu_seconds(agent.pid) * 1000)
        agent.stop()
    stage.results.ratio("start-up with the state of 10,000 tunnels, first read included: CPU time", spent, unit="ms")
    rekey(stage, agent, client, file)
    stage.kill_all()


def rekey(stage, agent, client, file):
    agent.start()
    stage.running.append(agent)
    wait_until_up(client, agent)

    def cost_of_reads(count):
        """CPU time of one, in seconds; the first that ends meanwhile had begun before."""
        reads = client.get_value(READS)
        wait_for(lambda: client.get_value(READS) > reads, "a read", 60, agent.process)
        before = cpu_seconds(agent.pid)
        wait_for(lambda: client.get_value(READS) >= reads + 1 + count, "more reads", 60, agent.process)
        return (cpu_seconds(agent.pid) - before) / count

    quiet, rounds = cost_of_reads(3), 4
    before, reads = cpu_seconds(agent.pid), client.get_value(READS)
    for generation in range(1, rounds + 1):
        write(file, (generation,), 1)
        wait_for(lambda: client.get_value(f"{REKEYS}.1") >= generation, "the rekey", 60, agent.process)  # noqa: B023
    spent = cpu_seconds(agent.pid) - before - quiet * (client.get_value(READS) - reads)
    stage.results.ratio("a rekey of a tunnel, by comparison of reads: CPU time", spent / (rounds * TUNNELS) * 1e6, unit="µs")
