# SPDX-License-Identifier: BSD-3-Clause
"""mib2text -Ct -Cw on a terminal: tunnels in place, with rates, until the user has seen enough."""

import itertools
import re
import signal
import subprocess
from pathlib import Path

import pytest

from bed.klips import HERE, aged, klips_text, pair
from bed.places import MIB2TEXT
from bed.process import run, wait_for
from bed.snmp import V2C, environment
from bed.terminal import PROMPT, Terminal

ENGINE = "udp:127.0.0.1:161"
# "down" in reverse, as tmux spells looks.
MARKED_DOWN = re.compile(r"(\x1b\[[0-9;]*m)*\x1b\[([0-9]+;)*7(;[0-9]+)*m(\x1b\[[0-9;]*m)*down")


@pytest.fixture
def terminal(netns, tmp_path, sockets, start_agent):  # start_agent: whoever is asked is stopped after it
    opened = Terminal(netns, tmp_path, sockets)
    yield opened
    opened.close()


@pytest.fixture
def serve(start_agent, tmp_path):
    """serve(text): an engine of that KLIPS file, which it reads every second; the file."""

    def start(text):
        file = tmp_path / "ipsec_spi"
        file.write_text(text)
        agent = start_agent("-s", "klips", "-k", file, "-i", "1", "-l", ENGINE, configuration="rocommunity public\n")
        agent.wait_until_served(agent.client(ENGINE))
        return agent, file

    return start


def watch(terminal, tmp_path, *options):
    """Starts it from the shell of the terminal; its process ID."""
    pid = tmp_path / "pid"
    pid.unlink(missing_ok=True)
    words = " ".join(map(str, [MIB2TEXT, "-Ct", "-Cw", 1, *options, *V2C, ENGINE]))
    terminal.type(f"stty -g >before; sh -c 'echo $$ >pid; exec {words}'; echo $? >status; stty -g >after")
    wait_for(lambda: pid.exists() and pid.read_text().endswith("\n"), "it to be started")
    return int(pid.read_text())


def assert_whole(terminal, tmp_path, status=0):
    """The terminal is as the shell had left it, and the shell goes on."""
    wait_for(lambda: (tmp_path / "after").exists(), "it to end:\n" + "\n".join(terminal.seen()))
    terminal.wait_until_seen(PROMPT)
    assert (tmp_path / "status").read_text() == f"{status}\n"
    assert (tmp_path / "before").read_text() == (tmp_path / "after").read_text()
    assert terminal.state() == "0 1 0 0"
    assert not any("tunnels" in line for line in terminal.seen())
    (tmp_path / "after").unlink()


def row(terminal, end):
    """The words of the tunnel's line, or []."""
    found = [line.split() for line in terminal.seen() if f"-{end} " in line]
    return found[0] if found else []


def test_an_operator_watches_tunnels(serve, terminal, tmp_path):
    agent, file = serve(klips_text(*pair(1, 10, 20, aged()), *pair(2, 1, 1, aged(), "198.51.100.2")))
    watch(terminal, tmp_path)
    lines = terminal.wait_until_seen("2 tunnels, 2 up")
    assert lines[2].split()[:4] == ["INDEX", "DESCR", "STATE", "FOR"]
    assert [line.split()[2] for line in lines[3:5]] == ["up", "up"]
    # Traffic is seen as rates, in bits and packets, and is over when it is over.
    packets = itertools.count(1000, 1000)

    def rates_while_packets_come():
        file.write_text(klips_text(*pair(1, next(packets), 20, aged()), *pair(2, 1, 1, aged(), "198.51.100.2")))
        found = row(terminal, "198.51.100.1")[4:8]
        return found if len(found) == 4 and found[0][-1] in "kMG" else None

    in_bits, out_bits, in_packets, out_packets = wait_for(rates_while_packets_come, "a rate")
    assert (out_bits, out_packets) == ("0", "0") and in_packets not in ("0", "-")
    wait_for(lambda: row(terminal, "198.51.100.1")[4:8] == ["0"] * 4, "it to be over")
    # Sorted as the user wants it; a tunnel that goes down is marked and counted.
    terminal.press(">", ">", ">", ">")
    terminal.wait_until_seen("by in")
    terminal.press("<", "<", "<", "r")
    assert "198.51.100.2" in terminal.wait_until_seen("by descr, reversed")[3]
    file.write_text(klips_text(*pair(2, 9000, 1, aged(), "198.51.100.2")))
    wait_for(lambda: MARKED_DOWN.search("".join(terminal.seen_with_looks())), "the mark")
    terminal.wait_until_seen("2 tunnels, 1 up")
    # Nothing of it scrolls away: it is one screen all the time, and it goes as it came.
    terminal.press("q")
    assert_whole(terminal, tmp_path)
    # An agent that does not answer is said on the screen, which stays.
    watch(terminal, tmp_path, "-Ck", "state", "-t", "0.2", "-r", "0")
    assert "down" in terminal.wait_until_seen("1 up  1-2 by state")[3]
    agent.stop()
    lines = terminal.wait_until_seen("no answer within 0.2 s")
    assert "down" in lines[3] and len(lines) <= 20
    terminal.press("C-c")
    assert_whole(terminal, tmp_path)


