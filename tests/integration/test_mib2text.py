# SPDX-License-Identifier: BSD-3-Clause
"""mib2text against agents and files that are not what it hopes for."""

import fcntl
import ipaddress
import os
import pty
import re
import signal
import stat
import struct
import subprocess
import termios
import threading
import time
from pathlib import Path

import pytest

from bed import places
from bed.process import run, wait_for
from bed.snmp import environment
from bed.places import ROOT_OID, scalar
from bed.snmp import COMMUNITY, V2C, V3

TABLE = places.TREE / "tests" / "data" / "klips" / "openswan-2.txt"

# IP's numbers of the protocols, which count in the order of SAIDs.
NUMBERS = {"tun": 4, "esp": 50, "ah": 51, "comp": 108}


@pytest.fixture
def served(snmpd, start_agent):
    """snmpd and an agent that serves TABLE."""
    start_agent("-s", "klips", "-k", TABLE, "-x", snmpd.agentx).wait_until_served(snmpd.client)
    return snmpd


def refused(result, *words):
    assert result.returncode == 1, result
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


def test_version_1_is_refused_with_the_reason(mib2text):
    result = mib2text("-v1", "-c", "public", "udp:127.0.0.1:161", check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert "SNMPv1 has no Counter64" in result.stderr


@pytest.mark.parametrize(
    "options, says",
    [
        (["-v2c", "-c", "public"], "AGENT is missing"),
        (["-v2c", "-c", "public", "one", "two"], "argument two: not expected"),
        (["-q", "agent"], "-q: is no option"),
        (["-C"], "-C: needs a letter"),
        (["-Cx", "agent"], "-Cx: is no option"),
        (["-Cf", "xml", "agent"], "-Cf xml: it takes a FORMAT"),
        (["-Cf"], "-Cf: needs a FORMAT"),
        (["-Cw0", "agent"], "-Cw 0: it takes SECONDS, from 1 to 86400"),
        (["-Cr", "many", "agent"], "-Cr many: it takes a number of rows, from 1 to 10000"),
        (["-Cm", "483", "agent"], "-Cm 483: it takes a number of octets, from 484 to 65507"),
        (["-CO", "1.3.x", "agent"], "-CO 1.3.x: it takes an OID in numbers"),
        (["-Ci", "walk", "agent"], "argument agent: not expected; -Ci asks no agent"),
        (["-Cw1", "-Ci", "walk"], "-Cw does not go with -Ci"),
        (["-Cr9", "-Ci", "walk"], "-Cr does not go with -Ci"),
        (["-Cm1472", "-Ci", "walk"], "-Cm does not go with -Ci"),
        (["-Ct", "-Cf", "openswan", "agent"], "-Ct goes with no other -Cf than json"),
        (["-Cts", "agent"], "-Cs does not go with -Ct; sort tunnels by -Ck"),
        (["-Ctk", "colour", "agent"], "-Ck colour: it takes a KEY: index, descr, state, "),
        (["-Ck", "in", "agent"], "-Ck goes with tunnels only; add -Ct"),
        (["-C1t", "agent"], "-C1 does not go with -Ct, "),
        (["-C1", "-Cf", "openswan", "agent"], "-C1 goes with no other -Cf than json"),
        (["-C1s", "agent"], "-Cs does not go with -C1: it keeps the order of its table"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage(mib2text, options, says):
    result = mib2text(*options, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert says in result.stderr and len(result.stderr.splitlines()) == 1


def test_help_and_version(mib2text):
    help_text, version = mib2text("-h"), mib2text("-V")
    assert help_text.stdout.startswith("usage: mib2text ") and help_text.stderr == ""
    assert re.fullmatch(r"mib2text [\d.]+ \(net-snmp [\d.]+\w*\)\n", version.stdout) and version.stderr == ""


@pytest.mark.parametrize("version", [V2C, V3], ids=["v2c", "v3"])
def test_a_dead_address(mib2text, version):
    result = mib2text(*version, "-t", "1", "-r", "0", "udp:127.0.0.1:1", check=False)
    refused(result, "udp:127.0.0.1:1: no answer within 1 s: no SNMP agent listens there")
    assert len(result.stderr.splitlines()) == 1


def test_what_net_snmp_makes_for_itself_is_not_told(netns, tmp_path):
    env = {**environment(tmp_path), "SNMP_PERSISTENT_DIR": str(tmp_path / "new")}
    command = [places.MIB2TEXT, *V2C, "-t", "1", "-r", "0", "udp:127.0.0.1:1"]
    assert len(netns.run(*command, env=env, check=False).stderr.splitlines()) == 1
    # Unless somebody wants to know.
    (tmp_path / "new" / "cert_indexes").rmdir()
    assert "Created directory" in netns.run(*command[:-1], "-Le", command[-1], env=env, check=False).stderr
    assert "trace" in netns.run(*command[:-1], "-Dtrace", command[-1], env=env, check=False).stderr


def test_an_address_that_refuses_or_does_not_exist(mib2text):
    refused(mib2text(*V2C, "tcp:127.0.0.1:1", check=False), "tcp:127.0.0.1:1", "(Connection refused)\n")
    refused(mib2text(*V2C, "unix:/nowhere", check=False), "unix:/nowhere", "(No such file or directory)\n")
    refused(mib2text(*V2C, "nowhere.invalid", check=False), "Unknown host (nowhere.invalid)")


def test_what_the_users_snmp_conf_says_need_not_be_said_again(served, mib2text, netns, tmp_path):
    env = environment(tmp_path)
    persistent = Path(env["SNMP_PERSISTENT_DIR"])
    (Path(env["SNMPCONFPATH"]) / "snmp.conf").write_text(f"defVersion 2c\ndefCommunity {COMMUNITY}\n")
    kept = sorted(persistent.iterdir()) if persistent.exists() else []
    assert netns.run(places.MIB2TEXT, served.address, env=env).stdout == mib2text(*V2C, served.address).stdout != ""
    assert [f for f in sorted(persistent.iterdir()) if f not in kept and f.is_file()] == [], "nothing is kept between runs"


def test_a_wrong_community(served, mib2text):
    refused(mib2text("-v2c", "-c", "wrong", "-t", "1", "-r", "0", served.address, check=False), "community")


def test_an_snmpd_without_the_agent(snmpd, mib2text):
    refused(mib2text(*V2C, snmpd.address, check=False), "ipsec-spi-agent")


@pytest.mark.parametrize("way, part, rows", [([], "1.2", "SAs"), (["-Cf", "json"], "1.2", "SAs"), (["-Ct"], "1.3", "tunnels")])
def test_a_table_that_a_view_hides_is_not_taken_for_an_empty_one(make_snmpd, start_agent, mib2text, way, part, rows):
    view = f"view some included {ROOT_OID}\nview some excluded {ROOT_OID}.{part}\nrocommunity half default -V some\n"
    snmpd = make_snmpd(view).start()
    start_agent("-s", "klips", "-k", TABLE, "-x", snmpd.agentx).wait_until_served(snmpd.client)
    assert mib2text(*V2C, *way, snmpd.address).stdout != ""
    result = mib2text("-v2c", "-c", "half", *way, snmpd.address, check=False)
    refused(result, f"{rows}, but shows none; let this community or user see ")
    assert len(result.stderr.splitlines()) == 1


def test_a_saved_walk_is_read_and_one_cut_in_mid_line_is_not(served, netns, mib2text, tmp_path):
    walk = served.client.run("snmpbulkwalk", "-On", ROOT_OID).stdout
    (tmp_path / "walk").write_text(walk)
    assert mib2text("-Ci", tmp_path / "walk", text=False).stdout == TABLE.read_bytes()
    (tmp_path / "cut").write_text(walk[: len(walk) // 2])
    refused(mib2text("-Ci", tmp_path / "cut", check=False), "cut")


def test_a_file_is_written_whole_or_not_at_all(served, mib2text, tmp_path):
    out = tmp_path / "out"
    mib2text(*V2C, "-Co", out, served.address)
    assert out.read_bytes() == TABLE.read_bytes()
    assert stat.S_ISREG(out.stat().st_mode)
    result = mib2text(*V2C, "-Co", "/proc/nowhere/out", served.address, check=False)
    refused(result, "/proc/nowhere")
    mib2text("-v2c", "-c", "wrong", "-t", "1", "-r", "0", "-Co", out, served.address, check=False)
    assert out.read_bytes() == TABLE.read_bytes()
    assert [name for name in os.listdir(tmp_path) if name.startswith("out")] == ["out"]


def test_over_version_3_with_authentication_and_privacy(served, mib2text):
    assert mib2text(*V3, served.address, text=False).stdout == TABLE.read_bytes()


@pytest.mark.parametrize(
    "letter, value, says",
    [
        ("-u", "nobody", "Unknown user name; check -u"),
        ("-A", "another-passphrase", "Authentication failure (incorrect password, community or key); check -u"),
        ("-a", "MD5", "Authentication failure (incorrect password, community or key); check -u"),
        ("-X", "another-passphrase", "or it cannot decrypt the request (-x, -X)"),
        ("-n", "elsewhere", "or has no such context (-n)"),
        ("-l", "noAuthNoPriv", "or not at this security level (-l)"),
    ],
)
def test_what_version_3_refuses_is_told(served, mib2text, letter, value, says):
    options = {**dict(zip(V3[1::2], V3[2::2])), letter: value}
    words = [word for option in options.items() for word in option]
    result = mib2text("-v3", *words, "-t", "2", "-r", "0", served.address, check=False)
    refused(result, says)
    assert len(result.stderr.splitlines()) == 1


# ---- What it asks, and what it makes of the answers


@pytest.mark.parametrize("rows", [1, 7, 10000])
def test_any_number_of_rows_at_once_gives_the_same(served, mib2text, rows):
    assert mib2text(*V2C, "-Cr", rows, served.address, text=False).stdout == TABLE.read_bytes()


def test_sorted_by_said(served, mib2text):
    def destination_protocol_and_spi(line):
        protocol, spi, destination = re.match(r"([a-z]+)(0x[0-9a-f]+)@(\S+) ", line).groups()
        address = ipaddress.ip_address(destination)
        return address.version, address, NUMBERS[protocol], int(spi, 16)

    lines = TABLE.read_text().splitlines()
    in_order = sorted(lines, key=destination_protocol_and_spi)
    assert in_order != lines
    assert mib2text(*V2C, "-Cs", served.address).stdout.splitlines() == in_order


def test_no_mib_file_is_read(served, netns, mib2text, tmp_path):
    (tmp_path / "mibs").mkdir()
    (tmp_path / "mibs" / "BROKEN-MIB.txt").write_text("BROKEN-MIB DEFINITIONS ::= BEGIN nonsense")
    env = {**environment(tmp_path), "MIBS": "ALL", "MIBDIRS": str(tmp_path / "mibs")}
    result = netns.run(places.MIB2TEXT, *V2C, served.address, env=env)
    assert (result.stdout, result.stderr) == (TABLE.read_text(), "")


def test_a_walk_from_standard_input(served, mib2text):
    walk = served.client.run("snmpbulkwalk", "-On", ROOT_OID).stdout
    assert mib2text("-Ci", "-", stdin=None, input=walk).stdout == TABLE.read_text()


def test_a_reader_that_has_had_enough_is_no_error(served, tmp_path):
    (tmp_path / "walk").write_text(served.client.run("snmpbulkwalk", "-On", ROOT_OID).stdout)
    reader, writer = os.pipe()
    os.close(reader)
    command = [places.MIB2TEXT, "-Ci", tmp_path / "walk"]
    result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment(tmp_path), timeout=places.PATIENCE)
    os.close(writer)
    assert (result.returncode, result.stderr) == (-signal.SIGPIPE, b"")


# ---- Again and again (-Cw)


@pytest.fixture
def start_mib2text(netns, tmp_path):
    """start_mib2text(*options): it runs until it is stopped; what it prints goes to tmp_path/printed."""
    started = []

    def start(*options):
        command = [places.MIB2TEXT, *options]
        env = environment(tmp_path)
        started.append(netns.start("mib2text", command, tmp_path / "said", env=env, separate_stdout=tmp_path / "printed"))
        return started[-1]

    yield start
    for process in started:
        if process.running():
            process.stop()
        process.assert_clean()


def test_again_and_again_with_an_empty_line_between(served, start_mib2text, tmp_path):
    process = start_mib2text(*V2C, "-Cw", 1, served.address)
    text = TABLE.read_text()
    wait_for(lambda: (tmp_path / "printed").read_text().startswith(f"{text}\n{text}"), "the table twice", process=process)
    # To be stopped is its regular end.
    assert process.stop() == 0
    assert process.output() == ""


def test_a_file_that_is_kept_up_to_date(snmpd, start_agent, start_mib2text, tmp_path):
    table, out = tmp_path / "table", tmp_path / "out"
    first, second = TABLE.read_text(), "".join(TABLE.read_text().splitlines(keepends=True)[:3])
    table.write_text(first)
    options = ["-s", "klips", "-k", table, "-x", snmpd.agentx, "-i", "1"]
    agent = start_agent(*options).wait_until_served(snmpd.client)
    process = start_mib2text(*V2C, "-t", "1", "-r", "0", "-Cw", 1, "-Co", out, snmpd.address)
    wait_for(lambda: out.exists() and out.read_text() == first, "the file", process=process)
    # While the agent is away, the file stays, and that is said once.
    agent.stop()
    process.wait_until_said("no IPSEC-SPI-MIB there")
    table.write_text(second)
    assert out.read_text() == first
    start_agent(*options)
    wait_for(lambda: out.read_text() == second, "the new file", process=process)
    process.wait_until_said("all is well again")
    assert process.stop() == 0
    assert process.output().count("no IPSEC-SPI-MIB there") == 1


# ---- A file that cannot be written (-Co)


def test_a_full_disk_leaves_the_old_file(served, mib2text, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk])
    try:
        (disk / "out").write_text("old\n")
        refused(mib2text(*V2C, "-Co", disk / "out", served.address, check=False), f"{disk}/out: No space left on device")
        assert os.listdir(disk) == ["out"]
        assert (disk / "out").read_text() == "old\n"
    finally:
        run(["umount", disk])


def test_a_folder_that_may_not_be_written_is_named_before_anybody_is_asked(mib2text, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder])
    try:
        # Nobody is there to be asked.
        result = mib2text(*V2C, "-Co", folder / "out", "udp:127.0.0.1:1", check=False)
        refused(result, f"{folder}/out: cannot create a file in {folder}: Read-only file system")
    finally:
        run(["umount", folder])


# ---- A terminal


def on_a_terminal(netns, tmp_path, *options):
    """mib2text with standard error on a terminal: its status, and what was seen there."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [str(word) for word in netns.enter([places.MIB2TEXT, *options])]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave, env=environment(tmp_path))
    os.close(slave)
    seen = b""
    try:
        while data := os.read(master, 4096):
            seen += data
    except OSError:  # the other end was closed
        pass
    os.close(master)
    return process.wait(places.PATIENCE), seen.decode()


def test_a_long_walk_shows_its_progress_on_a_terminal(netns, start_agent, tmp_path):
    rows, address = 200, "udp:127.0.0.1:161"
    table = tmp_path / "table"
    table.write_text(run([places.BUILD / "tests" / "random_klips", rows]).stdout)
    agent = start_agent("-s", "klips", "-k", table, "-l", address, configuration="rocommunity public\n")
    client = agent.client(address)
    wait_for(lambda: client.get_value(scalar("Sas")) == rows, "the first read", process=agent.process)
    # A walk is long after a second, which this one waits for its first answer.
    agent.process.signal(signal.SIGSTOP)
    threading.Timer(2, agent.process.signal, [signal.SIGCONT]).start()
    status, seen = on_a_terminal(netns, tmp_path, *V2C, "-t", 20, address)
    assert status == 0
    shown = [(int(done), int(of)) for done, of in re.findall(r"\r(\d+) of (\d+) SAs\x1b\[K", seen)]
    assert shown and shown == sorted(shown) and {of for _, of in shown} == {rows}
    # It leaves the line as it found it.
    assert seen.endswith("\r\x1b[K")


def test_a_short_walk_shows_nothing_on_a_terminal(netns, served, tmp_path):
    """One that takes less than a second, which on a busy machine is not each."""

    def short_walk():
        began = time.monotonic()
        seen = on_a_terminal(netns, tmp_path, *V2C, "-Cr", 10, served.address)
        return seen if time.monotonic() < began + 1 else None

    assert wait_for(short_walk, "a short walk") == (0, "")
