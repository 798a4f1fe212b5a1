# SPDX-License-Identifier: BSD-3-Clause
"""The examples of README.md, of its tasks in docs/, and of the manual pages: commands, and lines of configuration."""

import re
from collections import namedtuple

from .places import TREE

TEXTS = ("README.md", "docs/namespaces.md", "docs/notifications.md")

# output: what the document shows of it; none is the empty list.
Example = namedtuple("Example", "document text output is_command")

PROGRAMS = {"make", "sudo", "snmpbulkwalk", "snmpbulkget", "snmptrapd", "mib2text", "check_ipsec_tunnels", "ipsec-spi-agent"}
OUTPUT = re.compile(r"(?:SNMPv2-MIB|IPSEC-SPI-MIB)::")


def is_open(line):
    """Whether the command goes on in the next line."""
    return line.endswith("\\") or line.count("'") % 2 == 1


def examples_of(document, blocks):
    """Those of blocks of lines: a prompt, or the name of a program, begins a command; what follows a prompt is what it prints."""
    for block in blocks:
        command, output, prompted = None, [], False
        for line in [*block, ""]:
            if command is not None and is_open(command):
                command += f"\n{line}"
                continue
            begins = re.match(r"[$#] ", line) or line.split(" ")[0] in PROGRAMS
            if command is not None and (begins or not line or not prompted):
                yield Example(document, re.sub(r"\s{2,}# .*", "", command), output, True)
                command, output = None, []
            if begins:
                prompted = re.match(r"[$#] ", line) is not None
                command = re.sub(r"^[$#] ", "", line)
            elif command is not None:
                output.append(line)
            elif line and not OUTPUT.match(line):
                yield Example(document, line, [], False)


def of_text(document):
    blocks = re.findall(r"(?:^ {4}.*\n)+", (TREE / document).read_text(), re.MULTILINE)
    return list(examples_of(document, [[line[4:] for line in block.splitlines()] for block in blocks]))


def of_page(page):
    text = (TREE / "docs" / page).read_text().replace("\\e", "\\").replace("\\&", "")
    literal = [block.splitlines() for block in re.findall(r"^\.Bd -literal.*\n((?:.*\n)*?)\.Ed$", text, re.MULTILINE)]
    lines = [[line] for line in re.findall(r"^\.Dl (.*)$", text, re.MULTILINE)]
    return list(examples_of(page, [*lines, *literal]))


def all_examples():
    pages = sorted(path.name for path in (TREE / "docs").glob("*.[1-9]"))
    return [example for text in TEXTS for example in of_text(text)] + [example for page in pages for example in of_page(page)]
