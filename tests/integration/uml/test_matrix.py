# SPDX-License-Identifier: BSD-3-Clause
"""
A matrix of real SAs, every column of each compared with what "ip -s xfrm state" says, three times: before any traffic,
after some, and after packets that the kernel has to refuse.
"""

from collections import namedtuple

import pytest

from bed import xfrm
from bed.places import BUILD, scalar
from bed.state_text import Comparison

ADDRESS = "udp:127.0.0.1:161"
NOT_UNDERSTOOD, UNKNOWN = scalar("NotUnderstood"), scalar("UnknownParts")
PINGS = 3
# Sequence numbers that the pings of an SA with ESN carry over 2^32.
LOW, HIGH = 0xFFFFFFFE, 3


def key(octets):
    """One that differs for each length, and is no weak key of DES."""
    return "0x" + bytes((7 * n + 5 * octets + 1) % 251 + 1 for n in range(octets)).hex()


def enc(name, octets):
    return ["enc", name, key(octets) if octets else ""]


def auth(name, octets, icv_bits):
    return ["auth-trunc", name, key(octets), str(icv_bits)]


def aead(name, octets, icv_bits):
    return ["aead", name, key(octets), str(icv_bits)]


SHA1 = auth("hmac(sha1)", 20, 96)
AES = enc("cbc(aes)", 16)
GCM = aead("rfc4106(gcm(aes))", 20, 128)

CIPHERS = [enc("cbc(aes)", n) for n in (16, 24, 32)] + [
    enc("cbc(des)", 8),
    enc("cbc(des3_ede)", 24),
    enc("cbc(cast5)", 16),
    enc("cbc(blowfish)", 16),
    enc("cbc(blowfish)", 56),
    enc("cbc(serpent)", 32),
    enc("cbc(camellia)", 16),
    enc("cbc(camellia)", 32),
    enc("cbc(twofish)", 32),
    enc("rfc3686(ctr(aes))", 20),
    enc("rfc3686(ctr(aes))", 36),
    enc("ecb(cipher_null)", 0),
]
AUTHENTICATORS = [
    auth("hmac(md5)", 16, 96),
    auth("hmac(sha1)", 20, 96),
    auth("hmac(sha1)", 20, 160),
    auth("hmac(sha256)", 32, 96),
    auth("hmac(sha256)", 32, 128),
    auth("hmac(sha384)", 48, 192),
    auth("hmac(sha512)", 64, 256),
    auth("hmac(rmd160)", 20, 96),
    auth("xcbc(aes)", 16, 96),
    auth("cmac(aes)", 16, 96),
]
AEADS = (
    [aead("rfc4106(gcm(aes))", octets, icv) for octets in (20, 28, 36) for icv in (64, 96, 128)]
    + [aead("rfc4309(ccm(aes))", octets, icv) for octets in (19, 27, 35) for icv in (64, 96, 128)]
    + [aead("rfc4543(gcm(aes))", octets, 128) for octets in (20, 28, 36)]
    + [aead("rfc7539esp(chacha20,poly1305)", 36, 128)]
)
# Rows of the kernel's xfrm_algo.c that User-Mode Linux was built without.
ABSENT = [enc("cbc(sm4)", 16), enc("cbc(aria)", 16), enc("rfc3686(ctr(aria))", 20), auth("hmac(sm3)", 32, 256) + AES]
ESP_IN_UDP = ["encap", "espinudp", "4500", "4501", "0.0.0.0"]
NON_IKE = ["encap", "espinudp-nonike", "500", "500", "0.0.0.0"]
HAS_NON_IKE = xfrm.KERNEL < (6, 8)
# What an SA can be on other kernels, and what these say.
IMPOSSIBLE = [(words, "algorithm not found") for words in ABSENT]
IMPOSSIBLE += [([*GCM, "encap", "espintcp", "4500", "4500", "0.0.0.0"], "Unsupported encapsulation type for ESP")]
IMPOSSIBLE += [] if HAS_NON_IKE else [([*GCM, *NON_IKE], "Unsupported encapsulation type for ESP")]

# One kind of SA, in both directions.  layers: what is done to a packet, first to last, each (protocol, mode,
# algorithms).  extra: for both ends; sending and receiving: for an SA at its sender's or receiver's end; pings: 0
# where its selector or mark lets none through; unshown: {column: value} of what ip(8) can neither set nor show, for an
# SA at its sender's and at its receiver's end.
Kind = namedtuple("Kind", "layers version extra sending receiving pings unshown")
UNSHOWN = {
    "NatMappingThreshold": xfrm.XFRMA_MTIMER_THRESH,
    "NatKeepalive": xfrm.XFRMA_NAT_KEEPALIVE_INTERVAL,
}


