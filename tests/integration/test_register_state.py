# SPDX-License-Identifier: BSD-3-Clause
"""User-Mode Linux on processors with more or fewer registers than this one, and on hosts that have no room for it."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from bed.places import BUILD, TREE
from bed.process import run

sys.path.insert(0, str(TREE / "tests" / "uml"))
import uml  # noqa: E402

pytestmark = pytest.mark.once  # there is nothing of the agent in it

WHOLE, OTHER = BUILD / "tests" / "whole_xstate.so", BUILD / "tests" / "other_xstate.so"
# Octets of NT_X86_XSTATE: with AMX, with AVX but no more, and without AVX; UML has room for 2696.
AMX, AVX, SSE = 11008, 832, 576
SWITCHES = 10000


def play(monkeypatch, who, preload, octets=None):
    """The result, and for each of the two players: its switches, and the registers that differed in SSE's and in AVX's half."""
    monkeypatch.setenv("OTHER_XSTATE", str(octets or AMX))
    result = uml.run([BUILD / "tests" / "xstate_switches", who, SWITCHES], preload=preload, seconds=120)
    found = re.findall(r"(\d+) switches; \D*(\d+) \D*(\d+)", result.output)
    return result, [tuple(map(int, numbers)) for numbers in found]


@pytest.mark.parametrize("who", ["processes", "threads"])
@pytest.mark.parametrize("octets", [None, AMX, AVX], ids=["this", "larger", "smaller"])
def test_registers_survive_switches_whatever_the_host_has(monkeypatch, who, octets):
    preload = [WHOLE, OTHER] if octets else [WHOLE]
    result, players = play(monkeypatch, who, preload, octets)
    assert result.status == 0, result.output + result.console
    assert len(players) == 2 and all(switches >= SWITCHES for switches, _, _ in players)
    assert [differing for _, *differing in players] == [[0, 0], [0, 0]]


def test_a_larger_state_is_a_panic_without_the_library(monkeypatch):
    result, players = play(monkeypatch, "processes", [OTHER], AMX)
    assert (result.status, players) == (None, [])
    assert "ptrace set fp regs failed, errno = 14" in result.console and "Kernel panic" in result.console


@pytest.mark.skipif(" avx " not in Path("/proc/cpuinfo").read_text(), reason="this processor has no AVX")
def test_registers_that_are_lost_are_seen(monkeypatch):
    result, players = play(monkeypatch, "threads", [OTHER], SSE)
    assert result.status == 1, result.output + result.console
    assert [sse for _, sse, _ in players] == [0, 0] and max(avx for _, _, avx in players) == 16


@pytest.mark.parametrize(
    "shm, said",
    [
        ("mount -t tmpfs -o size=100m tmpfs /dev/shm", "/dev/shm has 100 MB free"),
        ("mount -t tmpfs -o noexec tmpfs /dev/shm", "/dev/shm is mounted noexec"),
        ("mount -t tmpfs tmpfs /dev", "/dev/shm is not there, or not writable"),
    ],
    ids=["small", "noexec", "absent"],
)
def test_a_host_without_room_for_its_memory(shm, said):
    # The tree may be below the /tmp that gets hidden.
    there = f"mkdir -p /run/tree && mount --bind {shlex.quote(str(TREE))} /run/tree && cd /run/tree"
    script = f"{there}; {shm}; mount -t tmpfs -o size=50m tmpfs /tmp; unset TMPDIR; exec tests/uml/run true"
    result = run(["unshare", "--mount", "sh", "-c", script], check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "tests/uml/run: User-Mode Linux needs a folder for a file of 1024 MB, its memory; "
        f"{said}, /tmp has 50 MB free; or set TMPDIR to one\n"
    )
