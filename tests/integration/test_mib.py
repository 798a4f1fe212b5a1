# SPDX-License-Identifier: BSD-3-Clause
"""The MIB file, the columns table and what an agent serves are one and the same thing."""

import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import namedtuple
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
MIB_FILE = TREE / "mibs" / "IPSEC-SPI-MIB.txt"
BUILD = TREE / os.environ.get("BUILD", "build")

ROOT = "1.3.6.1.4.1.8072.9999.9999.4301"
SCALARS = f"{ROOT}.1.1"
ENTRY = f"{ROOT}.1.2.1"
INDEX_COLUMNS = 5

ALLOWED_IMPORTS = {"SNMPv2-SMI", "SNMPv2-TC", "SNMPv2-CONF", "INET-ADDRESS-MIB", "SNMP-FRAMEWORK-MIB"}

# What each SYNTAX name is on the wire; enumerations and BITS are found by their labels.
WIRE_TYPES = {
    "SnmpAdminString": "octets",
    "OctetString": "octets",
    "DateAndTime": "octets",
    "InetAddress": "octets",
    "Bits": "octets",
    "Enumeration": "integer32",
    "InetAddressType": "integer32",
    "TruthValue": "integer32",
    "Integer32": "integer32",
    "IpsecSpiDirection": "integer32",
    "IpsecSpiDialect": "integer32",
    "InetAddressPrefixLength": "unsigned32",
    "InetPortNumber": "unsigned32",
    "Unsigned32": "unsigned32",
    "Gauge32": "unsigned32",
    "Counter32": "counter32",
    "Counter64": "counter64",
    "IpsecSpiGauge64": "counter64",
}

# SYNTAX as the columns table spells it, where smidump has another word for it.
SMIDUMP_NAMES = {"INTEGER": "Enumeration", "BITS": "Bits", "OCTET STRING": "OctetString"}

Object = namedtuple("Object", "number name syntax units access labels ranges")


def smi_environment(standard_mibs):
    return {**os.environ, "SMIPATH": f"{standard_mibs}:{MIB_FILE.parent}"}


