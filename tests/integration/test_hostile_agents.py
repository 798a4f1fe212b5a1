# SPDX-License-Identifier: BSD-3-Clause
"""
An agent that lies: names that stand still, tables without end, values of other types, answers to other requests, octets that a terminal obeys.
mib2text and check_ipsec_tunnels say that it is nonsense, and end; what they print is whole, and nothing of it is obeyed by anybody.
"""

import itertools
import json
import random
import re
import threading

import pytest

from bed import ber
from bed.agentx import subids
from bed.hostile_agent import HostileAgent, record, response
from bed.klips import klips_text, pair
from bed.places import BUILD, MIB2TEXT, ROOT_OID, SA_ENTRY, TUNNEL_ENTRY, scalar
from bed.process import SANITIZER_REPORT, wait_for
from bed.snmp import V2C, environment
from bed.terminal import Terminal

HERE = "udp:127.0.0.1:161"
OCTETS, INTEGER, GAUGE, COUNTER64, OBJECT_ID = 4, 2, 0x42, 0x46, 6
ASKS_ONCE = [*V2C, "-t", "1", "-r", "0"]
PLUGIN = [BUILD / "check_ipsec_tunnels", "-H", "127.0.0.1", "-C", "public", "-t", "5", "-e", "0", "-v"]
PROGRAMS = {
    "text": [MIB2TEXT, *ASKS_ONCE, HERE],
    "json": [MIB2TEXT, *ASKS_ONCE, "-Cf", "json", HERE],
    "tunnels": [MIB2TEXT, *ASKS_ONCE, "-Ct", HERE],
    "tunnels json": [MIB2TEXT, *ASKS_ONCE, "-Ct", "-Cf", "json", HERE],
    "openmetrics": [MIB2TEXT, *ASKS_ONCE, "-Cf", "openmetrics", HERE],
    "librenms": [MIB2TEXT, *ASKS_ONCE, "-Cf", "librenms", HERE],
    "plugin": PLUGIN,
}
# What makes a terminal, or a page, do something: C0, DEL, C1 in UTF-8.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
ESCAPES = b"\x1b]0;owned\x07\x1b[2J\x1b[35mred \xc2\x9b5m \x7f\r\n|<script>alert(1)</script>&amp;\xff\x00"
MARKUP = b"<script>alert(1)</script>"
FAILING = 2  # ipsecAgentSourceStatus
SAS_AND_TUNNELS = (tuple(subids(SA_ENTRY)), tuple(subids(TUNNEL_ENTRY)))


@pytest.fixture
def objects(netns, start_agent, tmp_path):
    """What a real agent serves."""
    file = tmp_path / "ipsec_spi"
    file.write_text(klips_text(*pair(1, 10, 20, 100), *pair(2, 1, 1, 100, "198.51.100.2")))
    agent = start_agent("-s", "klips", "-k", file, "-l", HERE, configuration="rocommunity public\ninterval 3600\n")
    client = agent.client(HERE)
    agent.wait_until_served(client)
    wait_for(lambda: client.get_value(scalar("TunnelsUp")) == 2, "both tunnels", process=agent.process)
    found = record(netns, subids(ROOT_OID))
    agent.stop()
    return found


@pytest.fixture
def agent(netns, objects):
    agent = HostileAgent(netns, objects)
    agent.start()
    yield agent
    agent.end()


@pytest.fixture
def ask(netns, tmp_path):
    """ask(program): its status, what it printed, and what it complained of; harmless, whatever it was told."""

    def go(program, command=None):
        said = netns.run(*(command or PROGRAMS[program]), check=False, env=environment(tmp_path))
        both = said.stdout + said.stderr
        assert not SANITIZER_REPORT.search(both), both
        assert said.returncode in range(4), f"ended with {said.returncode}:\n{both}"
        assert not OBEYED.search(both), repr(both)
        assert_whole(program, said)
        return said.returncode, said.stdout, said.stderr

    return go


def assert_whole(program, said):
    """A document, or none; a plugin always has its line."""
    if "json" in program and said.stdout:
        json.loads(said.stdout)
    elif program == "openmetrics" and said.stdout:
        assert said.stdout.endswith("# EOF\n")
    elif program == "librenms":
        document = json.loads(said.stdout)
        assert bool(document["errorString"]) == (said.returncode != 0) and not re.search("[<>&]", json.dumps(document))
    elif program == "plugin":
        assert re.match(r"IPSEC (OK|WARNING|CRITICAL|UNKNOWN) - ", said.stdout) and not re.search("[<>&]", said.stdout)


def hurried(program):
    """Who is lied to need not wait long for an answer."""
    return [*PROGRAMS[program], "-t", "1"] if program == "plugin" else [word if word != "1" else "0.2" for word in PROGRAMS[program]]


