# SPDX-License-Identifier: BSD-3-Clause
"""The fixtures themselves: what all other tests stand on must be seen to stand."""

import pytest

from bed import isolation, process, snmp, state_text, xfrm
from bed.netns import Namespace

SYS_DESCR = ".1.3.6.1.2.1.1.1.0"
SYS_UPTIME = ".1.3.6.1.2.1.1.3.0"
SYS_NAME = ".1.3.6.1.2.1.1.5.0"
SYSTEM = ".1.3.6.1.2.1.1"


def test_a_run_is_apart_from_the_host(netns):
    assert isolation.isolated()
    assert netns.run("ip", "-o", "link").stdout.count("\n") == 1
    assert netns.name in process.run(["ip", "netns", "list"]).stdout


def test_snmpd_answers_v2c_and_v3(snmpd):
    assert snmpd.client.get_value(SYS_DESCR).startswith(b"Linux")
    assert snmpd.client.as_v3().get_value(SYS_DESCR) == snmpd.client.get_value(SYS_DESCR)


def test_values_have_types(snmpd):
    uptime, name, absent = snmpd.client.get(SYS_UPTIME, SYS_NAME, SYS_NAME + ".1")
    assert uptime.type == "Timeticks" and isinstance(uptime.value, int)
    assert name.type == "STRING" and name.value
    assert (absent.type, absent.value) == ("noSuchInstance", None)


def test_both_walks_see_the_same(snmpd):
    def names(varbinds):
        return [v.oid for v in varbinds]

    walked = names(snmpd.client.walk(SYSTEM))
    assert len(walked) > 8
    assert walked == names(snmpd.client.walk_by_next(SYSTEM)) == names(snmpd.client.walk(SYSTEM, repetitions=1))
    assert snmpd.client.walk(SYS_NAME + ".7") == []


def test_octets_of_any_length_are_read():
    long = bytes(range(256)) * 2
    lines = [long[i : i + 16].hex(" ").upper() + " " for i in range(0, len(long), 16)]
    text = ".1.2.1 = Hex-STRING: " + "\n".join(lines) + '\n.1.2.2 = ""\n.1.2.3 = Counter64: 18446744073709551615\n'
    assert [v.value for v in snmp.parse(text)] == [long, b"", 2**64 - 1]
    with pytest.raises(ValueError):
        snmp.parse("Timeout: No Response from 127.0.0.1\n")


def test_snmptrapd_logs_what_snmpd_sends(snmptrapd, make_snmpd):
    snmpd = make_snmpd(f"trap2sink {snmptrapd.address} {snmp.COMMUNITY}\n").start()
    cold_start = snmptrapd.wait_for_traps(1)[0]
    assert cold_start[snmp.SNMP_TRAP_OID].value == ".1.3.6.1.6.3.1.1.5.1"
    snmpd.stop()
    shutdown = snmptrapd.wait_for_traps(2)[1]
    assert shutdown[snmp.SNMP_TRAP_OID].value == ".1.3.6.1.4.1.8072.4.0.2"


def test_snmptrapd_receives_v3(snmptrapd, netns, tmp_path):
    # A trap carries its sender's engine number, which the receiver's user must be of; an inform asks for it.
    words = ["-Ci", *snmp.V3, snmptrapd.address, "", ".1.3.6.1.6.3.1.1.5.3", SYS_NAME, "s", "two\twords"]
    netns.run("snmptrap", *words, env=snmp.environment(tmp_path))
    received = snmptrapd.wait_for_traps(1)[0]
    assert received[SYS_NAME].value == b"two\twords"


def test_larval_sas_are_in_the_kernels_list(netns, larval_sas):
    spis = larval_sas(3)
    states = xfrm.states(netns)
    assert sorted(s.spi for s in states) == sorted(spis)
    assert {(s.src, s.dst, s.protocol, s.mode) for s in states} == {("192.0.2.1", "192.0.2.2", "esp", "tunnel")}


def test_namespaces_are_joined(new_namespace):
    left, right = new_namespace(), new_namespace()
    left.connect(right, ["10.1.0.1/24", "2001:db8::1/64"], ["10.1.0.2/24", "2001:db8::2/64"])
    for address in ("10.1.0.2", "2001:db8::2"):
        assert "1 received" in left.run("ping", "-c", "1", "-W", "5", address).stdout


def test_a_process_that_hangs_is_ended(netns, tmp_path):
    deaf = netns.start("deaf", ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"], tmp_path / "log")
    deaf.wait_until_said("ready")
    with pytest.raises(AssertionError, match="did not end on SIGTERM"):
        deaf.stop(seconds=0.2)
    assert not deaf.running()


def test_waiting_ends_with_the_process(netns, tmp_path):
    brief = netns.start("brief", ["sh", "-c", "echo why >&2; exit 7"], tmp_path / "log")
    with pytest.raises(AssertionError, match="ended with 7 before(.|\n)*why"):
        process.wait_for(lambda: False, "what never comes", process=brief)


def test_a_sanitizers_report_is_a_failure(netns, tmp_path):
    noisy = netns.start("noisy", ["sh", "-c", "echo '==1==ERROR: AddressSanitizer: x'"], tmp_path / "log")
    noisy.wait_until_ended()
    with pytest.raises(AssertionError, match="AddressSanitizer"):
        noisy.assert_clean()


def test_names_of_namespaces_differ():
    first, second = Namespace(), Namespace()
    assert first.name != second.name
    first.delete()
    second.delete()


SENDING_ONLY = """
	replay-window 0 seq 0x00000000 flag esnextra_flag dont-encap-dscp (0x10000000)
	anti-replay esn context:
	 seq-hi 0x0, seq 0x0, oseq-hi 0x1, oseq 0x2
	 replay_window 0, bitmap-length 0
	dir out
"""
BOTH_WAYS = """
	replay-window 0 seq 0x00000000 flag af-unspec esn (0x10100000)
	anti-replay esn context:
	 seq-hi 0x1, seq 0x3, oseq-hi 0x0, oseq 0x0
	 replay_window 64, bitmap-length 2
	 80000000 00000007
	lifetime config:
"""


@pytest.mark.parametrize(
    "text, direction, sequence, window, newest",
    [
        (SENDING_ONLY, state_text.DIRECTION_OUT, 2**32 + 2, 0, 0),
        (BOTH_WAYS, state_text.DIRECTION_IN, 2**32 + 3, 64, 0xF),
    ],
    ids=["sending-only", "both-ways"],
)
def test_both_ways_in_which_ip_prints_extended_sequence_numbers_are_read(text, direction, sequence, window, newest):
    read = state_text.replay(state_text.Text(text), direction)
    assert (read["ExtendedSequence"], read["Sequence"], read["ReplayWindow"]) == (state_text.TRUE, sequence, window)
    assert int.from_bytes(read["ReplayBitmap"], "big") == newest
    assert state_text.flags(state_text.Text(text))["Flags"] & 128
