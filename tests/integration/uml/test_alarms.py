# SPDX-License-Identifier: BSD-3-Clause
"""What goes wrong slowly with real packets: each alarm once, also over a kill of the agent, and once that it is over."""

import itertools
import signal

import pytest

from bed import events
from bed.events import CLEARED, DROPS, LATE_REKEY, ONE_WAY, RAISED, REKEY_STORM, SEQUENCE
from bed.places import scalar
from bed.process import wait_for
from bed.traffic import without_an_sa
from bed.tunnels import UP, the_tunnel, wait_for_state
from bed.xfrm import EspTunnel

ADDRESS = "udp:127.0.0.1:161"
PINGS = 20
REKEYS = 5


@pytest.fixture
def host(netns, new_namespace, start_agent, start_snmptrapd, tmp_path):
    return Host(netns, new_namespace(), start_agent, start_snmptrapd(), tmp_path)


class Host:
    def __init__(self, netns, other, start_agent, snmptrapd, folder):
        self.netns, self.other, self.start_agent, self.snmptrapd = netns, other, start_agent, snmptrapd
        self.tunnel = EspTunnel(netns, other)
        self.state = folder / "state" / "state"
        self.words = f"rocommunity public\n{events.SINK}interval 1\nalarm-one-way 4\nalarm-drops {{}}\nalarm-rekeys {REKEYS}\nstate-directory {self.state.parent}\n"
        self.start()

    def start(self):
        self.agent = self.start_agent("-s", "xfrm", "-l", ADDRESS, configuration=self.words.format(PINGS))
        self.client = self.agent.client(ADDRESS)
        self.agent.wait_until_served(self.client)
        wait_for_state(self.client, UP, self.agent.process)

    def restart(self, written):
        """After a kill, when the alarm is in the state file."""
        wait_for(lambda: written in self.state.read_text(), f"{written} to be written", process=self.agent.process)
        self.agent.kill()
        self.start()

    def told(self):
        return [(e.kind, e.alarm) for e in events.notified(self.snmptrapd, RAISED, CLEARED)]

    def wait_until_told(self, expected, meanwhile=lambda: None):
        def is_told():
            meanwhile()
            return len(self.told()) >= len(expected)

        wait_for(is_told, f"{expected} to be told", process=self.agent.process)
        assert self.told() == expected
        return events.notified(self.snmptrapd, RAISED, CLEARED)[-1]

    def send_in_vain(self):
        words = ["-n", "-q", "-c", str(PINGS), "-i", "0.02", "-W", "1", "-I", *self.tunnel.INNER]
        self.netns.run("ping", *words, check=False)


@pytest.mark.once
def test_a_peer_that_does_not_answer_any_more(host, record_property):
    """Its policy blocks what it would answer: one way works, and only an alarm tells."""
    tunnel, client = host.tunnel, host.client
    reads = client.get_value(scalar("Reads"))

    def used():
        tunnel.ping(1)
        return client.get_value(scalar("Reads")) > reads + 3

    wait_for(used, "the tunnel to be used both ways", process=host.agent.process)
    out = ["src", f"{tunnel.INNER[1]}/32", "dst", f"{tunnel.INNER[0]}/32", "dir", "out"]
    template = ["tmpl", "src", tunnel.OUTER[1], "dst", tunnel.OUTER[0], "proto", "esp", "reqid", str(tunnel.REQID), "mode", "tunnel"]
    host.other.ip("xfrm", "policy", "update", *out, "action", "block")
    event = host.wait_until_told([(RAISED, ONE_WAY)], host.send_in_vain)
    assert event.detail.startswith("nothing came in for ") and event.current >= 100
    assert the_tunnel(client).state == UP
    host.restart('\nalarm "" 1 ')
    host.send_in_vain()
    host.other.ip("xfrm", "policy", "update", *out, *template)
    host.wait_until_told([(RAISED, ONE_WAY), (CLEARED, ONE_WAY)], lambda: tunnel.ping(1))
    row = the_tunnel(host.client)
    record_property("figure", f"{row.out_packets} packets out and {row.in_packets} in; raised and cleared once each, over a kill")


