# SPDX-License-Identifier: BSD-3-Clause
"""Notifications as snmptrapd receives them, and the same in ipsecEventTable."""

from bed import events
from bed.events import SENT, SINK, SOURCE_FAILED, SOURCE_RECOVERED
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
