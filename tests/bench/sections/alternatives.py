# SPDX-License-Identifier: BSD-3-Clause
"""What a site would use instead."""

import sys

from bed.netns import Namespace
from bed.places import AGENT, SA_ENTRY
from results import at_least, ratios
from stage import BYTES, HERE

SCRIPT_ROWS = 2_000
# Where pass_persist serves, and where NET-SNMP-EXTEND-MIB has the lines of an extend script.
SCRIPT_OID, EXTEND_LINES = ".1.3.6.1.4.1.8072.9999.9999.4302", ".1.3.6.1.4.1.8072.1.3.2.4.1.2"


def printing(stage):
    full = stage.full
    stage.results.begin(f"ip -s xfrm state, {stage.sas:,} SAs, beside the agent printing them once")
    theirs, ours = [], []
    for _ in range(stage.rounds):
        theirs.append(stage.timed(full, "ip", "-s", "xfrm", "state"))
        ours.append(stage.timed(full, AGENT, "-p", "-s", "xfrm"))
    stage.results.measure("ip -s xfrm state", theirs, "s")
    stage.results.measure("ipsec-spi-agent -p", ours, "s")
    stage.results.ratio("ip -s xfrm state: time, to ipsec-spi-agent -p", ratios(theirs, ours), at_least(4))


def scripts(stage):
    stage.results.begin(f"Scripts under snmpd: {SCRIPT_ROWS:,} SAs, one value of each, by snmpbulkwalk")
    namespace = Namespace("scripts")
    stage.make_sas(namespace, SCRIPT_ROWS)
    pass_persist = f"pass_persist {SCRIPT_OID} {sys.executable} {HERE / 'pass_persist.py'} {SCRIPT_OID}"
    snmpd = stage.snmpd(namespace, 1200, f"{pass_persist}\nextend sas {HERE / 'extend.sh'}\n")
    agent = stage.agent(namespace, "-x", snmpd.agentx)
    stage.wait_for_rows(namespace, snmpd.address, SCRIPT_ROWS, agent.process)
    ways = {"agent": f"{SA_ENTRY}.{BYTES[0]}", "pass_persist": SCRIPT_OID, "extend": EXTEND_LINES}
    times = {name: [] for name in ways}
    for _ in range(min(3, stage.rounds)):
        for name, oid in ways.items():
            times[name].append(walk_seconds(stage, namespace, snmpd.address, name, oid))
    for name, seconds in times.items():
        stage.results.measure(f"{name}: a walk", seconds, "s")
    for name in ("pass_persist", "extend"):
        stage.results.ratio(f"a walk by {name}: time, to the agent's", ratios(times[name], times["agent"]))
    stage.stop_all()


def walk_seconds(stage, namespace, address, name, oid):
    out = stage.directory / f"walk-{name}"
    with open(out, "w") as file:
        command = ["snmpbulkwalk", "-v2c", "-cpublic", "-On", "-t60", "-Cr100", address, oid]
        seconds = stage.timed(namespace, *command, stdout=file)
    rows = len(out.read_text().splitlines())
    assert rows == SCRIPT_ROWS, f"{name}: {rows} rows"
    return seconds
