# SPDX-License-Identifier: BSD-3-Clause
"""Names of tunnels, on any kernel: rows that are there without SAs, SIGHUP, wrong lines, and mib2text -Ct."""

import json
import os
import pty
import re
import signal
import subprocess
from collections import Counter

import pytest

from bed.klips import HERE, THERE, klips_text, pair
from bed.places import AGENT, MIB2TEXT, ROOT_OID, TUNNEL_ENTRY, TUNNEL_SA_ENTRY, scalar
from bed.process import wait_for
from bed.snmp import V2C, environment
from bed.tunnels import (
    DIRECTION,
    DOWN,
    IN,
    OUT,
    SA_STATE,
    TRANSFORM,
    UNKNOWN,
    UP,
    assert_sas_and_tunnels_agree,
    sas_of,
    tunnel_of_sas,
    tunnels,
)

NAMES = 'tunnel office remote 192.0.2.7\ntunnel "data centre" remote 2001:db8::/32 reqid 2\n'


@pytest.fixture
def named(start_agent, snmpd):
    """An agent with two names, which has read its source."""
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration=NAMES).wait_until_served(snmpd.client)
    wait_for(lambda: [t.state for t in tunnels(snmpd.client)] == [DOWN, DOWN], "the rows", process=agent.process)
    return agent


def test_a_name_has_its_row_from_the_start(named, snmpd):
    office, centre = tunnels(snmpd.client)
    assert (office.index, office.name, office.remote, office.reqid) == (1, "office", bytes([192, 0, 2, 7]), 0)
    assert (centre.index, centre.name, centre.remote, centre.reqid) == (2, "data centre", b"", 2)
    assert {(t.local, t.ups, t.downs, t.in_packets, t.out_packets) for t in (office, centre)} == {(b"", 0, 0, 0, 0)}
    assert [snmpd.client.get_value(scalar(name)) for name in ("Tunnels", "TunnelsUp")] == [2, 0]


def test_a_state_is_unknown_while_the_source_is(start_agent, snmpd, tmp_path):
    """A source that never could be read says nothing about tunnels."""
    missing = tmp_path / "ipsec_spi"
    agent = start_agent("-s", "klips", "-k", missing, "-x", snmpd.agentx, configuration=f"{NAMES}stale-after 1\ninterval 1\n")
    agent.wait_until_served(snmpd.client)
    assert [t.state for t in tunnels(snmpd.client)] == [UNKNOWN, UNKNOWN]
    missing.write_text("")
    wait_for(lambda: {t.state for t in tunnels(snmpd.client)} == {DOWN}, "a read", process=agent.process)
    missing.unlink()
    wait_for(lambda: {t.state for t in tunnels(snmpd.client)} == {UNKNOWN}, "it to be too old", process=agent.process)


def reload(agent, text, times=1):
    agent.configuration_file.write_text(text)
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again", times=times)


def test_names_change_at_sighup(named, snmpd):
    reload(named, "tunnel new remote 192.0.2.8\ntunnel office remote 192.0.2.0/24\n")
    # A name that stays keeps its number; one that is new gets the place of its line if nobody has had that, else the next.
    assert [(t.index, t.name) for t in tunnels(snmpd.client)] == [(1, "office"), (3, "new")]
    reload(named, "tunnel last remote 192.0.2.9\n", times=2)
    assert [(t.index, t.name) for t in tunnels(snmpd.client)] == [(4, "last")]
    # A wrong line changes nothing.
    named.configuration_file.write_text("tunnel x remote nowhere\n")
    named.process.signal(signal.SIGHUP)
    named.wait_until_said("nothing changed")
    assert [(t.index, t.name) for t in tunnels(snmpd.client)] == [(4, "last")]


