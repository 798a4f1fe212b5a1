# SPDX-License-Identifier: BSD-3-Clause
"""The IKE daemons of the bed."""

import pytest

from bed import ike, xfrm
from bed.process import wait_for

pytestmark = pytest.mark.once
BOTH = pytest.mark.parametrize("daemon", [ike.Strongswan, ike.Libreswan], ids=["strongswan", "libreswan"])


def spis(namespace):
    return {state.spi for state in xfrm.states(namespace)}


@BOTH
def test_traffic_goes_on_through_rekeys(make_ike_pair, netns, daemon):
    pair = make_ike_pair(daemon=daemon, rekey_seconds=2).start()
    went_out, came_in = pair.stream(0), pair.stream(1)
    first = spis(netns)
    wait_for(lambda: not first & spis(netns), "all SAs to be replaced")
    for stream in (went_out, came_in):
        stream.stop()
    # libreswan's responder uses a new SA before the initiator knows it.
    lost = 0 if daemon is ike.Strongswan else 5
    assert went_out.sent == went_out.received > 0
    assert came_in.sent - lost <= came_in.received > 0
    pair.ping(count=2)


def test_a_killed_peer_is_found_again(make_ike_pair, netns):
    pair = make_ike_pair(dead_peer_seconds=1).start()
    first = spis(netns)
    right = pair.daemons[1]
    right.kill()
    right.start()
    wait_for(lambda: not first & spis(netns) and pair.established(0), "new SAs", process=pair.daemons[0].process)
    pair.ping(count=2)


def test_the_two_daemons_understand_each_other(make_ike_pair):
    make_ike_pair(daemon=(ike.Strongswan, ike.Libreswan)).start().ping(count=2)