def test_the_terminal_is_whole_whatever_ends_or_stops_it(serve, terminal, tmp_path):
    serve(klips_text(*pair(1, 10, 20, 100)))
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        pid = watch(terminal, tmp_path)
        terminal.wait_until_seen("1 tunnels, 1 up")
        run(["kill", f"-{int(number)}", pid])
        assert_whole(terminal, tmp_path)
    # Stopped by the user, the shell has its terminal; continued, it is where it was.
    terminal.type("stty -g >before")
    terminal.type(" ".join(map(str, [MIB2TEXT, "-Ct", "-Cw", 1, *V2C, ENGINE])))
    terminal.wait_until_seen("1 tunnels, 1 up")
    terminal.press("C-z")
    terminal.wait_until_seen("Stopped")
    assert terminal.state() == "0 1 0 0"
    terminal.resize(60, 10)
    terminal.type("stty -g >after; clear")
    wait_for(lambda: (tmp_path / "after").exists() and (tmp_path / "after").read_text(), "the shell")
    assert (tmp_path / "before").read_text() == (tmp_path / "after").read_text()
    terminal.type("fg")
    lines = terminal.wait_until_seen("1 tunnels")
    assert terminal.state().startswith("1 0") and max(map(len, lines)) <= 60
    terminal.press("q")
    wait_for(lambda: terminal.state() == "0 1 0 0", "it to end")
    # The terminal goes away, and it with it.
    pid = watch(terminal, tmp_path)
    terminal.wait_until_seen("1 tunnels, 1 up")
    terminal.close()
    wait_for(lambda: not Path(f"/proc/{pid}").exists(), "it to end")


def test_five_thousand_tunnels_scroll_in_a_window_of_any_size(serve, terminal, tmp_path):
    ends = [f"198.{51 + n // 60000}.{n // 250}.{n % 250 + 1}" for n in range(5000)]
    serve(klips_text(*(("esp", n + 1, HERE, end, "out", 1, 5) for n, end in enumerate(ends))))
    watch(terminal, tmp_path, "-Ck", "remote")
    terminal.wait_until_seen("5000 tunnels, 0 up  1-17 by remote")
    terminal.press("NPage", "Down", "Right")
    lines = terminal.wait_until_seen("19-35 by remote")
    assert lines[2].split()[:3] == ["INDEX", "DESCR", "FOR"] and ends[18] in lines[3]
    terminal.press("End")
    lines = terminal.wait_until_seen("4984-5000 by remote")
    assert ends[4999] in lines[19]
    terminal.resize(40, 8)
    wait_for(lambda: len(terminal.seen()) == 8 and "INDEX" in terminal.seen()[2], "the small window")
    terminal.resize(140, 30)
    lines = terminal.wait_until_seen("4974-5000 by remote")
    assert ends[4973] in lines[3] and ends[4999] in lines[29]
    terminal.press("r", "Home")
    assert ends[4999] in terminal.wait_until_seen("1-27 by remote, reversed")[3]
    terminal.press("q")
    assert_whole(terminal, tmp_path)


def test_where_it_cannot_be_drawn_there_are_listings(serve, terminal, tmp_path, netns, mib2text):
    serve(klips_text(*pair(1, 10, 20, 100), *pair(2, 1, 30, 100, "198.51.100.2")))
    # A terminal that cannot go to a place.
    terminal.type(f"TERM=dumb {MIB2TEXT} -Ct -Cw 1 {' '.join(V2C)} {ENGINE}")
    wait_for(lambda: sum("INDEX" in line for line in terminal.seen()) >= 2, "two listings")
    terminal.press("C-c")
    # No terminal at all; and a key sorts a listing, too.
    command = netns.enter([str(word) for word in [MIB2TEXT, "-Ct", "-Cw", 1, "-Ck", "out", *V2C, ENGINE]])
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(tmp_path), text=True) as process:
        lines = [process.stdout.readline() for _ in range(4)]
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert [line.split()[0] for line in lines[:1]] == ["INDEX"] and lines[3] == "\n"
    assert "198.51.100.2" in lines[1] and "198.51.100.1" in lines[2]
    assert "\x1b" not in "".join(lines)
