# SPDX-License-Identifier: BSD-3-Clause
"""What others make of the MIB file: each compiles it, and finds in it what it has."""

import os
import re
import shutil

import pytest

from bed.places import DEPS, MIBS, ROOT_OID, SA_ENTRY, STANDARD_MIBS, TUNNEL_ENTRY
from bed.process import run
from bed.snmp import environment

pytestmark = pytest.mark.once  # of the source

MODULE = "IPSEC-SPI-MIB"
FILE = MIBS / f"{MODULE}.txt"
STATE, STATE_OID = f"{MODULE}::ipsecTunnelState", f"{TUNNEL_ENTRY}.3"
# An index of each type of address, as sub-identifiers.
INDICES = ["1.4.192.0.2.1.50.2587229186.0", "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.50.256.0", "0.0.61.260.0"]
BYTES_OID = f"{SA_ENTRY}.13"


def notifications():
    """{name: its number} of the module's text."""
    return dict(re.findall(r"^(\w+) NOTIFICATION-TYPE.*?::= \{ ipsecSpiNotifications (\d+) \}", FILE.read_text(), re.M | re.S))


def net_snmp(tmp_path, *words):
    return run(["snmptranslate", "-M", f"{STANDARD_MIBS}:{MIBS}", "-m", MODULE, *words], env=environment(tmp_path)).stdout.strip()


@pytest.mark.parametrize("index", INDICES)
def test_net_snmp_takes_back_the_names_that_it_prints_with_numbers(tmp_path, index):
    """With -Ob.  A quoted address, which it prints without, it takes for a text, whatever the MIB."""
    name = net_snmp(tmp_path, "-Ob", f"{BYTES_OID}.{index}")
    assert name.startswith(f"{MODULE}::ipsecSaBytesCurrent.")
    assert net_snmp(tmp_path, "-On", name) == f"{BYTES_OID}.{index}"


# ---- pysmi and pysnmp

# Debian 13's pysnmp, made to work at all: it uses parts of importlib that nobody has imported, and has a function wrong.
PYSNMP = """
import importlib.machinery, importlib.util, sys
from pysnmp.smi import builder, compiler, rfc1902, view

sources, compiled, *oids = sys.argv[1:]
mibs = builder.MibBuilder()
(convention,) = mibs.importSymbols("SNMPv2-TC", "TextualConvention")
convention.prettyIn.__globals__["octets"].ints2octs = bytes
compiler.addMibCompiler(mibs, sources=["file://" + source for source in sources.split(":")], destination=compiled)
seen = view.MibViewController(mibs)
mibs.loadModules("IPSEC-SPI-MIB")
for oid in oids:
    identity = rfc1902.ObjectIdentity(oid).resolveWithMib(seen)
    module, name, indices = identity.getMibSymbol()
    back = rfc1902.ObjectIdentity(module, name, *[index.prettyPrint() for index in indices]).resolveWithMib(seen)
    print(identity.prettyPrint(), ".%s" % back.getOid())
"""


def test_pysmi_compiles_it_and_pysnmp_takes_back_what_it_prints(tmp_path):
    """An address with a closer SIZE it would refuse, as the text is longer than the octets.  (It has none for no address.)"""
    oids = [f"{BYTES_OID}.{index}" for index in INDICES[:2]]
    printed = run(["/usr/bin/python3", "-c", PYSNMP, f"{MIBS}:{STANDARD_MIBS}", tmp_path, STATE_OID, *oids]).stdout.splitlines()
    assert printed[0] == f"{STATE} {STATE_OID}"
    assert printed[1] == f'{MODULE}::ipsecSaBytesCurrent.ipv4."192.0.2.1".50.2587229186.0 {oids[0]}'
    assert printed[2].endswith(f".50.256.0 {oids[1]}")


# ---- Erlang

ERLANG = """
Options = [{il, ["snmp/priv/mibs/"]}, {i, ["."]}, {outdir, "."}, {warnings, false}],
[{ok, _} = snmpc:compile(Module, Options) || Module <- ["HCNUM-TC", "IPSEC-SPI-MIB"]],
{ok, Mib} = snmpc_misc:read_mib("IPSEC-SPI-MIB.bin"),
Lists = [List || List <- tuple_to_list(Mib), is_list(List)],
[Found] = [Entry || List <- Lists, Entry <- List, is_tuple(Entry), element(1, Entry) =:= me, element(4, Entry) =:= ipsecTunnelState],
io:format("~p~n", [element(2, Found)]),
halt(0).
"""