def test_sequence_numbers_that_run_out(host):
    """Without ESN, at 80 per cent of 2^32, until the SA is replaced."""
    tunnel = host.tunnel
    for namespace in (host.netns, host.other):
        tunnel.delete_sa(namespace, 0, tunnel.spis[0])
    tunnel.add_sa(host.other, 0, 0x3001)
    tunnel.add_sa(host.netns, 0, 0x3001, "replay-oseq", "0xccccccc8")
    tunnel.ping(2)
    tunnel.ping(2)
    event = host.wait_until_told([(RAISED, SEQUENCE)], lambda: tunnel.ping(1))
    assert event.said == f"esp.3001@{tunnel.OUTER[1]}" and event.current * 100 >= 80 << 32
    host.restart(f" {1 << SEQUENCE}\n")
    tunnel.ping(1)
    for namespace in (host.netns, host.other):
        tunnel.add_sa(namespace, 0, 0x4001)
        tunnel.delete_sa(namespace, 0, 0x3001)
    host.wait_until_told([(RAISED, SEQUENCE), (CLEARED, SEQUENCE)])


def test_packets_without_an_sa(host, record_property):
    """A peer goes on with an SA that this host has lost: the kernel's counter grows, and the alarm ends when nobody asks for it any more."""
    host.tunnel.delete_sa(host.netns, 1, host.tunnel.spis[1])
    event = host.wait_until_told([(RAISED, DROPS)], host.send_in_vain)
    assert event.detail.startswith("ipsecStatInNoStates grew by ") and event.current <= without_an_sa(host.netns)
    wait_for(lambda: '\nalarm "" 3 ' in host.state.read_text(), "the alarm to be written", process=host.agent.process)
    host.agent.configuration_file.write_text(host.words.format(0))
    host.agent.process.signal(signal.SIGHUP)
    host.wait_until_told([(RAISED, DROPS), (CLEARED, DROPS)])
    record_property("figure", f"{without_an_sa(host.netns)} packets without an SA, {event.current} when the alarm was raised")


def test_an_sa_near_its_end_without_a_successor(host):
    """Most of the octets between its two limits are used up, and nobody rekeys; then somebody does."""
    tunnel = host.tunnel
    for namespace in (host.netns, host.other):
        tunnel.delete_sa(namespace, 0, tunnel.spis[0])
        tunnel.add_sa(namespace, 0, 0x5001, "limit", "byte-soft", "10000", "limit", "byte-hard", "100000")
    tunnel.ping(10, 1400)
    wait_for(lambda: the_tunnel(host.client).out_packets == 10, "the packets to be counted", process=host.agent.process)
    assert host.told() == []
    tunnel.ping(50, 1400)
    event = host.wait_until_told([(RAISED, LATE_REKEY)])
    assert (event.said, event.hard) == (f"esp.5001@{tunnel.OUTER[1]}", 100000) and 82000 <= event.current < 100000
    for namespace in (host.netns, host.other):
        tunnel.add_sa(namespace, 0, 0x6001)
    host.wait_until_told([(RAISED, LATE_REKEY), (CLEARED, LATE_REKEY)])


def test_a_tunnel_that_is_rekeyed_again_and_again(host):
    spis = itertools.count(0x7000, 2)

    def rekey():
        spi = next(spis)
        host.tunnel.rekey((spi, spi + 1))

    event = host.wait_until_told([(RAISED, REKEY_STORM)], rekey)
    assert event.current >= REKEYS
    host.agent.configuration_file.write_text(host.words.format(PINGS).replace(f"alarm-rekeys {REKEYS}", "alarm-rekeys 0"))
    host.agent.process.signal(signal.SIGHUP)
    host.wait_until_told([(RAISED, REKEY_STORM), (CLEARED, REKEY_STORM)])
