# SPDX-License-Identifier: BSD-3-Clause
"""From a source into a committed snapshot, against the least that takes the same octets from the kernel."""

import statistics

from results import at_most, ratios

CLOCKS = ("wall", "CPU")


def rounds_of(stage, namespace, *words):
    """{name: [(wall seconds, CPU seconds)]} of what the program refresh says."""
    rounds = {}
    for line in stage.program(namespace, "refresh", *words).splitlines():
        name, wall, cpu = line.split()
        rounds.setdefault(name, []).append((int(wall) / 1e9, int(cpu) / 1e9))
    return rounds


def report(stage, what, rounds, floor, goals):
    """goals: {name: Goal or None} of what is compared with the floor."""
    step = rounds.pop("step")[0]
    for name, times in rounds.items():
        for clock, label in enumerate(CLOCKS):
            an_sa = [pair[clock] / stage.sas * 1e6 for pair in times]
            stage.results.measure(f"{what}: {floor if name == 'floor' else name}, {label} time", an_sa, "µs an SA")
    for name, goal in goals.items():
        for clock, label in enumerate(CLOCKS):
            against = ratios(*([pair[clock] for pair in rounds[which]] for which in (name, "floor")))
            stage.results.ratio(f"{what}: {name}, {label} time, to {floor}", against, goal)
    # Its time on the wall is also that of whoever else had the CPU; the agent's own scalar has it, see latency.
    stage.results.ratio(f"{what}: longest step of all reads, CPU time", step[1] * 1e3, at_most(5), "ms")


def xfrm(stage):
    namespace = stage.full
    stage.results.begin(f"Reading {stage.sas:,} XFRM SAs into a committed snapshot")
    rounds = rounds_of(stage, namespace, "xfrm", stage.sas, 4 * stage.rounds)
    report(stage, "XFRM", rounds, "receiving and counting", {"read": at_most(1.5)})


def klips(stage):
    stage.results.begin(f"Reading {stage.sas:,} lines of KLIPS text; parsing and printing them")
    file = stage.klips_file(stage.sas)
    rounds = rounds_of(stage, stage.quiet, "klips", file, stage.sas, 2 * stage.rounds)
    report(stage, "KLIPS", rounds, "reading and counting newlines", {"read": None, "parse": None, "print": None})
    awk = [stage.timed(stage.quiet, "mawk", "{n++}", file) for _ in range(stage.rounds)]
    stage.results.measure("KLIPS: mawk '{n++}', wall time", statistics.median(awk) / stage.sas * 1e6, "µs an SA")
    for name in ("read", "parse", "print"):
        ours = [wall for wall, _ in rounds[name]]
        goal = at_most(2) if name == "read" else None
        stage.results.ratio(f"KLIPS: {name}, wall time, to mawk '{{n++}}'", statistics.median(ours) / statistics.median(awk), goal)
