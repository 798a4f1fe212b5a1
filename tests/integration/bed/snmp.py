# SPDX-License-Identifier: BSD-3-Clause
"""net-snmp's own programs: snmpd, snmptrapd, and the clients with their answers as values."""

import itertools
import os
import re
import time
from collections import namedtuple

from . import ber
from .ber import COMMUNITY
from .places import IN_UML, PATIENCE
from .process import wait_for

V2C = ["-v2c", "-c", COMMUNITY]
# A user whose messages are authenticated and encrypted; snmpd and the agent's own engine read the same words.
V3_USER, V3_AUTH, V3_PRIVACY = "watcher", "an-auth-passphrase", "a-privacy-passphrase"
V3 = ["-v3", "-l", "authPriv", "-u", V3_USER, "-a", "SHA", "-A", V3_AUTH, "-x", "AES", "-X", V3_PRIVACY]

# What each program's configuration needs to be read by these clients.
READ_ACCESS = f"rocommunity {COMMUNITY}\nrocommunity6 {COMMUNITY}\n"
V3_ACCESS = f"createUser {V3_USER} SHA {V3_AUTH} AES {V3_PRIVACY}\nrouser {V3_USER} priv\n"

Varbind = namedtuple("Varbind", "oid type value")


def environment(directory):
    """Keeps net-snmp away from the host's configuration, state and MIB files."""
    persistent = directory / "persistent"
    # The folder that every net-snmp program makes, and speaks of, if it is not there.
    (persistent / "cert_indexes").mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "SNMPCONFPATH": str(directory),
        "SNMP_PERSISTENT_DIR": str(persistent),
        "STATE_DIRECTORY": str(directory / "state"),
        "MIBS": "",
        "MIBDIRS": str(directory / "no-mibs"),
        "LC_ALL": "C.UTF-8",
    }


# ---- Clients

# Numeric OIDs and enumerations, octets always in hexadecimal, timeticks as a number, units left out.
NUMERIC = ["-On", "-Oe", "-Ox", "-Ot", "-OU"]
_EXCEPTIONS = {
    "No Such Object": "noSuchObject",
    "No Such Instance": "noSuchInstance",
    "No more variables": "endOfMibView",
}
_INTEGERS = {"INTEGER", "Gauge32", "Unsigned32", "UInteger32", "Counter32", "Counter64"}


def _value(text):
    """The (type, value) after " = "."""
    for words, name in _EXCEPTIONS.items():
        if text.startswith(words):
            return name, None
    if text == '""':
        return "STRING", b""
    kind, colon, rest = text.partition(": ")
    if not colon:
        kind, colon, rest = text.partition(":")
    if kind in _INTEGERS:
        return kind, int(rest)
    if kind in ("Hex-STRING", "BITS"):
        # BITS are followed by the numbers of the bits that are set, in decimal, each with its label's place.
        octets = re.match(r"(?:[0-9A-Fa-f]{2}(?:\s+|$))*", rest).group()
        return "STRING", bytes.fromhex(octets)
    if kind == "STRING":
        return "STRING", rest.strip('"').encode()
    if kind == "OID":
        return "OID", rest
    if kind == "IpAddress":
        return "IpAddress", rest
    if kind.strip().isdigit() and not colon:
        return "Timeticks", int(kind)
    raise ValueError(f"not understood: {text!r}")


def parse(output):
    """Varbinds of what snmpget, snmpwalk or snmpbulkwalk print with NUMERIC."""
    varbinds = []
    for record in re.split(r"\n(?=\.\d)", output.strip("\n")):
        if not record.startswith("."):
            if record:
                raise ValueError(f"not understood: {record!r}")
            continue
        oid, _, text = record.partition(" = ")
        varbinds.append(Varbind(oid, *_value(text.strip())))
    return varbinds


