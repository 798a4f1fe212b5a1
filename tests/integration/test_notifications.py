# SPDX-License-Identifier: BSD-3-Clause
"""Notifications as snmptrapd receives them, and the same in ipsecEventTable."""

import signal

import pytest

from bed import events, xfrm
from bed.events import (
    ADD_TIME,
    BYTES,
    CREATED,
    DELETED,
    HARD,
    NOT_NOTIFIED,
    PACKETS,
    SENT,
    SINK,
    SOFT,
    SOURCE_FAILED,
    SOURCE_RECOVERED,
)
from bed.places import scalar
from bed.process import wait_for
from bed.snmp import V3, Client


def test_a_source_that_fails_and_recovers(make_snmpd, start_agent, snmptrapd, tmp_path):
    snmpd = make_snmpd(SINK).start()
    file = tmp_path / "ipsec_spi"
    file.write_text("")
    start_agent("-s", "klips", "-k", file, "-x", snmpd.agentx, "-i", "1").wait_until_served(snmpd.client)
    file.unlink()
    (failed,) = events.wait_for_notified(snmptrapd, 1)
    file.write_text("")
    _, recovered = events.wait_for_notified(snmptrapd, 2)
    assert [failed.kind, recovered.kind] == [SOURCE_FAILED, SOURCE_RECOVERED]
    assert "No such file" in failed.detail
    assert [(e.number, e.before) for e in (failed, recovered)] == [(1, 0), (2, 1)]
    wait_for(lambda: [e.delivery for e in events.logged(snmpd.client)] == [SENT, SENT], "both to be sent")
    assert [e._replace(delivery=None) for e in events.logged(snmpd.client)][0].detail == failed.detail


# ---- KLIPS: counters are compared with limits at each read


def klips_line(spi, limits):
    return f"esp0x{spi:x}@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 iv_bits=128bits alen=160 life(c,s,h)={limits}\n"


def test_klips_counters_that_pass_their_limits_are_told_once_each(make_snmpd, start_agent, snmptrapd, tmp_path):
    snmpd = make_snmpd(SINK).start()
    file = tmp_path / "ipsec_spi"
    file.write_text(klips_line(0x100, "bytes(90,100,200)addtime(5,0,0)"))
    start_agent("-s", "klips", "-k", file, "-x", snmpd.agentx, "-i", "1").wait_until_served(snmpd.client)
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) > 0, "a read")
    assert events.logged(snmpd.client) == []
    # Two limits in one read, and another SA that comes with one passed.
    file.write_text(
        klips_line(0x100, "bytes(250,100,200)addtime(6,0,0)") + klips_line(0x101, "addtime(9,0,0)packets(8,7,0)")
    )
    told = events.wait_for_notified(snmptrapd, 3)
    assert {(e.kind, e.said, e.limit, e.current, e.soft, e.hard) for e in told} == {
        (SOFT, "esp.100@192.0.2.1", BYTES, 250, 100, 200),
        (HARD, "esp.100@192.0.2.1", BYTES, 250, 100, 200),
        (SOFT, "esp.101@192.0.2.1", PACKETS, 8, 7, 0),
    }
    assert {(e.transform, e.direction) for e in told} == {("ESP_AES_HMAC_SHA1", 1)}
    assert {(e.source, e.source_text) for e in told} == {(bytes([192, 0, 2, 2]), "192.0.2.2")}
    # Ages in a file that nobody writes do not grow, and no SA is another one for that.
    reads = snmpd.client.get_value(scalar("Reads"))
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) > reads + 4, "some more reads")
    assert events.notified(snmptrapd) == told
    assert [e.said for e in events.logged(snmpd.client, CREATED)] == ["esp.101@192.0.2.1"]


# ---- Larval SAs of this kernel expire for real


def test_larval_sas_expire_for_real(make_snmpd, start_agent, snmptrapd, netns, larval_sas):
    if not events.larval_sas_live_for(netns, 2):
        pytest.skip("only root proper can say how long larval SAs live")
    snmpd = make_snmpd(SINK).start()
    options = ("-s", "xfrm", "-x", snmpd.agentx, "-i", "60")
    start_agent(*options, configuration=events.NOTIFY_LARVAL).wait_until_served(snmpd.client)
    spis = larval_sas(5)
    told = events.wait_for_notified(snmptrapd, 5)
    assert {(e.kind, e.said, e.limit, e.hard) for e in told} == {
        (HARD, f"esp.{spi:x}@192.0.2.2", ADD_TIME, 2) for spi in spis
    }
    assert len(told) == 5
    assert events.logged(snmpd.client, DELETED) == []


