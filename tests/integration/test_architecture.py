# SPDX-License-Identifier: BSD-3-Clause
"""The folders and modules are those of docs/architecture.md, and each uses only what its place there allows."""

import re
from collections import namedtuple
from pathlib import Path

import pytest

from bed.places import BUILD, TREE
from bed.process import run

pytestmark = pytest.mark.once  # of the source

LIBRARIES = {"net-snmp": "net-snmp", "libmnl": "libmnl", "cap-ng.h": "libcap-ng", "seccomp.h": "libseccomp", "curses.h": "ncurses", "term.h": "ncurses"}
PROGRAMS = {"mib2text": "mib2text", "events": "agent", "state": "agent", "snmp": "agent", "serve": "agent", "agent": "agent"}

# row: its place in the list, from the top; modules: those of its section.
Folder = namedtuple("Folder", "name row libraries modules")


def table_after(text, head):
    """The rows of the first table with this head, each a list of its cells."""
    table = re.search(rf"^\| {head} \|.*\n\|[ -|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.group(1).splitlines()]


def folders():
    section = (TREE / "docs/architecture.md").read_text().partition("## The folders")[2].partition("\n## ")[0]
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", section, re.MULTILINE | re.DOTALL))
    found = {}
    for row, (name, _, libraries) in enumerate(table_after(section, "folder")):
        name = name.strip("`")
        modules = [m for names, _ in table_after(sections.pop(name), "module") for m in re.findall(r"`(\w+)`", names)]
        found[name] = Folder(name, row, set(re.findall(r"[\w-]+", libraries)), modules)
    assert sections == {}, "sections of folders that the list does not have"
    return found


FOLDERS = folders()
FILES = [*sorted((TREE / "src").rglob("*.[ch]")), *sorted((TREE / "include").rglob("*.h"))]


def used_by(file):
    """(folder, module) of each header of ours that the file includes, and the name as it is written."""
    for name in re.findall(r'^#include "([^"]+)"', file.read_text(), re.MULTILINE):
        path = Path(name)
        yield (path.parent.name or file.parent.name), path.stem, name


def test_every_folder_is_listed_and_has_its_section():
    for top in ("src", "include", "tests/unit"):
        there = {path.name for path in (TREE / top).iterdir()}
        assert there <= FOLDERS.keys(), top
    assert {path.name for path in (TREE / "src").iterdir()} == FOLDERS.keys()


def test_every_module_has_its_place():
    for folder in FOLDERS.values():
        files = {file.stem for file in FILES if file.parent.name == folder.name}
        assert sorted(files) == sorted(folder.modules), folder.name


def test_a_folder_uses_only_those_above_it():
    wrong = []
    for file in FILES:
        folder = FOLDERS[file.parent.name]
        for used, _, name in used_by(file):
            program = PROGRAMS.get(used)
            if FOLDERS[used].row > folder.row or (program and program != PROGRAMS.get(folder.name)):
                wrong.append((str(file.relative_to(TREE)), name))
    assert wrong == []


def test_no_header_is_taken_out_of_the_inside_of_another_folder():
    wrong = []
    for file in FILES:
        for used, module, name in used_by(file):
            public = (TREE / "include" / used / f"{module}.h").exists()
            if name != (f"{used}/{module}.h" if public else f"{module}.h"):
                wrong.append((str(file.relative_to(TREE)), name))
    assert wrong == []


def test_a_public_header_is_one_that_another_folder_includes():
    seams = {(used, module) for file in FILES for used, module, _ in used_by(file) if used != file.parent.name}
    while True:  # and what such a header includes itself
        more = {(u, m) for file in (TREE / "include").rglob("*.h") if (file.parent.name, file.stem) in seams for u, m, _ in used_by(file)}
        if more <= seams:
            break
        seams |= more
    public = {(file.parent.name, file.stem) for file in (TREE / "include").rglob("*.h")}
    assert public == seams


def circles(uses):
    """The sets of modules that use each other, by Tarjan's algorithm."""
    found, index, low, stack = [], {}, {}, []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in uses.get(module, ()):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            circle = set()
            while module not in circle:
                circle.add(stack.pop())
            if len(circle) > 1:
                found.append(circle)

    for module in uses:
        if module not in index:
            visit(module)
    return found


def calls():
    """{module: the modules whose functions and objects it names}, as the linker sees it."""
    defined, named = {}, {}
    for file in (BUILD / "obj").rglob("*.o"):
        for line in run(["nm", "--format=posix", file]).stdout.splitlines():
            name, kind, *_ = line.split()
            if kind == "U":
                named.setdefault(file.stem, set()).add(name)
            elif kind.isupper():
                defined[name] = file.stem
    return {module: {defined[name] for name in names if name in defined} for module, names in named.items()}


def test_modules_use_each_other_in_no_circle():
    uses = calls()
    for file in FILES:
        uses.setdefault(file.stem, set()).update(module for _, module, _ in used_by(file) if module != file.stem)
    assert circles(uses) == []


def test_a_folder_knows_only_its_libraries():
    wrong = []
    for file in FILES:
        names = {n.partition("/")[0] for n in re.findall(r"^#include <([\w/.-]+)>", file.read_text(), re.MULTILINE)}
        unknown = {LIBRARIES[name] for name in names & LIBRARIES.keys()} - FOLDERS[file.parent.name].libraries
        if unknown:
            wrong.append((file.name, unknown))
    assert wrong == []


NOT_CODE = re.compile(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL)


def functions_and_names(text):
    """What is declared or defined as a function outside of all braces, and the names inside of braces, or that make a macro."""
    functions, names, depth, before = set(), set(), 0, ""
    for token in re.findall(r"^#(?:.*\\\n)*.*|\w+|[{}()=]", NOT_CODE.sub(" ", text), re.MULTILINE):
        if token.startswith("#"):
            names.update(re.findall(r"\w+", token))
        elif token in "{(":
            if token == "(" and depth == 0 and before[0].isalpha():
                functions.add(before)
            depth += 1
        elif token in "})":
            depth -= 1
        elif depth > 0 or before == "=":
            names.add(token)
        before = token
    return functions, names


def test_a_function_is_there_because_a_program_calls_it():
    functions, names = map(set.union, *(functions_and_names(file.read_text()) for file in FILES))
    assert functions - names == {"main"}


# ---- Four ways through the folders

# A function: the file that defines it, and its body.
Function = namedtuple("Function", "file body")
Step = namedtuple("Step", "folder name pointer")
DEFINITION = re.compile(r"^(?:static inline [^\n(]*?\b)?(\w+)\([^;{}]*\)\n\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)


def code(file):
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\]|\\.)*"', " ", file.read_text(), flags=re.DOTALL)


