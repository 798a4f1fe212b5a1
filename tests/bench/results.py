# SPDX-License-Identifier: BSD-3-Clause
"""What a run finds out: measures, printed as they come, and ratios, printed at the end as one table."""

import json
import os
import platform
import statistics
import subprocess
from collections import namedtuple
from pathlib import Path


class Goal(namedtuple("Goal", "word limit")):
    """What a ratio shall be: see at_least() and at_most()."""

    def reached_by(self, value):
        return value >= self.limit if self.word == "at least" else value <= self.limit

    def __str__(self):
        return f"{self.word} {self.limit:,g}"


def at_least(limit):
    return Goal("at least", limit)


def at_most(limit):
    return Goal("at most", limit)


def ratios(above, below):
    """Each round's."""
    return [a / b for a, b in zip(above, below)]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Ratio(namedtuple("Ratio", "name rounds goal unit")):
    @property
    def median(self):
        return statistics.median(self.rounds)

    @property
    def reached(self):
        return None if self.goal is None else self.goal.reached_by(self.median)

    def cells(self):
        """As the table has it.  Rounds that differ much tell of a machine that was busy with something else."""
        spread = f"{figure(min(self.rounds))} to {figure(max(self.rounds))}" if len(self.rounds) > 1 else ""
        verdict = {None: "", True: "reached", False: "NOT REACHED"}[self.reached]
        return [self.name, f"{figure(self.median)} {self.unit}".rstrip(), spread, str(self.goal or ""), verdict]

    def as_json(self):
        goal = self.goal and {"word": self.goal.word, "limit": self.goal.limit}
        rest = {"median": self.median, "rounds": self.rounds, "goal": goal, "reached": self.reached}
        return {"name": self.name, "unit": self.unit, **rest}


def figure(value):
    """With as many digits as mean something."""
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Results:
    """In the order in which they came."""

    def __init__(self, settings):
        self.machine = {**machine(), **settings}
        self.measures, self.ratios = [], []

    @staticmethod
    def begin(title):
        print(f"\n{title}", flush=True)

    def measure(self, name, rounds, unit):
        """A number, or the numbers of all rounds, of which the median counts."""
        value = statistics.median(rounds) if isinstance(rounds, list) else rounds
        self.measures.append({"name": name, "value": value, "unit": unit})
        print(f"  {name:<68} {value:>12,.3f} {unit}", flush=True)

    def ratio(self, name, rounds, goal=None, unit=""):
        """For the table at the end; a figure that has a goal of its own, in a unit, goes the same way."""
        self.ratios.append(Ratio(name, rounds if isinstance(rounds, list) else [rounds], goal, unit))

    def print_table(self):
        """Markdown that can be read as it is."""
        rows = [["ratio", "median", "rounds", "goal", ""], *(ratio.cells() for ratio in self.ratios)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        rows.insert(1, ["-" * width for width in widths])
        print("\n" + ", ".join(str(value) for value in self.machine.values()) + "\n")
        for row in rows:
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")

    def save(self, file):
        found = {"machine": self.machine, "measures": self.measures, "ratios": [r.as_json() for r in self.ratios]}
        Path(file).write_text(json.dumps(found, indent=1) + "\n")


def machine():
    net_snmp = subprocess.run(["net-snmp-config", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {
        "cpu": f"{os.cpu_count()} CPUs {cpu_model()}",
        "kernel": f"Linux {platform.release()}",
        "net-snmp": f"net-snmp {net_snmp}",
    }


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