# ---- What is notified, and where


def test_an_operator_chooses_what_is_notified(make_snmpd, start_agent, snmptrapd, tmp_path):
    """With "volume" a soft expiry by time is just a rekey.  SIGHUP changes the choice, and tells nothing twice."""
    snmpd = make_snmpd(SINK).start()
    file = tmp_path / "ipsec_spi"
    limits = "bytes(250,100,200)addtime(60,50,55)"
    file.write_text(klips_line(0x100, limits))
    options = ("-s", "klips", "-k", file, "-x", snmpd.agentx, "-i", "1")
    agent = start_agent(*options, configuration="notify-soft volume\nnotify-hard time\n").wait_until_served(snmpd.client)
    told = events.wait_for_notified(snmptrapd, 2)
    assert {(e.kind, e.limit) for e in told} == {(SOFT, BYTES), (HARD, ADD_TIME)}
    wait_for(lambda: len(events.logged(snmpd.client, SOFT, HARD)) == 4, "all to be in the log")
    not_wanted = {(SOFT, ADD_TIME), (HARD, BYTES)}
    assert {(e.kind, e.limit) for e in events.logged(snmpd.client) if e.delivery == NOT_NOTIFIED} == not_wanted
    agent.configuration_file.write_text("notify-soft none\nnotify-hard packets\n")
    agent.process.signal(signal.SIGHUP)
    agent.wait_until_said("read the configuration again")
    file.write_text(klips_line(0x100, limits) + klips_line(0x101, "bytes(2,1,0)addtime(9,0,0)packets(8,7,8)"))
    third = events.wait_for_notified(snmptrapd, 3)[2]
    assert (third.kind, third.said, third.limit) == (HARD, "esp.101@192.0.2.1", PACKETS)
    wait_for(lambda: len(events.logged(snmpd.client, SOFT, HARD)) == 7, "all to be in the log")
    # The chain of what was notified has no gap, although numbers have.
    assert third.before == max(e.number for e in told)
    assert len(events.notified(snmptrapd)) == 3


def test_each_namespace_has_a_log_and_says_its_context(make_snmpd, start_agent, snmptrapd, new_namespace):
    places = [new_namespace(), new_namespace()]
    if not all(events.larval_sas_live_for(place, 2) for place in places):
        pytest.skip("only root proper can say how long larval SAs live")
    snmpd = make_snmpd(SINK).start()
    watched = [word for place in places for word in ("-n", place.name)]
    agent = start_agent("-x", snmpd.agentx, "-i", "60", *watched, configuration=events.NOTIFY_LARVAL)
    agent.wait_until_said("started")
    spis = {place.name: xfrm.add_larval_sas(place, 2) for place in places}
    told = events.wait_for_notified(snmptrapd, 4)
    for place in places:
        ours = [e for e in told if e.context == place.name]
        assert {e.said for e in ours} == {f"esp.{spi:x}@192.0.2.2" for spi in spis[place.name]}
        client = Client(snmpd.namespace, snmpd.address, snmpd.directory, [*V3, "-n", place.name])
        rows = events.logged(client, HARD)
        assert [e.number for e in rows] == [e.number for e in ours]
        assert [e.before for e in ours] == [0, ours[0].number], "each context counts for itself"


def test_larval_sas_that_come_and_go_are_logged_but_not_notified(agent, snmpd, netns, larval_sas):
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) > 0, "a read")
    (spi,) = larval_sas(1)
    wait_for(lambda: events.logged(snmpd.client, CREATED), "it to be logged")
    netns.ip("xfrm", "state", "delete", "src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", hex(spi))
    wait_for(lambda: events.logged(snmpd.client, DELETED), "its end to be logged")
    rows = events.logged(snmpd.client)
    assert [(e.kind, e.said, e.delivery) for e in rows] == [
        (CREATED, f"esp.{spi:x}@192.0.2.2", NOT_NOTIFIED),
        (DELETED, f"esp.{spi:x}@192.0.2.2", NOT_NOTIFIED),
    ]
    assert rows[0].detail == "it waits for its keys"
