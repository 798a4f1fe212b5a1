#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""
lint.py [WORD...]: looks for mistakes in the sources without running them, with every tool of the table below or those
whose names have all the words; "make lint" calls it.

A line for each tool, and below it what the tool has found.  The exit status is 0 only if that is nothing.  "make check"
runs all but those that take minutes.
"""

import os
import re
import subprocess
import sys
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("BUILD", "build"))
FOLDERS = (".ci", "conf", "docs", "include", "mibs", "src", "tests")

# files: a function that chooses from all files; ignored: what is no finding in what the command says; slow: takes minutes.
Tool = namedtuple("Tool", "name command files ignored slow", defaults=(None, False))


def ends(*suffixes, below=""):
    return lambda file: str(file).startswith(below) and file.suffix in suffixes


def script(words, suffix=None):
    """Files that begin with "#!" and one of the words, or have the suffix."""

    def chooses(file):
        with open(TREE / file, "rb") as opened:
            return file.suffix == suffix or re.match(rb"#!.*\b(?:" + words + rb")\b", opened.readline()) is not None

    return chooses


CLANG_TIDY = ["clang-tidy-19", "--quiet", "-p", BUILD]
NOISE_OF_CLANG_TIDY = r"\d+ warnings?( and \d+ errors?)? (generated|treated)|\[\d+/\d+\] Processing|Suppressed |Use -header-filter"

# The tools whose verdict depends on their version are asked for by a version that each supported Debian has.
TOOLS = [
    Tool("clang-format", ["clang-format-19", "--dry-run", "--Werror"], ends(".c", ".h")),
    Tool("clang-tidy", CLANG_TIDY, ends(".c"), NOISE_OF_CLANG_TIDY),
    Tool(
        "cppcheck",
        ["cppcheck", "-q", "--std=c11", "--enable=warning,performance,portability", "--inline-suppr", "--error-exitcode=1"]
        # It takes every out parameter for one that is read; the compilers and clang-analyzer know better.
        + ["--suppress=uninitvar", "--suppress=legacyUninitvar", "--suppress=ctuuninitvar"]
        # Of later versions: a test may end where there is no memory; and not to look everywhere is no finding.
        + ["--suppress=nullPointerOutOfMemory:tests/*", "--suppress=nullPointerArithmeticOutOfMemory:tests/*"]
        + ["--suppress=ctunullpointerOutOfMemory", "--suppress=normalCheckLevelMaxBranches"]
        + ["-D_GNU_SOURCE", '-DVERSION=""', "-Iinclude", "-Isrc", "-Itests/lib"],
        ends(".c"),
    ),
    Tool("shellcheck", ["shellcheck"], script(rb"sh|bash", ".sh")),
    Tool("pyflakes", ["pyflakes3"], script(rb"python3", ".py")),
    # Whether the pages of other packages are installed says nothing about ours.
    Tool("mandoc", ["mandoc", "-T", "lint"], ends(".1", ".5", ".8", below="docs/"), "referenced manual not found|mandoc.db lacks"),
    Tool("smilint", ["smilint", "-s", "-l", "6"], ends(".txt", below="mibs/IPSEC")),
    Tool(
        "clang-analyzer",
        [*CLANG_TIDY, "--checks=-*,clang-analyzer-*,-clang-analyzer-optin.*,-clang-analyzer-security.insecureAPI.*"],
        ends(".c", below="src/"),
        NOISE_OF_CLANG_TIDY,
        slow=True,
    ),
]


def all_files():
    found = (path for folder in FOLDERS for path in (TREE / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(TREE) for path in found if "__pycache__" not in path.parts)


def findings_in(tool, files):
    """What the tool has to say of these files: nothing, if it likes them."""
    command = [str(word) for word in [*tool.command, *files]]
    environment = {**os.environ, "SMIPATH": f"{TREE / BUILD / 'std-mibs'}:{TREE / 'mibs'}"}
    try:
        ended = subprocess.run(
            command, cwd=TREE, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except FileNotFoundError:
        return f"{command[0]} is not installed: make deps"
    lines = ended.stdout.decode(errors="replace").splitlines()
    findings = "\n".join(line for line in lines if not (tool.ignored and re.search(tool.ignored, line)))
    if not findings and not lines and ended.returncode != 0:
        return f"{command[0]} ended with {ended.returncode}"
    return findings


def run(tool, jobs=1):
    """(how many files, what is wrong with them), by so many processes at once."""
    files = [file for file in all_files() if tool.files(file)]
    pieces = [files[i : i + 8] for i in range(0, len(files), 8)] if jobs > 1 else [files]
    with ThreadPoolExecutor(jobs) as pool:
        findings = pool.map(lambda piece: findings_in(tool, piece), pieces)
        return len(files), "\n".join(text for text in findings if text)


def main(only):
    tools = [tool for tool in TOOLS if all(word in tool.name for word in only)]
    clean = bool(tools)
    for tool in tools:
        count, findings = run(tool, os.cpu_count())
        print(f"{tool.name:<16} {count:>4} files, {'with findings:' if findings else 'clean'}", flush=True)
        if findings:
            clean = False
            print(re.sub("^", "    ", findings, flags=re.MULTILINE), flush=True)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
