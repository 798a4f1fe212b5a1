# SPDX-License-Identifier: BSD-3-Clause
"""
What "ip -s xfrm state" says of an SA, as the values that the columns of ipsecSaTable must have.

Written from the MIB's text and from ip(8)'s output, with no look at how the agent does it.
"""

import ipaddress
import re
import time
from collections import namedtuple

from . import xfrm
from .places import BUILD, FIRST_SA_COLUMN, SA_ENTRY, scalar
from .process import run, wait_for

PROTOCOLS = {"esp": 50, "ah": 51, "comp": 108, "route2": 43, "hao": 60}
UPPER_PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132, "icmp": 1, "ipv6-icmp": 58, "gre": 47}
SAID_NAMES = {50: "esp", 51: "ah", 108: "comp", 4: "tun", 41: "tun", 43: "unk43", 60: "unk60"}
TRANSFORM_NAMES = {50: "ESP", 51: "AH", 108: "COMP", 4: "IPIP", 41: "IPIP", 43: "UNKNOWN_proto", 60: "UNKNOWN_proto"}
MODES = {"transport": 1, "tunnel": 2, "ro": 3, "in_trigger": 4, "beet": 5}
# linux/xfrm.h: XFRM_STATE_* and XFRM_SA_XFLAG_*.
FLAGS = {"noecn": 1, "decap-dscp": 2, "nopmtudisc": 4, "wildrecv": 8, "icmp": 16, "af-unspec": 32, "align4": 64, "esn": 128}
EXTRA_FLAGS = {"dont-encap-dscp": 1, "oseq-may-wrap": 2}
ENCAPSULATIONS = {"espinudp-nonike": 1, "espinudp": 2, "espintcp": 7}
DIRECTION_IN, DIRECTION_OUT = 1, 2
DIRECTIONS = {"in": DIRECTION_IN, "out": DIRECTION_OUT}
STATE_LARVAL, STATE_MATURE, STATE_DYING, STATE_DEAD = 1, 2, 3, 4
TRUE, FALSE = 1, 2

# An algorithm: its part of the transform's name, and the bits of an IV and of the salt at the key's end.
Algorithm = namedtuple("Algorithm", "transform iv_bits salt_bits")
ALGORITHMS = {
    "cbc(aes)": Algorithm("AES", 128, 0),
    "cbc(des)": Algorithm("DES", 64, 0),
    "cbc(des3_ede)": Algorithm("3DES", 64, 0),
    "cbc(cast5)": Algorithm("CAST", 64, 0),
    "cbc(blowfish)": Algorithm("BLOWFISH", 64, 0),
    "cbc(serpent)": Algorithm("SERPENT", 128, 0),
    "cbc(camellia)": Algorithm("CAMELLIA", 128, 0),
    "cbc(twofish)": Algorithm("TWOFISH", 128, 0),
    "rfc3686(ctr(aes))": Algorithm("AES_CTR", 64, 32),
    "ecb(cipher_null)": Algorithm("NULL", 0, 0),
    "rfc4106(gcm(aes))": Algorithm("AES_GCM_{icv_octets}", 64, 32),
    "rfc4309(ccm(aes))": Algorithm("AES_CCM_{icv_octets}", 64, 24),
    "rfc4543(gcm(aes))": Algorithm("NULL_AES_GMAC", 64, 32),
    "rfc7539esp(chacha20,poly1305)": Algorithm("CHACHA20_POLY1305", 64, 32),
    "digest_null": Algorithm("", 0, 0),
    "hmac(md5)": Algorithm("HMAC_MD5", 0, 0),
    "hmac(sha1)": Algorithm("HMAC_SHA1", 0, 0),
    "hmac(sha256)": Algorithm("HMAC_SHA2_256", 0, 0),
    "hmac(sha384)": Algorithm("HMAC_SHA2_384", 0, 0),
    "hmac(sha512)": Algorithm("HMAC_SHA2_512", 0, 0),
    "hmac(rmd160)": Algorithm("HMAC_RMD160", 0, 0),
    "xcbc(aes)": Algorithm("AES_XCBC", 0, 0),
    "cmac(aes)": Algorithm("AES_CMAC", 0, 0),
    "deflate": Algorithm("DEFLATE", 0, 0),
}


