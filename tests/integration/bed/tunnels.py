# SPDX-License-Identifier: BSD-3-Clause
"""ipsecTunnelTable as tests look at it."""

from collections import namedtuple

from .places import SA_ENTRY, SA_TUNNEL_COLUMN, TUNNEL_ENTRY, TUNNEL_SA_ENTRY
from .process import wait_for

COLUMNS = {
    2: "name",
    3: "state",
    5: "local",
    7: "remote",
    8: "reqid",
    9: "if_id",
    10: "in_bytes",
    11: "out_bytes",
    12: "in_packets",
    13: "out_packets",
    14: "in_errors",
    15: "out_errors",
    16: "since",
    17: "state_seconds",
    18: "ups",
    19: "downs",
    20: "rekeys",
    21: "unseen_ends",
    22: "in_sas",
    23: "out_sas",
    24: "expires_seconds",
    25: "began",
    26: "local_text",
    27: "remote_text",
    28: "descr",
    29: "selectors",
    30: "connection",
    31: "child",
    32: "remote_id",
    33: "inbound_index",
    34: "moves",
}
TEXTS = ("name", "local_text", "remote_text", "descr", "selectors", "connection", "child", "remote_id")
UP, DOWN, LARVAL, UNKNOWN = 1, 2, 3, 4

Tunnel = namedtuple("Tunnel", ["index", *COLUMNS.values()])


def whole_rows(client):
    """[the rows], or [] if one lacks columns: a walk goes by columns, and takes several requests."""
    rows = client.table(TUNNEL_ENTRY)
    return [rows] if all(row.keys() >= COLUMNS.keys() for row in rows.values()) else []


def tunnels(client):
    """The rows of ipsecTunnelTable, in the order of the index."""
    rows = wait_for(lambda: whole_rows(client), "a walk during which no tunnel comes or goes")[0]
    found = []
    for index, row in rows.items():
        values = {name: row[column] for column, name in COLUMNS.items()}
        values.update({name: values[name].decode() for name in TEXTS})
        found.append(Tunnel(int(index), **values))
    assert [t.index for t in found] == sorted(t.index for t in found)
    return found


SAID, DIRECTION, SA_STATE, TRANSFORM = 1, 2, 3, 4  # of ipsecTunnelSaTable
IN, OUT = 1, 2


def sas_of(client, tunnel, column=SAID):
    """{index of an SA: value} of one column, by a walk of one tunnel."""
    below = f"{TUNNEL_SA_ENTRY}.{column}.{tunnel}"
    return {v.oid[len(below) + 1 :]: v.value for v in client.walk(below)}


def tunnel_of_sas(client):
    """{index of an SA: index of its tunnel, or 0} of ipsecSaTable."""
    column = f"{SA_ENTRY}.{SA_TUNNEL_COLUMN}"
    return {v.oid[len(column) + 1 :]: v.value for v in client.walk(column)}


def assert_sas_and_tunnels_agree(client):
    """Nothing may be under way.  What the rows of SAs say of tunnels, the walk of each tunnel says of SAs; returns that."""
    by_sa, by_tunnel = tunnel_of_sas(client), {t.index: set(sas_of(client, t.index)) for t in tunnels(client)}
    for index, sas in by_tunnel.items():
        assert sas == {sa for sa, tunnel in by_sa.items() if tunnel == index}, index
    assert set(by_sa.values()) <= {0, *by_tunnel}
    assert len(client.table(TUNNEL_SA_ENTRY)) == sum(map(len, by_tunnel.values()))
    return by_tunnel


def the_tunnel(client):
    """The only one."""
    (tunnel,) = tunnels(client)
    return tunnel


def wait_for_state(client, state, process=None):
    """Waits until the only tunnel is there and has that state; returns it."""

    def in_that_state():
        found = tunnels(client)
        return found[0] if len(found) == 1 and found[0].state == state else None

    return wait_for(in_that_state, f"a tunnel in state {state}", process=process)


def wait_for_packets(client, came_in, went_out, process=None):
    """Waits until the only tunnel has counted at least that many packets; returns it."""

    def counted():
        tunnel = the_tunnel(client)
        return tunnel.in_packets >= came_in and tunnel.out_packets >= went_out

    wait_for(counted, f"{came_in} packets in and {went_out} out", process=process)
    # A walk goes column by column: octets were asked for before packets were, and may be of a packet less.
    return the_tunnel(client)
