# SPDX-License-Identifier: BSD-3-Clause
"""A comment after a value of the configuration, as ipsec-spi-agent.conf(5) allows it: for each word that the page has."""

import os
import re
from pathlib import Path

import pytest

from bed.places import EVENT_ENTRY, ROOT_OID, SCALARS, TREE
from bed.process import run, wait_for
from bed.snmp import COMMUNITY, V3, V3_ACCESS
from bed.tunnels import tunnels

PAGE = (TREE / "docs" / "ipsec-spi-agent.conf.5").read_text()
INTERVAL = f"{SCALARS}.25.0"
SYSTEM = ".1.3.6.1.2.1.1"
UDP, TCP, LISTEN = "udp:127.0.0.1:161", "tcp:127.0.0.1:161", ("-l", "udp:127.0.0.1:161")

COMMENT = ' # it\'s "so", not  otherwise\t'
# An SA that has reached a soft limit already.
TEXT = "esp0x1000@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 life(c,s,h)=bytes(9,5,0)addtime(7,0,0)\n"

# A line of the sample for each word of our own, but for these values, or in a test of its own.
SAMPLE = (TREE / "conf" / "ipsec-spi-agent.conf").read_text()
VALUES = {"source": "klips", "interval": "7", "notify-soft": "bytes, packets", "tunnel": '"data # centre" remote 192.0.2.7 reqid 2'}
BESIDE_KLIPS = {"netns"}

# To the end of the line, by the page.
WHOLE_LINES = {"sysContact", "sysLocation", "sysName", "sysDescr", "sysObjectID"}
# Of net-snmp's, those that a subagent or a daemon that becomes another user has in tests of their own.
ELSEWHERE = {"agentXSocket", "agentXPingInterval", "agentuser", "agentgroup"}


def net_snmp_words(directory):
    """Each with a value of which something is to be seen: [(word, value)]."""
    return [
        ("agentaddress", UDP),
        ("agentaddress", TCP),
        ("rocommunity", f"{COMMUNITY} 127.0.0.1 -V seen"),
        *(tuple(line.split(" ", 1)) for line in V3_ACCESS.splitlines()),
        ("view", f"seen included {ROOT_OID}"),
        ("view", f"seen included {SYSTEM}"),
        ("view", f"seen excluded {SYSTEM}.1"),
        ("com2sec", "guest-sec default guest"),
        ("group", "guest-group v2c guest-sec"),
        ("access", 'guest-group "" v2c noauth exact seen none none'),
        *((word, "rack #7") for word in WHOLE_LINES - {"sysObjectID"}),
        ("sysServices", "76"),
        ("maxGetbulkResponses", "5"),
        ("[snmp] sendMessageMaxSize", "1400"),
        ("[snmp] logOption", f"f {directory}/said"),
        ("[snmp] doDebugging", "1"),
        ("[snmp] debugTokens", "read_config:opt,tdomain"),
        ("trapsink", f"127.0.0.1 {COMMUNITY}"),
        ("trap2sink", f"127.0.0.1 {COMMUNITY}"),
        ("informsink", f"127.0.0.1 {COMMUNITY}"),
        ("trapsess", f"-v 2c -c {COMMUNITY} 127.0.0.1"),
    ]


def words_of_page(section):
    """The words of the section's list: "interval", "[snmp] logOption"."""
    text = re.split(r"^\.S[sh] ", PAGE.partition(f".Ss {section}\n")[2], flags=re.MULTILINE)[0]
    items = re.findall(r"^\.It (?:Xo )?Cm (.*)$", text, re.MULTILINE)
    return {word.removeprefix("Cm ").split(" Ar ")[0] for item in items for word in item.split(" , ")}


def configuration(words, comment=COMMENT):
    return "".join(f"{word} {value}{comment}\n" for word, value in words)


@pytest.fixture
def table(tmp_path):
    """A KLIPS file whose name has a "#" in it."""
    file = tmp_path / "ipsec#spi"
    file.write_text(TEXT)
    return file


