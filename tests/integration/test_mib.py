# SPDX-License-Identifier: BSD-3-Clause
"""The MIB file, the columns table and what an agent serves are one and the same thing."""

import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import namedtuple

import pytest

from bed.places import BUILD, EVENT_ENTRY, IKE_ENTRY, MIBS, POLICY_ENTRY, ROOT_OID, SA_ENTRY, SCALARS, STANDARD_MIBS, STATS, TREE, TUNNEL_ENTRY, TUNNEL_SA_ENTRY, scalar
from bed.process import run, wait_for
from bed.snmp import Client, environment

MIB_FILE = MIBS / "IPSEC-SPI-MIB.txt"

INDEX_COLUMNS = 5

ALLOWED_IMPORTS = {"SNMPv2-SMI", "SNMPv2-TC", "SNMPv2-CONF", "INET-ADDRESS-MIB", "SNMP-FRAMEWORK-MIB", "HCNUM-TC"}

# What each SYNTAX name is on the wire; enumerations and BITS are found by their labels.
WIRE_TYPES = {
    "SnmpAdminString": "octets",
    "OctetString": "octets",
    "DateAndTime": "octets",
    "InetAddress": "octets",
    "IpsecSpiDecimal": "octets",
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
    "CounterBasedGauge64": "counter64",
}

# SYNTAX as the columns table spells it, where smidump has another word for it.
SMIDUMP_NAMES = {"INTEGER": "Enumeration", "BITS": "Bits", "OCTET STRING": "OctetString"}

Object = namedtuple("Object", "number name syntax units access labels ranges")


def smi_environment():
    return {**os.environ, "SMIPATH": f"{STANDARD_MIBS}:{MIBS}"}


