# SPDX-License-Identifier: BSD-3-Clause
"""Each tool of "make lint" looks at the files that it is there for, and finds what is wrong with them."""

import json
import os
import re
import shutil

import pytest

from bed.places import TREE
from bed.process import run

pytestmark = pytest.mark.once  # of the source

CODE = """\
#include <stdlib.h>

char *wrong(unsigned n);

char *
wrong(unsigned n)
{
	char *text = malloc(n);
	char none[4];

	if (n > 3)
		return NULL;
	none[4] = (char)n;
	sizeof(text) == sizeof(text) ? (void)n : (void)none;
	return text;
}
"""

# A file with a mistake, and the words of the tool that sees it.
MISTAKES = {
    "clang-format": ("tests/unit/base/spaces.c", "int  a;\n", "clang-format-violations"),
    "clang-tidy": ("src/base/wrong.c", CODE, "both sides of operator are equivalent"),
    "cppcheck": ("src/base/wrong.c", CODE, "out of bounds"),
    "clang-analyzer": ("src/base/wrong.c", CODE, "Potential leak of memory"),
    "shellcheck": ("tests/deps/tool", "#!/bin/sh\nrm $1/*\n", "SC2086"),
    "pyflakes": ("tests/run", "#!/usr/bin/python3\nimport os\n", "imported but unused"),
    "mandoc": ("docs/page.8", ".Dd x\n.Dt page 8\n.Os\n.Sh NAMES\n", "NAMES"),
    "smilint": ("mibs/IPSEC-SPI-MIB.txt", "X DEFINITIONS ::= BEGIN\nx OBJECT IDENTIFIER ::= { nowhere 1 }\nEND\n", "`nowhere'"),
}


def tree_with(directory, *files):
    """A tree of these files alone, with what lint.py needs to know of it."""
    for name, text in files:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name in (".clang-format", ".clang-tidy", "tests/lint.py"):
        (directory / name).parent.mkdir(exist_ok=True)
        shutil.copy(TREE / name, directory / name)
    commands = [{"directory": str(directory), "file": name, "command": f"cc -c {name}"} for name, _ in files if name.endswith(".c")]
    (directory / "build").mkdir()
    (directory / "build/compile_commands.json").write_text(json.dumps(commands))


def lint(directory, *words):
    return run([directory / "tests/lint.py", *words], env={**os.environ, "BUILD": "build"}, check=False)


@pytest.mark.parametrize("tool", MISTAKES)
def test_a_mistake_is_found(tmp_path, tool):
    name, text, finding = MISTAKES[tool]
    tree_with(tmp_path, (name, text))
    ended = lint(tmp_path, tool)
    first, _, findings = ended.stdout.partition("\n")
    assert re.fullmatch(rf"{tool} +\d+ files, with findings:", first)
    assert finding in findings and name in findings
    assert ended.returncode == 1


def test_every_tool_has_its_mistake(tmp_path):
    tree_with(tmp_path)
    assert {line.split()[0] for line in lint(tmp_path).stdout.splitlines()} == MISTAKES.keys()


def test_a_file_without_mistakes_is_clean(tmp_path):
    tree_with(tmp_path, ("src/base/right.c", "int right(void);\n\nint\nright(void)\n{\n\treturn 1;\n}\n"))
    ended = lint(tmp_path, "c")
    assert re.search(r"^clang-tidy +1 files, clean$", ended.stdout, re.MULTILINE)
    assert ended.returncode == 0


def test_a_tool_that_is_not_there_is_no_clean_tree(tmp_path):
    tree_with(tmp_path, ("src/base/right.c", ""))
    ended = run([tmp_path / "tests/lint.py", "cppcheck"], env={**os.environ, "PATH": str(tmp_path)}, check=False)
    assert "cppcheck is not installed: make deps" in ended.stdout
    assert ended.returncode == 1