def kind(*layers, version=4, extra=(), sending=(), receiving=(), pings=PINGS, unshown=({}, {})):
    return Kind(layers, version, list(extra), list(sending), list(receiving), pings, unshown)


def esp(algorithms, mode="tunnel", **more):
    return kind(("esp", mode, algorithms), **more)


def ah(algorithms, mode="transport", **more):
    return kind(("ah", mode, algorithms), **more)


def esn(window):
    sending = ["replay-oseq", str(LOW), "replay-oseq-hi", str(HIGH)]
    receiving = ["replay-seq", str(LOW), "replay-seq-hi", str(HIGH)]
    return esp(AES + SHA1, extra=["flag", "esn", "replay-window", str(window)], sending=sending, receiving=receiving)


def directed(one, sending=(), receiving=("replay-window", "32")):
    """That kind as an IKE daemon makes it that names the direction of its SAs; one that sends has no window then."""
    return one._replace(sending=["dir", "out", *sending], receiving=["dir", "in", *receiving])


def limits(*words):
    return [word for limit in words for word in ("limit", *limit.split())]


ALL_LIMITS = limits(
    *["time-soft 86400", "time-hard 90000", "time-use-soft 3600", "time-use-hard 7200"],
    *["byte-soft 1000000007", "byte-hard 5000000000", "packet-soft 4000000000", "packet-hard 8000000000"],
)
ALL_FLAGS = ["noecn", "decap-dscp", "nopmtudisc", "icmp", "af-unspec", "align4"]
COMP = ("comp", "tunnel", ["comp", "deflate"])

WORKING = (
    [esp(cipher + SHA1) for cipher in CIPHERS]
    + [esp(AES + authenticator) for authenticator in AUTHENTICATORS]
    + [esp(AES + ["auth-trunc", "digest_null", "", "0"]), esp(AES + ["auth", "hmac(sha256)", key(32)])]
    + [esp(algorithms) for algorithms in AEADS]
    + [ah(authenticator, "tunnel") for authenticator in AUTHENTICATORS]
    + [esp(GCM, mode, version=version) for mode in ("transport", "beet") for version in (4, 6)]
    + [esp(AES + SHA1, version=6), ah(SHA1, version=6), ah(SHA1, "tunnel", version=6)]
    + [esn(window) for window in (32, 64, 1024, 4096)]
    + [esp(GCM, extra=["replay-window", str(window)]) for window in (32, 100, 128)]
    + [kind(("comp", "transport", ["comp", "deflate"]), version=version) for version in (4, 6)]
    + [kind(COMP, ("esp", "transport", GCM), version=version) for version in (4, 6)]
    + [kind(("esp", "tunnel", GCM), ("ah", "transport", SHA1))]
    + [esp(AES + SHA1, extra=ESP_IN_UDP), esp(AES + SHA1, extra=ESP_IN_UDP, unshown=({}, {"NatMappingThreshold": 77}))]
    + [esp(GCM, extra=ALL_LIMITS), esp(GCM, extra=["flag", *ALL_FLAGS]), esp(GCM, extra=["tfcpad", "900"])]
    + [esp(GCM, extra=["extra-flag", "dont-encap-dscp", "oseq-may-wrap"])]
    + [esp(GCM, extra=["output-mark", "0x12", "mask", "0xfff0ff"]), esp(GCM, extra=["output-mark", "0xffffffff"])]
    + [esp(GCM, extra=limits("packet-soft 2")), esp(GCM, extra=limits("byte-soft 100", "byte-hard 1000000"))]
)
IDLE = [
    esp(GCM, pings=0, extra=["mark", "0x7", "mask", "0xff"]),
    esp(GCM, pings=0, extra=["mark", "0xfffffffe", "mask", "0xffffffff", "if_id", "0x80000001"]),
    esp(GCM, pings=0, extra=["if_id", "9", "seq", "4242"]),
    esp(GCM, pings=0, extra="sel src 10.20.0.0/16 dst 10.30.1.1/32 proto udp sport 500 dport 700".split()),
    esp(GCM, pings=0, extra="sel src 2001:db8:1::/48 dst ::/0 proto tcp dport 443".split()),
    esp(GCM, pings=0, version=6, extra="sel proto sctp sport 1 dev veth0".split()),
    esp(AES + SHA1, pings=0, extra=["encap", "espinudp", "4500", "10000", "192.0.2.77"]),
    *([esp(AES + SHA1, pings=0, extra=NON_IKE)] if HAS_NON_IKE else []),
    esp(GCM, pings=0, extra=["flag", "wildrecv", "extra-flag", "oseq-may-wrap"]),
    esp(GCM, pings=0, extra=["ctx", "system_u:object_r:ipsec_spd_t:s0-s0:c0.c1023"]),
    kind(("route2", "ro", ["coa", "2001:db8::77"]), version=6, pings=0),
    kind(("hao", "ro", ["coa", "2001:db8::78"]), version=6, pings=0),
]
DIRECTED = [
    *[directed(esp(GCM, mode, version=version)) for mode in ("tunnel", "transport") for version in (4, 6)],
    directed(ah(SHA1)),
    directed(
        esp(AES + SHA1, extra=["flag", "esn"]),
        ["replay-oseq", str(LOW), "replay-oseq-hi", str(HIGH)],
        ["replay-window", "128", "replay-seq", str(LOW), "replay-seq-hi", str(HIGH)],
    ),
    # So seldom that no keepalive is sent meanwhile.
    directed(esp(GCM, extra=ESP_IN_UDP, unshown=({"NatKeepalive": 86400}, {"NatMappingThreshold": 4000000000}))),
]
# Whose packets to left are refused once right has made its own SA anew: as played again, as too late, as forged.
WINDOW = ["replay-window", "32"]
REFUSED = {
    "replay": (esp(GCM, extra=WINDOW), [*GCM, *WINDOW]),
    "late": (esp(GCM, extra=WINDOW, sending=["replay-oseq", "1000"]), [*GCM, *WINDOW]),
    "forged": (esp(AES + SHA1, extra=WINDOW), [*AES, *auth("hmac(sha1)", 24, 96), "replay-oseq", "100", *WINDOW]),
}
KINDS = WORKING + IDLE + (DIRECTED if xfrm.TELLS_DIRECTION else []) + [one for one, _ in REFUSED.values()]

