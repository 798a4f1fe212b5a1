# SPDX-License-Identifier: BSD-3-Clause
"""mib2text -Cf json, read by Python's json, against the columns as snmpbulkwalk has them."""

import ipaddress
import json
import re

import pytest

from bed import places
from bed.places import FIRST_SA_COLUMN, SA_ENTRY, scalar
from bed.process import run
from bed.snmp import V2C

ENGINE = "udp:127.0.0.1:161"
REPORTED = "ipsecSaReported"


def objects():
    """{name: (number, SYNTAX, wire type, UNITS, labels)} of the scalars and of the table's columns."""
    found = {}
    for line in run([places.BUILD / "tests" / "list_objects"]).stdout.splitlines():
        number, name, syntax, wire, _, units, labels = line.split("\t")
        labels = {int(value): label for label, value in re.findall(r"(\w+)\((\d+)\)", labels)}
        found[name] = (int(number), syntax, wire, None if units == "-" else units, labels)
    return found


def bits(value, labels):
    """The labels of an SMIv2 BITS value: bit 0 is the most significant one of the first octet."""
    return [labels[bit] for bit in range(8 * len(value)) if value[bit // 8] & 0x80 >> bit % 8]


def kernel_spelling(address):
    """KLIPS shortens the leftmost run of zero groups, and has no dotted quads in IPv6."""
    if not address:
        return ""
    if len(address) == 4:
        return str(ipaddress.IPv4Address(address))
    groups = ":" + "".join(f"{address[i] << 8 | address[i + 1]:x}:" for i in range(0, 16, 2))
    head, *tail = re.split(r":0(?::0)+:", groups, maxsplit=1)
    return f"{head[1:]}::{tail[0][:-1]}" if tail else groups[1:-1]


def as_json(syntax, wire, labels, value):
    """What the document should have for a value as it is on the wire."""
    if wire != "octets":
        return labels.get(value, value)
    if labels:
        return bits(value, labels)
    if syntax == "SnmpAdminString":
        return value.decode()
    return kernel_spelling(value) if syntax == "InetAddress" else value.hex()


@pytest.fixture
def client(tmp_path, start_agent):
    table = tmp_path / "ipsec_spi"
    table.write_bytes(run([places.BUILD / "tests" / "random_klips", 120, 64], text=False).stdout)
    agent = start_agent("-s", "klips", "-k", table, "-l", ENGINE, "-i", "3600", configuration="rocommunity public\n")
    client = agent.client(ENGINE)
    agent.wait_until_served(client)
    return client


def no_duplicates(pairs):
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


@pytest.fixture
def document(client, mib2text):
    def exact(text):
        raise AssertionError(f"{text} is no integer")

    text = mib2text(*V2C, "-Cf", "json", ENGINE).stdout
    return json.loads(text, object_pairs_hook=no_duplicates, parse_float=exact, parse_constant=exact)


def test_each_value_is_the_column_s_or_null_where_it_is_not_known(document, client):
    columns = {name: row for name, row in objects().items() if name.startswith("ipsecSa")}
    rows = client.table(SA_ENTRY)
    assert len(document["sas"]) == len(rows) == 120
    positions = {row[columns["ipsecSaPosition"][0]]: (index, row) for index, row in rows.items()}
    extremes, unknown = set(), 0
    for place, sa in enumerate(document["sas"]):
        index, row = positions[place]
        assert list(sa) == list(columns)
        check_index(sa, index)
        reported = sa[REPORTED]
        for name, (number, syntax, wire, _, labels) in columns.items():
            if number < FIRST_SA_COLUMN:
                continue
            if sa[name] is None:
                unknown += 1
                # What is not known is zero or empty, or false.
                assert row[number] in (0, b"", bytes(8)) or (syntax, row[number]) == ("TruthValue", 2), name
                continue
            assert sa[name] == as_json(syntax, wire, labels, row[number]), name
            assert type(sa[name]) is type(as_json(syntax, wire, labels, row[number]))
            extremes.add(sa[name] if isinstance(sa[name], int) else None)
        check_known(sa, reported)
    assert {0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1} <= extremes
    assert unknown > 0


def check_index(sa, index):
    numbers = [int(word) for word in index.split(".")]
    assert sa["ipsecSaDstAddressType"] == ["unknown", "ipv4", "ipv6"][numbers[0]]
    assert sa["ipsecSaDstAddress"] == kernel_spelling(bytes(numbers[2 : 2 + numbers[1]]))
    assert [sa["ipsecSaProtocol"], sa["ipsecSaSpi"], sa["ipsecSaQualifier"]] == numbers[2 + numbers[1] :]


def check_known(sa, reported):
    for bit, names in {
        "bytes": ["ipsecSaBytesCurrent", "ipsecSaBytesSoft", "ipsecSaBytesHard"],
        "alloc": ["ipsecSaAllocCurrent", "ipsecSaAllocSoft", "ipsecSaAllocHard"],
        "sequence": ["ipsecSaSequence"],
        "source": ["ipsecSaSrcAddressType", "ipsecSaSrcAddress"],
        "natPorts": ["ipsecSaNatSrcPort", "ipsecSaNatDstPort"],
        "refUses": ["ipsecSaRefUses"],
        "reqid": ["ipsecSaReqid"],  # which KLIPS never tells
    }.items():
        for name in names:
            assert (sa[name] is not None) == (bit in reported), name


def test_units_and_the_agent_s_own_state_are_those_of_the_mib(document, client):
    known = {name: row for name, row in objects().items() if re.match(r"ipsec(Sa|Agent)", name)}
    assert document["units"] == {name: units for name, (_, _, _, units, _) in known.items() if units}
    scalars = {name: row for name, row in known.items() if name.startswith("ipsecAgent")}
    assert list(document["agent"]) == list(scalars)
    for name in ("ipsecAgentVersion", "ipsecAgentSource", "ipsecAgentSourceStatus", "ipsecAgentSas", "ipsecAgentInterval"):
        _, syntax, wire, _, labels = scalars[name]
        served = client.get_value(scalar(name.removeprefix("ipsecAgent")))
        assert document["agent"][name] == as_json(syntax, wire, labels, served)