def smidump(module):
    # -k: libsmi misses ObjectSyntax, which standard modules import, in Erlang's copy of SNMPv2-SMI.
    out = subprocess.run(
        ["smidump", "-k", "-f", "xml", str(module)],
        env=smi_environment(),
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

    def __init__(self):
        root = smidump(MIB_FILE)
        self.imports = {i.get("module") for i in root.findall("imports/import")}
        self.types = {}
        for module in (root, *(smidump(m) for m in ("INET-ADDRESS-MIB", "SNMPv2-TC"))):
            for typedef in module.findall("typedefs/typedef"):
                self.types[typedef.get("name")] = typedef
        scalars = root.findall("nodes/scalar")
        self.scalars = [self.object(o, SCALARS) for o in scalars if o.get("name").startswith("ipsecAgent")]
        self.stats = [self.object(o, STATS) for o in scalars if not o.get("name").startswith("ipsecAgent")]
        self.tables = {}
        for row in root.findall("nodes/table/row"):
            entry = "." + row.get("oid")
            self.tables[entry] = [self.object(o, entry) for o in row.findall("column")]
        self.columns, self.events = self.tables[SA_ENTRY], self.tables[EVENT_ENTRY]
        self.tunnels, self.tunnel_sas = self.tables[TUNNEL_ENTRY], self.tables[TUNNEL_SA_ENTRY]
        self.ike_sas = self.tables[IKE_ENTRY]
        self.policies = self.tables[POLICY_ENTRY]

    def object(self, element, parent):
        oid = element.get("oid")
        assert "." + oid.rpartition(".")[0] == parent, f"{element.get('name')} is {oid}"
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


TableRow = namedtuple("TableRow", "number name syntax wire_type field_octets units labels")


def parse_row(line):
    number, name, syntax, wire_type, field_octets, units, labels = line.split("\t")
    return TableRow(
        number=int(number),
        name=name,
        syntax=SMIDUMP_NAMES.get(syntax, syntax),
        wire_type=wire_type,
        field_octets=int(field_octets),
        units=None if units == "-" else units,
        labels={label: int(n) for label, n in re.findall(r"(\w+)\((-?\d+)\)", labels)},
    )


class Tables:
    """The tables that agent and mib2text are built with."""

    def __init__(self):
        out = subprocess.run([BUILD / "tests" / "list_objects"], check=True, capture_output=True, text=True).stdout
        rows = [parse_row(line) for line in out.splitlines()]
        self.scalars = [r for r in rows if r.name.startswith("ipsecAgent")]
        self.columns = [r for r in rows if r.name.startswith("ipsecSa")]
        self.events = [r for r in rows if r.name.startswith("ipsecEvent")]
        self.tunnel_sas = [r for r in rows if r.name.startswith("ipsecTunnelSa")]
        self.tunnels = [r for r in rows if r.name.startswith("ipsecTunnel") and r not in self.tunnel_sas]
        self.policies = [r for r in rows if r.name.startswith("ipsecPolicy")]
        self.stats = [r for r in rows if r.name.startswith("ipsecStat")]
        self.ike_sas = [r for r in rows if r.name.startswith("ipsecIke")]


@pytest.fixture(scope="module")
def tables():
    return Tables()


@pytest.fixture(scope="module")
def mib():
    return Mib()


def test_only_standard_modules_are_imported(mib):
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
    rest = mib.columns[INDEX_COLUMNS:] + mib.scalars + mib.stats + mib.events[1:] + mib.tunnels[1:] + mib.tunnel_sas + mib.ike_sas[1:] + mib.policies[1:]
    assert {o.access for o in rest} == {"readonly"}
    assert {mib.events[0].access, mib.tunnels[0].access, mib.policies[0].access} == {"noaccess"}


def test_numbers_have_no_gap(mib):
    for objects in mib.tables.values():
        assert [c.number for c in objects] == list(range(1, len(objects) + 1))
    for objects in (mib.scalars, mib.stats):
        assert [s.number for s in objects] == list(range(1, len(objects) + 1))


def pairs(mib, tables):
    """Each object as the file describes it, beside what the programs know of it."""
    kinds = ("scalars", "columns", "events", "tunnels", "stats", "tunnel_sas", "ike_sas", "policies")
    return [pair for kind in kinds for pair in zip(getattr(mib, kind), getattr(tables, kind), strict=True)]


def test_file_and_tables_agree_in_number_name_syntax_and_units(mib, tables):
    for described, known in pairs(mib, tables):
        in_file = (described.number, described.name, described.syntax, described.units)
        assert in_file == (known.number, known.name, known.syntax, known.units)


def test_file_and_tables_agree_in_wire_type(mib, tables):
    for described, known in pairs(mib, tables):
        assert WIRE_TYPES[described.syntax] == known.wire_type, known.name


def test_file_and_tables_agree_in_labels(mib, tables):
    """InetAddressType has labels for what no SA has; every other type has just those of the tables."""
    for described, known in pairs(mib, tables):
        if described.syntax == "InetAddressType":
            assert known.labels.items() <= described.labels.items(), known.name
        else:
            assert known.labels == described.labels, known.name


def test_ranges_are_those_of_the_fields(mib, tables):
    """A text has room for its NUL; a number that is no enumeration spans its field, if the MIB limits it at all."""
    columns = [*mib.columns[INDEX_COLUMNS:], *mib.tunnels[1:], *mib.tunnel_sas, *mib.ike_sas[1:], *mib.policies[1:]]
    known = tables.columns[INDEX_COLUMNS:] + tables.tunnels[1:] + tables.tunnel_sas + tables.ike_sas[1:] + tables.policies[1:]
    for described, served in zip(columns, known, strict=True):
        if served.syntax == "SnmpAdminString" and served.field_octets > 0:
            assert [high for _, high in described.ranges] == [served.field_octets - 1], served.name
        if served.wire_type == "unsigned32" and served.syntax != "InetAddressPrefixLength":
            full = (0, 2 ** (8 * served.field_octets) - 1)
            assert described.ranges == ([] if served.field_octets == 4 else [full]), served.name


def test_net_snmp_finds_the_same_numbers(mib, tmp_path):
    """libsmi and net-snmp have different parsers."""
    objects = {f"IPSEC-SPI-MIB::{c.name}": f"{entry}.{c.number}" for entry, cs in mib.tables.items() for c in cs}
    objects.update({f"IPSEC-SPI-MIB::{s.name}": f"{SCALARS}.{s.number}" for s in mib.scalars})
    objects.update({f"IPSEC-SPI-MIB::{s.name}": f"{STATS}.{s.number}" for s in mib.stats})
    result = subprocess.run(
        ["snmptranslate", "-M", f"{STANDARD_MIBS}:{MIBS}", "-m", "IPSEC-SPI-MIB", "-On", *objects],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert result.stderr == ""
    assert [line for line in result.stdout.splitlines() if line] == list(objects.values())


# ---- What the MIB says in words

DESCRIPTIONS = re.findall(r'^(ipsec\w+) +((?:OBJECT|NOTIFICATION)-(?:TYPE|GROUP)\b(?:(?!::=).)*?)DESCRIPTION\s+"([^"]*)"', MIB_FILE.read_text(), re.M | re.S)
LABELS = re.compile(r"\b([a-z]\w*)\((\d+)\)")


def test_each_description_begins_with_a_short_sentence():
    assert len(DESCRIPTIONS) > 300
    first = {name: re.split(r"(?<=\.)\s", " ".join(text.split()))[0] for name, _, text in DESCRIPTIONS}
    assert {name: sentence for name, sentence in first.items() if len(sentence.split()) > 25} == {}
    assert [name for name, sentence in first.items() if re.match(r"(How|Which|Where|When|Who)\b", sentence)] == []


def test_labels_in_descriptions_are_those_of_the_syntax():
    """An object's own, all of them or none; others are those of some object or textual convention."""
    known = set(LABELS.findall(re.sub(r'"[^"]*"', "", MIB_FILE.read_text())))
    for name, head, text in DESCRIPTIONS:
        own = dict(LABELS.findall(head)) if "INTEGER {" in head else {}
        in_words = set(LABELS.findall(text)) - {("conf", "5"), ("ip", "8"), ("swanctl", "8")}
        wrong = {(label, number) for label, number in in_words if own.get(label, number) != number or (label, number) not in known}
        assert {(label, number) for label, number in wrong if not re.match(r"ipsec|XFRM|gcm|hmac|cbc|rfc", label)} - {("spi", "5")} == set(), name


def test_special_values_in_descriptions_fit_the_syntax():
    for name, head, text in DESCRIPTIONS:
        if "4294967295" in text and "SYNTAX" in head:
            assert re.search(r"SYNTAX +(Gauge32|Unsigned32|INTEGER)", head), name
        if re.search(r"SYNTAX +Counter(32|64)\b", head) and name.startswith(("ipsecAgent", "ipsecSa")):
            assert re.search(r"starts\s+at\s+0|since\s+the\s+agent\s+started", text), name


# ---- What the MIB imports, on hosts that lack the IETF's modules

OWN_STANDARD_MIBS = MIBS / "standard"


def names(module):
    """Every name that a module defines, but for macros, and how, without texts, comments and white space."""
    text = re.sub(r"--.*", "", module.read_text())
    text = re.sub(r'(DESCRIPTION|REFERENCE|ORGANIZATION|CONTACT-INFO|LAST-UPDATED|REVISION)\s+"[^"]*"', "", text)
    text = re.sub(r"IMPORTS[^;]*;", "", text.partition("::= BEGIN")[2])
    conventions = re.findall(r"(\w+)\s+::= TEXTUAL-CONVENTION\b(.*?)(?=\s[\w-]+\s+(?:::=|OBJECT(?:-| IDENTIFIER\s+::=))|\sEND\b)", text, re.DOTALL)
    objects = re.findall(r"([a-z][\w-]*)\s+(?:OBJECT|MODULE)[ -][A-Z]+\b[^=]*::= *({[^}]*})", text)
    found = {name: re.sub(r"\s+", "", body) for name, body in conventions + objects}
    assert found
    return found


@pytest.mark.parametrize("module", ["SNMPv2-SMI", "SNMPv2-TC", "INET-ADDRESS-MIB", "SNMP-FRAMEWORK-MIB"])
def test_our_standard_modules_define_all_that_the_real_ones_do(module):
    real, own = names(STANDARD_MIBS / f"{module}.mib"), names(OWN_STANDARD_MIBS / f"0-{module}.txt")
    if module == "SNMP-FRAMEWORK-MIB":  # UTF-8 since RFC 3411; the copy that we have of the real one may be older
        for one in (real, own):
            one["SnmpAdminString"] = one["SnmpAdminString"].replace('"255a"', '"255t"')
    assert own == real


def tree_by(directories, tmp_path):
    """All of our MIB as net-snmp understands it: numbers, types, ranges and labels."""
    env = {**environment(tmp_path), "MIBDIRS": directories, "MIBS": "IPSEC-SPI-MIB"}
    results = [run(["snmptranslate", option], env=env) for option in ("-Tp", "-Tz")]
    assert [result.stderr for result in results] == ["", ""]
    return [result.stdout for result in results]


def test_names_are_the_same_without_the_real_standard_modules(tmp_path):
    assert tree_by(f"{OWN_STANDARD_MIBS}:{MIBS}", tmp_path) == tree_by(f"{STANDARD_MIBS}:{MIBS}", tmp_path)


def test_the_real_standard_modules_are_preferred(tmp_path):
    """Even where they lie beside ours, as an administrator may have put them."""
    for file in (*OWN_STANDARD_MIBS.iterdir(), *STANDARD_MIBS.iterdir(), MIB_FILE):
        (tmp_path / file.name).symlink_to(file)
    env = {**environment(tmp_path), "MIBDIRS": str(tmp_path), "MIBS": "IPSEC-SPI-MIB"}
    said = run(["snmptranslate", "-Td", "SNMP-FRAMEWORK-MIB::snmpEngineID"], env=env).stdout
    assert "administratively-unique" in said and "RFC 3411" not in said


# ---- What an agent serves

GENERATED = TREE / "tests" / "data" / "klips" / "openswan-2-generated.txt"

# The wire types as net-snmp's clients spell them.
CLIENT_TYPES = {
    "octets": "STRING",
    "integer32": "INTEGER",
    "unsigned32": "Gauge32",
    "counter32": "Counter32",
    "counter64": "Counter64",
}


@pytest.fixture
def klips_agent(start_agent, snmpd):
    """An agent that serves KLIPS text with fields of every kind at their extremes."""
    return start_agent("-s", "klips", "-k", GENERATED, "-x", snmpd.agentx).wait_until_served(snmpd.client)


@pytest.fixture
def rows(klips_agent, snmpd):
    """{index: {column: Varbind}} of all that the agent serves."""
    expected = len(GENERATED.read_text().splitlines())
    wait_for(lambda: snmpd.client.get_value(scalar("Sas")) == expected, "the first read")
    found = {}
    for varbind in snmpd.client.walk(SA_ENTRY, repetitions=50):
        column, _, index = varbind.oid[len(SA_ENTRY) + 1 :].partition(".")
        found.setdefault(index, {})[int(column)] = varbind
    assert len(found) == expected
    return found


def assert_described(described, varbind):
    """The value is of the type, and in the range or among the labels, that the MIB gives the object."""
    assert varbind.type == CLIENT_TYPES[WIRE_TYPES[described.syntax]], varbind
    if described.syntax == "Bits":
        assert not bits_of(varbind.value) - set(described.labels.values()), varbind
    elif described.labels:
        assert varbind.value in described.labels.values(), varbind
    elif described.ranges:
        size = len(varbind.value) if varbind.type == "STRING" else varbind.value
        assert any(low <= size <= high for low, high in described.ranges), varbind


def bits_of(octets):
    return {8 * i + bit for i, octet in enumerate(octets) for bit in range(8) if octet & (0x80 >> bit)}


def test_agent_serves_each_scalar_as_described(mib, agent, snmpd):
    served = snmpd.client.walk(SCALARS)
    assert [v.oid for v in served] == [f"{SCALARS}.{s.number}.0" for s in mib.scalars]
    for described, varbind in zip(mib.scalars, served, strict=True):
        assert_described(described, varbind)


def test_agent_serves_each_column_of_each_row_as_described(mib, rows):
    described = {c.number: c for c in mib.columns[INDEX_COLUMNS:]}
    for index, row in rows.items():
        assert row.keys() == described.keys(), index
        for number, varbind in row.items():
            assert_described(described[number], varbind)


@pytest.mark.parametrize("entry", [TUNNEL_ENTRY, TUNNEL_SA_ENTRY], ids=["tunnels", "their SAs"])
def test_agent_serves_each_column_of_each_tunnel_as_described(mib, rows, snmpd, entry):
    described = {c.number: c for c in mib.tables[entry] if c.access == "readonly"}
    served = {}
    for varbind in snmpd.client.walk(entry):
        column, _, index = varbind.oid[len(entry) + 1 :].partition(".")
        served.setdefault(index, {})[int(column)] = varbind
    assert served
    for row in served.values():
        assert row.keys() == described.keys()
        for number, varbind in row.items():
            assert_described(described[number], varbind)


def test_the_kernels_counters_have_the_kernels_names_and_values(mib, agent, snmpd, netns):
    """Each line of /proc/net/xfrm_stat, and nothing besides; what a kernel lacks is not there."""
    kernel = dict(line.split() for line in netns.run("cat", "/proc/net/xfrm_stat").stdout.splitlines())
    names = {f"{STATS}.{s.number}.0": s.name for s in mib.stats}
    served = {names[v.oid]: v.value for v in snmpd.client.walk(STATS)}
    others = served.pop("ipsecStatOthers")
    assert served == {name.replace("Xfrm", "ipsecStat", 1): int(value) for name, value in kernel.items()}
    assert others == 0
    assert {v.oid for v in snmpd.client.walk_by_next(STATS)} == {oid for oid in names if names[oid] in served} | {
        f"{STATS}.{len(mib.stats)}.0"
    }


def test_larval_sas_of_the_kernel_are_as_described(mib, agent, snmpd, larval_sas):
    larval_sas(3)
    wait_for(lambda: snmpd.client.get_value(scalar("Sas")) == 3, "three SAs")
    served = snmpd.client.walk(SA_ENTRY)
    assert len(served) == 3 * (len(mib.columns) - INDEX_COLUMNS)
    described = {c.number: c for c in mib.columns}
    for varbind in served:
        assert_described(described[int(varbind.oid[len(SA_ENTRY) + 1 :].partition(".")[0])], varbind)


def test_index_cannot_be_read(mib, rows, snmpd):
    index = next(iter(rows))
    for column in mib.columns[:INDEX_COLUMNS]:
        (answer,) = snmpd.client.get(f"{SA_ENTRY}.{column.number}.{index}")
        assert answer.type in ("noSuchObject", "noSuchInstance"), column.name


def test_nothing_is_served_that_the_mib_does_not_describe(mib, rows, snmpd):
    """One GETNEXT behind the end of each part comes to the next one, and behind the last one it leaves the MIB."""

    def behind(oid):
        return snmpd.client.run("snmpgetnext", "-On", oid, check=False).stdout

    assert behind(f"{SCALARS}.{len(mib.scalars)}.0").startswith(f"{SA_ENTRY}.{INDEX_COLUMNS + 1}.")
    assert behind(f"{SA_ENTRY}.{len(mib.columns)}.3").startswith(f"{TUNNEL_ENTRY}.2.")
    # Some of the rows have passed their limits, which is in the log.
    assert behind(f"{TUNNEL_ENTRY}.{len(mib.tunnels)}.{2**32 - 1}").startswith(f"{EVENT_ENTRY}.2.")
    assert behind(f"{EVENT_ENTRY}.{len(mib.events)}.{2**32 - 1}").startswith(f"{STATS}.1.0 ")
    assert behind(f"{STATS}.{len(mib.stats)}.0").startswith(f"{TUNNEL_SA_ENTRY}.1.")
    assert not behind(f"{TUNNEL_SA_ENTRY}.{len(mib.tunnel_sas)}.{2**32 - 1}").startswith(f"{ROOT_OID}.")


def test_nothing_can_be_set(mib, make_snmpd, start_agent):
    snmpd = make_snmpd("rwcommunity writer\n").start()
    start_agent("-s", "klips", "-k", GENERATED, "-x", snmpd.agentx).wait_until_served(snmpd.client)
    wait_for(lambda: snmpd.client.get_value(scalar("Reads")) > 0, "the first read")
    writer = Client(snmpd.namespace, snmpd.address, snmpd.directory, ["-v2c", "-c", "writer"])
    row = next(iter(snmpd.client.table(SA_ENTRY)))
    # snmpset has no letters for counters.
    letters = {"octets": "s", "integer32": "i", "unsigned32": "u", "counter32": "u", "counter64": "u"}
    objects = [(s, "0", SCALARS) for s in mib.scalars] + [(c, row, SA_ENTRY) for c in mib.columns[INDEX_COLUMNS:]]
    for described, index, parent in objects:
        letter = letters[WIRE_TYPES[described.syntax]]
        oid = f"{parent}.{described.number}.{index}"
        refused = writer.run("snmpset", oid, letter, "1", check=False)
        assert refused.returncode != 0 and "notWritable" in refused.stderr, described.name


def test_walk_by_name(mib, klips_agent, rows, snmpd):
    """As the README shows it: net-snmp's tools, given the MIB, say every object's name and label."""
    shown = snmpd.client.run(
        "snmpbulkwalk", "-Cr50", f"-M{STANDARD_MIBS}:{MIBS}", "-mIPSEC-SPI-MIB", "ipsecSaTable"
    ).stdout
    names = set(re.findall(r"^IPSEC-SPI-MIB::(\w+)[.\[]", shown, re.MULTILINE))
    assert names == {c.name for c in mib.columns[INDEX_COLUMNS:]}
    assert "ipsecSaDirection.ipv4" in shown and " = INTEGER: in(1)" in shown