def smidump(standard_mibs, module):
    # -k: libsmi misses ObjectSyntax, which standard modules import, in Erlang's copy of SNMPv2-SMI.
    out = subprocess.run(
        ["smidump", "-k", "-f", "xml", str(module)],
        env=smi_environment(standard_mibs),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return ElementTree.fromstring(out)


def labels_of(typedef):
    return {n.get("name"): int(n.get("number")) for n in typedef.findall("namednumber")}


def ranges_of(typedef):
    return [(int(r.get("min")), int(r.get("max"))) for r in typedef.findall("range")]


class Mib:
    """The module as libsmi understands it."""

    def __init__(self, standard_mibs):
        root = smidump(standard_mibs, MIB_FILE)
        self.imports = {i.get("module") for i in root.findall("imports/import")}
        self.types = {}
        for module in (root, *(smidump(standard_mibs, m) for m in ("INET-ADDRESS-MIB", "SNMPv2-TC"))):
            for typedef in module.findall("typedefs/typedef"):
                self.types[typedef.get("name")] = typedef
        self.scalars = [self.object(o, SCALARS) for o in root.findall("nodes/scalar")]
        self.columns = [self.object(o, ENTRY) for o in root.findall("nodes/table/row/column")]

    def object(self, element, parent):
        oid = element.get("oid")
        assert oid.rpartition(".")[0] == parent, f"{element.get('name')} is {oid}"
        named, typedef = element.find("syntax/type"), element.find("syntax/typedef")
        if named is not None:
            syntax = named.get("name")
            typedef = self.types.get(syntax)
        else:
            base = typedef.find("parent")
            syntax = typedef.get("basetype") if base is None else base.get("name")
        return Object(
            number=int(oid.rpartition(".")[2]),
            name=element.get("name"),
            syntax=syntax,
            units=element.findtext("units"),
            access=element.findtext("access"),
            labels={} if typedef is None else labels_of(typedef),
            ranges=[] if typedef is None else ranges_of(typedef),
        )


Column = namedtuple("Column", "number name syntax wire_type field_octets units labels")


def parse_column(line):
    number, name, syntax, wire_type, field_octets, units, labels = line.split("\t")
    return Column(
        number=int(number),
        name=name,
        syntax=SMIDUMP_NAMES.get(syntax, syntax),
        wire_type=wire_type,
        field_octets=int(field_octets),
        units=None if units == "-" else units,
        labels={label: int(n) for label, n in re.findall(r"(\w+)\((-?\d+)\)", labels)},
    )


@pytest.fixture(scope="module")
def columns():
    """The columns table that agent and mib2text are built with."""
    program = BUILD / "tests" / "list_columns"
    out = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return [parse_column(line) for line in out.splitlines()]


@pytest.fixture(scope="module")
def mib(standard_mibs):
    return Mib(standard_mibs)


def test_smilint_has_nothing_to_say(standard_mibs):
    result = subprocess.run(
        ["smilint", "-s", "-l", "6", str(MIB_FILE)],
        env=smi_environment(standard_mibs),
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_only_five_standard_modules_are_imported(mib):
    assert mib.imports == ALLOWED_IMPORTS


def test_index_comes_first_and_cannot_be_read(mib):
    index = mib.columns[:INDEX_COLUMNS]
    assert [c.number for c in index] == [1, 2, 3, 4, 5]
    assert {c.access for c in index} == {"noaccess"}
    assert [c.name for c in index] == [
        "ipsecSaDstAddressType",
        "ipsecSaDstAddress",
        "ipsecSaProtocol",
        "ipsecSaSpi",
        "ipsecSaQualifier",
    ]


def test_everything_else_is_read_only(mib):
    assert {o.access for o in mib.columns[INDEX_COLUMNS:] + mib.scalars} == {"readonly"}


def test_numbers_have_no_gap(mib):
    assert [c.number for c in mib.columns] == list(range(1, len(mib.columns) + 1))
    assert [s.number for s in mib.scalars] == list(range(1, len(mib.scalars) + 1))


def test_columns_agree_in_number_name_syntax_and_units(mib, columns):
    in_file = [(c.number, c.name, c.syntax, c.units) for c in mib.columns[INDEX_COLUMNS:]]
    in_table = [(c.number, c.name, c.syntax, c.units) for c in columns]
    assert in_file == in_table


def test_columns_agree_in_wire_type(mib, columns):
    in_file = [(c.name, WIRE_TYPES[c.syntax]) for c in mib.columns[INDEX_COLUMNS:]]
    assert in_file == [(c.name, c.wire_type) for c in columns]


def test_labels_agree(mib, columns):
    """InetAddressType has labels for what no SA has; every other type has just those of the table."""
    for described, served in zip(mib.columns[INDEX_COLUMNS:], columns):
        if described.syntax == "InetAddressType":
            assert served.labels.items() <= described.labels.items(), served.name
        else:
            assert served.labels == described.labels, served.name


def test_ranges_are_those_of_the_fields(mib, columns):
    """A text has room for its NUL; a number that is no enumeration spans its field, if the MIB limits it at all."""
    for described, served in zip(mib.columns[INDEX_COLUMNS:], columns):
        if served.syntax == "SnmpAdminString" and served.field_octets > 0:
            assert described.ranges == [(0, served.field_octets - 1)], served.name
        if served.wire_type == "unsigned32" and served.syntax != "InetAddressPrefixLength":
            full = (0, 2 ** (8 * served.field_octets) - 1)
            assert described.ranges == ([] if served.field_octets == 4 else [full]), served.name


def test_net_snmp_finds_the_same_numbers(standard_mibs, mib):
    """libsmi and net-snmp have different parsers."""
    objects = {f"IPSEC-SPI-MIB::{c.name}": f".{ENTRY}.{c.number}" for c in mib.columns}
    objects.update({f"IPSEC-SPI-MIB::{s.name}": f".{SCALARS}.{s.number}" for s in mib.scalars})
    result = subprocess.run(
        ["snmptranslate", "-M", f"{standard_mibs}:{MIB_FILE.parent}", "-m", "IPSEC-SPI-MIB", "-On", *objects],
        capture_output=True,
        text=True,
    )
    assert result.stderr == ""
    assert [line for line in result.stdout.splitlines() if line] == list(objects.values())
