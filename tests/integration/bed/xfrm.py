# SPDX-License-Identifier: BSD-3-Clause
"""SAs made with ip(8), and ip(8)'s own account of them."""

import os
import re
from collections import namedtuple

# (6, 1) and so on.
KERNEL = tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])
TELLS_DIRECTION = KERNEL >= (6, 11)  # and the interval of NAT keepalives
# linux/xfrm.h: what this kernel reports of an SA.  No device of User-Mode Linux offloads one (28).
XFRMA_LASTUSED, XFRMA_PAD, XFRMA_MTIMER_THRESH, XFRMA_SA_DIR, XFRMA_NAT_KEEPALIVE_INTERVAL = 15, 27, 32, 33, 34
ATTRIBUTES = {1, 2, 3, 4, 8, 10, 14, 18, 20, 21, 22, 23, 24, 29, 30, 31, XFRMA_MTIMER_THRESH}
ATTRIBUTES |= {XFRMA_LASTUSED, XFRMA_PAD} if KERNEL >= (6, 2) else set()  # before, only of route optimization
ATTRIBUTES |= {XFRMA_SA_DIR, XFRMA_NAT_KEEPALIVE_INTERVAL} if TELLS_DIRECTION else set()

# Modules that a kernel must have, or be able to load, for the SAs of add_tunnel().
ESP_PROBE = ["proto", "esp", "spi", "0x1000", "mode", "tunnel", "enc", "cipher_null", "", "auth", "digest_null", ""]


def kernel_has_esp(namespace):
    """Whether the kernel that runs this has ESP; without it only larval SAs can be made."""
    words = ["xfrm", "state", "add", "src", "192.0.2.1", "dst", "192.0.2.2", *ESP_PROBE]
    if namespace.ip(*words, check=False).returncode != 0:
        return False
    namespace.ip("xfrm", "state", "delete", "src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", "0x1000")
    return True


def add_larval_sas(namespace, count, source="192.0.2.1", destination="192.0.2.2", protocol="esp", mode="tunnel"):
    """
    SAs that have an SPI and wait for keys; every kernel with XFRM can make them.  The kernel deletes them after
    net.core.xfrm_acq_expires seconds (30), which only root proper can raise: see keep_larval_sas().
    Returns their SPIs.
    """
    words = ["xfrm", "state", "allocspi", "src", source, "dst", destination, "proto", protocol, "mode", mode]
    spis = []
    for reqid in range(1, count + 1):
        # IPComp's CPIs have 16 bits.
        span = ["min", "0x100", "max", "0xffff"] if protocol == "comp" else []
        said = namespace.ip(*words, "reqid", str(reqid), *span).stdout
        spis.append(int(re.search(r"spi (0x[0-9a-f]+)", said).group(1), 16))
    return spis


def keep_larval_sas(namespace, seconds=3600):
    """False where the kernel does not let us: it hides the sysctl from namespaces of an ordinary user."""
    if not os.path.exists("/proc/sys/net/core/xfrm_acq_expires"):
        return False
    namespace.sysctl("net.core.xfrm_acq_expires", seconds)
    return True


State = namedtuple("State", "src dst protocol spi reqid mode text")


def states(namespace):
    """The kernel's SAs in its own order; text is all that "ip -s xfrm state" says of each."""
    found = []
    for text in re.split(r"^(?=src )", namespace.ip("-s", "xfrm", "state").stdout, flags=re.M):
        if not text:
            continue
        match = re.match(
            r"src (\S+) dst (\S+)\n\s+proto (\S+) spi (0x[0-9a-f]+)\(\d+\) reqid (\d+)\(\S+\) mode (\S+)", text
        )
        src, dst, protocol, spi, reqid, mode = match.groups()
        found.append(State(src, dst, protocol, int(spi, 16), int(reqid), mode, text))
    return found


LIST_ATTRIBUTES = """
import socket, struct
kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 6)  # NETLINK_XFRM
kernel.send(struct.pack("=IHHII", 16, 18, 0x301, 1, 0))  # XFRM_MSG_GETSA; NLM_F_REQUEST | NLM_F_DUMP
found, last = set(), False
while not last:
    answer = kernel.recv(1 << 16)
    while answer:
        length, kind = struct.unpack_from("=IH", answer)
        last = kind == 3  # NLMSG_DONE
        message, answer = answer[16 + 224 : length], answer[length + 3 & ~3 :]  # struct xfrm_usersa_info
        while message and not last:
            length, kind = struct.unpack_from("=HH", message)
            found.add(kind)
            message = message[length + 3 & ~3 :]
print(*found)
"""


