# SPDX-License-Identifier: BSD-3-Clause
"""No octet of a key leaves the kernel: not into memory that stays, a core file, a log, or what is served."""

import fcntl
import ipaddress
import os
import resource
import signal
import sys
import termios
from pathlib import Path

import pytest

from bed.keys import RUN, Keys
from bed.places import AGENT, MIB2TEXT, SA_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import V2C, environment

ADDRESS = "udp:127.0.0.1:161"
SAS, SAS_IN_LOG = 1000, 200
PIPE_OCTETS = 60_000  # nearly all that fits into a pipe (pipe(7))
DESTINATION = "192.0.2.2"
SERVED = scalar("Sas")
SAID = f"{SA_ENTRY}.6"


def destination_forms():
    """What a program can have of the address: its text, its octets, or the end of a name in a MIB."""
    octets = ipaddress.ip_address(DESTINATION).packed
    return DESTINATION.encode(), octets, b"".join(octet.to_bytes(8, sys.byteorder) for octet in octets)


def algorithms(keys, number):
    """Four kinds in turn; the salts of the last three are the last octets of their keys."""
    kinds = (
        (('enc "cbc(aes)" {}', 32), ('auth-trunc "hmac(sha512)" {} 256', 64)),
        (('aead "rfc4106(gcm(aes))" {} 128', 36),),
        (('aead "rfc7539esp(chacha20,poly1305)" {} 128', 36),),
        (('enc "rfc3686(ctr(aes))" {}', 20), ('auth-trunc "hmac(sha1)" {} 96', 20)),
    )
    return " ".join(words.format(keys.new(octets)) for words, octets in kinds[number % 4])


def add_sas(namespace, keys, count):
    name = f"src 192.0.2.1 dst {DESTINATION} proto esp spi"
    lines = [f"xfrm state add {name} {0x1000 + n} mode tunnel {algorithms(keys, n)}" for n in range(count)]
    namespace.ip_batch(lines)


@pytest.fixture
def core_files(tmp_path):
    """Where core files go, of processes that may have one."""
    pattern = Path("/proc/sys/kernel/core_pattern")
    before = pattern.read_text()
    pattern.write_text(str(tmp_path / "core"))
    Path("/proc/sys/kernel/core_uses_pid").write_text("0")
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    yield lambda: list(tmp_path.glob("core*"))
    pattern.write_text(before)


def test_the_search_finds_what_is_there(tmp_path):
    keys = Keys()
    key = bytes.fromhex(keys.new(20)[2:])
    for offset in range(8):
        for part in (key[:RUN], key[-RUN:], key):
            octets = b"x" * offset + part + b"y" * 9
            assert offset in keys.found_in(octets)
            assert keys.found_in_text(octets.hex(" ").encode()) and keys.found_in_text(octets)
        assert not keys.found_in(b"x" * offset + key[: RUN - 1] + b"y" * 9)
    assert keys.found_in_process(os.getpid()), "in this very process"


def test_no_key_is_found_anywhere(netns, start_agent, core_files, tmp_path, record_property):
    keys = Keys()
    agent = start_agent("-s", "xfrm", "-l", ADDRESS, "-i", "1", configuration="rocommunity public\n")
    client = agent.client(ADDRESS)
    agent.wait_until_served(client)
    # While it runs, so that it also hears of each, key and all.
    add_sas(netns, keys, SAS)
    wait_for(lambda: client.get_value(SERVED) == SAS, "all SAs to be served", process=agent.process)
    text = tmp_path / "text"
    command = [MIB2TEXT, *V2C, "-Cw", "1", "-Co", text, ADDRESS]
    exporter = netns.start("mib2text", command, tmp_path / "mib2text.log", env=environment(tmp_path / "m"))
    wait_for(lambda: text.exists() and text.read_text().count("\n") == SAS, "the text", process=exporter)
    places = {"the agent's memory": keys.found_in_process(agent.pid), "mib2text's": keys.found_in_process(exporter.pid)}
    places["the text"] = keys.found_in_text(text.read_bytes())

    exporter.signal(signal.SIGABRT)
    exporter.wait_until_ended()
    (core,) = core_files()
    octets = core.read_bytes()
    assert any(form in octets for form in destination_forms()), "the core file is one of what mib2text knew"
    places["mib2text's core file"] = keys.found_in(octets)
    core.unlink()

    netns.ip("xfrm", "state", "flush")
    wait_for(lambda: client.get_value(SERVED) == 0, "no SA to be served", process=agent.process)
    places["the agent's memory after their deletion"] = keys.found_in_process(agent.pid)
    assert places == dict.fromkeys(places, [])
    agent.process.signal(signal.SIGABRT)
    agent.process.wait_until_ended()
    assert core_files() == [], "the agent leaves no core file"
    record_property("figure", f"{len(keys.all)} keys looked for in {len(places)} places")


def octets_in(pipe):
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_no_key_is_found_in_one_that_only_prints(netns, core_files, tmp_path):
    """It is held up while it prints: nobody reads."""
    keys = Keys()
    add_sas(netns, keys, SAS)
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDWR)
    command, log = [AGENT, "-p", "-s", "xfrm"], tmp_path / "log"
    printing = netns.start("agent", command, log, env=environment(tmp_path), separate_stdout=tmp_path / "pipe")
    wait_for(lambda: octets_in(pipe) >= PIPE_OCTETS, "the pipe to be full", process=printing)
    assert keys.found_in_process(printing.pid) == []
    printing.signal(signal.SIGABRT)
    printing.wait_until_ended()
    assert core_files() == [], "it leaves no core file"
    assert keys.found_in_text(os.read(pipe, PIPE_OCTETS)) == []
    os.close(pipe)


@pytest.mark.once
def test_no_key_is_in_a_log_with_everything_in_it(netns, start_agent):
    """Every debug token of net-snmp's and ours, over reads, events and requests."""
    keys = Keys()
    agent = start_agent("-D", "ALL", "-s", "xfrm", "-l", ADDRESS, "-i", "1", configuration="rocommunity public\n")
    client = agent.client(ADDRESS)
    agent.wait_until_served(client)
    add_sas(netns, keys, SAS_IN_LOG)
    wait_for(lambda: client.get_value(SERVED) == SAS_IN_LOG, "all SAs to be served", process=agent.process)
    client.run("snmpgetnext", SAID)
    netns.ip("xfrm", "state", "flush")
    wait_for(lambda: client.get_value(SERVED) == 0, "no SA to be served", process=agent.process)
    log = agent.process.log.read_bytes()
    assert b"trace" in log and len(log) > 100_000
    assert keys.found_in_text(log) == []
