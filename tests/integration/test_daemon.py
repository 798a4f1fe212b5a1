# SPDX-License-Identifier: BSD-3-Clause
"""The agent as a daemon, without -f: it leaves the terminal, logs to the system log, and is spoken to by signals."""

import os
import re
import signal
import socket
from pathlib import Path

import pytest

from bed.agent import environment
from bed.places import AGENT, TREE
from bed.process import wait_for
from bed.snmp import V2C

TABLE = TREE / "tests" / "data" / "klips" / "openswan-2.txt"


class SystemLog:
    """A folder to be /dev, with the socket of a system log that is read here."""

    def __init__(self, directory):
        self.directory = directory
        (directory / "null").touch()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind(str(directory / "log"))
        self.lines = []

    def text(self):
        try:
            while True:
                self.lines.append(self.socket.recv(65536).decode())
        except BlockingIOError:
            return "\n".join(self.lines)

    def wait_until_said(self, text, times=1):
        wait_for(lambda: self.text().count(text) >= times, f"the system log to have {text!r}")

    def pid(self):
        """That of the daemon: each of its lines has it."""
        (pid,) = set(re.findall(r"ipsec-spi-agent\[(\d+)\]", self.text()))
        return int(pid)


@pytest.fixture
def system_log(sockets):
    directory = sockets / "dev"
    directory.mkdir()
    log = SystemLog(directory)
    yield log
    print(f"---- the system log:\n{log.text()}")
    log.socket.close()


@pytest.fixture
def start_daemon(netns, tmp_path, system_log):
    """start_daemon(*options, configuration=""): the CompletedProcess of the command that a user types in tmp_path."""
    env = environment(tmp_path)
    reports = [f"{env.get(name, '')}:log_path={tmp_path}/report" for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS")]
    env["ASAN_OPTIONS"], env["UBSAN_OPTIONS"] = f"{reports[0]}:detect_leaks=0", reports[1]

    def start(*options, configuration="", check=True):
        (tmp_path / "agent.conf").write_text(configuration)
        in_own_dev = 'mount --bind /dev/null "$0/null" && mount --bind "$0" /dev && exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", in_own_dev, system_log.directory, AGENT, "-c", "agent.conf", *options]
        return netns.run(*command, cwd=tmp_path, env=env, check=check)

    yield start
    for pid in re.findall(r"ipsec-spi-agent\[(\d+)\]", system_log.text()):
        if alive(int(pid)):
            os.kill(int(pid), signal.SIGKILL)
    assert not [path.read_text() for path in tmp_path.glob("report*")]


def alive(pid):
    """Whether it runs; one that has ended and is not waited for has no command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def test_the_life_of_a_daemon(start_daemon, system_log, snmpd, tmp_path, mib2text):
    # Every name is relative: what the daemon was told holds on after it has left the terminal.
    (tmp_path / "ipsec_spi").write_bytes(TABLE.read_bytes())
    started = start_daemon("-s", "klips", "-k", "ipsec_spi", "-x", snmpd.agentx, "-i", "1")
    assert (started.stdout, started.stderr) == ("", "")
    system_log.wait_until_said("started")
    pid = system_log.pid()
    assert os.getsid(pid) != os.getsid(0)
    assert {Path(os.readlink(f"/proc/{pid}/fd/{fd}")).name for fd in (0, 1, 2)} == {"null"}
    wait_for(lambda: mib2text(*V2C, snmpd.address, check=False, text=False).stdout == TABLE.read_bytes(), "the table")

    (tmp_path / "agent.conf").write_text("interval 2\n")
    os.kill(pid, signal.SIGHUP)
    system_log.wait_until_said("read the configuration again")
    (tmp_path / "agent.conf").write_text("interval two\n")
    os.kill(pid, signal.SIGHUP)
    system_log.wait_until_said("agent.conf: line 1: Error: interval two: is not a number of seconds from 1 to 3600")
    system_log.wait_until_said("nothing changed")

    os.kill(pid, signal.SIGTERM)
    system_log.wait_until_said("stopped")
    wait_for(lambda: not alive(pid), "the daemon's end")


def test_what_keeps_it_from_starting_is_said_to_who_started_it(start_daemon, system_log):
    result = start_daemon("-l", "udp:127.0.0.1:161", configuration="interval 0\n", check=False)
    assert result.returncode == 1
    assert "agent.conf: line 1: Error: interval 0: is not a number of seconds from 1 to 3600" in result.stderr
    assert result.stderr.endswith("ipsec-spi-agent: not started: the configuration has errors, see above\n")
    assert "started" not in system_log.text()


def test_a_daemon_waits_for_its_master_and_says_so_once(start_daemon, system_log, make_snmpd):
    late = make_snmpd()
    start_daemon("-s", "xfrm", "-x", late.agentx, "-i", "1")
    system_log.wait_until_said("no AgentX master at")
    late.start()
    system_log.wait_until_said("connected to the AgentX master")
    assert system_log.text().count("AgentX master") == 2


def test_a_daemon_is_not_held_up_by_a_master_that_accepts_nobody(start_daemon, system_log, sockets, netns):
    """connect() to such a socket blocks for as long as the master does nothing."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as master:
        master.bind(str(sockets / "deaf"))
        master.listen(0)
        # The backlog has room for one.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect(str(sockets / "deaf"))
            start_daemon("-s", "xfrm", "-x", f"unix:{sockets}/deaf", "-i", "1")
            system_log.wait_until_said("started")
            for times in range(1, 4):
                os.kill(system_log.pid(), signal.SIGHUP)
                system_log.wait_until_said("read the configuration again", times)
            os.kill(system_log.pid(), signal.SIGTERM)
            system_log.wait_until_said("stopped")
