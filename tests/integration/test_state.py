# SPDX-License-Identifier: BSD-3-Clause
"""The index of a tunnel stays the same over whatever ends an agent; and an agent whose state is lost works all the same."""

import pytest

from bed.places import TUNNEL_ENTRY
from bed.process import wait_for

ENGINE = "udp:127.0.0.1:161"
NAME, REMOTE, IN_SAS, DESCR = 2, 7, 22, 28


def sas(*peers):
    """KLIPS's lines of a tunnel to each of these peers, in their order."""
    lines = []
    for peer in peers:
        lines.append(f"esp0x{0x1000 + peer:x}@10.9.0.{peer} ESP_AES_HMAC_SHA1: dir=out src=10.9.1.1 life(c,s,h)=bytes(7,0,0)addtime(9,0,0)\n")
        lines.append(f"esp0x{0x2000 + peer:x}@10.9.1.1 ESP_AES_HMAC_SHA1: dir=in  src=10.9.0.{peer} life(c,s,h)=bytes(7,0,0)addtime(9,0,0)\n")
    return "".join(lines)


class Host:
    """A host whose agent is started again and again."""

    def __init__(self, start_agent, folder):
        self.start_agent = start_agent
        self.text = folder / "ipsec_spi"
        self.state = folder / "state-of-the-agent"
        self.agent = None

    def start(self, *peers, names="", state=None):
        self.text.write_text(sas(*peers))
        configuration = f"rocommunity public default\nstate-directory {state or self.state}\n{names}"
        self.agent = self.start_agent("-k", self.text, "-l", ENGINE, configuration=configuration)
        self.client = self.agent.client(ENGINE)
        self.agent.wait_until_served(self.client)
        return self

    def indexes(self):
        """{name of the tunnel, or the last octet of its remote address: its index}, without those that linger"""
        rows = self.client.table(TUNNEL_ENTRY)
        return {row[NAME].decode() or row[REMOTE][-1]: int(index) for index, row in rows.items() if row[NAME] or int(row[IN_SAS])}

    def descriptions(self):
        """{index: what the tunnel is called}"""
        return {int(index): row[DESCR].decode() for index, row in self.client.table(TUNNEL_ENTRY).items()}

    def wait_until_written(self, count):
        wait_for(lambda: (self.state / "state").exists() and (self.state / "state").read_text().count("\ntunnel ") == count, "the state to be written")

    def stop(self):
        self.agent.stop()
        return self

    def kill(self):
        self.agent.kill()
        return self


@pytest.fixture
def host(start_agent, tmp_path):
    return Host(start_agent, tmp_path)


def test_indexes_do_not_depend_on_the_order_of_the_kernel(host):
    before = host.start(1, 2, 3).indexes()
    assert before == {1: 10001, 2: 10002, 3: 10003}
    assert host.stop().start(3, 2, 1).indexes() == before
    # The second is gone for a while: nobody else gets its index.
    assert host.stop().start(4, 3).indexes() == {3: 10003, 4: 10004}
    assert host.stop().start(4, 2, 1).indexes() == {1: 10001, 2: 10002, 4: 10004}


def test_a_tunnel_is_called_the_same_in_whatever_order_names_come(host):
    """A name that would be spelt as another one is has its index behind it; and both stay what they are."""
    lines = ['tunnel "head office" remote 10.9.0.1\n', "tunnel head_office remote 10.9.0.2\n"]
    called = {1: "head_office", 2: "head_office#2", 10001: "10.9.1.1-10.9.0.3"}
    assert host.start(1, 2, 3, names="".join(lines)).descriptions() == called
    assert host.stop().start(3, 2, 1, names="".join(reversed(lines))).descriptions() == called
    # Without the first one, the second is still what it was; and one that gets a name is called by it from then on.
    assert host.stop().start(2, 3, names=lines[1] + "tunnel oslo remote 10.9.0.3\n").descriptions() == {2: "head_office#2", 3: "oslo"}


def test_indexes_survive_a_kill(host):
    before = host.start(1, 2, 3).indexes()
    host.wait_until_written(3)
    assert host.kill().start(3, 1, 2).indexes() == before


