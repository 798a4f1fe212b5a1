# SPDX-License-Identifier: BSD-3-Clause
"""The recipes of docs/contributing.md, followed to the letter in a copy of the tree, give what they promise."""

import os
import re
import shutil
from collections import namedtuple

import pytest

from bed.events import logged
from bed.places import DEPS, STANDARD_MIBS, TREE, scalar
from bed.process import run, wait_for

pytestmark = pytest.mark.once  # of the source

RECIPES = (TREE / "docs/contributing.md").read_text().partition("\n## Recipes\n")[2]

UNIT_TESTS = [
    f"tests/unit/{name}"
    for name in ("xfrm/test_xfrm_attributes", "mib/test_columns", "mib2text/test_saved_walk", "mib2text/test_table_walk")
]

# how: "after", "before" or "instead of" the line that anchor is, or begins with if it ends with "..."; "": a new file.
Step = namedtuple("Step", "file how anchor lines")


def steps():
    """In their order, whichever recipe they are of."""
    found = re.findall(
        r"In (?:the new file )?`([^`]+)`(?:, (after|before|instead of) (`` .*? ``|``.*?``|`.*?`))?:\n\n   ```\n(.*?)\n   ```\n",
        RECIPES,
        re.DOTALL,
    )
    assert len(found) == len(re.findall(r"^ +```$", RECIPES, re.MULTILINE)) / 2, "a block of code that is no step"
    return [
        Step(file, how, anchor.strip("`").strip(), [line.removeprefix("   ") for line in block.split("\n")])
        for file, how, anchor, block in found
    ]


def is_anchored(line, anchor):
    return line.strip().startswith(anchor[:-3].strip()) if anchor.endswith("...") else line.strip() == anchor


def follow(step, tree):
    path = tree / step.file
    if not step.how:
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(step.lines) + "\n")
        return
    lines = path.read_text().split("\n")
    places = [i for i, line in enumerate(lines) if is_anchored(line, step.anchor)]
    assert len(places) == 1, f"{step.file} has {len(places)} lines {step.anchor}"
    at = places[0] + (step.how == "after")
    lines[at : at + (step.how == "instead of")] = step.lines
    path.write_text("\n".join(lines))


# ---- Besides, a column of every kind is no more than a row and an object

# Made of what a struct sa has already: SYNTAX in the MIB, and the row without its name.
COLUMNS = {
    "ipsecSaExampleNumber": ("Unsigned32", '&syntax_unsigned32, &column_number_codec, "packets", SA_ATTR_REPLAY_WINDOW, FIELD(replay_window)'),
    "ipsecSaExampleTruth": ("TruthValue", "&syntax_truth_value, &column_truth_codec, NULL, SA_ATTR_ESN, FIELD(esn)"),
    "ipsecSaExampleLabel": ("IpsecSpiDirection", "&syntax_direction, &column_number_codec, NULL, SA_ATTR_DIRECTION, FIELD(direction)"),
    "ipsecSaExampleText": ("SnmpAdminString (SIZE (0..31))", "&syntax_admin_string, &column_word_codec, NULL, SA_ATTR_ENCRYPTION, FIELD(encryption)"),
    "ipsecSaExampleAddress": ("InetAddress", "&syntax_address, &column_address_codec, NULL, SA_ATTR_CARE_OF_ADDRESS, FIELD(care_of)"),
    "ipsecSaExampleOctets": ("OCTET STRING (SIZE (0|8))", "&syntax_octet_string, &column_octets_codec, NULL, SA_ATTR_REF_USES, FIELD(ref_uses)"),
    "ipsecSaExampleBitmap": ("OCTET STRING (SIZE (8))", "&syntax_octet_string, &column_bitmap_codec, NULL, SA_ATTR_REPLAY_BITMAP, FIELD(replay_bitmap)"),
}


def edit(file, pattern, replacement):
    text, count = re.subn(pattern, replacement, file.read_text(), count=1, flags=re.DOTALL)
    assert count == 1, f"{file.name} has no {pattern}"
    file.write_text(text)


def add_row(tree, name, row):
    """At the end of the table, since numbers never change."""
    edit(tree / "src/mib/sa_columns.c", r"(\n\};\n/\* clang-format on \*/\n\nconst struct column_table)", rf'\n\t{{"{name}", {row}}},\1')


