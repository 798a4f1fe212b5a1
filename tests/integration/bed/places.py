# SPDX-License-Identifier: BSD-3-Clause
"""Where things are, and how patient to be."""

import os
import re
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
# The build under test; the runner sets it to the sanitized one for a second round.
BUILD = TREE / os.environ.get("BUILD", "build")
# What "make deps" unpacked; also for sanitized builds it is below the normal one.
DEPS = TREE / os.environ.get("DEPS", "build/deps")
SANITIZED = BUILD != DEPS.parent
STANDARD_MIBS = DEPS.resolve().parent / "std-mibs"  # which links to what is beside it
MIBS = TREE / "mibs"

AGENT = BUILD / "ipsec-spi-agent"
MIB2TEXT = BUILD / "mib2text"

IN_UML = "UML_JOB" in os.environ

# AGENTX_DIRECT=no: every agent that a test starts answers its master by net-snmp's way alone.
AGENTX_DIRECT = os.environ.get("AGENTX_DIRECT", "yes")

# Seconds that anything may take which should take none: far more than it needs, so that a slow machine is
# no failure, and a hang is one.
PATIENCE = 120 if IN_UML else 60

ROOT_OID = ".1.3.6.1.4.1.8072.9999.9999.4301"
SA_ENTRY = f"{ROOT_OID}.1.2.1"
TUNNEL_ENTRY = f"{ROOT_OID}.1.3.1"
EVENT_ENTRY = f"{ROOT_OID}.1.4.1"
STATS = f"{ROOT_OID}.1.5"
POLICY_ENTRY = f"{ROOT_OID}.1.7.1"
TUNNEL_SA_ENTRY = f"{ROOT_OID}.1.6.1"
IKE_ENTRY = f"{ROOT_OID}.1.8.1"
SCALARS = f"{ROOT_OID}.1.1"

MIB_TEXT = (MIBS / "IPSEC-SPI-MIB.txt").read_text()
# The columns of the SA table, as the MIB's file numbers them; those before are its index.
FIRST_SA_COLUMN = 6
SA_TUNNEL_COLUMN = 107  # ipsecSaTunnelIndex
LAST_SA_COLUMN = max(int(n) for n in re.findall(r"::= { ipsecSaEntry (\d+) }", MIB_TEXT))

_SCALARS = dict(re.findall(r"^ipsecAgent(\w+) OBJECT-TYPE\n(?:(?: .*)?\n)*? *::= { ipsecAgent (\d+) }", MIB_TEXT, re.MULTILINE))


def scalar(name):
    """The OID of ipsecAgentNAME's one instance."""
    return f"{SCALARS}.{_SCALARS[name]}.0"
