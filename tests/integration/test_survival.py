# SPDX-License-Identifier: BSD-3-Clause
"""What tunnels have counted, and what was told of them, survives the agent, however it ends."""

import pytest

from bed.places import TUNNEL_ENTRY
from bed.process import wait_for

ENGINE = "udp:127.0.0.1:161"
STATE, IN_BYTES, OUT_BYTES, UPS, DOWNS, REKEYS, UNSEEN, DISCONTINUITY = 3, 10, 11, 18, 19, 20, 21, 25


def sa(spi, direction, count, limits=(0, 0)):
    """Without an age: one that stands still in a file that nobody writes anew would say that the SA is another, born later."""
    ends = "10.9.0.1", "10.9.1.1"
    dst, src = ends if direction == "out" else ends[::-1]
    return f"esp0x{spi:x}@{dst} ESP_AES_HMAC_SHA1: dir={direction:3} src={src} life(c,s,h)=bytes({count},{limits[0]},{limits[1]})\n"


class Host:
    def __init__(self, start_agent, folder):
        self.start_agent = start_agent
        self.text = folder / "ipsec_spi"
        self.state = folder / "state-of-the-agent"
        self.output = ""

    def show(self, *lines):
        new = self.text.with_suffix(".new")
        new.write_text("".join(lines))
        new.rename(self.text)
        return self

    def start(self):
        configuration = f"rocommunity public default\nstate-directory {self.state}\nstate-interval 1\ninterval 1\ntunnel-grace 1\nevent-syslog yes\n"
        self.agent = self.start_agent("-k", self.text, "-l", ENGINE, configuration=configuration)
        self.client = self.agent.client(ENGINE)
        self.agent.wait_until_served(self.client)
        return self

    def tunnel(self, column):
        value = next(iter(self.client.table(TUNNEL_ENTRY).values()))[column]
        return value if column == DISCONTINUITY else int(value)

    def wait_for(self, column, value):
        wait_for(lambda: self.tunnel(column) == value, f"column {column} to be {value}")
        return self

    def wait_until_written(self, words):
        wait_for(lambda: (self.state / "state").exists() and words in (self.state / "state").read_text(), f"{words} to be written")
        return self

    def end(self, how):
        getattr(self.agent, how)()
        return self


@pytest.fixture
def host(start_agent, tmp_path):
    return Host(start_agent, tmp_path)


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_counters_go_on(host, how):
    host.show(sa(0x1001, "out", 100), sa(0x2001, "in", 50)).start()
    assert (host.tunnel(OUT_BYTES), host.tunnel(IN_BYTES)) == (100, 50)
    began = host.tunnel(DISCONTINUITY)
    # A rekey, whose first SA ends with what was seen of it.
    host.show(sa(0x1001, "out", 170), sa(0x1002, "out", 7), sa(0x2001, "in", 50)).wait_for(OUT_BYTES, 177)
    host.show(sa(0x1002, "out", 7), sa(0x2001, "in", 50)).wait_for(UNSEEN, 1).wait_for(REKEYS, 1)
    host.wait_until_written(" 1 1 50 177 ").end(how)
    # Nobody looks: one SA goes on, one is gone, one is new.
    host.show(sa(0x1002, "out", 30), sa(0x2002, "in", 4)).start()
    host.wait_for(UNSEEN, 2)
    assert (host.tunnel(OUT_BYTES), host.tunnel(IN_BYTES)) == (177 + 23, 54)
    assert (host.tunnel(REKEYS), host.tunnel(STATE), host.tunnel(DISCONTINUITY)) == (1, 1, began)


def test_what_went_down_and_came_up_meanwhile_is_told(host):
    host.show(sa(0x1001, "out", 1), sa(0x2001, "in", 2)).start().wait_for(STATE, 1)
    host.wait_until_written("\nstate ").end("kill")
    host.show(sa(0x1001, "out", 1)).start()
    host.agent.wait_until_said("tunnelDown")
    host.wait_for(DOWNS, 1).wait_until_written("\nstate \"\" 10001 \"\" 1 2 0a090101 0a090001 0 0 2 ").end("kill")
    host.show(sa(0x1001, "out", 1), sa(0x2001, "in", 2)).start()
    host.agent.wait_until_said("tunnelUp")
    assert (host.tunnel(UPS), host.tunnel(DOWNS)) == (1, 1)


def test_a_limit_is_told_once_over_all_agents(host):
    lines = sa(0x1001, "out", 90, limits=(50, 100)), sa(0x2001, "in", 2)
    host.show(*lines).start()
    host.agent.wait_until_said("saSoftExpired")
    host.wait_until_written("\ntold ").end("kill")
    host.show(*lines).start().wait_for(STATE, 1)
    host.show(sa(0x1001, "out", 120, limits=(50, 100)), sa(0x2001, "in", 2))
    host.agent.wait_until_said("saHardExpired")
    assert "saSoftExpired" not in host.agent.output()


def test_another_boot_breaks_continuity(host):
    host.show(sa(0x1001, "out", 100), sa(0x2001, "in", 50)).start().wait_until_written("\nsa ")
    began = host.tunnel(DISCONTINUITY)
    host.end("stop")
    rewrite(host, lambda line: line.replace(boot_id(), "another") if line.startswith("context ") else line)
    host.show(sa(0x1001, "out", 120), sa(0x2001, "in", 50)).start().wait_for(UNSEEN, 2)
    assert (host.tunnel(OUT_BYTES), host.tunnel(IN_BYTES)) == (220, 100), "these are other SAs"
    wait_for(lambda: host.tunnel(DISCONTINUITY) != began, "another discontinuity time")


def boot_id():
    with open("/proc/sys/kernel/random/boot_id") as file:
        return file.read().strip()


def rewrite(host, change):
    """The state as somebody would forge it: whole, with its checksum."""
    file = host.state / "state"
    lines = [change(line) for line in file.read_text().splitlines()[:-1]]
    lines = [part for line in lines for part in line.split("\n")]
    text = "".join(line + "\n" for line in lines)
    checksum = 0xCBF29CE484222325
    for octet in text.encode():
        checksum = (checksum ^ octet) * 0x100000001B3 % 2**64
    file.write_text(f"{text}end {len(lines)} {checksum:016x}\n")


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lambda line: line.replace(" 50 100 ", f" 50 {2**63} ") if line.startswith("state ") else line, "has an impossible counter"),
        (lambda line: f"{line}\n{line}" if line.startswith("state ") else line, "has a tunnel twice"),
        (lambda line: f"{line}\n{line}" if line.startswith("sa ") else line, "SAs twice"),
        (lambda line: line.replace(" 17", " 99") if line.startswith("context ") else line, "in the future; check the clock"),
    ],
    ids=["counter", "tunnel", "sa", "clock"],
)
def test_a_state_that_lies_is_said_in_one_line(host, lie, words):
    lines = sa(0x1001, "out", 100), sa(0x2001, "in", 50)
    host.show(*lines).start().wait_until_written("\nsa ").end("stop")
    rewrite(host, lie)
    host.start()
    host.agent.wait_until_said(words)
    assert host.agent.output().count("state file") == 1
    assert (host.tunnel(OUT_BYTES), host.tunnel(IN_BYTES)) == (100, 50)