def column_table():
    """{name: (number, {label: bit or value})} of ipsecSaTable's columns, as this build has them."""
    table = {}
    for line in run([BUILD / "tests" / "list_objects"]).stdout.splitlines():
        number, name, _, _, _, _, labels = line.split("\t")
        table[name] = (int(number), {label: int(n) for label, n in re.findall(r"(\w+)\((-?\d+)\)", labels)})
    return table


class Text:
    """One SA's text, searched."""

    def __init__(self, text):
        self.text = text

    def find(self, pattern):
        """The groups of the pattern, or None."""
        match = re.search(pattern, self.text, re.M)
        return match.groups() if match else None

    def has(self, pattern):
        return re.search(pattern, self.text, re.M) is not None

    def number(self, pattern, absent=0):
        """The one group of the pattern as a number; 0x… is hexadecimal, (INF) is 0."""
        found = self.find(pattern)
        if found is None:
            return absent
        return 0 if found[0] == "(INF)" else int(found[0], 0)

    def time(self, pattern):
        """Seconds since 1970, or None."""
        found = self.find(pattern)
        return None if found is None else int(time.mktime(time.strptime(found[0], "%Y-%m-%d %H:%M:%S")))


def octets_of(address):
    return ipaddress.ip_address(address).packed


def type_of(address):
    return {4: 1, 6: 2}[ipaddress.ip_address(address).version]


def address_columns(name, address):
    if address is None:
        return {f"{name}AddressType": 0, f"{name}Address": b""}
    return {f"{name}AddressType": type_of(address), f"{name}Address": octets_of(address)}


def lifetimes(text, between):
    """between: the seconds since 1970 from before the read to after it; what grows is one of a range."""
    columns = {}
    for name, unit in (("Bytes", "bytes"), ("Packets", "packets")):
        columns[f"{name}Current"] = text.number(rf"lifetime current:\n.*?(\d+)\({unit}\)")
        columns[f"{name}Soft"] = text.number(rf"limit: soft (\S+)\({unit}\)")
        columns[f"{name}Hard"] = text.number(rf"limit: .*hard (\S+)\({unit}\)")
    for name, word in (("AddTime", "add"), ("UseTime", "use")):
        then = text.time(rf"\b{word} (\d+-\d+-\d+ \d+:\d+:\d+)")
        columns[f"{name}Current"] = 0 if then is None else range(between[0] - then, between[1] - then + 1)
        columns[f"{name}Soft"] = text.number(rf"expire {word}: soft (\d+)")
        columns[f"{name}Hard"] = text.number(rf"expire {word}: .*hard (\d+)")
    for column in ("AllocCurrent", "AllocSoft", "AllocHard"):
        columns[column] = 0
    used = text.time(r"^\tlastused (\d+-\d+-\d+ \d+:\d+:\d+)")
    columns["Idle"] = 0 if used is None else range(between[0] - used, between[1] - used + 1)
    return columns


def replay(text, direction):
    numbers = r"seq-hi (\S+), seq (\S+), oseq-hi (\S+), oseq (\S+)\n\s+replay_window (\d+), bitmap-length \d+"
    esn = text.find(numbers + r"((?:\s+[0-9a-f]{8}\b)*)")  # no word where an SA only sends
    if esn:
        high, low, sent_high, sent_low, window, words = esn
        received, sent = int(high, 16) << 32 | int(low, 16), int(sent_high, 16) << 32 | int(sent_low, 16)
        window = int(window)
        # A ring of as many bits as the window has packets; the words come last first.
        ring = int("".join(words.split()) or "0", 16)
        places = [(int(low, 16) - 1 - n) % window for n in range(min(window, 64))]
        newest = sum((ring >> place & 1) << n for n, place in enumerate(places))
    else:
        seq, oseq, bitmap = text.find(r"anti-replay context: seq (\S+), oseq (\S+), bitmap (\S+)")
        received, sent, newest = int(seq, 16), int(oseq, 16), int(bitmap, 16)
        window = text.number(r"^\treplay-window (\d+)")
    return {
        "ReplayWindow": window,
        # With other flags after it, it runs into them: "esnextra_flag".
        "ExtendedSequence": TRUE if text.has(r"flag .*\besn(?=\b|extra_flag)") else FALSE,
        "Sequence": {DIRECTION_IN: received, DIRECTION_OUT: sent}.get(direction, max(received, sent)),
        "ReplayBitmap": newest.to_bytes(8, "big"),
        "MaxSequenceGap": 0,
    }


def bits_of_key(key):
    return len(key[2:]) * 4 if key.startswith("0x") else 0