OUTER = {4: ("10.9.0.1", "10.9.0.2"), 6: ("2001:db8:9::1", "2001:db8:9::2")}


def inner(number, version, end):
    return f"10.9.{end + 1}.{number}" if version == 4 else f"2001:db8:9:{end + 1}::{number:x}"


class Matrix:
    """
    Left and right, with every kind of SA in both directions between them, and policies by which each pair of
    inner addresses has its own.
    """

    def __init__(self, left, right):
        self.ends = (left, right)
        left.connect(right, ["10.9.0.1/24", "2001:db8:9::1/64"], ["10.9.0.2/24", "2001:db8:9::2/64"])
        for namespace, end in zip(self.ends, (0, 1)):
            lines = []
            for number, one in enumerate(KINDS, 1):
                lines += self.addresses(one, number, end)
                lines += self.states(one, number, end)
                if one.pings:
                    lines += self.policies(one, number, end)
            # An SA that is there already is IPComp's own tunnel SA, of which there is one for each pair of ends.
            namespace.ip_batch(lines)
            for (spi, destination), unshown in self.unshown(end).items():
                words = [f"{UNSHOWN[column]}={value.to_bytes(4, 'little').hex()}" for column, value in unshown.items()]
                namespace.run(BUILD / "tests" / "xfrm_request", "amend", destination, hex(spi), *words)

    def unshown(self, end):
        """{(SPI, destination): {column: value}} of an end's SAs that have such."""
        found = {}
        for number, one in enumerate(KINDS, 1):
            for sender in (0, 1):
                if unshown := one.unshown[0 if sender == end else 1]:
                    found[self.spi(number, sender), OUTER[4][1 - sender]] = unshown
        return found

    @staticmethod
    def addresses(one, number, end):
        length, nodad = (32, "") if one.version == 4 else (128, "nodad")
        own, remote = inner(number, one.version, end), inner(number, one.version, 1 - end)
        yield f"addr add {own}/{length} dev lo {nodad}"
        yield f"route add {remote}/{length} dev veth0 via {OUTER[one.version][1 - end]} src {own}"

    @staticmethod
    def endpoints(one, number, mode, sender):
        transport = mode in ("transport", "ro") and len(one.layers) == 1
        ends = [inner(number, one.version, end) for end in (0, 1)] if transport else OUTER[one.version]
        return f"src {ends[sender]} dst {ends[1 - sender]}"

    def states(self, one, number, end):
        for sender in (0, 1):
            for layer, (protocol, mode, algorithms) in enumerate(one.layers):
                words = [*one.extra, *(one.sending if sender == end else one.receiving)] if layer == 0 else []
                spi = f"spi {hex(self.spi(number, sender))}" if mode != "ro" else ""
                if mode == "beet":
                    words += ["sel", *self.ends_of(number, one.version, sender)]
                quoted = " ".join(f'"{word}"' for word in [*algorithms, *words])
                ends = self.endpoints(one, number, mode, sender)
                yield f"xfrm state add {ends} proto {protocol} {spi} reqid {number} mode {mode} {quoted}"

    @staticmethod
    def ends_of(number, version, sender):
        return ["src", inner(number, version, sender), "dst", inner(number, version, 1 - sender)]

    @staticmethod
    def spi(number, sender):
        return 0x1000 + 2 * number + sender

    def policies(self, one, number, end):
        for sender in (0, 1):
            way = "out" if sender == end else "in"
            templates = ""
            for protocol, mode, _ in one.layers:
                # A packet that is too small to gain from compression comes without.
                level = "level use" if protocol == "comp" and way == "in" else ""
                ends = self.endpoints(one, number, mode, sender)
                templates += f" tmpl {ends} proto {protocol} reqid {number} mode {mode} {level}"
            selector = " ".join(self.ends_of(number, one.version, sender))
            yield f"xfrm policy add {selector} dir {way} {templates}"

    def silent(self, kinds):
        """Left pings right through each kind, {number: Kind}; the numbers of those from which not all was answered."""
        script = ""
        for number, one in kinds.items():
            wait = "0.2" if one in [refused for refused, _ in REFUSED.values()] else "5"
            ends = f"-I {inner(number, one.version, 0)} {inner(number, one.version, 1)}"
            ping = f"ping -n -q -i 0.002 -s 600 -c {one.pings} -W {wait} {ends}"
            script += f"{ping} | grep -q ' {one.pings} received' || echo {number}\n"
        return [int(number) for number in self.ends[0].run("sh", "-c", script).stdout.split()]

    def ping(self):
        kinds = {number: one for number, one in enumerate(KINDS, 1) if one.pings}
        assert [kinds[number] for number in self.silent(kinds)] == []

    def ping_what_is_refused(self):
        right = self.ends[1]
        kinds = {KINDS.index(one) + 1: one for one, _ in REFUSED.values()}
        for number, (_, words) in zip(kinds, REFUSED.values()):
            name = ["src", OUTER[4][1], "dst", OUTER[4][0], "proto", "esp", "spi", hex(self.spi(number, 1))]
            right.ip("xfrm", "state", "delete", *name)
            right.ip("xfrm", "state", "add", *name, "reqid", str(number), "mode", "tunnel", *words)
        assert self.silent(kinds) == list(kinds)


