# SPDX-License-Identifier: BSD-3-Clause
"""Pages of docs/ whose commands are run as they stand there, and whose output is what they show."""

import re
import shlex

from .places import BUILD, MIBS, STANDARD_MIBS, TREE
from .process import wait_for
from .snmp import COMMUNITY, environment


def commands_of(page):
    """[(command, [line that it prints])], in their order."""
    found = []
    for line in (TREE / "docs" / page).read_text().splitlines():
        if match := re.match(r"\s{4,}\$ (.*)", line):
            found.append((match.group(1), []))
        elif found and re.match(r"\s{4,}\S", line) and not line.strip().startswith("sudo"):
            found[-1][1].append(line.strip())
        elif found:
            found.append(("", []))
    return [(command, lines) for command, lines in found if command]


def fits(shown, line):
    """Words must match, numbers are arbitrary; "..." matches the rest of the line."""
    wanted, words = shown.split(), line.split()
    if wanted[-1] == "...":
        wanted, words = wanted[:-1], words[: len(wanted) - 1]
    return len(wanted) == len(words) and all(re.sub(r"[0-9a-f]*\d[0-9a-f]*", "0", a) == re.sub(r"[0-9a-f]*\d[0-9a-f]*", "0", b) for a, b in zip(wanted, words))


def follow(page, namespace, folder, run=None):
    """
    Runs the commands of the page in the namespace, but for those that run(words) takes and answers, and waits until they print
    what the page shows.
    """
    env = environment(folder)
    env["PATH"] = f"{BUILD}:{env['PATH']}"
    env["MIBDIRS"] = f"{STANDARD_MIBS}:{MIBS}"
    commands = commands_of(page)
    assert commands, page
    for command, shown in commands:
        words = shlex.split(command.replace("CHANGE-ME", COMMUNITY))

        def says_what_the_page_shows():
            output = run(words) if run and words[0] not in ("mib2text", "snmpbulkwalk", "ipsec-spi-agent") else None
            if output is None:
                output = namespace.run(*words, env=env, cwd=folder).stdout
            return all(any(fits(line, printed) for printed in output.splitlines()) for line in shown)

        wait_for(says_what_the_page_shows, f"{command} to print {shown}")
