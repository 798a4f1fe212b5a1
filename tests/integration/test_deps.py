# SPDX-License-Identifier: BSD-3-Clause
"""What make deps chooses, and what it and make check-in say where something cannot be had.  There is no network here."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from bed.places import TREE
from bed.process import Process, run, wait_for

pytestmark = pytest.mark.once  # nothing of it is built

NOWHERE = "http://127.0.0.1:9/debian"
REFUSED = "Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)"
PACKAGE = """Package: second-name-of-it
Version: 1
Architecture: all
Filename: pool/second-name-of-it_1_all.deb
Size: 1000
SHA256: {:064}
Description: none, but apt does not know
"""
RELEASE = """Origin: Debian
Label: Debian
Codename: suite
Date: Thu, 01 Jan 2026 00:00:00 UTC
Components: main
Architectures: {architecture}
SHA256:
 {hash} {size} main/binary-{architecture}/Packages
"""


@pytest.fixture
def repository(tmp_path):
    """One that has a package by its second name, in its lists."""
    architecture = run(["dpkg", "--print-architecture"]).stdout.strip()
    packages = tmp_path / f"repository/dists/suite/main/binary-{architecture}/Packages"
    packages.parent.mkdir(parents=True)
    packages.write_text(PACKAGE.format(0))
    content = packages.read_bytes()
    found = {"architecture": architecture, "hash": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (tmp_path / "repository/dists/suite/Release").write_text(RELEASE.format(**found))
    return tmp_path / "repository"


@pytest.fixture
def apt(tmp_path):
    """apt(URI): an environment in which apt has nothing but that."""

    def make(uri):
        for folder in ("lists/partial", "cache/archives/partial"):
            (tmp_path / folder).mkdir(parents=True)
        (tmp_path / "sources.list").write_text(f"deb [trusted=yes] {uri} suite main\n")
        settings = {
            "Dir::Etc::sourcelist": tmp_path / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::lists": tmp_path / "lists",
            "Dir::Cache": tmp_path / "cache",
            "APT::Sandbox::User": "",
            # That of dpkg is the host's, which is closed to the root of an ordinary user's namespace.
            "Debug::NoLocking": "true",
            "Acquire::Retries": "0",
        }
        (tmp_path / "apt.conf").write_text("".join(f'{name} "{value}";\n' for name, value in settings.items()))
        return {**os.environ, "APT_CONFIG": str(tmp_path / "apt.conf")}

    return make


def complaint_of(*command, env):
    """The one line that a command ends with that fails."""
    result = run(command, check=False, env=env, cwd=TREE, seconds=60)
    assert result.returncode != 0
    (line,) = result.stderr.splitlines()
    return line


def install(*packages, env):
    return complaint_of("tests/deps/install", *packages, env=env)


def test_the_name_that_apt_has_is_chosen(apt, repository):
    said = install("first-name-of-it,second-name-of-it,third-name-of-it", env=apt(f"file:{repository}"))
    assert said.startswith("deps: missing: second-name-of-it; apt cannot get them: ")


def test_what_is_installed_is_not_asked_for(apt):
    run(["tests/deps/install", "no-such-package,dpkg", "apt"], env=apt(NOWHERE), cwd=TREE)


def test_a_host_without_network(apt):
    said = install("dpkg", "first-name-of-it", "second-name-of-it", env=apt(NOWHERE))
    assert said == (
        "deps: missing: first-name-of-it second-name-of-it; apt cannot get them: "
        f"Unable to locate package first-name-of-it; its lists are old: {REFUSED}"
    )


def test_a_package_that_apt_does_not_know(apt, repository):
    said = install("first-name-of-it", env=apt(f"file:{repository}"))
    assert said == "deps: missing: first-name-of-it; apt cannot get them: Unable to locate package first-name-of-it"


def test_what_is_only_unpacked(apt, tmp_path):
    said = complaint_of("tests/deps/unpack", tmp_path / "unpacked", "first-name-of-it", env=apt(NOWHERE))
    assert said == "deps: apt cannot get first-name-of-it: Unable to locate package first-name-of-it"
    assert not (tmp_path / "unpacked").exists()


def check_in(suite, env, **variables):
    return complaint_of("tests/debian/run", suite, "true", env={**env, **variables})


def test_a_suite_that_nobody_knows(tmp_path):
    assert check_in("", os.environ) == "check-in: say which Debian: SUITE=bookworm or SUITE=trixie"
    said = check_in("trixy", os.environ, BUILD=str(tmp_path))
    assert said == "check-in: debootstrap knows no Debian 'trixy'; SUITE=bookworm or SUITE=trixie"


def test_a_mirror_that_does_not_answer(tmp_path):
    said = check_in("trixie", os.environ, BUILD=str(tmp_path), MIRROR=NOWHERE)
    assert said == f"check-in: {NOWHERE} does not give us trixie: {REFUSED}; another one: MIRROR=http://..."
    assert not (tmp_path / "debian/trixie").exists()


def test_the_mirror_is_that_of_apt(apt, repository, tmp_path):
    mirrors = tmp_path / "mirrors"
    mirrors.write_text(f"# as on a cloud's machine\n{NOWHERE}\tpriority:1\nfile:{repository}\tpriority:2\n")
    environment = apt(f"mirror+file:{mirrors}")
    run(["apt-get", "-q", "update"], env=environment)
    assert f"{NOWHERE} does not give us trixie" in check_in("trixie", environment, BUILD=str(tmp_path / "build"))


def test_no_mirror_at_all(apt, tmp_path):
    said = check_in("trixie", apt(NOWHERE), BUILD=str(tmp_path / "build"))
    assert said == "check-in: apt uses no mirror of Debian here; name one: MIRROR=http://..."


REAL_ROOT = Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]


def running(words):
    """Whether a process has these words in its command."""
    commands = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return any(line.startswith(words) for line in commands.splitlines())


@pytest.mark.skipif(not REAL_ROOT, reason="root in a namespace of users has no Debian to enter")
def test_a_command_on_another_debian_ends_with_its_run(tmp_path):
    root, command = tmp_path / "root", ["sleep", "98765"]
    root.mkdir()
    run(["mount", "--rbind", "/", root])
    entered = Process("enter", [TREE / "tests/debian/enter", root, "root", "/", *command], tmp_path / "log")
    wait_for(lambda: running(" ".join(command)), "the command to run", process=entered)
    entered.stop()
    wait_for(lambda: not running(" ".join(command)), "the command to end")