def test_erlang_compiles_it(tmp_path):
    root = DEPS / "mibs/usr/lib/erlang"
    (binaries,) = root.glob("erts-*/bin")
    shutil.copy(FILE, tmp_path / f"{MODULE}.mib")
    shutil.copy(MIBS / "standard/0-HCNUM-TC.txt", tmp_path / "HCNUM-TC.mib")
    env = {"ROOTDIR": str(root), "BINDIR": str(binaries), "EMU": "beam", "PROGNAME": "erl", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    said = run([binaries / "erlexec", "-noshell", "-eval", ERLANG], env=env, cwd=tmp_path).stdout
    assert [int(n) for n in re.findall(r"\d+", said)] == [int(n) for n in STATE_OID[1:].split(".")]


# ---- node's net-snmp

NODE = """
const snmp = require("net-snmp"), [, ours, standard] = process.argv;
const store = snmp.createModuleStore();
for (const name of ["INET-ADDRESS-MIB", "SNMP-FRAMEWORK-MIB", "HCNUM-TC"])
    store.loadFromFile(`${standard}/${name}.mib`);
store.loadFromFile(ours);
const entry = store.getProvidersForModule("IPSEC-SPI-MIB").find((provider) => provider.name == "ipsecTunnelEntry");
console.log("." + store.translate("IPSEC-SPI-MIB::ipsecTunnelState", snmp.OidFormat.oid), "." + entry.oid);
"""


def test_node_finds_the_numbers_of_names(tmp_path):
    if not shutil.which("node"):
        pytest.skip("no node.js here: Debian's nodejs, and npm install -g net-snmp")
    roots = [run(["npm", "root", "-g"], check=False).stdout.strip()] if shutil.which("npm") else []
    env = {**os.environ, "NODE_PATH": ":".join([*roots, os.environ.get("NODE_PATH", "")])}
    if run(["node", "-e", "require.resolve('net-snmp')"], check=False, env=env).returncode != 0:
        pytest.skip("no net-snmp of node.js here: npm install -g net-snmp")
    said = run(["node", "-e", NODE, FILE, STANDARD_MIBS], env=env).stdout
    assert said.split() == [STATE_OID, TUNNEL_ENTRY]


# ---- snmptt

# Which notifications wake people.
SEVERITIES = {
    "ipsecSaSoftExpired": "INFORMATIONAL",
    "ipsecSaHardExpired": "MAJOR",
    "ipsecSourceFailed": "CRITICAL",
    "ipsecSourceRecovered": "NORMAL",
    "ipsecTunnelUp": "NORMAL",
    "ipsecTunnelDown": "CRITICAL",
    "ipsecTunnelErrors": "WARNING",
    "ipsecIkeUp": "NORMAL",
    "ipsecIkeDown": "CRITICAL",
    "ipsecAlarmRaised": "WARNING",
    "ipsecAlarmCleared": "INFORMATIONAL",
}


def test_snmpttconvertmib_makes_a_line_and_a_severity_of_each_notification(tmp_path):
    out = tmp_path / "snmptt.conf"
    env = {**environment(tmp_path), "MIBS": MODULE, "MIBDIRS": f"{STANDARD_MIBS}:{MIBS}"}
    run(["snmpttconvertmib", f"--in={FILE}", f"--out={out}"], env=env)
    events = re.findall(r'^EVENT (\w+) (\S+) ".*?" (\w+)\nFORMAT \1: (.*)$', out.read_text(), re.M)
    assert {name: severity for name, _, severity, _ in events} == SEVERITIES
    assert {name: oid for name, oid, _, _ in events} == {name: f"{ROOT_OID}.0.{number}" for name, number in notifications().items()}
    for name, _, _, line in events:
        assert re.search(r"\$\d", line) and "$*" not in line and "%" not in line, (name, line)
        # The variables that the line names are those that its words promise, by their place in the notification.
        variables = re.search(rf"^{name} NOTIFICATION-TYPE\s+OBJECTS\s+{{(.*?)}}", FILE.read_text(), re.M | re.S).group(1).split(",")
        named = [variables[int(n) - 1].strip() for n in re.findall(r"\$(\d+)", line)]
        assert len(set(named)) == len(named)
        if name.startswith("ipsecSource"):
            assert named == ["ipsecEventDetail"]
        else:
            what = "ipsecEventConnection" if name.startswith("ipsecIke") else "ipsecEventTunnelDescr"
            assert what in named, line