def test_ten_thousand_names_change_and_requests_are_answered(start_agent, start_prober, netns, tmp_path):
    """Twice at once: the second SIGHUP comes while the first is obeyed."""
    ends = [f"198.51.{n // 250}.{n % 250 + 1}" for n in range(10000)]
    file = tmp_path / "ipsec_spi"
    file.write_text(klips_text(*(("esp", n + 1, HERE, ends[n], "out", 1, 5) for n in range(0, 10000, 5))))
    engine = "udp:127.0.0.1:161"
    names = lambda word: "rocommunity public\n" + "".join(f"tunnel {word}{n} remote {ends[n]}\n" for n in range(10000))
    agent = start_agent("-s", "klips", "-k", file, "-l", engine, "-i", "1", configuration=names("old"))
    client = agent.client(engine)
    agent.wait_until_served(client)
    wait_for(lambda: client.get_value(f"{TUNNEL_ENTRY}.23.10000") == 0, "the rows", process=agent.process)  # ipsecTunnelOutSas
    assert client.get_value(f"{TUNNEL_ENTRY}.23.1") == 1
    probing = start_prober()
    agent.configuration_file.write_text(names("new"))
    agent.process.signal(signal.SIGHUP)
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again", times=1)
    wait_for(lambda: client.get_value(scalar("Tunnels")) == 10000, "the rows of old names to go", process=agent.process)
    probing.stop()
    assert probing.unanswered == 0
    # Each has the SA that is meant by it, if there is one.
    named, sas = ([v.value for v in client.walk(f"{TUNNEL_ENTRY}.{column}", repetitions=100)] for column in (2, 23))
    assert dict(zip(named, sas)) == {f"new{n}".encode(): int(n % 5 == 0) for n in range(10000)}


WRONG = [
    ("tunnel x remote 192.0.2.300", 'ADDRESS[/PREFIX] after "remote"'),
    ("tunnel x remote 192.0.2.0/33", 'ADDRESS[/PREFIX] after "remote"'),
    ("tunnel x", 'add "remote ADDRESS[/PREFIX]"'),
    ("tunnel office remote 192.0.2.8", "the name of an earlier line"),
    (f"tunnel {'x' * 65} remote 192.0.2.8", "more than 64 octets"),
    ("tunnel \udcff\udcfe remote 192.0.2.8", "not UTF-8"),
    ("tunnel-grace 3601", "from 0 to 3600"),
    ("tunnel-linger soon", "from 0 to 31536000"),
    ("tunnel-errors -1", "from 0 to 1000000"),
    ("tunnel-quiet 86401", "from 0 to 86400"),
]


@pytest.mark.parametrize("line, reason", WRONG, ids=[reason for _, reason in WRONG])
def test_a_wrong_line_keeps_the_agent_from_starting(netns, tmp_path, line, reason):
    file = tmp_path / "agent.conf"
    file.write_bytes(f"tunnel office remote 192.0.2.7\n# a comment\n{line}\n".encode(errors="surrogateescape"))
    command = netns.enter([str(AGENT), "-f", "-s", "xfrm", "-c", str(file)])
    said = subprocess.run(command, env=environment(tmp_path), capture_output=True, timeout=30)
    text = said.stderr.decode(errors="replace")
    assert said.returncode == 1
    assert re.search(rf"{re.escape(str(file))}: line 3: .*{re.escape(reason)}", text), text


def test_a_line_that_can_never_match_is_said(start_agent, snmpd):
    lines = (
        "tunnel all remote 192.0.2.0/24\ntunnel never remote 192.0.2.7 reqid 3\n"
        "tunnel nowhere remote 198.51.100.1 context elsewhere\n"
    )
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, configuration=lines).wait_until_served(snmpd.client)
    assert 'tunnel "never" never gets an SA: tunnel "all", whose line is before, takes all of its' in agent.output()
    assert 'tunnel "nowhere" never gets an SA: no network namespace is watched in context "elsewhere"' in agent.output()
    assert [t.name for t in tunnels(snmpd.client)] == ["all", "never"]


# ---- mib2text