def add_object(tree, name, syntax, units):
    """The object itself, its name in the SEQUENCE of the row, and in a group."""
    mib = tree / "mibs/IPSEC-SPI-MIB.txt"
    number = max(int(n) for n in re.findall(r"::= { ipsecSaEntry (\d+) }", mib.read_text()))
    described = f"""{name} OBJECT-TYPE
    SYNTAX      {syntax}
{f'    UNITS       "{units}"' + chr(10) if units else ''}    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "An example."
    ::= {{ ipsecSaEntry {number + 1} }}

"""
    edit(mib, r"(?=-- Tunnels\n)", described)
    edit(mib, r"(IpsecSaEntry ::= SEQUENCE \{[^}]*?)\n\}", rf"\1,\n    {name} {re.sub(r' .SIZE.*', '', syntax)}\n}}")
    edit(mib, r"(ipsecSaReportGroup OBJECT-GROUP\n    OBJECTS     \{)", rf"\1\n                    {name},")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The tree as it is when all that has been done, and it is built; without a warning, or this fails."""
    tree = tmp_path_factory.mktemp("recipes") / "tree"
    shutil.copytree(TREE, tree, symlinks=True, ignore=shutil.ignore_patterns("build", ".git", "__pycache__"))
    for step in steps():
        follow(step, tree)
    for name, (syntax, row) in COLUMNS.items():
        units = re.search(r'"(\w+)"', row)
        add_row(tree, name, row)
        add_object(tree, name, syntax, units and units.group(1))
    (tree / "build").mkdir()
    for name, folder in (("deps", DEPS), ("std-mibs", STANDARD_MIBS)):
        (tree / "build" / name).symlink_to(folder)
    programs = [*UNIT_TESTS, *(f"tests/{tool}" for tool in ("list_objects", "random_klips", "xfrm_request"))]
    targets = ["all", *(f"build/{program}" for program in programs)]
    variables = ["BUILD=build", "CFLAGS=-O0 -U_FORTIFY_SOURCE", "LTO=", "LTO_OBJECTS=", "WERROR=-Werror"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "CFLAGS"))}
    run(["make", "-C", tree, "-j2", *variables, *targets], env=env, seconds=600)
    return tree


def test_formatters_and_linters_are_content(copy):
    env = {**os.environ, "BUILD": "build"}
    for tool in ("clang-format", "mandoc", "smilint"):
        run([copy / "tests/lint.py", tool], env=env, seconds=600)


def test_the_tests_of_tables_documents_and_architecture_pass(copy):
    for test in UNIT_TESTS:
        run([copy / "build" / test], seconds=600)
    names = ("mib.py", "json.py", "architecture.py", "docs.py::test_every_word_is_in_manual_page_and_sample")
    files = [f"tests/integration/test_{name}" for name in names]
    env = {**os.environ, "BUILD": "build", "DEPS": "build/deps"}
    said = run(["/usr/bin/python3", "-m", "pytest", "-q", *files], cwd=copy, env=env, seconds=600).stdout
    assert re.search(r"\d+ passed", said) and "skipped" not in said and "deselected" not in said, said
    assert set(COLUMNS) <= set(re.findall(r"ipsecSaExample\w+", run([copy / "build/tests/list_objects"], seconds=600).stdout))


def test_source_notification_and_word_do_what_they_say(copy, monkeypatch, netns, start_agent):
    monkeypatch.setattr("bed.agent.AGENT", copy / "build/ipsec-spi-agent")
    names = "".join(f"tunnel {name} remote 192.0.2.{n}\n" for n, name in enumerate(("a", "b"), 1))
    address = "udp:127.0.0.1:16100"
    agent = start_agent("-s", "nothing", "-l", address, configuration=f"rocommunity public\ntunnel-warning 2\n{names}")
    client = agent.client(address)
    agent.wait_until_served(client)
    assert "the configuration names 2 tunnels" in agent.output()
    assert client.get_value(scalar("Source")) == 3
    assert client.get_value(scalar("Sas")) == 0
    wait_for(lambda: logged(client, 14), "the event of the start", process=agent.process)
