# SPDX-License-Identifier: BSD-3-Clause
"""The bed of the tests in this folder: ESP and IKE that really run."""

import pytest

from bed import places, xfrm
from bed.xfrm import EspTunnel


@pytest.fixture
def ends(new_namespace):
    return new_namespace(), new_namespace()


def test_this_kernel_has_esp(netns):
    assert places.IN_UML
    assert xfrm.kernel_has_esp(netns)


@pytest.mark.parametrize("algorithms", [xfrm.AES_GCM, xfrm.AES_CBC_SHA1], ids=["gcm", "cbc-sha1"])
def test_pings_go_through_esp_and_are_counted(ends, algorithms):
    tunnel = EspTunnel(*ends, algorithms)
    tunnel.ping(count=5, octets=100)
    # What is counted is the inner packet: 100 octets and the headers of ICMP (8) and IP (20).
    for namespace in ends:
        counted = {s.spi: xfrm.counters(s) for s in xfrm.states(namespace)}
        assert counted == {spi: (5 * 128, 5) for spi in EspTunnel.SPIS}


def test_ipv6_is_there(ends):
    left, right = ends
    left.connect(right, ["2001:db8::1/64"], ["2001:db8::2/64"])
    assert "1 received" in left.run("ping", "-c", "1", "-W", "5", "2001:db8::2").stdout
