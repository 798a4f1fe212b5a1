# SPDX-License-Identifier: BSD-3-Clause
"""mib2text against agents and files that are not what it hopes for."""

import os
import stat

import pytest

from bed import places
from bed.places import ROOT_OID
from bed.snmp import V2C, V3

TABLE = places.TREE / "tests" / "data" / "klips" / "openswan-2.txt"


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
    assert result.returncode == 2
    assert "Counter64" in result.stderr


def test_a_dead_address(mib2text):
    refused(mib2text(*V2C, "-t", "1", "-r", "0", "udp:127.0.0.1:1", check=False), "127.0.0.1")


def test_a_wrong_community(served, mib2text):
    refused(mib2text("-v2c", "-c", "wrong", "-t", "1", "-r", "0", served.address, check=False), "community")


def test_an_snmpd_without_the_agent(snmpd, mib2text):
    refused(mib2text(*V2C, snmpd.address, check=False), "ipsec-spi-agent")


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
