# SPDX-License-Identifier: BSD-3-Clause
"""One agent for many network namespaces, each in its SNMP context."""

import re
from pathlib import Path

import pytest

from bed import xfrm
from bed.netns import Namespace
from bed.places import AGENT, SA_ENTRY, TREE, scalar
from bed.process import run, wait_for
from bed.snmp import READ_ACCESS, Client, environment

ENGINE = "udp:127.0.0.1:1161"
CONTEXTS = ("blue", "red")
STATUS, ERROR, AGE = scalar("SourceStatus"), scalar("SourceError"), scalar("SnapshotAge")
OK, FAILING, STALE = 1, 2, 3
SAS, FAILED_READS = scalar("Sas"), scalar("FailedReads")


PAGE = TREE / "docs/namespaces.md"


def lines_shown(*words):
    """What the page shows from a line that begins with the first word on, which is lines that begin with these words."""
    (text,) = re.findall(rf"((?: {{4}}{words[0]} .*\n)(?: {{4}}.*\n)*)", PAGE.read_text())
    lines = [line.strip() for line in text.splitlines()]
    assert [line.split()[0] for line in lines] == list(words)
    return "\n".join(lines) + "\n"


OF_COMMUNITY = lines_shown("com2sec", "group", "access")
ACCESS = lines_shown("createUser", "rouser") + "".join(OF_COMMUNITY.replace("blue", context) for context in CONTEXTS)
ACCESS += "view ipsec included .1.3.6.1.4.1.8072.9999.9999.4301\n"


@pytest.fixture
def spaces(new_namespace):
    """Two namespaces, called as their contexts, with one and two SAs."""
    made = {}
    for count, name in enumerate(CONTEXTS, 1):
        made[name] = Namespace(name)
        xfrm.add_larval_sas(made[name], count)
        xfrm.keep_larval_sas(made[name])
    yield made
    for namespace in made.values():
        namespace.delete()


@pytest.fixture
def subagent(make_snmpd, start_agent):
    """subagent(*options, configuration=""): an agent, and a client for the snmpd that it serves through."""

    def start(*options, configuration=""):
        snmpd = make_snmpd(ACCESS).start()
        agent = start_agent("-x", snmpd.agentx, "-i", "1", *options, configuration=configuration)
        return agent, snmpd.client

    return start


@pytest.fixture
def engine(start_agent):
    """engine(*options, configuration=""): an agent that is an engine of its own, and a client for it."""

    def start(*options, configuration=""):
        words = READ_ACCESS + ACCESS + configuration
        agent = start_agent("-l", ENGINE, "-i", "1", *options, configuration=words)
        return agent, agent.client(ENGINE)

    return start


def in_context(client, context):
    """By version 3 with the context's name, as the page's command."""
    (command,) = re.findall(r"snmpbulkwalk (-v3 -u monitor -l authPriv -a .*) -n blue", PAGE.read_text())
    return Client(client.namespace, client.address, client.directory, [*command.split(), "-n", context])


def of_community(client, context):
    """By version 2c with the community that is mapped to the context."""
    return Client(client.namespace, client.address, client.directory, ["-v2c", "-c", f"{context}-secret"])


def sas_of(client):
    return len(client.table(SA_ENTRY))


def wait_for_sas(client, count, process):
    wait_for(lambda: sas_of(client) == count, f"{count} SAs", process=process)


@pytest.mark.parametrize("kind", ["subagent", "engine"])
def test_each_namespace_is_served_in_its_context(request, spaces, larval_sas, mib2text, kind):
    larval_sas(3)  # where the agent is itself: in no context that it was asked for
    agent, client = request.getfixturevalue(kind)("-n", "blue", "-n", "/run/netns/red=red")
    for ask in (in_context, of_community):
        for count, context in enumerate(CONTEXTS, 1):
            wait_for_sas(ask(client, context), count, agent.process)
            asked = ask(client, context)
            assert asked.get_value(SAS) == count
            assert mib2text(*asked.credentials, asked.address).stdout.count("\n") == count
    assert sas_of(client) == 0, "nothing is in the default context"
    xfrm.add_larval_sas(spaces["blue"], 1)
    wait_for_sas(of_community(client, "blue"), 2, agent.process)
    assert sas_of(of_community(client, "red")) == 2


def test_a_namespace_can_have_the_default_context(engine, spaces):
    agent, client = engine("-n", "red=", "-n", "blue=other")
    wait_for_sas(client, 2, agent.process)
    wait_for_sas(in_context(client, "other"), 1, agent.process)


