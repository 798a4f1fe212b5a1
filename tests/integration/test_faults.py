# SPDX-License-Identifier: BSD-3-Clause
"""
A machine in want: of memory, of descriptors, of room.  tests/preload/fail_call.c makes one call fail, the first, the second
and so on until a whole life has none so late.  Each time the program goes on, or ends with a reason; what it shows is true.

FAULTS=all tries every place; without it, each call fails at some places, by chance.
"""

import os
import random
import re
import signal
import time

import pytest

from bed import places, xfrm
from bed.agent import Agent
from bed.process import wait_for
from bed.snmp import environment

# The sanitizers' runtime wants to be loaded before fail_call.
pytestmark = pytest.mark.once
ADDRESS = "udp:127.0.0.1:161"
SAS = 12
SAIDS = f"{places.SA_ENTRY}.{places.FIRST_SA_COLUMN}"
ACCESS = """\
com2sec -Cn CONTEXT watcher default public
group watchers v2c watcher
view all included .1
access watchers CONTEXT v2c noauth exact all none none
"""
# With "+", the calls of the libraries, too.  net-snmp's own memory is not among them: it does not survive without.
OF_AGENT = ["malloc", "open+", "socket+", "send+", "receive+", "setns", "write", "rename", "fsync"]
# With so many descriptors it has one queue for all managers; with more, one for each, and over a hundred sockets for them.
DESCRIPTORS = 256
OF_PRINT = ["malloc", "socket+", "send+", "receive+", "write"]
OF_MIB2TEXT = ["malloc", "open", "socket+", "send+", "receive+", "write", "rename", "fsync"]


@pytest.fixture
def try_faults(tmp_path, record_property):
    """
    try_faults(program, call, live): live(environment) is one life of a program, told by the environment what fails in it; it asserts
    what must hold whatever fails.
    """
    count = tmp_path / "count"

    def life(program, call, at, live):
        count.write_text("")
        words = {"IN": program.name, "CALL": call, "AT": at, "COUNT": count}
        preload = {"LD_PRELOAD": str(places.BUILD / "tests/fail_call.so")}
        live({**preload, **{f"FAIL_{name}": str(value) for name, value in words.items()}})
        return int(count.read_text().partition("\n")[0].strip("\0") or 0)

    def try_all(program, call, live):
        number = life(program, call, 0, live)
        assert number > 0, f"no {call} in a whole life"
        wanted = number if os.environ.get("FAULTS") == "all" else min(number, 3)
        for at in sorted(random.sample(range(1, number + 1), wanted)):
            try:
                life(program, call, at, live)
            except AssertionError as error:
                where = count.read_text().replace("\0", "").split("\n")[1:2]
                raise AssertionError(f"{call} number {at}, called at {where}: {error}") from None
        record_property("figure", f"{call} failed at {wanted} of {number} places")

    return try_all


@pytest.fixture
def watched(new_namespace):
    """A namespace with SAs, in which the agent does not run itself."""
    namespace = new_namespace()
    if not xfrm.keep_larval_sas(namespace):
        pytest.skip("larval SAs live for 30 s here")
    xfrm.add_larval_sas(namespace, SAS)
    return namespace


@pytest.mark.parametrize("call, descriptors", [*((call, DESCRIPTORS) for call in OF_AGENT), ("malloc", 1024), ("socket+", 1024)])
def test_life_of_an_agent(netns, watched, tmp_path, call, descriptors, try_faults):
    """Start, read, walk, SIGHUP, walk, state, stop."""
    words = f"netns {watched.name}\nstate-directory {tmp_path}/state\nstate-interval 1\ninterval 1\n"

    def live(environment_of_fault):
        agent = Agent(netns, tmp_path, "-s", "xfrm", "-l", ADDRESS, configuration=words + ACCESS.replace("CONTEXT", watched.name))
        agent.environment.update(environment_of_fault)
        agent.start(before=["prlimit", f"--nofile={descriptors}"])
        try:
            for number in (signal.SIGHUP, signal.SIGTERM):
                wait_until_all_are_served(agent)
                if agent.running():
                    agent.process.signal(number)
            status = agent.process.wait_until_ended()
            assert status == 0 or ends_for_a_reason(call, status, agent.output()), f"ended with {status}:\n{agent.output()}"
        finally:
            agent.kill()

    try_faults(places.AGENT, call, live)


def ends_for_a_reason(call, status, output):
    """Who serves already goes on, but in the wrong namespace."""
    return status == 1 and output.splitlines()[-1].startswith("ipsec-spi-agent: ") and ("started" not in output or call == "setns")


