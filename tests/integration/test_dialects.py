# SPDX-License-Identifier: BSD-3-Clause
"""
One dialect into another: -Cf of mib2text and -F of the agent drop what a dialect does not have, and nothing else.  The
rules are those of docs/ipsec_spi-text.md, stated here once more, upon words and by no code of the programs.
"""

import re

import pytest

from bed import places
from bed.process import run
from bed.snmp import V2C

TABLES = sorted((places.TREE / "tests" / "data" / "klips").glob("*.txt"))
ENGINE = "udp:127.0.0.1:161"

OPENSWAN_ONLY = {"jiffies", "refhim", "outif"}
NAT = {"natencap", "natsport", "natdport"}
REFERENCES = {"refcount", "ref", "reftable", "refentry"}
LACKS = {
    "openswan": set(),
    "freeswan2": OPENSWAN_ONLY,
    "manual": OPENSWAN_ONLY | NAT | REFERENCES,
    "freeswan1": OPENSWAN_ONLY | NAT | REFERENCES | {"policy"},
}
SHORT_TIMES = {"freeswan1", "manual"}


def dialect_of(line):
    if re.match(r"[a-z]+\d*[.:]", line):
        return "manual"
    if re.search(r"[=)](add|use)\(", line):
        return "freeswan1"
    return "openswan" if re.search(r" (natencap|refhim|outif|jiffies)=", line) else "freeswan2"


def respell_said(said, target):
    match = re.match(r"^([a-z]+\d*)(?:0x|\.|:)([0-9a-f]+@(.*))$", said)
    if not match:
        return "%passthrough4" if said == "%passthrough" else said
    protocol, rest, address = match.groups()
    separator = "0x" if target != "manual" else ":" if ":" in address or "<" in address else "."
    return protocol + separator + rest


def respell_word(word, target, own):
    """own: in the SA's own dialect a spelling that only some kernels have stays."""
    name, _, value = word.partition("=")
    if name == "bit" and not own:
        return f"bit={int(value, 16):#x}"
    if name == "refcount" and target == "freeswan2":
        return word.partition("[")[0]
    if not word.startswith("life(c,s,h)="):
        return word
    if not own:
        word = re.sub(r"-\d+", lambda number: str(int(number.group()) + 2**64), word)
    if target in SHORT_TIMES:
        return re.sub(r"(add|use)time\(", r"\1(", word)
    return re.sub(r"(add|use)\(", r"\1time(", word)


def converted(line, form):
    dialect = dialect_of(line)
    target = form if form != "freeswan" else "freeswan1" if dialect == "freeswan1" else "freeswan2"
    lacks = set(LACKS[target])
    if target == "freeswan2" and not re.search(r" natencap=(nonike|nonesp|unknown)", line):
        lacks |= NAT  # FreeS/WAN 2 tells of NAT traversal where it is used
    error = " (error) " if line.startswith(" (error) ") else ""  # a SAID with spaces, which has one spelling only
    said, *words = line[len(error) :].split(" ")
    if target != dialect:
        said = respell_said(said, target)
    words = [respell_word(word, target, target == dialect) for word in words if word.partition("=")[0] not in lacks]
    return error + " ".join([said, *words])


@pytest.fixture
def table(tmp_path):
    """All real lines, and random ones."""
    file = tmp_path / "ipsec_spi"
    whole = b"".join(table.read_bytes() for table in TABLES if table.name != "cut-short.txt")
    file.write_bytes(whole + run([places.BUILD / "tests" / "random_klips", 2000, 2003], text=False).stdout)
    return file


@pytest.mark.parametrize("form", ["openswan", "freeswan", "manual"])
def test_a_conversion_drops_what_the_dialect_does_not_have_and_nothing_else(form, table, agent_once):
    lines = agent_once("-p", "-F", form, "-k", table, check=True).stdout.splitlines()
    expected = [converted(line, form) for line in table.read_text().splitlines()]
    for line, wanted in zip(lines, expected):
        assert line == wanted
    assert len(lines) == len(expected)


def test_mib2text_converts_as_the_agent_does(table, start_agent, agent_once, mib2text):
    agent = start_agent("-s", "klips", "-k", table, "-l", ENGINE, configuration="rocommunity public\n")
    agent.wait_until_served(agent.client(ENGINE))
    for form in ("auto", "openswan", "freeswan", "manual"):
        expected = agent_once("-p", "-F", form, "-k", table, text=False, check=True).stdout
        assert mib2text(*V2C, "-Cf", form, ENGINE, text=False).stdout == expected
        if form == "auto":
            assert expected == table.read_bytes()