def test_each_word_of_our_own(start_agent, table, tmp_path):
    source = next((TREE / "src").rglob("config_words.c")).read_text()
    own = set(re.findall(r'^\t\{"([\w-]+)",', source, re.MULTILINE))
    words = dict(re.findall(r"^#([\w-]+) +(.+)$", SAMPLE, re.MULTILINE))
    words = {**{word: words[word] for word in own - BESIDE_KLIPS}, **VALUES, "klips-file": table, "state-directory": tmp_path / "state"}
    agent = start_agent(*LISTEN, configuration=configuration([*words.items(), ("rocommunity", COMMUNITY)]))
    client = agent.client(UDP)
    agent.wait_until_served(client)
    assert client.get_value(INTERVAL) == 7000
    assert "data # centre" in {tunnel.name for tunnel in tunnels(client)}
    assert (tmp_path / "state").is_dir()


def test_the_namespaces(start_agent, new_namespace):
    first, second = new_namespace(), new_namespace()
    words = [("netns", first.name), ("netns", f"{second.path}=two#2"), *(tuple(line.split(" ", 1)) for line in V3_ACCESS.splitlines())]
    agent = start_agent(*LISTEN, configuration=configuration(words))
    client = agent.client(UDP).as_v3()
    for context in (first.name, "two#2"):
        client.credentials = [*V3, "-n", context]
        agent.wait_until_served(client)


def test_each_word_of_net_snmp(start_agent, start_snmptrapd, table, tmp_path):
    words = net_snmp_words(tmp_path)
    assert {word for word, _ in words} | ELSEWHERE | WHOLE_LINES == words_of_page("Directives of net-snmp") | {"[snmp] doDebugging"}
    snmptrapd = start_snmptrapd()
    agent = start_agent("-k", table, configuration=configuration(words))
    for address in (UDP, TCP):
        agent.wait_until_served(agent.client(address))
    client = agent.client(UDP)
    agent.wait_until_served(client.as_v3())
    guest = agent.client(UDP)
    guest.credentials = ["-v2c", "-c", "guest"]
    agent.wait_until_served(guest)
    assert client.get_value(f"{SYSTEM}.6.0") == f"rack #7{COMMENT.rstrip()}".encode()
    assert client.get_value(f"{SYSTEM}.7.0") == 76
    # What the view leaves out, how many values fit.
    assert client.get(f"{SYSTEM}.1.0")[0].type == "noSuchObject"
    assert len(client.run("snmpbulkget", "-Cr20", f"{ROOT_OID}.1.1").stdout.splitlines()) == 5
    ours = lambda: [trap for trap in snmptrapd.traps() if any(oid.startswith(EVENT_ENTRY) for oid in trap)]
    wait_for(lambda: len(ours()) == 4, "a notification to each sink", process=snmptrapd.process)
    said = (tmp_path / "said").read_text()
    assert "tdomain: trying domain" in said and " started" in said


def test_how_the_master_is_reached(start_agent, snmpd, table):
    words = [("agentXSocket", snmpd.agentx), ("agentXPingInterval", "1")]
    start_agent("-k", table, configuration=configuration(words)).wait_until_served(snmpd.client)


def test_who_the_agent_becomes(other_users, start_agent, snmpd, table):
    os.chmod(snmpd.agentx.removeprefix("unix:"), 0o777)
    os.chmod(Path(snmpd.agentx.removeprefix("unix:")).parent, 0o755)
    words = [("agentuser", "nobody"), ("agentgroup", "nogroup")]
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, configuration=configuration(words))
    agent.wait_until_served(snmpd.client)
    status = Path(f"/proc/{agent.pid}/status").read_text()
    for field, name in (("Uid", run(["id", "-u", "nobody"]).stdout), ("Gid", run(["id", "-g", "nobody"]).stdout)):
        assert set(re.search(rf"^{field}:\s*(.*)$", status, re.MULTILINE).group(1).split()) == {name.strip()}


@pytest.mark.parametrize("line", ["interval# 5", "interval 5# seconds", "interval 5 seconds # or so", "interval # none"])
def test_what_is_no_comment_is_an_error_still(agent_once, line):
    result = agent_once("-f", *LISTEN, configuration=f"{line}\n")
    assert result.returncode == 1
    assert "ipsec-spi-agent.conf: line 1: " in result.stderr and "interval" in result.stderr