def test_mib2text_prints_a_table(named, snmpd, mib2text):
    lines = mib2text("-Ct", *V2C, snmpd.address).stdout.splitlines()
    heading, office, centre = (line.split() for line in lines)
    assert heading[:4] == ["INDEX", "DESCR", "NAME", "STATE"] and len(office) == len(heading)
    assert office[:4] == ["1", "office", "office", "down"] and office[6] == "192.0.2.7"
    assert centre[1:5] == ["data_centre", '"data', 'centre"', "down"]
    assert len({line.index("down") for line in lines[1:]}) == 1, "aligned"


def test_mib2text_prints_the_same_as_json(named, snmpd, mib2text):
    document = json.loads(mib2text("-Ct", "-Cf", "json", *V2C, snmpd.address).stdout)
    served = tunnels(snmpd.client)
    assert [t["ipsecTunnelName"] for t in document["tunnels"]] == [t.name for t in served]
    assert document["tunnels"][0]["ipsecTunnelState"] == "down"
    assert document["tunnels"][0]["ipsecTunnelRemoteAddress"] == "192.0.2.7"
    assert [t["ipsecTunnelDescr"] for t in document["tunnels"]] == ["office", "data_centre"]
    assert document["tunnels"][0]["ipsecTunnelRemoteText"] == "192.0.2.7"
    assert document["tunnels"][0]["ipsecTunnelInBytes"] == 0
    assert document["units"]["ipsecTunnelInBytes"] == "octets"
    assert document["agent"]["ipsecAgentTunnels"] == 2


def test_mib2text_reads_tunnels_from_a_saved_walk(named, snmpd, mib2text, tmp_path):
    walk = tmp_path / "walk"
    walk.write_text(snmpd.client.run("snmpbulkwalk", "-On", ROOT_OID).stdout)
    saved = mib2text("-Ct", "-Ci", walk).stdout.splitlines()
    # Ages pass; all else is the same.
    asked = mib2text("-Ct", *V2C, snmpd.address).stdout.splitlines()
    words = [[line.split()[:4] + line.split()[5:] for line in text] for text in (saved[:2], asked[:2])]
    assert words[0] == words[1] and len(saved) == len(asked) == 3


def test_mib2text_writes_an_empty_table(start_agent, snmpd, mib2text, tmp_path):
    start_agent("-s", "xfrm", "-x", snmpd.agentx).wait_until_served(snmpd.client)
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) > 0, "the first read")
    file = tmp_path / "tunnels"
    mib2text("-Ct", "-Co", file, *V2C, snmpd.address)
    (heading,) = file.read_text().splitlines()
    assert heading.startswith("INDEX  DESCR  NAME  STATE")


# ---- KLIPS


def test_klips_tunnels_go_on_over_rekeys(start_agent, snmpd, tmp_path):
    file = tmp_path / "ipsec_spi"
    file.write_text(klips_text(*pair(1, 10, 20, 100)))
    agent = start_agent("-s", "klips", "-k", file, "-x", snmpd.agentx, "-i", "1").wait_until_served(snmpd.client)
    wait_for(lambda: [t.state for t in tunnels(snmpd.client)] not in ([], [UNKNOWN]), "the tunnel's state", process=agent.process)
    (row,) = tunnels(snmpd.client)
    assert (row.in_packets, row.out_packets, row.in_bytes, row.out_bytes) == (10, 20, 1000, 2000)
    assert (row.local, row.remote, row.state) == (bytes([192, 0, 2, 1]), bytes([198, 51, 100, 1]), UP)

    def expect(packets, sas):
        wait_for(lambda: tunnels(snmpd.client)[0][9:11] == packets, f"{packets} packets", process=agent.process)
        assert [t.in_sas for t in tunnels(snmpd.client)] == [sas]

    file.write_text(klips_text(*pair(1, 15, 20, 110), *pair(2, 3, 4, 1)))
    expect((18, 24), 2)
    file.write_text(klips_text(*pair(2, 13, 14, 11)))
    expect((28, 34), 1)
    # A file that stands still is no SA that is born again and again.
    reads = snmpd.client.get_value(scalar("Reads"))
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) >= reads + 5, "some reads", process=agent.process)
    (row,) = tunnels(snmpd.client)
    assert (row.in_packets, row.out_packets, row.unseen_ends, row.rekeys, row.downs) == (28, 34, 2, 1, 0)
    # The same SPI with less in it is another SA.
    file.write_text(klips_text(*pair(2, 1, 2, 1)))
    expect((29, 36), 1)


