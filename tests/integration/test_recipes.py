# SPDX-License-Identifier: BSD-3-Clause
"""The recipes of docs/contributing.md, followed to the letter in a copy of the tree, give what they promise."""

import os
import re
import shutil
from collections import namedtuple

import pytest

from bed.events import logged
from bed.places import DEPS, TREE, scalar
from bed.process import run, wait_for

pytestmark = pytest.mark.once  # of the source

RECIPES = (TREE / "docs/contributing.md").read_text().partition("\n## Recipes\n")[2]

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


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The tree as it is when all recipes have been followed, and built; without a warning, or this fails."""
    tree = tmp_path_factory.mktemp("recipes") / "tree"
    shutil.copytree(TREE, tree, symlinks=True, ignore=shutil.ignore_patterns("build", ".git", "__pycache__"))
    for step in steps():
        follow(step, tree)
    (tree / "build").mkdir()
    for name in ("deps", "std-mibs"):
        (tree / "build" / name).symlink_to(DEPS.parent / name)
    targets = ["all", "build/tests/list_objects", "build/tests/unit/xfrm/test_xfrm_attributes", "build/tests/unit/mib/test_columns"]
    variables = ["BUILD=build", "CFLAGS=-O0 -U_FORTIFY_SOURCE", "LTO=", "LTO_OBJECTS=", "WERROR=-Werror"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "CFLAGS"))}
    run(["make", "-C", tree, "-j2", *variables, *targets], env=env, seconds=600)
    return tree


def test_formatters_and_linters_are_content(copy):
    env = {**os.environ, "BUILD": "build"}
    for tool in ("clang-format", "mandoc", "smilint"):
        run([copy / "tests/lint.py", tool], env=env)


def test_the_tests_of_tables_documents_and_architecture_pass(copy):
    for test in ("xfrm/test_xfrm_attributes", "mib/test_columns"):
        run([copy / "build/tests/unit" / test])
    names = ("mib.py", "architecture.py", "docs.py::test_every_word_is_in_manual_page_and_sample")
    files = [f"tests/integration/test_{name}" for name in names]
    env = {**os.environ, "BUILD": "build", "DEPS": "build/deps"}
    run(["/usr/bin/python3", "-m", "pytest", "-q", *files], cwd=copy, env=env, seconds=300)


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
    wait_for(lambda: logged(client, 10), "the event of the start", process=agent.process)
