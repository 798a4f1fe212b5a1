# SPDX-License-Identifier: BSD-3-Clause
"""mib2text: against a walk that discards the answers, and from a saved walk."""

from bed.places import MIB2TEXT, ROOT_OID
from results import at_most, ratios
from stage import ALL

FEW_ROWS, SAVED_ROWS = 2_000, 10_000
# As many rows at once as an answer of the agent, or of snmpd, has values for: 1,000, and 100.
ENGINE_ROWS, SNMPD_ROWS = 10, 1


def from_agent(stage):
    stage.results.begin(f"mib2text of {stage.sas:,} rows with -l; of {FEW_ROWS:,} by TCP, and through snmpd")
    address = "udp:127.0.0.1:1190"
    compare(stage, "with -l", address, ["-l", address], stage.sas, ENGINE_ROWS, min(2, stage.rounds), at_most(1.2))
    address = "tcp:127.0.0.1:1190"
    compare(stage, "with -l, by TCP", address, ["-l", address], FEW_ROWS, ENGINE_ROWS, stage.rounds)
    master = stage.snmpd(stage.quiet, 1191)
    compare(stage, "through snmpd", master.address, ["-x", master.agentx], FEW_ROWS, SNMPD_ROWS, min(3, stage.rounds))


def compare(stage, way, address, options, rows, at_once, rounds, goal=None):
    file, text = stage.klips_file(rows), stage.directory / "text"
    agent = stage.agent(stage.quiet, "-k", file, *options, "-i", "3600")
    stage.wait_for_rows(stage.quiet, address, rows, agent.process)
    raw, ours = [], []
    for _ in range(rounds):
        raw.append(stage.walk_seconds(stage.quiet, address, at_once, ALL, rows))
        ours.append(stage.timed(stage.quiet, MIB2TEXT, "-v2c", "-cpublic", "-Co", text, address))
        assert text.read_bytes() == file.read_bytes(), "mib2text printed something else than the file has"
    stage.results.measure(f"{way}: raw walk, {rows:,} rows of all columns", raw, "s")
    stage.results.measure(f"{way}: mib2text", ours, "s")
    stage.results.ratio(f"mib2text {way}: time, to a raw walk of all columns", ratios(ours, raw), goal)
    stage.stop_all()


def from_saved_walk(stage):
    stage.results.begin(f"Text from a saved walk of {SAVED_ROWS:,} rows")
    address = "udp:127.0.0.1:1192"
    file, saved, text = stage.klips_file(SAVED_ROWS), stage.directory / "saved", stage.directory / "text"
    agent = stage.agent(stage.quiet, "-k", file, "-l", address)
    stage.wait_for_rows(stage.quiet, address, SAVED_ROWS, agent.process)
    with open(saved, "w") as out:
        stage.timed(stage.quiet, "snmpbulkwalk", "-v2c", "-cpublic", "-On", "-Cr100", address, ROOT_OID, stdout=out)
    mawk, ours = [], []
    for _ in range(stage.rounds):
        mawk.append(stage.timed(stage.quiet, "mawk", "{n+=NF}", saved))
        ours.append(stage.timed(stage.quiet, MIB2TEXT, "-Ci", saved, "-Co", text))
        assert text.read_bytes() == file.read_bytes(), "mib2text printed something else than the file has"
    megabytes = saved.stat().st_size / 1e6
    stage.results.measure(f"mawk '{{n+=NF}}', {megabytes:,.0f} MB", mawk, "s")
    stage.results.measure("mib2text -Ci", ours, "s")
    stage.results.ratio("mib2text -Ci: time, to mawk '{n+=NF}'", ratios(ours, mawk), at_most(2))
    stage.stop_all()
