#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes docs/messages.md: the messages that find.py has found, by program and occasion, and notes on those that do not say all."""

from find import TREE, look

PAGE = TREE / "docs" / "messages.md"

HEAD = """\
# Messages

All that the three programs can say, on standard error, in the log, or as what a plugin prints. Made from the sources by `make messages`.

A message is one line: what failed, why, and what to do. Words in capitals stand for what differs: `N` for a number, `ERROR` for
what the system says (`Permission denied`), `REASON` for one of the reasons that are listed below the messages. What is in square brackets is
there only where it applies. On standard error, a line of `ipsec-spi-agent` or `mib2text` begins with the program's name; here, it
has that only where it is never in a log. A message has a level of syslog where it goes to the log of the agent.

Where another host is spoken of, *it* is who was asked: snmpd, an SNMP agent, or the IKE daemon.
"""

# (program, occasion, what is worth knowing about it, the files that have its messages)
OCCASIONS = [
    ("ipsec-spi-agent", "Wrong usage", "Exit status 2. `see ipsec-spi-agent -h` follows a line of the C library's, which names the option.", "agent/options"),
    ("ipsec-spi-agent", "Start and end", "What keeps the agent from starting is on standard error and, once the log is open, in the log; exit status 1.",
     "agent/main agent/daemon agent/privileges agent/net_snmp serve/mib_parts"),
    ("ipsec-spi-agent", "Configuration",
     "net-snmp puts the file and the line in front: `/etc/snmp/ipsec-spi-agent.conf: line 3: Error: interval 0: is not a number of seconds from 1 to 3600`. "
     "All errors are listed, and the agent does not start; at a SIGHUP, nothing changes. A reason of an option (`-i 0: ...`) is one of these, too.",
     "agent/config_file agent/config_words events/event_policy tunnels/tunnel_names serve/settings snmp/trap_sinks agent/clear_text"),
    ("ipsec-spi-agent", "snmpd", "The agent tries again by itself, and says `connected` when all is well.",
     "snmp/agentx_link snmp/agentx_claims snmp/agentx_protocol snmp/notifier"),
    ("ipsec-spi-agent", "Reading SAs", "The reason is also in `ipsecAgentSourceError`. The agent tries again by itself.",
     "serve/watch agent/print_once census/reader xfrm/netns xfrm/source_xfrm klips/source_klips"),
    ("ipsec-spi-agent", "What is not understood",
     "An SA, a policy or a line of a KLIPS file that is left out; `ipsecAgentNotUnderstood` counts them, and `ipsecAgentComplaint` has the first. "
     "From a kernel's XFRM there should be none: please report it.",
     "xfrm/xfrm_algorithm xfrm/xfrm_attributes xfrm/xfrm_event xfrm/xfrm_message xfrm/xfrm_policy xfrm/xfrm_replay klips/klips_field klips/klips_life "
     "klips/klips_number klips/klips_said klips/klips_text klips/klips_transform"),
    ("ipsec-spi-agent", "Tunnels and the IKE daemon", "See [ike.md](ike.md) for what the IKE daemon is asked, and `ipsecAgentIkeError` for the reason.",
     "serve/view serve/tunnel_watch serve/ike_watch ike/vici_session"),
    ("ipsec-spi-agent", "State directory", "What outlives the agent: see `state-directory` in ipsec-spi-agent.conf(5).",
     "serve/state_keeper serve/state_view state/state_directory state/state_text state/state_tables agent/snmp_engine"),
    ("ipsec-spi-agent", "Events", "The end of an event's line in the log (`event-syslog yes`), and `ipsecEventDetail`.",
     "events/sa_alarms events/sa_changes events/stat_alarms events/tunnel_alarms ike/ike_sas"),
    ("mib2text", "Wrong usage", "Exit status 2.", "mib2text/mib2text_options"),
    ("mib2text", "Files and the terminal", "Exit status 1.", "mib2text/mib2text mib2text/output_file"),
    ("mib2text", "Saved walks (`-Ci`)", "Exit status 1. After the file's name and, where it has one, the line: `walk.txt: line 7: REASON`. What begins with "
     "*is*, *has* or *may* is said of a value: `the value of NAME REASON`.",
     "mib2text/saved_walk mib2text/walk_file mib2text/walk_value"),
    ("mib2text and check_ipsec_tunnels", "Asking an agent",
     "Exit status 1, of the plugin 3, UNKNOWN. After the agent's address: `gateway: no answer within 6 s: ...`. `nonsense` is said by what is no "
     "ipsec-spi-agent, or a broken one.",
     "mib2text/mib_client mib2text/mib_session mib2text/table_walk mib2text/agent_state mib2text/mib_varbind mib/column_codec mib/sa_columns"),
    ("check_ipsec_tunnels", "Wrong usage, or no answer in time", "Exit status 3, UNKNOWN.", "mib2text/check_options mib2text/check_ipsec_tunnels"),
    ("check_ipsec_tunnels", "Problems", "In the line of the plugin, in front of how many tunnels are up; exit status 1, WARNING, or 2, CRITICAL.", "mib2text/check_verdict"),
]  # fmt: skip