def functions():
    """{(folder, name): [the functions of that name]}"""
    found = {}
    for file in FILES:
        for name, body in DEFINITION.findall(code(file)):
            found.setdefault((file.parent.name, name), []).append(Function(file, body))
    return found


def ways():
    """(title, the functions that the text names, the steps of each table) of each way."""
    section = (TREE / "docs/architecture.md").read_text().partition("## Four ways through the folders")[2].partition("\n## ")[0]
    for title, text in re.findall(r"^### ([^\n]*)\n(.*?)(?=^### |\Z)", section, re.MULTILINE | re.DOTALL):
        drivers = re.findall(r"`(\w+)\(\)`", re.sub(r"^\|.*", "", text, flags=re.MULTILINE))
        tables = re.findall(r"^\| folder \|.*\n\|[ -|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
        yield title, drivers, [[*steps_of(table)] for table in tables]


def steps_of(table):
    for folder, names in re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.MULTILINE):
        for name, pointer in re.findall(r"`(\w+)\(\)`(?: through `(\w+)`)?", names):
            yield Step(folder, name, pointer)


def arguments_first(text):
    """The identifiers of a body in the order in which they are called: f(g(x)) calls g before f."""
    at = 0
    for match in re.finditer(r"\b[A-Za-z_]\w*\b(\s*\()?", text):
        if match.start() < at:
            continue
        if match.group(1):
            end, depth = match.end(), 1
            while depth > 0:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            yield from arguments_first(text[match.end() : end - 1])
            at = end
        yield re.match(r"\w+", match.group()).group()


def names_in(function, by_file, seen=()):
    """All that a function names, with what it calls in its own file, or inline, in its place."""
    for name in arguments_first(function.body):
        called = by_file.get((function.file, name)) or by_file.get(("inline", name))
        if called and name not in seen:
            yield from names_in(called, by_file, (*seen, name))
        yield name


def test_the_four_ways_are_those_of_the_code():
    there = functions()
    by_file = {(f.file, name): f for (_, name), found in there.items() for f in found if f.file.suffix == ".c"}
    by_file |= {("inline", name): f for (_, name), found in there.items() for f in found if f.file.suffix == ".h"}
    pointed_to = {m for file in FILES for m in re.findall(r"[=,({] ?&?(\w+)(?=[,;)} ]|$)", code(file), re.MULTILINE)}
    members = {}
    for file in FILES:
        for member, name in re.findall(r"\.(\w+) = (\w+)\b", code(file)):
            members.setdefault(name, set()).add(member)
    titles = []
    for title, drivers, tables in ways():
        titles.append(title)
        callers = [f for (_, name), found in there.items() if name in drivers for f in found]
        assert len(callers) == len(drivers) > 0, title
        # (the caller, how far in it): what follows must not be before that.
        reached = {}
        for step in (step for table in tables for step in table):
            found = there.get(step[:2], [])
            assert len(found) == 1, f"{title}: {step.name}() is in {len(found)} files of {step.folder}"
            names = step.pointer or step.name
            by = [(caller, [*names_in(caller, by_file)]) for caller in reversed(callers)]
            caller, order = next(((c, n) for c, n in by if names in n), (None, None))
            assert caller, f"{title}: nobody before it calls {step.name}()"
            assert not step.pointer or step.name in pointed_to, f"{title}: {step.name}() is called by its name"
            assert not step.pointer or step.pointer in members.get(step.name, [step.pointer]), f"{title}: {step.name}()"
            last = max(i for i, name in enumerate(order) if name == names)
            assert last >= reached.get(caller.file.name + caller.body, 0), f"{title}: {step.name}() comes earlier"
            reached[caller.file.name + caller.body] = order.index(names)
            callers.append(found[0])
        for table in tables:
            folders_passed = [step.folder for i, step in enumerate(table) if i == 0 or table[i - 1].folder != step.folder]
            assert len(folders_passed) == len(set(folders_passed)), f"{title}: turns back to a folder that it has left"
    assert titles == ["A netlink message about an SA", "An EXPIRE", "A line of KLIPS text", "A GETNEXT"]
