# SPDX-License-Identifier: BSD-3-Clause
"""What a running agent is still allowed to do, and what it says where it is allowed too little."""

import os
import re
import shutil
from pathlib import Path

import pytest

from bed.agent import Agent
from bed.places import AGENT, SA_ENTRY, TREE
from bed.process import run, wait_for
from bed.snmp import environment

CAP_NET_ADMIN = 12  # linux/capability.h
SECCOMP_MODE_FILTER = 2  # linux/seccomp.h
WITHOUT_NET_ADMIN = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"]


def status_of(agent):
    """/proc/PID/status as {field: text}."""
    lines = Path(f"/proc/{agent.pid}/status").read_text().splitlines()
    return {field: text.strip() for field, _, text in (line.partition(":") for line in lines)}


def test_a_subagent_keeps_one_capability_and_is_confined(agent):
    status = status_of(agent)
    assert {int(status[which], 16) for which in ("CapEff", "CapPrm")} == {1 << CAP_NET_ADMIN}
    assert int(status["CapInh"], 16) == int(status["CapAmb"], 16) == 0
    assert int(status["Seccomp"]) == SECCOMP_MODE_FILTER
    assert int(status["NoNewPrivs"]) == 1
    assert re.search(r"^Max core file size +0 +0 ", Path(f"/proc/{agent.pid}/limits").read_text(), re.MULTILINE)


def test_an_agent_may_become_another_user(other_users, start_agent, snmpd, larval_sas):
    os.chmod(snmpd.agentx.removeprefix("unix:"), 0o777)
    os.chmod(Path(snmpd.agentx.removeprefix("unix:")).parent, 0o755)
    words = "agentuser nobody\nagentgroup nogroup\n"
    agent = start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "1", configuration=words)
    agent.wait_until_served(snmpd.client)
    nobody = run(["id", "-u", "nobody"]).stdout.strip()
    assert set(status_of(agent)["Uid"].split()) == {nobody}
    # It still may list SAs.
    larval_sas(1)
    wait_for(lambda: snmpd.client.table(SA_ENTRY), "a row")


def test_started_as_root_it_becomes_the_user_of_the_package(other_users, start_agent, snmpd, tmp_path, larval_sas):
    """If there is one, and nobody says that it is to stay root; what it keeps becomes that user's."""
    os.chmod(snmpd.agentx.removeprefix("unix:"), 0o777)
    for folder in (Path(snmpd.agentx.removeprefix("unix:")).parent, *list(tmp_path.parents)[:2], tmp_path):
        os.chmod(folder, 0o755)
    users = tmp_path / "passwd"
    users.write_text(Path("/etc/passwd").read_text() + "_ipsec-spi:x:4301:4301::/nonexistent:/usr/sbin/nologin\n")
    with_user = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/passwd && exec "$@"', users]
    for words, user in (("", "4301"), ("agentuser root\n", "0")):
        state = tmp_path / f"state-{user}"
        agent = Agent(snmpd.namespace, tmp_path, "-s", "xfrm", "-x", snmpd.agentx, configuration=f"{words}state-directory {state}\n")
        agent.start(before=with_user)
        agent.wait_until_served(snmpd.client)
        assert set(status_of(agent)["Uid"].split()) == {user}
        larval_sas(1)
        wait_for(lambda: snmpd.client.table(SA_ENTRY), "a row")
        agent.stop()
        assert {str(path.stat().st_uid) for path in (state, state / "state")} == {user}, agent.output()


@pytest.mark.once
def test_the_unit_leaves_little_to_attack():
    """As systemd counts it, from 0 to 10: below 1.5."""
    if not shutil.which("systemd-analyze") or "--offline" not in run(["systemd-analyze", "--help"]).stdout:
        pytest.skip("no systemd-analyze that reads a unit's file")
    said = run(["systemd-analyze", "security", "--offline=yes", TREE / "conf/ipsec-spi-agent.service"], check=False).stdout
    exposure = re.search(r"Overall exposure level for \S+: (\d+\.\d)", said)
    assert exposure and float(exposure[1]) < 1.5, said


@pytest.mark.parametrize("options", [["-p"], ["-f", "-x", "/run/none"]], ids=["once", "serving"])
def test_without_the_privilege_it_says_which_one(netns, tmp_path, options):
    command = [*WITHOUT_NET_ADMIN, AGENT, *options, "-s", "xfrm"]
    result = netns.run(*command, check=False, env=environment(tmp_path))
    assert (result.returncode, result.stdout) == (1, "")
    assert "CAP_NET_ADMIN" in result.stderr and "setcap cap_net_admin=ep" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_may_not_be_read_is_named(netns, tmp_path):
    table = tmp_path / "ipsec_spi"
    table.touch(mode=0o000)
    # Root itself reads everything.
    command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", AGENT, "-p", "-k", table]
    result = netns.run(*command, check=False, env=environment(tmp_path))
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{table}: Permission denied" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_socket_that_may_not_be_used_is_named_with_what_to_do(other_users, netns, tmp_path, snmpd):
    """snmpd's default: its socket is for root alone."""
    socket = snmpd.agentx.removeprefix("unix:")
    os.chmod(Path(socket).parent, 0o755)
    os.chmod(socket, 0o600)
    words = ["setpriv", "--reuid=nobody", "--clear-groups", "--inh-caps=+net_admin", "--ambient-caps=+net_admin"]
    # LeakSanitizer traces its process, which the agent has forbidden once it serves.
    own = {**environment(tmp_path), "ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0".lstrip(":")}
    agent = netns.start("agent", [*words, AGENT, "-f", "-s", "xfrm", "-x", snmpd.agentx], tmp_path / "log", env=own)
    agent.wait_until_said(f"not allowed to use the AgentX master's socket {snmpd.agentx}")
    assert "agentXPerms 0660 0711 USER GROUP" in agent.output()
    os.chmod(socket, 0o777)
    agent.wait_until_said("connected to the AgentX master")
    assert agent.stop() == 0
    agent.assert_clean()
