# SPDX-License-Identifier: BSD-3-Clause
"""Walks by GETBULK: against the least handler, and of many rows against few."""

import statistics

from results import at_least, ratios
from stage import BYTES, FORTY

ROWS, FEW_ROWS = 20_000, 1_000
# Rows that are asked for at once, by what is walked: as many as answers have room for.
REPETITIONS = {BYTES: 100, FORTY: 20}
TITLES = {BYTES: "1 column", FORTY: "40 columns"}


def compare(stage, way, columns, floor, ours, rounds, goal):
    rates = {floor: [], ours: []}
    for _ in range(rounds):
        for address, measured in rates.items():
            measured.append(stage.walk_rate(stage.quiet, address, REPETITIONS[columns], columns, ROWS) / 1000)
    name = f"{way}, {TITLES[columns]}"
    stage.results.measure(f"{name}: least handler", rates[floor], "k varbinds/s")
    stage.results.measure(f"{name}: agent", rates[ours], "k varbinds/s")
    stage.results.ratio(f"walk {name}: speed, to the least handler's", ratios(rates[ours], rates[floor]), at_least(goal))


def walks(stage):
    stage.results.begin(f"Walks of {ROWS:,} rows by GETBULK, KLIPS rows, against the least handler")
    file = stage.klips_file(ROWS)
    masters = [stage.snmpd(stage.quiet, port) for port in (1161, 1162)]
    least = stage.least_agent(stage.quiet, ROWS, "-x", masters[0].agentx)
    agent = stage.agent(stage.quiet, "-k", file, "-x", masters[1].agentx)
    addresses = [master.address for master in masters]
    stage.wait_for_rows(stage.quiet, addresses[0], ROWS, least)
    stage.wait_for_rows(stage.quiet, addresses[1], ROWS, agent.process)
    compare(stage, "through snmpd", BYTES, *addresses, stage.rounds, 0.95)
    compare(stage, "through snmpd", FORTY, *addresses, min(3, stage.rounds), 0.95)
    stage.stop_all()
    addresses = ["udp:127.0.0.1:1163", "udp:127.0.0.1:1164"]
    least = stage.least_agent(stage.quiet, ROWS, "-l", addresses[0])
    agent = stage.agent(stage.quiet, "-k", file, "-l", addresses[1])
    stage.wait_for_rows(stage.quiet, addresses[0], ROWS, least)
    stage.wait_for_rows(stage.quiet, addresses[1], ROWS, agent.process)
    compare(stage, "with -l", BYTES, *addresses, 2 * stage.rounds, 0.9)
    compare(stage, "with -l", FORTY, *addresses, stage.rounds, 0.9)
    stage.stop_all()


# ---- Many rows against few


def agent_through_snmpd(stage, rows, port):
    master = stage.snmpd(stage.quiet, port)
    return stage.agent(stage.quiet, "-k", stage.klips_file(rows), "-x", master.agentx).process, master.address


def floor_through_snmpd(stage, rows, port):
    master = stage.snmpd(stage.quiet, port)
    return stage.least_agent(stage.quiet, rows, "-x", master.agentx), master.address


def agent_with_l(stage, rows, port):
    address = f"udp:127.0.0.1:{port}"
    return stage.agent(stage.quiet, "-k", stage.klips_file(rows), "-l", address).process, address


def flatness_of(stage, name, start, columns, goal=None):
    addresses, rates = {}, {}
    for port, rows in ((1170, FEW_ROWS), (1171, stage.sas)):
        process, addresses[rows] = start(stage, rows, port)
        stage.wait_for_rows(stage.quiet, addresses[rows], rows, process)
        rates[rows] = []
    for _ in range(min(3, stage.rounds)):
        for rows, address in addresses.items():
            # As much is walked of few rows, so that what hinders now and then has its share of both.
            times = stage.sas // rows
            walked = [stage.walk_rate(stage.quiet, address, REPETITIONS[columns], columns, rows) for _ in range(times)]
            rates[rows].append(statistics.harmonic_mean(walked) / 1000)
    for rows, measured in rates.items():
        stage.results.measure(f"{name}, {rows:,} rows", measured, "k varbinds/s")
    flat = ratios(rates[stage.sas], rates[FEW_ROWS])
    stage.results.ratio(f"walk {name}: speed with {stage.sas:,} rows, to {FEW_ROWS:,}", flat, goal)
    stage.stop_all()


def flatness(stage):
    """The least handler, which has no rows, tells what of it is the machine's and snmpd's."""
    stage.results.begin(f"The same speed at {stage.sas:,} rows as at {FEW_ROWS:,}")
    flatness_of(stage, "through snmpd, 1 column, least handler", floor_through_snmpd, BYTES)
    flatness_of(stage, "through snmpd, 1 column", agent_through_snmpd, BYTES, at_least(0.9))
    flatness_of(stage, "with -l, 40 columns", agent_with_l, FORTY, at_least(0.9))
