# SPDX-License-Identifier: BSD-3-Clause
"""The modules are those of docs/architecture.md, and each uses only what its place there allows."""

import re
from collections import namedtuple

import pytest

from bed.places import TREE

pytestmark = pytest.mark.once  # of the source

LIBRARIES = {"net-snmp": "net-snmp", "libmnl": "libmnl", "cap-ng.h": "libcap-ng", "seccomp.h": "libseccomp"}

# part: which of the three tables; row: counted through all of them.
Place = namedtuple("Place", "part row libraries")
SHARED, DAEMON, MIB2TEXT = range(3)


def places():
    """{module: its Place}, by the tables of the section."""
    section = (TREE / "docs/architecture.md").read_text().partition("## The modules")[2].partition("\n## ")[0]
    found, row = {}, 0
    tables = re.findall(r"^\| module \|.*\n\|[ -|]+\n((?:\|.*\n)+)", section, re.MULTILINE)
    assert len(tables) == 3
    for part, table in enumerate(tables):
        for line in table.splitlines():
            modules, _, libraries = re.match(r"\|(.*?)\|(.*)\|(.*)\|$", line).groups()
            row += 1
            for module in re.findall(r"`(\w+)`", modules):
                assert module not in found, f"{module} has two places"
                found[module] = Place(part, row, set(re.findall(r"[\w-]+", libraries)))
    return found


PLACES = places()
FILES = [*sorted((TREE / "src").rglob("*.[ch]")), *sorted((TREE / "include").rglob("*.h"))]


def test_every_module_has_its_place():
    assert {file.stem for file in FILES} == PLACES.keys()


def test_a_module_uses_only_what_stands_above_it():
    wrong = []
    for file in FILES:
        place = PLACES[file.stem]
        for name in re.findall(r'^#include "([\w/.-]+)\.h"', file.read_text(), re.MULTILINE):
            used = PLACES[name]
            if used.row > place.row or used.part not in (SHARED, place.part):
                wrong.append((file.name, name))
    assert wrong == []


def test_a_module_knows_only_its_libraries():
    wrong = []
    for file in FILES:
        names = {n.partition("/")[0] for n in re.findall(r"^#include <([\w/.-]+)>", file.read_text(), re.MULTILINE)}
        unknown = {LIBRARIES[name] for name in names & LIBRARIES.keys()} - PLACES[file.stem].libraries
        if unknown:
            wrong.append((file.name, unknown))
    assert wrong == []
