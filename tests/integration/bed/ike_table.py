# SPDX-License-Identifier: BSD-3-Clause
"""ipsecIkeTable as tests look at it."""

from collections import namedtuple

from .places import IKE_ENTRY, scalar

COLUMNS = {
    2: "connection",
    3: "version",
    4: "state",
    5: "role",
    8: "local",
    9: "local_port",
    10: "local_id",
    13: "remote",
    14: "remote_port",
    15: "remote_id",
    16: "eap_id",
    17: "encryption",
    18: "integrity",
    19: "prf",
    20: "dh_group",
    21: "nat_local",
    22: "nat_remote",
    24: "age",
    25: "rekey_in",
    26: "reauth_in",
    27: "replacements",
    28: "children",
    29: "child_names",
    30: "in_bytes",
    31: "out_bytes",
    32: "in_packets",
    33: "out_packets",
}
ESTABLISHED = 3
INITIATOR, RESPONDER = 1, 2
YES, NO = 1, 2
NEVER = 2**32 - 1
NONE, OK, CONNECTING, SILENT, FAILED = 1, 2, 3, 4, 5  # of ipsecAgentIkeStatus

IkeSa = namedtuple("IkeSa", ["id", *COLUMNS.values()])


def ike_sas(client):
    """The rows of ipsecIkeTable, in the order of the index; those that come or go during the walk are left out."""
    found = []
    for index, row in client.table(IKE_ENTRY).items():
        if row.keys() >= COLUMNS.keys():
            values = [row[column] for column in COLUMNS]
            found.append(IkeSa(int(index), *(v.decode() if isinstance(v, bytes) else v for v in values)))
    return found


def status(client):
    return client.get_value(scalar("IkeStatus"))


def error(client):
    return client.get_value(scalar("IkeError")).decode()