class Client:
    """Asks the engine at an address, from within a namespace."""

    def __init__(self, namespace, address, directory, credentials=V2C):
        self.namespace = namespace
        self.address = address
        self.directory = directory
        self.credentials = credentials

    def as_v3(self):
        return Client(self.namespace, self.address, self.directory, V3)

    def run(self, program, *words, check=True, **options):
        """A net-snmp client program with credentials and address put between its options and the OIDs."""
        options_given = [w for w in words if str(w).startswith("-")]
        oids = [w for w in words if not str(w).startswith("-")]
        command = [program, *self.credentials, "-t", "5", "-r", "1", *options_given, self.address, *oids]
        return self.namespace.run(*command, check=check, env=environment(self.directory), **options)

    def get(self, *oids):
        """The varbinds of one GET."""
        if self._at_hand():
            return self._ask(ber.GET, oids)
        return parse(self.run("snmpget", *NUMERIC, *oids).stdout)

    def get_next(self, *oids):
        """
        The varbinds of one GETNEXT; none if there is no answer, or no good one, within half a second: a datagram to an address
        without a listener is lost, and it is better to ask again soon.
        """
        if self._at_hand():
            return self._ask(ber.GET_NEXT, oids, check=False, tries=1, seconds=0.5)
        return parse(self.run("snmpgetnext", *NUMERIC, "-t0.5", "-r0", *oids, check=False).stdout)

    def get_value(self, oid):
        return self.get(oid)[0].value

    def walk(self, oid, repetitions=None):
        """All varbinds below the OID, by GETBULK; none is an empty list."""
        if self._at_hand():
            return self._walk(oid, repetitions or 40)
        bulk = [f"-Cr{repetitions}"] if repetitions else []
        return self._below(oid, parse(self.run("snmpbulkwalk", *NUMERIC, *bulk, oid).stdout))

    def walk_by_next(self, oid):
        """The same, by GETNEXT."""
        return self._below(oid, parse(self.run("snmpwalk", *NUMERIC, oid).stdout))

    @staticmethod
    def _below(oid, varbinds):
        # A walk of nothing ends in a GET of the OID itself, or in an exception.
        return [v for v in varbinds if v.oid.startswith(f"{oid}.") and v.value is not None]

    def table(self, entry, repetitions=None):
        """A table as {index: {column: value}}, index as text without leading dot."""
        rows = {}
        for varbind in self.walk(entry, repetitions):
            column, _, index = varbind.oid[len(entry) + 1 :].partition(".")
            rows.setdefault(index, {})[int(column)] = varbind.value
        return rows


    # ---- Without a program.  In User-Mode Linux, one takes as long to start as many answers take, and most tests ask in a
    # loop; that net-snmp's programs understand the answers, the tests on the host show.

    def _at_hand(self):
        """The (address, port), if SNMPv2c by UDP is all that is asked for, there."""
        match = re.fullmatch(r"udp:([\d.]+):(\d+)", self.address)
        return (match[1], int(match[2])) if match and IN_UML and self.credentials == V2C else None

    def _asker(self):
        address, port = self._at_hand()
        return ber.Asker(self.namespace, port, address)

    def _ask(self, kind, oids, **options):
        with self._asker() as asker:
            return self._ask_by(asker, kind, oids, **options)

    def _ask_by(self, asker, kind, oids, check=True, tries=2, seconds=5, repetitions=0):
        """The varbinds of an answer.  One that reports an error, or none, is an AssertionError, or nothing without check."""
        names = [_numbers(oid) for oid in oids]
        answer = None
        for _ in range(tries):
            end = time.monotonic() + seconds
            try:
                answer = answer or asker.ask(kind, names, repetitions=repetitions, seconds=seconds)
            except ConnectionRefusedError:  # nobody listens, yet
                time.sleep(max(0, end - time.monotonic()))
        if not answer or answer.error:
            assert not check, f"{self.address}: {answer or 'no answer'} for {' '.join(oids)}"
            return []
        return [Varbind("." + ".".join(map(str, name)), *_typed(tag, content)) for name, tag, content in answer.varbinds]

    def _walk(self, oid, repetitions):
        found, last, within = [], oid, True
        with self._asker() as asker:
            while within:
                varbinds = self._ask_by(asker, ber.GET_BULK, [last], repetitions=repetitions)
                assert varbinds, f"an empty answer after {last}"
                for varbind in varbinds:
                    within = varbind.value is not None and varbind.oid.startswith(f"{oid}.")
                    if not within:
                        break
                    assert _numbers(varbind.oid) > _numbers(last), f"{varbind.oid} comes after {last}"
                    found.append(varbind)
                    last = varbind.oid
        return found


def _numbers(oid):
    return [int(number) for number in oid.strip(".").split(".")]


_TYPES = {0x02: "INTEGER", 0x41: "Counter32", 0x42: "Gauge32", 0x43: "Timeticks", 0x46: "Counter64"}
_NOTHING = {0x80: "noSuchObject", 0x81: "noSuchInstance", 0x82: "endOfMibView"}


def _typed(tag, content):
    """The (type, value) of a value in BER, as _value() gives them."""
    if tag in _TYPES:
        return _TYPES[tag], int.from_bytes(content, "big", signed=True)
    if tag in _NOTHING:
        return _NOTHING[tag], None
    if tag == 0x04:
        return "STRING", content
    if tag == 0x06:
        return "OID", "." + ".".join(map(str, ber.numbers_of(content)))
    if tag == 0x40:
        return "IpAddress", ".".join(map(str, content))
    raise ValueError(f"not understood: a value of type {tag:#x}: {content.hex()}")


# ---- Daemons

