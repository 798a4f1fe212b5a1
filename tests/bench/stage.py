# SPDX-License-Identifier: BSD-3-Clause
"""Where everything is measured: namespaces, the programs that run in them, and what they are asked."""

import subprocess
import time
from pathlib import Path

from bed.agent import Agent
from bed.netns import Namespace
from bed.places import BUILD, FIRST_SA_COLUMN, LAST_SA_COLUMN, TREE
from bed.process import run, wait_for
from bed.snmp import READ_ACCESS, Snmpd, environment

PROGRAMS = BUILD / "bench"
HERE = TREE / "tests/bench"
KLIPS_LINES = TREE / "tests/data/klips/openswan-2.txt"
LONG = 900  # seconds that anything may take
TABLE_OF_SAS = 2
SAS_A_PEER = 500  # as larval_sas and least_agent have it

# First and last column of a walk.
BYTES = (13, 13)  # ipsecSaBytesCurrent, a Counter64
FORTY = (FIRST_SA_COLUMN, FIRST_SA_COLUMN + 39)
ALL = (FIRST_SA_COLUMN, LAST_SA_COLUMN)

# What a whole engine of ours has by default, and its floor has to be told.
ENGINE_DEFAULTS = "maxGetbulkResponses 1000\n[snmp] sendMessageMaxSize 65507\n"


class Stage:
    def __init__(self, directory, results, rounds, sas):
        self.directory = directory
        self.results = results
        self.rounds = rounds
        self.sas = sas
        self.sockets = directory / "sockets"
        self.sockets.mkdir()
        self.environment = environment(directory)
        self.quiet = Namespace("quiet")  # has no SAs: for KLIPS files
        self._full = None
        self.running = []

    @property
    def full(self):
        """The namespace with the larval SAs, which are made when they are needed first."""
        if self._full is None:
            self._full = Namespace("full")
            self.results.begin(f"Making {self.sas:,} larval SAs")
            self.results.measure("the kernel's time to make them", self.make_sas(self._full, self.sas), "s")
        return self._full

    def make_sas(self, namespace, count):
        """Seconds that it took."""
        began = time.monotonic()
        namespace.sysctl("net.core.xfrm_acq_expires", 36000)
        self.program(namespace, "larval_sas", "add", count)
        return time.monotonic() - began

    def klips_file(self, rows):
        """Real Openswan lines, each with an SPI and peer of its own."""
        samples = [line.split(" ", 1)[1] for line in KLIPS_LINES.read_text().splitlines() if line.startswith("esp0x")]
        file = self.directory / f"ipsec_spi-{rows}"
        with open(file, "w") as out:
            for row in range(rows):
                peer = row // SAS_A_PEER
                said = f"esp0x{row * 40503 % 2**32 + 256:x}@10.8.{peer // 256}.{peer % 256}"
                out.write(f"{said} {samples[row % len(samples)]}\n")
        return file

    # ---- What runs in the background, until stop_all()

    def snmpd(self, namespace, port, configuration=""):
        configuration = f"dontLogTCPWrappersConnects yes\n{configuration}"
        snmpd = Snmpd(namespace, self.directory, self.sockets, configuration, f"udp:127.0.0.1:{port}").start()
        self.running.append(snmpd)
        return snmpd

    def agent(self, namespace, *options, configuration="", **environment):
        access = READ_ACCESS if "-l" in options else ""
        agent = Agent(namespace, self.directory, *options, configuration=access + configuration)
        agent.environment.update(environment)
        agent.start()
        self.running.append(agent)
        return agent

    def least_agent(self, namespace, rows, way, address, *table, columns=LAST_SA_COLUMN - FIRST_SA_COLUMN + 1):
        """The floor of agents; way: "-x" or "-l"; table: nothing, or "tunnels"."""
        settings = self.directory / "least.conf"
        settings.write_text(READ_ACCESS + ENGINE_DEFAULTS)
        command = [PROGRAMS / "least_agent", rows, columns, way, address, settings, *table]
        process = namespace.start("least_agent", command, self.directory / "least.log", env=self.environment)
        self.running.append(process)
        return process

    def stop_all(self):
        while self.running:
            self.running.pop().stop()

    def kill_all(self):
        while self.running:
            self.running.pop().kill()

    def wait_for_rows(self, namespace, address, rows, process):
        """Until the address serves so many rows of the table; from then on its answers are worth measuring."""

        self.wait_for_walk(namespace, address, BYTES, rows, TABLE_OF_SAS, process)

    def wait_for_walk(self, namespace, address, columns, rows, table, process):
        """The same of any table, by its number, and columns."""
        expected = rows * (columns[1] - columns[0] + 1)

        def served():
            try:
                return self.walk(namespace, address, 3, columns, table)[1] == expected
            except AssertionError:
                return False

        wait_for(served, f"{rows} rows at {address}", 120, process)

    # ---- What runs to its end

    def program(self, namespace, name, *words):
        """What one of our own programs prints."""
        return run(namespace.enter([PROGRAMS / name, *words]), seconds=LONG, env=self.environment).stdout

    def timed(self, namespace, *command, stdout=subprocess.DEVNULL):
        """Seconds that the command takes."""
        words = [str(word) for word in namespace.enter(command)]
        began = time.monotonic()
        subprocess.run(words, check=True, env=self.environment, timeout=LONG, stdin=subprocess.DEVNULL, stdout=stdout)
        return time.monotonic() - began

    def walk(self, namespace, address, repetitions, columns, *table):
        """(seconds, varbinds) of a raw walk; table: its number, if it is not that of SAs."""
        said = self.program(namespace, "raw_walk", address, repetitions, *columns, *table).split()
        return int(said[1]) / 1e9, int(said[4])

    def walk_seconds(self, namespace, address, repetitions, columns, rows, *table):
        """Of a walk that brought what it had to bring."""
        seconds, varbinds = self.walk(namespace, address, repetitions, columns, *table)
        expected = rows * (columns[1] - columns[0] + 1)
        assert varbinds == expected, f"{address}: {varbinds} varbinds instead of {expected}"
        return seconds

    def walk_rate(self, namespace, address, repetitions, columns, rows, *table):
        """Varbinds a second."""
        return rows * (columns[1] - columns[0] + 1) / self.walk_seconds(namespace, address, repetitions, columns, rows, *table)

    def get_latencies(self, namespace, address, oid, seconds=2, a_second=400):
        """Microseconds of each of many GETs."""
        said = self.program(namespace, "steady_gets", address, oid, a_second, seconds)
        return [int(line) / 1000 for line in said.split()]


def resident_mb(pid, field="VmRSS"):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"no {field} of process {pid}")


def cpu_seconds(pid):
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