def test_a_namespace_that_goes_and_comes_back(subagent, spaces):
    agent, client = subagent("-n", "blue", "-n", "red", configuration="stale-after 2\n")
    blue, red = of_community(client, "blue"), of_community(client, "red")
    wait_for_sas(red, 2, agent.process)
    wait_for_sas(blue, 1, agent.process)
    spaces["red"].delete()
    wait_for(lambda: red.get_value(STATUS) == FAILING, "its loss to be noticed", process=agent.process)
    assert sas_of(red) == 2, "for a while, what was last known"
    assert b'"red"' in red.get_value(ERROR) and b"ip netns list" in red.get_value(ERROR)
    age = red.get_value(AGE)
    wait_for(lambda: red.get_value(AGE) > age, "the age to grow", process=agent.process)
    wait_for(lambda: red.get_value(STATUS) == STALE and sas_of(red) == 0, "its SAs to be withdrawn", process=agent.process)
    assert (blue.get_value(STATUS), sas_of(blue)) == (OK, 1)
    # Said once, not at each read.
    assert agent.output().count("cannot read the SAs") == 1
    spaces["red"] = Namespace("red")
    xfrm.add_larval_sas(spaces["red"], 3)
    wait_for_sas(red, 3, agent.process)
    assert red.get_value(STATUS) == OK
    agent.wait_until_said("can be read again")


def test_a_name_that_ip_has_not_quite_deleted_is_no_matter_of_rights(subagent, spaces):
    """Between unmounting and removing, ip(8) leaves a file that may not be opened."""
    agent, client = subagent("-n", "blue", "-n", "red")
    red = of_community(client, "red")
    wait_for_sas(red, 2, agent.process)
    spaces["red"].delete()
    left = Path("/run/netns/red")
    left.touch(mode=0)
    try:
        failed = red.get_value(FAILED_READS)
        wait_for(lambda: red.get_value(FAILED_READS) >= failed + 2, "reads that find it", process=agent.process)
        assert red.get_value(ERROR) == b'network namespace "red": is just being made or deleted; see "ip netns list"'
    finally:
        left.unlink()
    wait_for(lambda: b"no such name under /run/netns" in red.get_value(ERROR), "it to be gone", process=agent.process)


def test_a_namespace_that_is_not_there_yet(engine, spaces, mib2text):
    spaces["red"].delete()
    agent, client = engine("-n", "blue", "-n", "red")
    blue, red = of_community(client, "blue"), of_community(client, "red")
    wait_for_sas(blue, 1, agent.process)
    agent.wait_until_said('network namespace "red": no such name under /run/netns')
    assert red.get_value(STATUS) == FAILING
    for way in ([], ["-Ct"]):
        refused = mib2text(*red.credentials, *way, red.address, check=False)
        assert (refused.returncode, refused.stdout) == (1, "") and "none have been read yet" in refused.stderr
    spaces["red"] = Namespace("red")
    xfrm.add_larval_sas(spaces["red"], 1)
    wait_for_sas(red, 1, agent.process)
    assert mib2text(*red.credentials, red.address).stdout.startswith("esp0x")


def test_a_namespace_that_is_made_anew_between_two_reads(engine, spaces):
    """Its sockets would else keep the old one, and its SAs, alive."""
    agent, client = engine("-n", "red")
    red = of_community(client, "red")
    wait_for_sas(red, 2, agent.process)
    spaces["red"].delete()
    spaces["red"] = Namespace("red")
    wait_for_sas(red, 0, agent.process)
    xfrm.add_larval_sas(spaces["red"], 1)
    wait_for_sas(red, 1, agent.process)


# ---- Bad input: one line each, and what to do

WITHOUT_SYS_ADMIN = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"]

BAD = {
    "absent": ("absent", 'no such name under /run/netns; see "ip netns list"'),
    "dot": ("..", 'is no name of a namespace; see "ip netns list"'),
    "file": (AGENT, 'is no network namespace; give a name of "ip netns list", or a path like /proc/PID/ns/net'),
    "folder": ("/run", "is no network namespace"),
    "another kind": ("/proc/self/ns/mnt", "is no network namespace"),
    "no such path": ("/nowhere/at/all", 'no such file; give a name of "ip netns list", or a path like /proc/PID/ns/net'),
    "device": ("/dev/null", "is no network namespace"),
}


@pytest.mark.parametrize("name, says", BAD.values(), ids=BAD)
def test_what_is_no_namespace(agent_once, name, says):
    result = agent_once("-p", "-s", "xfrm", "-n", str(name))
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1 and says in result.stderr


@pytest.mark.parametrize("name, says", [BAD[kind] for kind in ("dot", "file", "another kind")])
def test_a_daemon_does_not_start_on_what_is_no_namespace(agent_once, name, says):
    result = agent_once("-f", "-s", "xfrm", "-l", ENGINE, "-n", str(name), configuration=READ_ACCESS)
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1 and says in result.stderr


def test_a_fifo_is_no_namespace_and_is_not_waited_for(agent_once, tmp_path):
    run(["mkfifo", tmp_path / "fifo"])
    result = agent_once("-p", "-s", "xfrm", "-n", str(tmp_path / "fifo"))
    assert result.returncode == 1 and "is no network namespace" in result.stderr


@pytest.mark.parametrize("options", [["-p"], ["-f", "-x", "/nowhere"]], ids=["once", "serving"])
def test_without_cap_sys_admin(netns, spaces, tmp_path, options):
    agent = [AGENT, *options, "-s", "xfrm", "-n", "blue"]
    result = netns.run(*WITHOUT_SYS_ADMIN, *agent, check=False, env=environment(tmp_path))
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert 'network namespace "blue": entering it needs CAP_SYS_ADMIN; run as root, or add cap_sys_admin' in result.stderr