SNMP_TRAP_OID = ".1.3.6.1.6.3.1.1.4.1.0"


class Snmpd:
    """snmpd in a namespace, listening on 127.0.0.1:161 there, as AgentX master on a socket of its own."""

    _numbers = itertools.count(1)

    def __init__(self, namespace, directory, sockets, configuration="", address="udp:127.0.0.1:161"):
        self.namespace = namespace
        self.directory = directory / f"snmpd{next(self._numbers)}"
        self.address = address
        self.agentx = f"unix:{sockets / self.directory.name}"
        self.environment = environment(self.directory)
        self.configuration_file = self.directory / "snmpd.conf"
        self.configuration_file.write_text(
            f"master agentx\nagentXSocket {self.agentx}\n{READ_ACCESS}{V3_ACCESS}{configuration}"
        )
        self.process = None
        self.client = Client(namespace, address, self.directory)

    def start(self):
        command = ["snmpd", "-f", "-Lo", "-r", "-C", "-c", self.configuration_file, "-x", self.agentx]
        command += ["-p", self.directory / "pid", self.address]
        log = self.directory / "log"
        log.unlink(missing_ok=True)
        self.process = self.namespace.start("snmpd", command, log, env=self.environment)
        self.process.wait_until_said("NET-SNMP version")
        return self

    def restart(self):
        self.stop()
        return self.start()

    def stop(self):
        self.process.stop()

    def kill(self):
        self.process.kill()

    def log(self):
        return self.process.output()


class Snmptrapd:
    """
    Receives notifications in its namespace; traps() is what has come so far.  A datagram that finds no room in front of a
    UDP socket is lost, and only the kernel knows: overrun().  Over TCP none can be.
    """

    ADDRESSES = ("udp:127.0.0.1:162", "tcp:127.0.0.1:162")
    SEPARATOR = "\x1e"
    _numbers = itertools.count(1)

    def __init__(self, namespace, directory, *addresses, configuration=""):
        directory = directory / f"snmptrapd{next(self._numbers)}"
        addresses = addresses or self.ADDRESSES
        self.namespace, self.address = namespace, addresses[0]
        self.received = directory / "received"
        self._parsed, self._by_sender = 0, {}
        env = environment(directory)
        file = directory / "snmptrapd.conf"
        # %b: who sent it.  %v: the varbinds, with tabs between.  %N and %q: those of an SNMPv1 trap that say what it is.
        file.write_text(
            f"createUser {V3_USER} SHA {V3_AUTH} AES {V3_PRIVACY}\nauthUser log {V3_USER} priv\n"
            f"authCommunity log {COMMUNITY}\ndoNotRetainNotificationLogs yes\n{configuration}"
            f"format1 %b {SNMP_TRAP_OID} = OID: %N.0.%q\\t%v{self.SEPARATOR}\nformat2 %b %v{self.SEPARATOR}\n"
        )
        command = ["snmptrapd", "-f", "-n", "-C", "-c", file, "-Lf", self.received, "-p"]
        command += [directory / "pid", "-OnextU", "-x", "unix:/nonexistent", *addresses]
        self.process = namespace.start("snmptrapd", command, directory / "log", env=env)
        wait_for(lambda: self.received.exists() and "NET-SNMP version" in self._text(), "snmptrapd", process=self.process)

    def _text(self):
        return self.received.read_text(errors="replace")

    def traps(self):
        """
        A list of {oid: Varbind} for each notification; its kind is the value of snmpTrapOID.0.  In the order in which they
        were sent: snmptrapd may look at a new connection before it has read the one before to its end, so what came
        by one connection stays together.
        """
        with open(self.received, encoding="utf-8", errors="replace") as received:
            received.seek(self._parsed)
            text = received.read()
            *records, rest = text.split(self.SEPARATOR)
            self._parsed += len((text[: len(text) - len(rest)]).encode())
        for record in records:
            start = record.find(".1.3.6.1.")
            varbinds = parse(record[start:].replace("\t.", "\n.").replace("\t", " "))
            sender = record[:start].split()[-1]
            self._by_sender.setdefault(sender, []).append({v.oid: v for v in varbinds})
        return list(itertools.chain.from_iterable(self._by_sender.values()))

    def overrun(self):
        """How many datagrams the kernel dropped in this namespace because their receiver did not take them in time."""
        names, values = (line.split() for line in self.namespace.run("grep", "^Udp:", "/proc/net/snmp").stdout.splitlines())
        return int(values[names.index("RcvbufErrors")])

    def wait_for_traps(self, count, seconds=PATIENCE):
        wait_for(lambda: len(self.traps()) >= count, f"{count} notifications", seconds, self.process)
        return self.traps()

    def stop(self):
        self.process.stop()