def is_of_a_table(name):
    return any(name[: len(entry)] == entry for entry in SAS_AND_TUNNELS)


# ---- Lies: each takes the agent


def stands_still(agent):
    agent.next_name = lambda name: name if is_of_a_table(name) and len(name) > 14 else agent.honest_next(name)


def goes_back(agent):
    """The last row is followed by the first."""

    def after(name):
        following = agent.honest_next(name)
        return following if following and following[:13] == name[:13] else agent.honest_next(name[:13])

    agent.next_name = after


def jumps(agent):
    chance = random.Random(4301)
    agent.next_name = lambda name: chance.choice(agent.names)


def says_other_types(agent):
    """The same octets, as something else."""
    chance = random.Random(4301)
    tags = [OCTETS, INTEGER, 5, OBJECT_ID, 0x40, 0x41, GAUGE, 0x43, 0x44, COUNTER64, 0x80, 0x81, 0x82]

    def value(name):
        tag, content = agent.honest_value(name) or (5, b"")
        other = chance.choice(tags)
        empty = other == 5 or other >= 0x80
        return other, b"" if empty else content[:8] or b"\0"

    agent.value = value


def answers_with_giants(agent):
    """As long as a datagram can be, in the one or in the other place."""

    def datagrams(number, varbinds):
        name, tag, _content = varbinds[0]
        yield response(number, [(name, OCTETS, b"A" * 60000), *varbinds[1:100]])

    agent.datagrams = datagrams


def describes_at_length(agent):
    """Each text as long as an SnmpAdminString may be, or longer."""
    agent.value = lambda name: texts_as(agent, name, b"A" * 255 if name[-1] % 2 else b"A" * 4000)


def texts_as(agent, name, octets):
    tag, content = agent.honest_value(name) or (None, None)
    return (tag, octets) if tag == OCTETS else tag and (tag, content)


def sends_escapes_in_all_texts(agent):
    agent.value = lambda name: texts_as(agent, name, ESCAPES)


def sends_names_of_another_table(agent):
    agent.datagrams = lambda number, varbinds: [response(number, [((1, 3, 6, 1, 4, 1, 9, 9), tag, content) for _, tag, content in varbinds])]


def sends_more_than_was_asked_for(agent):
    agent.datagrams = lambda number, varbinds: [response(number, varbinds * 3)]


def sends_nothing_in_it(agent):
    agent.datagrams = lambda number, varbinds: [response(number, [])]


def refuses(error):
    def lie(agent):
        agent.datagrams = lambda number, varbinds: [response(number, varbinds, error=error)]

    return lie


def answers_other_requests(agent):
    agent.datagrams = lambda number, varbinds: [response(number + 1, varbinds), response(number, varbinds, kind=ber.GET)]


def answers_in_pieces(agent):
    agent.datagrams = lambda number, varbinds: [response(number, varbinds)[:octets] for octets in (0, 1, 2, 30)]


LIES = {
    "names that stand still": stands_still,
    "names that go back": goes_back,
    "names by chance": jumps,
    "other types": says_other_types,
    "giants": answers_with_giants,
    "long texts": describes_at_length,
    "escapes in all texts": sends_escapes_in_all_texts,
    "names of another table": sends_names_of_another_table,
    "more than was asked for": sends_more_than_was_asked_for,
    "nothing": sends_nothing_in_it,
    "tooBig for ever": refuses(1),
    "genErr for ever": refuses(5),
    "an error without a name": refuses(-1),
    "another error without a name": refuses(2**31 - 1),
    "answers to other requests": answers_other_requests,
    "pieces": answers_in_pieces,
}


def test_lies_of_every_kind(agent, ask, record_property):
    honest = {program: ask(program) for program in PROGRAMS}
    assert all(status == 0 for status, *_ in honest.values()), honest
    turns = itertools.cycle(PROGRAMS)
    for what, lie in LIES.items():
        agent.be_honest()
        lie(agent)
        for program in itertools.islice(turns, 3):
            try:
                status, out, err = ask(program, hurried(program))
                assert status != 0 and (err or out), f"{program} believes it"
                assert program == "librenms" or program == "plugin" or not out, out
            except AssertionError as error:
                raise AssertionError(f"{what}: {program}: {error}") from None
    agent.be_honest()
    assert ask("tunnels") == honest["tunnels"]
    record_property("figure", f"{len(LIES)} kinds of lies")


