# SPDX-License-Identifier: BSD-3-Clause
"""Control groups, of version 2: what a group of processes may use of the machine's memory, the kernel's for them included."""

import itertools
from pathlib import Path

import pytest

from .process import run

ROOT = Path("/run/cgroup")
_numbers = itertools.count(1)


class MemoryGroup:
    """before: what starts a program in it, as Agent.start() takes it."""

    def __init__(self, octets):
        if not ROOT.exists():
            ROOT.mkdir()
            run(["mount", "-t", "cgroup2", "none", ROOT])
        if "memory" not in (ROOT / "cgroup.controllers").read_text().split():
            pytest.skip("this kernel has no limits for the memory of a group")
        (ROOT / "cgroup.subtree_control").write_text("+memory")
        self.path = ROOT / f"group{next(_numbers)}"
        self.path.mkdir()
        (self.path / "memory.max").write_text(str(octets))
        self.before = ["sh", "-c", 'echo $$ >"$0" && exec "$@"', self.path / "cgroup.procs"]

    def number(self, file, word):
        lines = (self.path / file).read_text().splitlines()
        return int(dict(line.split() for line in lines)[word])

    def current(self):
        """Octets in use."""
        return int((self.path / "memory.current").read_text())

    def killed(self):
        """How many processes the kernel has ended to get memory."""
        return self.number("memory.events", "oom_kill")