# What a message means and what to do, where it does not say it itself.
# fmt: off
NOTES = {
    # ipsec-spi-agent: start, end, configuration
    "cannot keep state: REASON; a restart may give tunnels other indexes[, and makes this another SNMPv3 engine] (state-directory)":
        "The agent runs, but writes nothing. Make the directory, or let the agent's user write there.",
    "state-directory none: a restart makes this another SNMPv3 engine": "Managers with SNMPv3 may refuse its answers after a restart, until they forget the old engine.",
    "source, klips-file, netns, state-directory and oid-root change only with a restart": "The SIGHUP has changed everything else.",
    "the process that waited for the daemon is gone": "What started the agent did not wait; harmless.",
    "a community of SNMPv1 and v2c is open to other hosts: it crosses the network in the clear, as do all answers; use rouser, or give it a source (rocommunity NAME 127.0.0.1)":
        "With `-l`, once.",
    "cannot read FILE: ERROR": "The configuration file is there, but not for the agent's user.",
    "is an unknown word": "See ipsec-spi-agent.conf(5) for the words; words of net-snmp are reported by net-snmp itself: `Warning: Unknown token`.",
    # snmpd
    'no AgentX master at ADDRESS yet; start snmpd with "master agentx"; trying again every second': "snmpd is not running, or its configuration has no `master agentx`.",
    'not allowed to use the AgentX master\'s socket ADDRESS; give snmpd.conf "master agentx" and "agentXPerms 0660 0711 USER GROUP", with this user or a group of it; trying again every second':
        "snmpd keeps its socket to root otherwise. Restart snmpd afterwards.",
    "connected to the AgentX master at ADDRESS": "All parts of the MIB are served.",
    "connected to the AgentX master at ADDRESS, but REASON; trying again": "All parts of the MIB are served; an entry of sysORTable is missing.",
    "lost the AgentX master at ADDRESS: REASON; trying again every second": "snmpd has ended or hangs. Tunnels and counters are kept meanwhile, and notifications wait.",
    "the AgentX master at ADDRESS lets this agent serve nothing: REASON; trying again": "Another agent runs on this snmpd, or snmpd has not noticed that a connection is lost; it does so a few seconds after somebody asks for these names.",
    "the AgentX master at ADDRESS lets this agent serve N of N parts of the MIB: REASON; trying again": "The same, for some of the names.",
    "this net-snmp parses AgentX in an unknown way; agentx-direct is off": "Nothing is lost but a little speed.",
    "the AgentX master does not answer a notification; trying again": "Said once, until it answers.",
    "dropped a notification, which the AgentX master refused N times: REASON": "Its row in `ipsecEventTable` says so.",
    # reading
    "cannot read the SAs: REASON": "The rows of the last good read are served until `stale-after`.",
    "withdrew the SAs, which are too old: REASON": "No read has succeeded for `stale-after` seconds. The tables of SAs and policies are empty, tunnels are `unknown`.",
    "skipped what is not understood: REASON": "See *What is not understood*, below.",
    "ipsec-spi-agent: skipped N entries that are not understood, the first: REASON": "See *What is not understood*, below.",
    "the kernel's list changed during each of several reads in a row": "SAs come and go faster than they can be read. Ask for a longer `interval`, if it goes on.",
    "PROGRAM: cannot return from another network namespace: ERROR; ended": "The agent cannot go on in a namespace that is not its own.",
    "policy N: its prefixes have lengths that no other's have, and 256 such pairs are looked at": "This policy does not help to find the direction of SAs.",
    # tunnels, IKE
    "connected to the IKE daemon at FILE": "Tunnels have the names of its connections, and `ipsecIkeTable` its IKE SAs.",
    "the IKE daemon at FILE: REASON[; going on without its names and IKE SAs]": "The agent tries again by itself.",
    'tunnel "NAME" never gets an SA: tunnel "NAME", whose line is before, takes all of its': "Put the more specific of the two lines first.",
    'tunnel "NAME" never gets an SA: no network namespace is watched in context "CONTEXT" (netns)': "The `context` of its line is misspelt, or a `netns` line is missing.",
    'tunnel "NAME" stands for more than one, whose packets are added up: one is REASON; separate them by "reqid", "if-id" or "local" in its line':
        "Several pairs of SAs fit the line.",
    "stopping with N notifications not sent": "snmpd was away. They are lost.",
    "cannot resize the event log: out of memory; it stays as it is": "Give a smaller `event-log`.",
    # state
    "the state file REASON (line N); it was renamed to state.bad, and the one before it was taken": "What changed between the two is lost: at most `state-interval` seconds.",
    "the state file REASON (line N); it was renamed to state.bad, and tunnels get new indexes and count from zero": "There was no older file that could be used.",
    "the state file REASON (line N); it was renamed to engine.bad, and this is another SNMPv3 engine now": "Managers with SNMPv3 may have to forget the old engine.",
    "the state file has N SAs twice; they are counted once": "It was put together from two files, or is damaged.",
    "the state file was written N seconds in the future; check the clock": "The clock was set back since, or is wrong at boot.",
    "FILE: another agent keeps its state there": "Give each agent a `state-directory` of its own.",
    # asking
    "no answer within N s: no SNMP agent listens there, or it ignores this community": "Look at `agentaddress` and `rocommunity` in the snmpd.conf of that host, and for a firewall.",
    "no answer within N s: no SNMP agent listens there, or it cannot decrypt the request (-x, -X), or has no such context (-n)": "The same, for SNMPv3: a wrong privacy passphrase or context is no answer at all.",
    "REASON; check -u, -l, -a, -A, -x and -X": "The agent does not know the SNMPv3 user, or knows it with other passphrases or protocols.",
    "ipsec-spi-agent went away in mid-walk": "It was stopped, or its snmpd has given it up. `mib2text` has waited five seconds for it.",
    "all ROWS went away in mid-walk, several times: snmpd loses ipsec-spi-agent; check the load of that host": "Also look at `agentXTimeout` in its snmpd.conf.",
    "the agent cannot read its SAs: REASON; these are of its last good read, N s ago": "A warning: the SAs are printed.",
    "the agent cannot read its SAs: REASON; it has withdrawn the last ones": "Look at the log of that agent.",
    "not even one value fits an answer (tooBig)": "Ask by a transport that carries more, or give a larger `-Cm`.",
    "the file ends in mid-line": "The saved walk is not whole; nothing is printed.",
}
# fmt: on