def test_indexes_of_names_do_not_depend_on_the_configuration(host):
    old, new = "tunnel berlin remote 10.9.0.1\ntunnel paris remote 10.9.0.2\n", "tunnel oslo remote 10.9.0.3\n"
    assert host.start(1, 2, 3, names=old).indexes() == {"berlin": 1, "paris": 2, 3: 10001}
    reordered = "".join(reversed(old.splitlines(keepends=True)))
    assert host.stop().start(3, 2, 1, names=new + reordered).indexes() == {"berlin": 1, "paris": 2, "oslo": 3}
    # A name that is gone is remembered.
    assert host.stop().start(names=new + "tunnel rome remote 10.9.0.4\n").indexes() == {"oslo": 3, "rome": 4}
    assert host.stop().start(names=old + new).indexes() == {"berlin": 1, "paris": 2, "oslo": 3}


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text[: len(text) // 2], "is cut short"),
        (lambda text: text.replace(b"10001", b"10007"), "is damaged: its checksum does not match"),
        (lambda text: text.replace(b"state 1", b"state 2"), "is of another version"),
        (lambda text: b"# something else\n", "is no state of this program"),
        (lambda text: b"", "is no state of this program"),
    ],
    ids=["cut", "damaged", "later", "foreign", "empty"],
)
def test_a_state_that_cannot_be_used_is_put_aside(host, damage, words):
    host.start(1, 2).stop()
    file = host.state / "state"
    broken = damage(file.read_bytes())
    file.write_bytes(broken)
    assert host.start(1, 2).indexes() == {1: 10001, 2: 10002}
    host.agent.wait_until_said(f"the state file {words}")
    assert host.agent.output().count("state file") == 1
    assert (host.state / "state.bad").read_bytes() == broken


def test_of_a_file_that_is_half_written_the_one_before_is_taken(host):
    """As a machine that crashes may leave it: nothing waits for its disk."""
    host.start(1, 2)
    host.wait_until_written(2)
    # The keeper writes again when something changes, and the file of before has both, too.
    host.text.write_text(sas(2, 3))
    host.wait_until_written(3)
    wait_for(lambda: (host.state / "state.old").exists(), "the one before")
    host.agent.kill()
    file = host.state / "state"
    file.write_bytes(file.read_bytes()[:-100])
    assert {1: 10001, 2: 10002}.items() <= host.start(3, 2, 1).indexes().items()
    host.agent.wait_until_said("it was renamed to state.bad, and the one before it was taken")


def test_a_directory_that_cannot_be_written_is_said_once(host, tmp_path):
    (tmp_path / "a-file").touch()
    host.start(1, state=tmp_path / "a-file" / "state")
    assert host.indexes() == {1: 10001}
    host.agent.wait_until_said("cannot keep state: ")
    assert "Not a directory" in host.agent.output() and host.agent.output().count("cannot keep state") == 1


def test_a_full_disk_leaves_the_last_state_as_it_was(host, netns):
    host.state.mkdir()
    netns.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", host.state)
    try:
        host.start(1, 2)
        host.wait_until_written(2)
        whole = (host.state / "state").read_bytes()
        (host.state / "other").write_bytes(b"x" * (48 * 1024))
        host.text.write_text(sas(*range(1, 200)))
        host.agent.wait_until_said("cannot keep state: ")
        assert "No space left on device" in host.agent.output()
        assert (host.state / "state").read_bytes() == whole
        assert len(host.indexes()) == 199, "the agent goes on"
        host.stop()
        assert (host.state / "state").read_bytes() == whole and not (host.state / "state.new").exists()
    finally:
        netns.run("umount", host.state)


def test_two_agents_do_not_share_a_state(host, start_agent):
    host.start(1)
    other = start_agent("-k", host.text, "-l", "udp:127.0.0.1:1161", configuration=f"rocommunity public\nstate-directory {host.state}\n")
    other.wait_until_said("another agent keeps its state there")


def test_none_keeps_nothing(host):
    host.start(1, 2, state="none").stop()
    assert not host.state.exists() and "cannot keep state" not in host.agent.output()
    assert host.start(2, 1, state="none").indexes() == {1: 10002, 2: 10001}