def attributes(namespace):
    """The types of all attributes that the kernel reports of SAs."""
    return set(map(int, namespace.run("/usr/bin/python3", "-c", LIST_ATTRIBUTES).stdout.split()))


def counters(state):
    """(bytes, packets) of a State."""
    return tuple(int(n) for n in re.search(r"lifetime current:\s+(\d+)\(bytes\), (\d+)\(packets\)", state.text).groups())


AES_GCM = ["aead", "rfc4106(gcm(aes))", "0x" + "5a" * 20, "128"]
AES_CBC_SHA1 = ["auth-trunc", "hmac(sha1)", "0x" + "3c" * 20, "96", "enc", "cbc(aes)", "0x" + "c3" * 16]


class EspTunnel:
    """
    Two namespaces joined by a cable and by an ESP tunnel, keyed by hand: left (10.9.0.1) and right
    (10.9.0.2), with 10.9.1.1 and 10.9.2.1 behind them.  SPI 0x1001 goes from left to right, 0x1002 back.
    """

    OUTER = ("10.9.0.1", "10.9.0.2")
    INNER = ("10.9.1.1", "10.9.2.1")
    SPIS = (0x1001, 0x1002)
    REQID = 7

    def __init__(self, left, right, algorithms=AES_GCM, extra=("replay-window", "32")):
        self.left, self.right = left, right
        self.algorithms, self.extra = algorithms, extra
        self.spis = self.SPIS
        left.connect(right, [f"{self.OUTER[0]}/24"], [f"{self.OUTER[1]}/24"])
        for own, namespace in enumerate((left, right)):
            addresses = [
                f"addr add {self.INNER[own]}/32 dev lo",
                f"route add {self.INNER[1 - own]}/32 dev veth0 src {self.INNER[own]}",
            ]
            sas = [self._to_add(sender, spi) for sender, spi in enumerate(self.SPIS)]
            policies = [self._to_add_policy("out", own), self._to_add_policy("in", 1 - own)]
            namespace.ip_batch(addresses + sas + policies)

    def _ends(self, sender):
        return f"src {self.OUTER[sender]} dst {self.OUTER[1 - sender]}"

    def _to_add(self, sender, spi, *limits, verb="add"):
        name = f"{self._ends(sender)} proto esp spi {spi:#x} reqid {self.REQID} mode tunnel"
        return " ".join([f"xfrm state {verb} {name}", *self.extra, *self.algorithms, *limits])

    def _to_delete(self, sender, spi):
        return f"xfrm state delete {self._ends(sender)} proto esp spi {spi:#x}"

    def _to_add_policy(self, direction, sender):
        inner = f"src {self.INNER[sender]}/32 dst {self.INNER[1 - sender]}/32"
        template = f"tmpl {self._ends(sender)} proto esp reqid {self.REQID} mode tunnel"
        return f"xfrm policy add {inner} dir {direction} {template}"

    def add_sa(self, namespace, sender, spi, *limits):
        """An SA from left (sender 0) or right (1), as each end has to have it."""
        self.add_sas(namespace, sender, [spi], *limits)

    def add_sas(self, namespace, sender, spis, *limits):
        namespace.ip_batch([self._to_add(sender, spi, *limits) for spi in spis])

    def update_sa(self, namespace, sender, spi, *limits):
        namespace.ip_batch([self._to_add(sender, spi, *limits, verb="update")])

    def delete_sa(self, namespace, sender, spi):
        namespace.ip_batch([self._to_delete(sender, spi)])

    def rekey(self, spis=None):
        """At both ends new SAs, and then the old ones go.  Without SPIs: the same ones again, so that the old ones go first."""
        new = [self._to_add(sender, spi) for sender, spi in enumerate(spis or self.spis)]
        old = [self._to_delete(sender, spi) for sender, spi in enumerate(self.spis)]
        for namespace in (self.left, self.right):
            namespace.ip_batch(new + old if spis else old + new)
        self.spis = spis or self.spis

    def ping(self, count, octets=56):
        """Left pings right; every packet must be answered."""
        # 20 ms: as root no interval is too short for ping, and two seconds are enough for any answer here.
        words = ["-n", "-q", "-c", str(count), "-i", "0.02", "-W", "5", "-s", str(octets)]
        said = self.left.run("ping", *words, "-I", self.INNER[0], self.INNER[1]).stdout
        assert f"{count} packets transmitted, {count} received" in said, said