# ---- whose SAs they are

ENGINE = "udp:127.0.0.1:161"


def numbers_of(protocol, spi, destination):
    return f"1.4.{destination}.{protocol}.{spi}.0"


@pytest.fixture(params=["snmpd", "engine"])
def served(request, start_agent, make_snmpd, tmp_path):
    """served(text): an agent of that KLIPS file, through a real snmpd and as an engine of its own; its client, and the file."""

    def start(text, *options):
        file = tmp_path / "ipsec_spi"
        file.write_text(text)
        words = ("-s", "klips", "-k", file, "-i", "1", *options)
        if request.param == "engine":
            agent = start_agent(*words, "-l", ENGINE, configuration="rocommunity public\nstale-after 2\n")
            client = agent.client(ENGINE)
        else:
            snmpd = make_snmpd().start()
            agent, client = start_agent(*words, "-x", snmpd.agentx, configuration="stale-after 2\n"), snmpd.client
        agent.wait_until_served(client)
        return agent, client, file

    return start


def test_a_walk_of_one_tunnel_has_its_sas(served):
    other = [("esp", 0x9000, HERE, "203.0.113.9", "out", 1, 5), ("esp", 0x9001, "203.0.113.9", HERE, "in", 1, 5)]
    lonely = [("tun", 0x9002, HERE, "203.0.113.10", "out", 1, 5)]
    agent, client, file = served(klips_text(*pair(1, 10, 20, 100), *other, *lonely))
    wait_for(lambda: [t.state for t in tunnels(client)] == [UP, UP], "two tunnels", process=agent.process)
    first, second = tunnels(client)
    assert first.remote_text == THERE
    came, went = numbers_of(50, 0x4001, HERE), numbers_of(50, 0x2001, THERE)
    # In the order of the index, and none of the tun SAs.
    assert list(sas_of(client, first.index).items()) == [
        (came, f"esp.4001@{HERE}".encode()),
        (went, f"esp.2001@{THERE}".encode()),
    ]
    assert sas_of(client, first.index, DIRECTION) == {came: IN, went: OUT}
    assert sas_of(client, first.index, SA_STATE) == {came: 0, went: 0}, "KLIPS does not tell"
    assert set(sas_of(client, first.index, TRANSFORM).values()) == {b"ESP_3DES_HMAC_MD5"}
    assert len(sas_of(client, second.index)) == 2
    assert sas_of(client, first.index - 1) == sas_of(client, second.index + 1) == {}
    assert assert_sas_and_tunnels_agree(client).keys() == {first.index, second.index}
    assert sorted(tunnel_of_sas(client).values()) == [0, 0, 0, first.index, first.index, second.index, second.index]

    # While it is rekeyed it has the SAs of both generations, and then those of the new one.
    for generations, sas in (((1, 2), 4), ((2,), 2)):
        file.write_text(klips_text(*(sa for spi in generations for sa in pair(spi, 10, 20, 100)), *other))
        wait_for(lambda: len(sas_of(client, first.index)) == sas, f"{sas} SAs", process=agent.process)
        wait_for(lambda: len(tunnel_of_sas(client)) == 2 * sas + 2, "the read to be served", process=agent.process)
        by_tunnel = assert_sas_and_tunnels_agree(client)
        assert by_tunnel[first.index] == {
            numbers_of(50, base + spi, end) for spi in generations for base, end in ((0x2000, THERE), (0x4000, HERE))
        }
    # One that is gone has none, and keeps its row.
    file.write_text(klips_text(*other))
    wait_for(lambda: not sas_of(client, first.index), "its SAs to go", process=agent.process)
    assert len(sas_of(client, second.index)) == 2 and len(tunnels(client)) == 2
    # What cannot be read any more is not there, as in the table of SAs.
    file.unlink()
    wait_for(lambda: not tunnel_of_sas(client), "the SAs to be withdrawn", process=agent.process)
    assert sas_of(client, second.index) == {}


