# SPDX-License-Identifier: BSD-3-Clause
"""
Fixtures: everything that a test starts through them is stopped after it, in reverse order, and checked.

The whole run first enters separate namespaces (bed/isolation.py); see tests/README.md.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from bed import isolation, places, xfrm
from bed.agent import Agent, run_agent, run_mib2text
from bed.ike import IkePair
from bed.netns import Namespace
from bed.prober import Prober
from bed.snmp import Snmpd, Snmptrapd
from bed.traffic import EspOnWire

# What needs ESP in the kernel runs inside User-Mode Linux: tests/uml/run python3 -m pytest tests/integration/uml
collect_ignore = [] if places.IN_UML else ["uml"]
# What is too heavy for "make check", see the Makefile.
collect_ignore += [] if "ZABBIX" in os.environ else ["zabbix"]


# An ordinary user's does not have the folders of snmpd and snmptrapd.
os.environ["PATH"] += ":/usr/sbin:/sbin"


def pytest_configure(config):
    if isolation.isolated() or places.IN_UML or config.option.collectonly:
        return
    reason = isolation.why_impossible()
    if reason:
        pytest.exit(f"cannot start: {reason}", returncode=3)
    config.pluginmanager.getplugin("capturemanager").stop_global_capturing()
    isolation.enter([sys.executable, "-m", "pytest", *config.invocation_params.args])


def pytest_collection_modifyitems(config, items):
    again = [item for item in items if places.SANITIZED and item.get_closest_marker("once")]
    if again:
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in again]


@pytest.fixture(scope="session", autouse=True)
def host_is_left_alone():
    """No program of a run may use the state of the host's net-snmp."""
    yield
    if not places.IN_UML:
        assert os.listdir(isolation.HOST_SNMP_STATE) == []


@pytest.fixture(scope="session")
def standard_mibs():
    """The folder of the IETF's MIB modules."""
    assert places.STANDARD_MIBS.is_dir(), f"no {places.STANDARD_MIBS}: run make deps"
    return places.STANDARD_MIBS


@pytest.fixture
def other_users():
    """Skips a test that has to become another user, where there is none."""
    if len(Path("/proc/self/uid_map").read_text().splitlines()) == 1 and os.stat("/").st_uid != 0:
        pytest.skip("an ordinary user's namespace has no other users")


@pytest.fixture
def sockets():
    """A folder whose path is short enough for Unix sockets."""
    with tempfile.TemporaryDirectory(prefix="s", dir="/run") as directory:
        yield Path(directory)


@pytest.fixture
def new_namespace():
    """new_namespace(): one more network namespace."""
    made = []

    def make():
        made.append(Namespace())
        return made[-1]

    yield make
    for namespace in reversed(made):
        namespace.delete()


@pytest.fixture
def netns(new_namespace):
    """The network namespace in which a test's programs run."""
    return new_namespace()


@pytest.fixture
def make_snmpd(netns, tmp_path, sockets):
    """make_snmpd(configuration="", namespace=None): an snmpd that is not started yet."""
    made = []

    def make(configuration="", namespace=None):
        made.append(Snmpd(namespace or netns, tmp_path, sockets, configuration))
        return made[-1]

    yield make
    for snmpd in reversed(made):
        if snmpd.process and snmpd.process.running():
            snmpd.stop()


@pytest.fixture
def snmpd(make_snmpd):
    """snmpd, AgentX master, running in netns."""
    return make_snmpd().start()


@pytest.fixture
def start_snmptrapd(netns, tmp_path):
    """start_snmptrapd(*addresses, namespace=None, configuration=""): a receiver of notifications."""
    started = []

    def start(*addresses, namespace=None, **more):
        started.append(Snmptrapd(namespace or netns, tmp_path, *addresses, **more))
        return started[-1]

    yield start
    for snmptrapd in reversed(started):
        snmptrapd.stop()


@pytest.fixture
def snmptrapd(start_snmptrapd):
    return start_snmptrapd()


@pytest.fixture
def start_agent(netns, tmp_path, make_snmpd):  # make_snmpd: agents end before their master does
    """
    start_agent(*options, configuration="", namespace=None, before=()): an Agent.  One that still runs after the test has to stop
    cleanly; what it said is shown with a test that fails.
    """
    started = []

    def start(*options, configuration="", namespace=None, before=()):
        agent = Agent(namespace or netns, tmp_path, *options, configuration=configuration)
        started.append(agent)
        return agent.start(before)

    yield start
    for agent in reversed(started):
        print(f"---- {agent.directory.name} said:\n{agent.output()}")
        if agent.running():
            agent.stop()
        agent.process.assert_clean()


@pytest.fixture
def start_prober(netns, start_agent, make_snmpd):  # whom it asks is stopped after it
    """start_prober(): a Prober, which asks until it is stopped."""
    started = []

    def start():
        started.append(Prober(netns))
        started[-1].start()
        return started[-1]

    yield start
    for prober in started:
        prober.stop()


@pytest.fixture
def agent(start_agent, snmpd):
    """An agent that serves the kernel's SAs of netns through snmpd."""
    return start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1").wait_until_served(snmpd.client)


@pytest.fixture
def agent_once(netns, tmp_path):
    """agent_once(*options, configuration=None): an agent that ends by itself, as a CompletedProcess."""
    return lambda *options, namespace=None, **more: run_agent(namespace or netns, tmp_path, *options, **more)


@pytest.fixture
def mib2text(netns, tmp_path):
    """mib2text(*options): its CompletedProcess."""
    return lambda *options, namespace=None, **more: run_mib2text(namespace or netns, tmp_path, *options, **more)


@pytest.fixture
def larval_sas(netns):
    """larval_sas(count): adds SAs without keys to netns, returns their SPIs."""
    return lambda count, **more: xfrm.add_larval_sas(netns, count, **more)


@pytest.fixture
def wire(netns):
    """wire(): EspOnWire, from now on."""
    made = []

    def tap():
        made.append(EspOnWire(netns))
        return made[-1]

    yield tap
    for each in made:
        each.stop()


@pytest.fixture
def make_ike_pair(new_namespace, netns, tmp_path):
    """
    make_ike_pair(left=None, **settings of IkePair): two hosts whose IKE daemons are not started yet.  The left one is netns if
    no other is given; what the daemons said is shown with a test that fails.
    """
    made = []

    def make(left=None, **settings):
        made.append(IkePair(left or netns, new_namespace(), tmp_path, **settings))
        return made[-1]

    yield make
    for pair in reversed(made):
        pair.stop()
        for daemon in pair.daemons:
            print(f"---- {daemon.directory.name} said:\n{daemon.log.read_text() if daemon.log.exists() else ''}")
