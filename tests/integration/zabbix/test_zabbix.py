# SPDX-License-Identifier: BSD-3-Clause
"""
The template in a real Zabbix, imported by its API: discovery, values, value maps, triggers that fire and clear, notifications. Too heavy for
"make check": "make check-zabbix" runs it.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from bed.process import wait_for
from bed.snmp import COMMUNITY, environment
from bed.zabbix import KIT, PORT, Zabbix, version

LINE = "esp0x{}@{} ESP_AES_HMAC_SHA1: dir={} src={} life(c,s,h)=bytes({},0,0)addtime(100,0,3600)usetime(1,0,0)packets({},0,0)\n"
PATIENCE = 120
# A folder for pictures, if any are wanted: "make pictures".
PICTURES = os.environ.get("ZABBIX_PICTURES")


def klips(*peers):
    text = ""
    for peer in peers:
        text += LINE.format(f"10{peer}", f"198.51.100.{peer}", "out", "192.0.2.1", 2000, 20)
        text += LINE.format(f"20{peer}", "192.0.2.1", "in ", f"198.51.100.{peer}", 1000, 10)
    return text


@pytest.fixture
def zabbix(netns):
    directory = Path(tempfile.mkdtemp(prefix="zabbix", dir="/run"))
    directory.chmod(0o755)
    running = Zabbix(netns, directory)
    try:
        yield running.start()
    finally:
        for process in running.processes:
            print(f"---- {process.name} said:\n{process.output()[-3000:]}")
        running.stop()
        shutil.rmtree(directory)


@pytest.mark.timeout(900)
def test_an_operator_s_day(zabbix, make_snmpd, start_agent, netns, tmp_path):
    table = tmp_path / "ipsec_spi"
    table.write_text(klips(1, 2))
    snmpd = make_snmpd(f"trap2sink 127.0.0.1 {COMMUNITY}\n").start()
    names = 'tunnel of"fi\\\\ce{#X}é remote 198.51.100.1\ntunnel lab remote 198.51.100.2\ninterval 1\ntunnel-grace 0\nstale-after 2\n'
    agent = start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx, configuration=names).wait_until_served(snmpd.client)
    trapd(netns, zabbix, tmp_path)

    # The template of this version, in a hurry.
    name = "template-6.0.json" if version() < (7, 0) else "template-7.0.json"
    text = (KIT / name).read_text().replace('"1m"', '"1s"').replace('"10m"', '"3s"').replace(",5m)=1", ",30s)=1")
    template = zabbix.import_template(text)
    (group,) = zabbix.call("hostgroup.create", name="gateways")["groupids"]
    interface = {
        "type": 2, "main": 1, "useip": 1, "ip": "127.0.0.1", "dns": "", "port": "161",
        "details": {"version": 2, "bulk": 1, "community": COMMUNITY},
    }  # fmt: skip
    (host,) = zabbix.call(
        "host.create", host="gateway", interfaces=[interface], groups=[{"groupid": group}], templates=[{"templateid": template}]
    )["hostids"]

    def items():
        found = zabbix.call("item.get", hostids=[host], output=["key_", "name", "lastvalue", "lastclock", "state", "error"])
        return {item["key_"]: item for item in found}

    def values():
        return {key: item["lastvalue"] for key, item in items().items() if item["lastclock"] != "0"}

    odd = "of_fi__ce__X___"
    expected = {
        "ipsec.agent.status": "1", "ipsec.tunnels": "2", "ipsec.tunnels.up": "2", "ipsec.tunnel.state[lab]": "1", f"ipsec.tunnel.state[{odd}]": "1",
        "ipsec.tunnel.in.bits[lab]": "0", "ipsec.tunnel.in.sas[lab]": "1", "ipsec.tunnel.downs[lab]": "0",
    }  # fmt: skip
    wait_for(lambda: expected.items() <= values().items(), "both tunnels and their figures", PATIENCE, agent.process)
    assert not [item for item in items().values() if item["error"] and "ipsec.drops" not in item["key_"]]
    maps = zabbix.call("item.get", hostids=[host], search={"key_": "ipsec.tunnel.state"}, selectValueMap=["mappings"], output=["key_"])
    assert {m["newvalue"] for m in maps[0]["valuemap"]["mappings"]} == {"up", "down", "larval", "unknown"}
    graphs = {graph["name"] for graph in zabbix.call("graph.get", hostids=[host], output=["name"])}
    assert {"lab: bits", "lab: packets", "lab: errors"} <= graphs

    def problems():
        return {problem["name"] for problem in zabbix.call("problem.get", hostids=[host], output=["name"])}

    assert problems() == set()
    # A tunnel goes down, and Zabbix hears of it both ways; it comes back.
    table.write_text(klips(1))
    wait_for(lambda: problems() == {"IPsec tunnel lab is down"}, "the tunnel to be down", PATIENCE, agent.process)
    if PICTURES:
        take(netns, "zabbix-latest-data.png", f"zabbix.php?action=latest.view&hostids%5B%5D={host}&name=lab&filter_set=1", tmp_path)
        take(netns, "zabbix-problem.png", f"zabbix.php?action=problem.view&hostids%5B%5D={host}&filter_set=1", tmp_path)
    trap = json.loads(text)["zabbix_export"]["templates"][0]["items"][-1]["key"]
    wait_for(lambda: "8072.9999.9999.4301.0.6" in items()[trap]["lastvalue"], "its notification", PATIENCE, agent.process)
    table.write_text(klips(1, 2))
    wait_for(lambda: problems() == set(), "it to be up", PATIENCE, agent.process)

    # Who cannot read does not say that a tunnel is down; nor who does not answer.
    said = set()

    def note(*expected):
        now = problems()
        said.update(now)
        return now == set(expected)

    table.unlink()
    wait_for(lambda: note("IPsec: the agent cannot read its SAs"), "the agent to be stale", PATIENCE, agent.process)
    table.write_text(klips(1, 2))
    wait_for(lambda: note(), "it to be well", PATIENCE, agent.process)
    agent.stop()
    wait_for(lambda: note("IPsec: the agent does not answer"), "the agent to be gone", PATIENCE)
    assert said == {"IPsec: the agent cannot read its SAs", "IPsec: the agent does not answer"}


def take(netns, name, page, directory):
    """A picture of a page of the frontend: a form that sends itself signs in and goes on to that page."""
    fields = {"name": "Admin", "password": "zabbix", "autologin": "1", "enter": "Sign in", "request": page}
    inputs = "".join(f'<input type="hidden" name="{key}" value="{value.replace("&", "&amp;")}">' for key, value in fields.items())
    form = directory / "form.html"
    form.write_text(f'<body onload="document.forms[0].submit()"><form method="post" action="http://127.0.0.1:{PORT}/index.php">{inputs}</form>')
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={directory / 'chromium'}", "--window-size=1600,1000"]
    shot = f"--screenshot={Path(PICTURES) / name}"
    netns.run("chromium", *words, "--virtual-time-budget=20000", shot, form.as_uri(), seconds=PATIENCE)


def trapd(netns, zabbix, directory):
    """snmptrapd, and what hands its notifications to Zabbix, as the page says."""
    conf = directory / "snmptrapd.conf"
    handler = f"/bin/sh {KIT / 'zabbix-trap-handler'} {zabbix.traps}"
    conf.write_text(f"authCommunity log,execute {COMMUNITY}\ndoNotRetainNotificationLogs yes\ntraphandle default {handler}\n")
    command = ["snmptrapd", "-f", "-n", "-C", "-c", conf, "-Lo", "-On", "-x", "unix:/nonexistent", "udp:127.0.0.1:162"]
    zabbix.processes.append(netns.start("snmptrapd", command, directory / "snmptrapd.log", env=environment(directory / "snmptrapd")))