LEFT_ENDS = {OUTER[4][0], OUTER[6][0]} | {inner(n, one.version, 0) for n, one in enumerate(KINDS, 1)}


@pytest.fixture
def nat_t_sockets(netns, tmp_path):
    """Sockets that decapsulate ESP in UDP, as an IKE daemon has them (linux/udp.h: UDP_ENCAP, UDP_ENCAP_ESPINUDP)."""
    started = []

    def start(namespace, port):
        script = (
            "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
            f"s.bind(('', {port})); s.setsockopt(17, 100, 2); print('bound', flush=True); time.sleep(1000)"
        )
        process = namespace.start("socket", ["/usr/bin/python3", "-c", script], tmp_path / f"socket{len(started)}")
        started.append(process)
        process.wait_until_said("bound")

    yield start
    for process in started:
        process.kill()


def test_every_column_of_every_kind_of_sa(netns, new_namespace, start_agent, nat_t_sockets, record_property):
    for words, reason in IMPOSSIBLE:
        name = ["src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", "0x999"]
        refused = netns.ip("xfrm", "state", "add", *name, *words, check=False)
        assert reason in refused.stderr
    right = new_namespace()
    matrix = Matrix(netns, right)
    for namespace in (netns, right):
        for port in (4500, 4501):
            nat_t_sockets(namespace, port)
    agent = start_agent("-s", "xfrm", "-l", ADDRESS, "-i", "1", configuration="rocommunity public\n")
    agent.wait_until_served(agent.client(ADDRESS))
    unshown = {spi: columns for (spi, _), columns in matrix.unshown(0).items()}
    comparison = Comparison(netns, agent.client(ADDRESS), LEFT_ENDS, unshown)
    comparison.compare()
    matrix.ping()
    comparison.compare()
    assert xfrm.attributes(netns) == xfrm.ATTRIBUTES
    matrix.ping_what_is_refused()
    comparison.compare()
    assert [comparison.client.get_value(oid) for oid in (NOT_UNDERSTOOD, UNKNOWN)] == [0, 0]
    assert comparison.errors() == {"OutOfOrder": PINGS, "Replay": PINGS, "Auth": PINGS}
    record_property("figure", comparison.figure())
