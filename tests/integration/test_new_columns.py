# SPDX-License-Identifier: BSD-3-Clause
"""A column of any kind is a row of a table and an object of the MIB: all else follows, in a copy of the tree."""

import os
import re
import shutil
import sys

import pytest

from bed.places import DEPS, TREE
from bed.process import run

pytestmark = pytest.mark.once  # of the source

# A column of each kind, made of what a struct sa has already: SYNTAX in the MIB, and the row without its name.
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


def copy_of_tree(folder):
    for name in ("src", "include", "mibs", "tests"):
        shutil.copytree(TREE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TREE / "Makefile", folder)
    return folder


def test_a_column_is_a_row_and_an_object(tmp_path):
    """Agent, mib2text and JSON follow; all tests of the tables pass, and see the new ones."""
    tree = copy_of_tree(tmp_path)
    for name, (syntax, row) in COLUMNS.items():
        units = re.search(r'"(\w+)"', row)
        add_row(tree, name, row)
        add_object(tree, name, syntax, units and units.group(1))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "CFLAGS"))}
    env.update(BUILD="build", DEPS=str(DEPS))
    programs = [f"build/tests/unit/{test}" for test in ("mib/test_columns", "mib2text/test_saved_walk", "mib2text/test_table_walk")]
    tools = [f"build/tests/{tool}" for tool in ("list_objects", "random_klips", "xfrm_request")]
    variables = ["CFLAGS=-O0 -U_FORTIFY_SOURCE", "LTO=", "LTO_OBJECTS="]
    run(["make", "-C", tree, "-j2", *variables, "all", *programs, *tools], env=env, seconds=600)
    for program in programs:
        run([tree / program])
    tests = [tree / "tests/integration" / f"test_{name}.py" for name in ("mib", "json")]
    passed = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], env=env, cwd=tree, seconds=600).stdout
    assert re.search(r"\d+ passed", passed) and "skipped" not in passed, passed
    listed = run([tree / "build/tests/list_objects"]).stdout
    assert set(COLUMNS) <= set(re.findall(r"ipsecSaExample\w+", listed))