def test_a_larval_sa_is_of_no_tunnel(start_agent, snmpd, larval_sas):
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration="tunnel office remote 192.0.2.2\n")
    agent.wait_until_served(snmpd.client)
    larval_sas(2)
    wait_for(lambda: len(tunnel_of_sas(snmpd.client)) == 2, "the SAs", process=agent.process)
    assert set(tunnel_of_sas(snmpd.client).values()) == {0}
    assert assert_sas_and_tunnels_agree(snmpd.client) == {1: set()}


def test_many_tunnels_and_a_name_for_very_many(served):
    """Through every border of the blocks in which a row has its SAs."""
    single = [("esp", n + 1, HERE, f"198.51.{n // 200}.{n % 200}", "out", 1, 5) for n in range(400)]
    many = [("esp", 0x10000 + 7 * n % 1009, HERE, THERE, "out", 1, 5) for n in range(1009)]
    agent, client, _ = served(klips_text(*single, *many))
    wait_for(lambda: len(tunnel_of_sas(client)) == 1409, "all SAs", process=agent.process)
    wait_for(lambda: len(tunnels(client)) == 401, "all tunnels", process=agent.process)
    of_all = tunnel_of_sas(client)
    assert 0 not in of_all.values()
    walked = [v.oid for v in client.walk(f"{TUNNEL_SA_ENTRY}.1", repetitions=50)]
    assert len(walked) == 1409
    for oid in walked:
        tunnel, _, sa = oid[len(TUNNEL_SA_ENTRY) + 3 :].partition(".")
        assert of_all[sa] == int(tunnel)
    assert max(Counter(of_all.values()).values()) == 1009


NUMBERS = ("IN", "OUT", "IN-PKTS", "OUT-PKTS")


def on_a_terminal(command, **options):
    """What a command prints to a terminal."""
    ours, its = pty.openpty()
    with subprocess.Popen(command, stdout=its, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **options) as process:
        os.close(its)
        text = b""
        try:
            while data := os.read(ours, 65536):
                text += data
        except OSError:  # EIO is a terminal's end of file
            pass
        assert (process.wait(timeout=30), process.stderr.read()) == (0, b"")
    os.close(ours)
    return text.decode().replace("\r\n", "\n")


def test_mib2text_has_units_on_a_terminal_only(start_agent, snmpd, mib2text, tmp_path, netns):
    file = tmp_path / "ipsec_spi"
    file.write_text(klips_text(*pair(1, 1234567, 999, 100)))
    agent = start_agent("-s", "klips", "-k", file, "-x", snmpd.agentx).wait_until_served(snmpd.client)
    wait_for(lambda: tunnels(snmpd.client), "the tunnel", process=agent.process)
    words = ["-Ct", *V2C, snmpd.address]
    for text, figures in (
        (mib2text(*words).stdout, ["123456700", "99900", "1234567", "999"]),
        (on_a_terminal(netns.enter([str(MIB2TEXT), *words]), env=environment(tmp_path)), ["118MiB", "98KiB", "1.2M", "999"]),
    ):
        heading, row = (dict(enumerate(line.split())) for line in text.splitlines())
        assert [row[n] for n, name in heading.items() if name in NUMBERS] == figures
        # Numbers end where their headings do.
        lines = text.splitlines()
        ends = [match.end() for match in re.finditer(r"\S+", lines[0]) if match.group() in NUMBERS]
        assert [lines[1][end - 1 : end + 2].strip() for end in ends] == [figure[-1] for figure in figures]