def cell(text):
    return text.replace("|", "\\|")


def rows(messages):
    with_level = any(message.severity for message in messages)
    with_note = any(message.text in NOTES for message in messages)
    head = ["message", *(["level"] if with_level else []), *(["what it means, what to do"] if with_note else [])]
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for message in messages:
        cells = [f"`{message.text}`", *([message.severity] if with_level else []), *([NOTES.get(message.text, "")] if with_note else [])]
        yield f"| {' | '.join(map(cell, cells))} |"


def section(occasion):
    program, name, about, files = occasion
    yield f"## {program}: {name}"
    yield ""
    yield about
    there = {f"src/{file}.c" for file in files.split()} | {f"src/{file}.h" for file in files.split()}
    own = list({message.text: message for message in look().messages.values() if message.file in there}.values())
    for is_line in (True, False):
        if some := [message for message in own if message.is_line == is_line]:
            yield ""
            if not is_line and any(message.is_line for message in own):
                yield "Reasons, and what else stands in a line:"
                yield ""
            yield from rows(sorted(some, key=lambda message: message.text.lower()))
    yield ""


def placed():
    """The files whose messages have an occasion."""
    return {f"src/{file}" for *_, files in OCCASIONS for file in files.split()}


def text():
    return HEAD + "\n" + "\n".join(line for occasion in OCCASIONS for line in section(occasion)).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(text())
