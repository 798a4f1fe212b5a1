# SPDX-License-Identifier: BSD-3-Clause
"""With -l the agent is a complete SNMP agent: what a management system asks of every device is there, too."""

import platform

import pytest

from bed.places import scalar
from bed.snmp import environment

ENGINE = "udp:127.0.0.1:161"
SYSTEM, SNMP, SNMP_ENGINE = ".1.3.6.1.2.1.1", ".1.3.6.1.2.1.11", ".1.3.6.1.6.3.10.2.1"
DESCR, OBJECT_ID, UP_TIME, CONTACT, NAME, LOCATION, SERVICES = (f"{SYSTEM}.{n}.0" for n in range(1, 8))
OR_DESCR = f"{SYSTEM}.9.1.3"
IN_PACKETS = f"{SNMP}.1.0"

WORDS = """\
rocommunity public default
sysDescr gateway of the northern site
sysContact noc@example.net
sysLocation rack 7
sysName gw-north
sysServices 76
"""


@pytest.fixture
def engine(start_agent, tmp_path):
    """A function: an agent with that configuration, as a client that asks it."""
    (tmp_path / "ipsec_spi").touch()

    def start(configuration):
        agent = start_agent("-k", tmp_path / "ipsec_spi", "-l", ENGINE, configuration=configuration)
        client = agent.client(ENGINE)
        agent.wait_until_served(client)
        return client

    return start


def test_the_system_group_says_what_the_configuration_says(engine):
    client = engine(WORDS)
    values = [varbind.value for varbind in client.get(DESCR, CONTACT, NAME, LOCATION, SERVICES)]
    assert values == [b"gateway of the northern site", b"noc@example.net", b"gw-north", b"rack 7", 76]


def test_without_such_words_it_describes_the_machine(engine):
    client = engine("rocommunity public default\n")
    descr, object_id, name = (varbind.value for varbind in client.get(DESCR, OBJECT_ID, NAME))
    assert platform.release() in descr.decode() and name.decode() == platform.node()
    assert object_id.startswith(".1.3.6.1.4.1.8072.3.2."), "net-snmp's name for the operating system"


def test_what_a_management_system_looks_for_first(engine):
    client = engine(WORDS)
    status = client.run("snmpstatus").stdout
    assert "gateway of the northern site" in status and "Up: " in status
    before = client.get_value(IN_PACKETS)
    assert client.get_value(IN_PACKETS) == before + 1
    engine_id, boots, seconds, octets = client.walk(SNMP_ENGINE)
    assert engine_id.value and boots.value >= 1 and seconds.value >= 0 and octets.value >= 484
    assert client.walk(OR_DESCR), "the modules that are served"


def test_rates_come_with_the_time_of_the_agent(engine, tmp_path):
    """snmpdelta -Ct divides by the sysUpTime that it asks for along with the counter, and needs no clock of its own."""
    client = engine(WORDS)
    words = ["snmpdelta", *client.credentials, "-Cp", "1", "-Ct", ENGINE, scalar("Reads")]
    process = client.namespace.start("snmpdelta", words, tmp_path / "delta", env=environment(tmp_path))
    process.wait_until_said("/sec: ")
    process.kill()
    assert "No Such" not in process.output()


def test_nothing_of_it_can_be_set_by_who_may_only_read(engine):
    client = engine("rocommunity public default\n")
    words = [*client.credentials, "-t5", "-r1", ENGINE, LOCATION, "s", "elsewhere"]
    result = client.namespace.run("snmpset", *words, check=False, env=environment(client.directory))
    assert result.returncode != 0 and "noAccess" in result.stderr


def test_a_subagent_leaves_it_to_its_master(agent, snmpd):
    descr = snmpd.client.get_value(DESCR)
    assert platform.release() in descr.decode()
    assert snmpd.client.walk(SNMP_ENGINE)