def algorithms(text):
    cipher = text.find(r"^\tenc (\S+) (\S*)")
    auth = text.find(r"^\tauth-trunc (\S+) (\S*) (?:\(\d+ bits\) )?(\d+)")
    aead = text.find(r"^\taead (\S+) (\S+) \(\d+ bits\) (\d+)")
    compression = text.find(r"^\tcomp (\S+)")
    encrypting = cipher or aead
    salt_bits = ALGORITHMS[encrypting[0]].salt_bits if encrypting else 0
    return {
        "Encryption": encrypting[0].encode() if encrypting else b"",
        "Authentication": auth[0].encode() if auth else b"",
        "Compression": compression[0].encode() if compression else b"",
        "AuthenticatorBits": int((auth or aead)[2]) if auth or aead else 0,
        "AuthKeyBits": bits_of_key(auth[1]) if auth else 0,
        "EncrKeyBits": bits_of_key(encrypting[1]) - salt_bits if encrypting and encrypting[1] else 0,
        "IvBits": ALGORITHMS[encrypting[0]].iv_bits if encrypting else 0,
        "Iv": b"",
    }


def transform(protocol, columns):
    names = [columns[name].decode() for name in ("Encryption", "Authentication", "Compression")]
    parts = [ALGORITHMS[name].transform.format(icv_octets=columns["AuthenticatorBits"] // 8) for name in names if name]
    return "_".join([TRANSFORM_NAMES[protocol], *filter(None, parts)]).encode()


# Traffic of either family may use it: flag af-unspec.
NO_SELECTOR = {
    **dict.fromkeys(["SelSrcAddressType", "SelDstAddressType", "SelSrcPrefixLength", "SelDstPrefixLength", "SelProtocol"], 0),
    **dict.fromkeys(["SelSrcPort", "SelSrcPortMask", "SelDstPort", "SelDstPortMask", "SelInterface", "SelUser"], 0),
    **dict.fromkeys(["SelSrcAddress", "SelSrcMask", "SelDstAddress", "SelDstMask"], b""),
}


def selector(text, interfaces):
    found = text.find(r"^\tsel src (\S+) dst (\S+)(.*)")
    if found is None:
        return NO_SELECTOR
    src, dst, rest = found
    rest = Text(rest)
    columns = {}
    for end, subnet in (("Src", src), ("Dst", dst)):
        network = ipaddress.ip_interface(subnet)
        columns.update(address_columns(f"Sel{end}", network.ip))
        columns[f"Sel{end}PrefixLength"] = network.network.prefixlen
        columns[f"Sel{end}Mask"] = network.netmask.packed
    upper = rest.find(r"proto (\S+)")
    columns["SelProtocol"] = UPPER_PROTOCOLS[upper[0]] if upper else 0
    # ICMP's type and code stand where others have ports (linux/xfrm.h; xfrm_flowi_sport() in net/xfrm.h).
    for end, word in (("Src", "sport|type"), ("Dst", "dport|code")):
        columns[f"Sel{end}Port"] = rest.number(rf"(?:{word}) (\d+)")
        columns[f"Sel{end}PortMask"] = 0xFFFF if rest.has(rf"(?:{word}) \d") else 0
    device = rest.find(r"dev (\S+)")
    columns["SelInterface"] = interfaces[device[0]] if device else 0
    columns["SelUser"] = rest.number(r"uid (\d+)")
    return columns


def flags(text):
    plain, extra = text.find(r"flag (.*?)(?:extra_flag (.*?))?\([01x]+\)")
    return {
        "Flags": sum(FLAGS[name] for name in plain.split()),
        "ExtraFlags": sum(EXTRA_FLAGS[name] for name in (extra or "").split()),
    }


def others(text):
    mark, mark_mask = text.find(r"^\tmark (\S+?)/(\S+)") or ("0", "0")
    output, output_mask = text.find(r"output-mark (\w+)(?:/(\w+))?") or ("0", "0")
    encap = text.find(r"encap type (\S+) sport (\d+) dport (\d+) addr (\S+)")
    kind, sport, dport, original = encap or (None, "0", "0", None)
    if original and int.from_bytes(octets_of(original), "big") == 0:
        original = None
    care_of = text.find(r"^\tcoa (\S+)")
    return {
        "Mark": int(mark, 0),
        "MarkMask": int(mark_mask, 0),
        "OutputMark": int(output, 0),
        "OutputMarkMask": int(output_mask or "0", 0),
        "IfId": text.number(r"^\tif_id (\S+)"),
        "Reqid": text.number(r"reqid (\d+)"),
        "AcquireSequence": text.number(r"replay-window \d+ seq 0x0*(\d+)"),  # decimal, in spite of 0x
        "TfcPadding": text.number(r"^\ttfcpad (\d+)"),
        "NatEncap": ENCAPSULATIONS[kind] if kind else 0,
        "NatSrcPort": int(sport),
        "NatDstPort": int(dport),
        **address_columns("NatOriginal", original),
        **address_columns("CareOf", care_of and care_of[0]),
        "OutOfOrderErrors": text.number(r"stats:\n\s+replay-window (\d+)"),
        "ReplayErrors": text.number(r"stats:\n.* replay (\d+)"),
        "AuthErrors": text.number(r"stats:\n.* failed (\d+)"),
        "SecurityContext": (text.find(r"^\tsecurity context (\S+)") or ("",))[0].encode(),
    }


def state_of(protocol, columns):
    if protocol in (50, 51, 108) and not any(columns[name] for name in ("Encryption", "Authentication", "Compression")):
        return STATE_LARVAL

    def reached(limit):
        for name in ("Bytes", "Packets", "AddTime", "UseTime"):
            current, most = columns[f"{name}Current"], columns[f"{name}{limit}"]
            if most and (current if isinstance(current, int) else current[0]) >= most:
                return True
        return False

    return STATE_DEAD if reached("Hard") else STATE_DYING if reached("Soft") else STATE_MATURE


# What an SA of XFRM has not, and what ip(8) does not show unless a test knows of it: see the tests of xfrm_attributes, too.
ABSENT = {
    **dict.fromkeys(["PaddingErrors", "SizeErrors", "Cpu", "NatKeepalive", "NatMappingThreshold"], 0),
    **dict.fromkeys(["Offload", "OffloadInterface", "RatioPlain", "RatioCompressed", "RefCount", "Ref", "RefHim"], 0),
    **dict.fromkeys(["RefTable", "RefEntry", "Jiffies", "OutTransportDirect", "Dialect"], 0),
    **dict.fromkeys(["OutInterface", "RefUses"], b""),
    **dict.fromkeys(["IptfsDropTime", "IptfsReorderWindow", "IptfsInitDelay", "IptfsMaxQueueSize", "IptfsPacketSize"], 0),
    "IptfsDontFragment": FALSE,
}

ALWAYS_REPORTED = (
    "source state mode bytes packets addTime useTime reqid flags extendedSequence replayWindow "
    "outOfOrderErrors replayErrors authErrors acquireSequence sequence replayBitmap direction"
)


def reported(text, columns):
    """The names of ipsecSaReported's bits."""
    names = set(ALWAYS_REPORTED.split())
    for pattern, what in {
        r"^\t(?:enc|aead) ": "encryption encrKeyBits ivBits",
        r"^\tauth-trunc ": "authentication authKeyBits authenticatorBits",
        r"^\taead ": "authenticatorBits",
        r"^\tcomp ": "compression",
        r"^\tsel ": "selector selectorUpper",
        r"^\tmark ": "mark",
        r"output-mark ": "outputMark",
        r"^\tif_id ": "ifId",
        r"^\ttfcpad ": "tfcPadding",
        r"^\tencap ": "natEncap natPorts",
        r"^\tcoa ": "careOfAddress",
        r"extra_flag ": "extraFlags",
        r"^\tlastused ": "idle",
        r"^\tsecurity context ": "securityContext",
    }.items():
        if text.has(pattern):
            names.update(what.split())
    if columns["NatOriginalAddress"]:
        names.add("natOriginalAddress")
    if columns["Direction"] == 0:
        names.discard("direction")
    return names


def wanted(state, position, direction, between, interfaces, bits, unshown):
    """
    (index, {column: value}) of a bed.xfrm.State; a value that grows with the clock is a range.  direction: what the
    test knows of it.  interfaces: {name: index}; bits: {label: bit} of ipsecSaReported.  unshown: {column: value} of what the
    kernel tells and ip(8) does not show.
    """
    text = Text(state.text)
    told = text.find(r"^\tdir (\w+)")
    assert told is None or DIRECTIONS[told[0]] == direction, state.text
    protocol = PROTOCOLS.get(state.protocol) or int(state.protocol)
    columns = {
        "Direction": direction,
        "Mode": MODES[state.mode],
        "Position": position,
        **address_columns("Src", state.src),
        "SrcText": state.src.encode(),
        "DstText": state.dst.encode(),
        **lifetimes(text, between),
        **replay(text, direction),
        **algorithms(text),
        **selector(text, interfaces),
        **flags(text),
        **others(text),
        **ABSENT,
        **unshown,
    }
    separator = ":" if type_of(state.dst) == 2 else "."
    columns["Said"] = f"{SAID_NAMES[protocol]}{separator}{state.spi:x}@{state.dst}".encode()
    columns["Transform"] = transform(protocol, columns)
    columns["State"] = state_of(protocol, columns)
    mask = bytearray(max(bits.values()) // 8 + 1)
    for name in {"tunnelIndex"} | reported(text, columns) | {name[0].lower() + name[1:] for name in unshown}:
        mask[bits[name] // 8] |= 0x80 >> bits[name] % 8
    columns["Reported"] = bytes(mask)
    qualifier = columns["Mark"] if state.spi else columns["AcquireSequence"]
    octets = octets_of(state.dst)
    index = [type_of(state.dst), len(octets), *octets, protocol, state.spi, qualifier]
    return ".".join(map(str, index)), {f"ipsecSa{name}": value for name, value in columns.items()}


def interfaces_of(namespace):
    lines = namespace.ip("-o", "link").stdout.splitlines()
    return {line.split(": ")[1].split("@")[0]: int(line.split(":")[0]) for line in lines}


# Seconds since a read that compare() takes for new.
AGE = 10


class Comparison:
    """
    What a client is served, compared with the kernel's list in a namespace; it counts what it compared.
    own_addresses: SAs from these go out, all others come in.  unshown: {SPI: {column: value}} of what ip(8) does not show.
    """

    def __init__(self, namespace, client, own_addresses, unshown=None):
        self.namespace, self.client, self.own_addresses = namespace, client, own_addresses
        self.unshown = unshown or {}
        self.table = column_table()
        self.bits = self.table["ipsecSaReported"][1]
        served = [(name, number) for name, (number, _) in self.table.items() if name.startswith("ipsecSa")]
        self.numbers = {name: number for name, number in served if number >= FIRST_SA_COLUMN}
        # The kernel knows no tunnels: see bed.tunnels.
        self.tunnel_index = self.numbers.pop("ipsecSaTunnelIndex")
        self.interfaces = interfaces_of(namespace)
        self.rows, self.fields, self.sas = {}, 0, set()

    def reads(self):
        return self.client.get_value(scalar("Reads"))

    def read_from_now_on(self):
        """Waits for a read that began after now."""
        before = self.reads()
        wait_for(lambda: self.reads() >= before + 2, "two more reads")

    def compare(self, read_is_new=False):
        """Nothing may be under way.  read_is_new: what is served was read after the last change."""
        since = int(time.time()) - (AGE if read_is_new else 0)
        if not read_is_new:
            self.read_from_now_on()
        rows = self.rows = self.client.table(SA_ENTRY)
        between = since, int(time.time()) + 1
        states = xfrm.states(self.namespace)
        assert len(rows) == len(states)
        wrong = []
        for position, state in enumerate(states):
            direction = self.direction_of(state)
            unshown = self.unshown.get(state.spi, {})
            index, columns = wanted(state, position, direction, between, self.interfaces, self.bits, unshown)
            assert set(columns) == set(self.numbers), set(columns) ^ set(self.numbers)
            found = list(self.differences(rows[index], columns))
            wrong += [(index, *difference) for difference in found] + ([state.text] if found else [])
            self.sas.add(index)
        assert not wrong, "\n".join(map(str, wrong[:40]))

    def errors(self):
        """The sums over all SAs, as they were compared last."""
        kinds = ("OutOfOrder", "Replay", "Auth")
        return {kind: sum(row[self.numbers[f"ipsecSa{kind}Errors"]] for row in self.rows.values()) for kind in kinds}

    def direction_of(self, state):
        return DIRECTION_OUT if state.src in self.own_addresses else DIRECTION_IN

    def differences(self, row, columns):
        assert row.keys() == {*self.numbers.values(), self.tunnel_index}
        for name, value in columns.items():
            served = row[self.numbers[name]]
            self.fields += 1
            if served not in value if isinstance(value, range) else served != value:
                yield name, served, value

    def figure(self):
        return f"{self.fields} fields of {len(self.sas)} SAs compared with ip -s xfrm state"
