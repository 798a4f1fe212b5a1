# SPDX-License-Identifier: BSD-3-Clause
"""What goes wrong slowly, as an operator is told of it: each alarm once, and once that it is over."""

import itertools

from bed import events
from bed.events import CLEARED, LATE_REKEY, ONE_WAY, RAISED, REKEY_STORM, SEQUENCE, STREAM_SINK
from bed.klips import aged
from bed.places import scalar
from bed.process import wait_for

HERE, THERE = "192.0.2.1", "192.0.2.2"
WORDS = "tunnel office remote 192.0.2.2\nalarm-one-way 3\nalarm-rekeys 3\ntunnel-grace 0\n"


def line(spi, way, packets, seq=1, older=5, soft=0, hard=0):
    """An SA, which grows older, since one that does not is born again and again."""
    age = aged(older)
    source, destination = (HERE, THERE) if way == "out" else (THERE, HERE)
    return (
        f"esp0x{spi:x}@{destination} ESP_AES_HMAC_SHA1: dir={way:<3} src={source} seq={seq - (seq >> 31 << 32)} "
        f"life(c,s,h)=bytes({100 * packets},0,0)addtime({age},{soft},{hard})packets({packets},0,0)\n"
    )


def write(file, text):
    """At once: half a file would be SAs that are gone, and come back."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def alarms(snmptrapd):
    return [(e.kind, e.alarm) for e in events.notified(snmptrapd, RAISED, CLEARED)]


def test_a_day_on_which_everything_goes_wrong_slowly(make_snmpd, start_agent, snmptrapd, tmp_path):
    snmpd = make_snmpd(STREAM_SINK).start()
    file = tmp_path / "ipsec_spi"
    write(file, line(1, "out", 1) + line(2, "in", 1))
    state = tmp_path / "state" / "state"

    def start():
        words = f"{WORDS}state-directory {state.parent}\nstate-interval 1\n"
        agent = start_agent("-s", "klips", "-k", file, "-x", snmpd.agentx, "-i", "1", configuration=words)
        agent.wait_until_served(snmpd.client)
        return agent

    agent = start()
    wait_for(lambda: snmpd.client.get_value(scalar("TunnelsUp")) == 1, "the tunnel", process=agent.process)
    told = []

    def expect(kind, alarm, prepare=lambda: None):
        def there():
            prepare()
            return len(alarms(snmptrapd)) > len(told)

        wait_for(there, f"alarm {alarm} to be told", process=agent.process)
        told.append((kind, alarm))
        assert alarms(snmptrapd) == told
        return events.notified(snmptrapd, RAISED, CLEARED)[-1]

    # Traffic goes both ways, and then nothing comes in any more.
    packets = itertools.count(1000, 1000)
    both = lambda: write(file, line(1, "out", next(packets)) + line(2, "in", next(packets)))
    reads = snmpd.client.get_value(scalar("Reads"))

    def used():
        both()
        return snmpd.client.get_value(scalar("Reads")) > reads + 4

    wait_for(used, "the tunnel to be used", process=agent.process)
    came_in = next(packets)
    event = expect(RAISED, ONE_WAY, lambda: write(file, line(1, "out", next(packets)) + line(2, "in", came_in)))
    assert event.detail.startswith("nothing came in for ") and (event.tunnel, event.said) == ("office", "")
    # What is raised is not raised again by another agent, which tells that it is over.
    wait_for(lambda: '\nalarm "" 1 1 ' in state.read_text(), "the alarm to be written", process=agent.process)
    agent.kill()
    agent = start()
    expect(CLEARED, ONE_WAY, both)
    # The sequence numbers of one SA run out; it is not rekeyed, and near its end.
    count = next(packets)
    write(file, line(1, "out", count, seq=0xF0000000) + line(2, "in", count))
    event = expect(RAISED, SEQUENCE)
    assert (event.said, event.tunnel, event.current) == (f"esp.1@{THERE}", "office", 0xF0000000)
    write(file, line(1, "out", count, 0xF0000000, 19000, 10000, 20000) + line(2, "in", count))
    event = expect(RAISED, LATE_REKEY)
    assert (event.said, event.hard) == (f"esp.1@{THERE}", 20000) and 19000 <= event.current < 20000
    wait_for(lambda: f" {1 << SEQUENCE | 1 << LATE_REKEY}\n" in state.read_text(), "both to be written", process=agent.process)
    agent.kill()
    # It does not grow older while nobody looks.
    write(file, line(1, "out", count, 0xF0000000, 19000, 10000, 20000) + line(2, "in", count))
    agent = start()
    # At last it is.
    write(file, line(3, "out", 0) + line(2, "in", count))
    wait_for(lambda: len(alarms(snmptrapd)) == len(told) + 2, "both to be over", process=agent.process)
    assert {*alarms(snmptrapd)[len(told) :]} == {(CLEARED, SEQUENCE), (CLEARED, LATE_REKEY)}
    told = alarms(snmptrapd)
    # And again, and again.
    spis = itertools.count(4)
    old = [3]

    def rekey():
        new = next(spis)
        write(file, line(old[-1], "out", 0) + line(new, "out", 0) + line(2, "in", count))
        old.append(new)

    assert expect(RAISED, REKEY_STORM, rekey).tunnel == "office"
    # What the last agent told is in its table, too.
    logged = [e for e in events.logged(snmpd.client) if e.kind in (RAISED, CLEARED)]
    assert [(e.kind, e.alarm) for e in logged] == alarms(snmptrapd)[-3:]