def wait_until_all_are_served(agent):
    """Or until it has ended.  What it shows meanwhile is what there is, or nothing."""
    client = agent.client(ADDRESS)

    def all_are_there():
        walk = client.run("snmpbulkwalk", "-Onq", "-t0.5", "-r0", SAIDS, check=False)
        number = len(re.findall(rf"^{re.escape(SAIDS)}\.[\d.]+ \S*esp", walk.stdout, re.M))
        assert number in (0, SAS) or walk.returncode != 0, f"{number} SAs of {SAS} are served:\n{agent.output()}"
        return number == SAS or not agent.running()

    wait_for(all_are_there, "all SAs to be served")


def test_few_descriptors(netns, watched, tmp_path):
    """However few they are, it serves, or says that they are too few."""
    serving = []
    for number in range(4, 33, 4):
        agent = Agent(watched, tmp_path, "-s", "xfrm", "-l", ADDRESS, configuration="rocommunity public\ninterval 1\n")
        agent.start(before=["prlimit", f"--nofile={number}"])
        wait_until_all_are_served(agent)
        if agent.running():
            serving.append(number)
            agent.stop()
            assert "one queue for all who send" in agent.output()
        else:
            assert agent.process.status() == 1 and "Too many open files" in agent.output(), f"{number}: {agent.output()}"
    assert serving and serving[0] <= 16, f"serves with {serving} descriptors"


def test_a_storm_of_hangups(watched, start_agent):
    agent = start_agent("-s", "xfrm", "-l", ADDRESS, configuration="rocommunity public\ninterval 1\n", namespace=watched)
    wait_until_all_are_served(agent)
    for _ in range(500):
        agent.process.signal(signal.SIGHUP)
    wait_until_all_are_served(agent)
    assert agent.running()


@pytest.mark.parametrize("master", ["there", "away", "hung"])
def test_a_stop_at_any_moment(netns, snmpd, tmp_path, master):
    """Before it has started, while it connects, while it reads: it ends, and by itself."""
    if master == "away":
        snmpd.stop()
    elif master == "hung":
        snmpd.process.signal(signal.SIGSTOP)
    chance = random.Random()
    for _ in range(12):
        agent = Agent(netns, tmp_path, "-s", "xfrm", "-x", snmpd.agentx, configuration="interval 1\n").start()
        try:
            time.sleep(chance.random() / 4)
            agent.process.signal(signal.SIGTERM)
            status = agent.process.wait_until_ended()
            assert status == 0 or (status == -signal.SIGTERM and not agent.output()), f"ended with {status}:\n{agent.output()}"
            assert (status == 0) == agent.output().endswith("stopped\n")
        finally:
            agent.kill()
    if master == "hung":
        snmpd.process.signal(signal.SIGCONT)


@pytest.mark.parametrize("call", OF_PRINT)
def test_print(watched, tmp_path, call, try_faults):
    def live(environment_of_fault):
        result = watched.run(places.AGENT, "-p", "-s", "xfrm", check=False, env={**environment(tmp_path), **environment_of_fault})
        assert_whole_or_nothing(result, result.stdout)

    try_faults(places.AGENT, call, live)


@pytest.mark.parametrize("call", OF_MIB2TEXT)
def test_mib2text_into_a_file(watched, start_agent, tmp_path, call, try_faults):
    agent = start_agent("-s", "xfrm", "-l", ADDRESS, configuration="rocommunity public\n", namespace=watched)
    wait_until_all_are_served(agent)
    folder = tmp_path / "texts"
    folder.mkdir()

    def live(environment_of_fault):
        file = folder / "text"
        file.unlink(missing_ok=True)
        command = [places.MIB2TEXT, "-v2c", "-cpublic", "-t0.5", "-r1", "-Co", file, ADDRESS]
        result = watched.run(*command, check=False, env={**environment(tmp_path), **environment_of_fault})
        assert_whole_or_nothing(result, file.read_text() if file.exists() else "")
        assert {path.name for path in folder.iterdir()} <= {"text"}, "no half of a file stays"

    try_faults(places.MIB2TEXT, call, live)


def assert_whole_or_nothing(result, text):
    if result.returncode == 0:
        assert text.count("\n") == SAS, f"a part of the SAs, as if they were all:\n{text}{result.stderr}"
    else:
        assert result.returncode in (1, 2), f"ended with {result.returncode}: {result.stderr}"
        assert result.stderr.count("\n") == 1, f"not one line: {result.stderr!r}"