def test_answers_with_octets_that_are_others(agent, ask):
    """Whatever becomes of it: it ends, and what it prints is whole."""
    chance = random.Random(4301)

    def datagrams(number, varbinds):
        octets = bytearray(response(number, varbinds))
        for _ in range(chance.choice([0, 0, 1, 2])):
            octets[chance.randrange(len(octets))] = chance.choice([0, 1, 0x7F, 0x80, 0x84, 0xFF, chance.randrange(256)])
        yield bytes(octets)

    agent.datagrams = datagrams
    for _ in range(5):
        for program in sorted(PROGRAMS.keys() - {"plugin"}):
            ask(program, hurried(program))


@pytest.mark.parametrize("program", ["tunnels", "plugin"])
def test_a_flood_of_answers_that_are_none(agent, ask, program):
    """Who waits for its answer does not wait the longer for it."""
    over = threading.Event()

    def datagrams(number, varbinds):
        other = response(number + 1, varbinds[:1])
        while not over.is_set():
            yield other

    agent.datagrams = datagrams
    status, out, err = ask(program)
    over.set()
    assert status in (1, 3) and "no answer within" in out + err


@pytest.mark.once
def test_a_table_without_an_end(agent, ask):
    """Which says that it has four thousand million rows: what has no room is said, not taken."""
    entry = tuple(subids(TUNNEL_ENTRY))
    rows = {name[: len(entry) + 1]: name for name in reversed(agent.names) if name[: len(entry)] == entry}
    tunnels = tuple(subids(scalar("Tunnels")))

    def after(name):
        first = rows.get(name[: len(entry) + 1])
        return first if not first or name < first else (*name[:-1], name[-1] + 1)

    def value(name):
        if name == tunnels:
            return GAUGE, b"\0\xff\xff\xff\xff"
        return agent.honest_value(rows.get(name[: len(entry) + 1], name))

    agent.next_name, agent.value = after, value
    status, out, err = ask("tunnels", ["prlimit", "--data=6000000", *PROGRAMS["tunnels"]])
    assert status == 1 and not out and re.search(r"out of memory(?: after \d+ tunnels)?$", err), err


# ---- What is shown


def shows_its_words(agent, octets):
    """The texts that may be anything: a source's own, and a description."""
    texts = {tuple(subids(scalar("SourceError"))): (OCTETS, octets), tuple(subids(scalar("SourceStatus"))): (INTEGER, bytes([FAILING]))}
    descriptions = (*subids(TUNNEL_ENTRY), 28)
    agent.value = lambda name: texts.get(name) or ((OCTETS, MARKUP) if name[:-1] == descriptions else agent.honest_value(name))


def test_words_of_an_agent_are_shown_but_not_obeyed(agent, ask):
    shows_its_words(agent, ESCAPES)
    for program in PROGRAMS:
        status, out, err = ask(program)
        assert status in (0, 1) and out
        if "json" in program:
            error = json.loads(out)["agent"]["ipsecAgentSourceError"]
            assert error.startswith("?]0;owned??[2J?[35mred ??5m ???|<script>") and not OBEYED.search(error)
        elif program in ("plugin", "librenms"):
            assert "_script_alert(1)_/script_" in out


def test_a_terminal_shows_them_and_stays_as_it_is(agent, netns, tmp_path, sockets):
    shows_its_words(agent, ESCAPES)
    terminal = Terminal(netns, tmp_path, sockets)
    try:
        terminal.type(" ".join(map(str, [MIB2TEXT, "-Ct", "-Cw", "1", *V2C, HERE])))
        terminal.wait_until_seen("2 tunnels, 2 up")
        wait_for(lambda: sum(f" {MARKUP.decode()}" in line for line in terminal.seen()) == 2, "both tunnels")
        lines = terminal.seen()
        assert any("?]0;owned??[2J?[35mred" in line for line in lines), lines
        assert not any("\x1b[35m" in line for line in terminal.seen_with_looks()), terminal.seen_with_looks()
        agent.be_honest()
        sends_escapes_in_all_texts(agent)
        terminal.wait_until_seen("nonsense: the value of")
        assert terminal.tmux("display-message", "-p", "#{pane_title}").strip() != "owned"
        terminal.press("q")
        terminal.wait_until_seen("ready>")
    finally:
        terminal.close()


# ---- What is kept


def test_a_file_is_of_an_agent_that_was_believed(agent, ask, tmp_path):
    """With -Co, what was there stays, to the octet; metrics say that nothing is known."""
    out = tmp_path / "out"
    out.write_text("as it was\n")
    goes_back(agent)
    status, _, err = ask("tunnels", [*PROGRAMS["tunnels"][:-1], "-Co", out, HERE])
    assert status == 1 and "nonsense: out of order" in err and out.read_text() == "as it was\n"
    status, _, err = ask("openmetrics", [*PROGRAMS["openmetrics"][:-1], "-Co", out, HERE])
    assert status == 1 and "nonsense: out of order" in err and "mib2text_success 0\n# EOF\n" in out.read_text()
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("out")] == ["out"]
