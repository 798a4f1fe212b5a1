# SPDX-License-Identifier: BSD-3-Clause
"""Notifications as snmptrapd receives them, and the same in ipsecEventTable."""

import pytest

from bed import events
from bed.events import (
    ADD_TIME,
    BYTES,
    CREATED,
    DELETED,
    HARD,
    PACKETS,
    SENT,
    SINK,
    SOFT,
    SOURCE_FAILED,
    SOURCE_RECOVERED,
)
from bed.process import wait_for


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
    wait_for(lambda: snmpd.client.get_value(f"{events.SCALARS}.8.0") > 0, "a read")
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
    assert {(e.transform, e.direction, e.source) for e in told} == {("ESP_AES_HMAC_SHA1", 1, bytes([192, 0, 2, 2]))}
    # Ages in a file that nobody writes do not grow, and no SA is another one for that.
    reads = snmpd.client.get_value(f"{events.SCALARS}.8.0")
    wait_for(lambda: snmpd.client.get_value(f"{events.SCALARS}.8.0") > reads + 4, "some more reads")
    assert events.notified(snmptrapd) == told
    assert [e.said for e in events.logged(snmpd.client, CREATED)] == ["esp.101@192.0.2.1"]


# ---- Larval SAs of this kernel expire for real


def test_larval_sas_expire_for_real(make_snmpd, start_agent, snmptrapd, netns, larval_sas):
    if not events.larval_sas_live_for(netns, 2):
        pytest.skip("only root proper can say how long larval SAs live")
    snmpd = make_snmpd(SINK).start()
    start_agent("-s", "xfrm", "-x", snmpd.agentx, "-i", "60").wait_until_served(snmpd.client)
    spis = larval_sas(5)
    told = events.wait_for_notified(snmptrapd, 5)
    assert {(e.kind, e.said, e.limit, e.hard) for e in told} == {
        (HARD, f"esp.{spi:x}@192.0.2.2", ADD_TIME, 2) for spi in spis
    }
    assert len(told) == 5
    assert events.logged(snmpd.client, DELETED) == []
