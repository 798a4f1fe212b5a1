# SPDX-License-Identifier: BSD-3-Clause
"""Every message of the programs is found in the sources, has the same grammar as all others, and is in docs/messages.md."""

import re
import shutil
import subprocess
import sys

import pytest

from bed.places import TREE

sys.path.insert(0, str(TREE / "tests" / "messages"))

import find  # noqa: E402
import page  # noqa: E402

MESSAGES = list(find.look().messages.values())
TEXTS = {message.text for message in MESSAGES}

pytestmark = pytest.mark.once


# ---- All of them


def test_whatever_prints_is_understood():
    assert find.look().not_understood == [], "name what carries it in the tables of tests/messages/find.py"


# Each a way by which a message could escape.
ESCAPES = {
    "a function that is not read": ('perror("cannot do it");', "calls perror()"),
    "a format that is no text": ("snmp_log(LOG_ERR, formats[1], 3);", "the format is no text"),
    "a buffer that nobody knows": ('snprintf(other, sizeof(other), "cannot do it");', "writes into other"),
    "a variable that nobody knows": ('const char *other = "cannot do it";', "is it a message?"),
    "a table that nobody knows": ('static const char *const others[] = {"cannot do it"};', "is it a message?"),
    "an argument that nobody knows": ('do_it(3, "cannot do it");', "is it a message?"),
}


def test_no_message_escapes(tmp_path):
    for folder in ("src", "include", "tests/messages"):
        shutil.copytree(TREE / folder, tmp_path / folder)
    for number, (code, _) in enumerate(ESCAPES.values()):
        (tmp_path / f"src/base/escape{number}.c").write_text(f"void\nescape{number}(void)\n{{\n\t{code}\n}}\n")
    said = subprocess.run([sys.executable, tmp_path / "tests/messages/find.py"], capture_output=True, text=True, check=True).stdout
    for number, (name, (_, complaint)) in enumerate(ESCAPES.items()):
        assert re.search(rf"^src/base/escape{number}\.c:4: .*{re.escape(complaint)}", said, re.MULTILINE), name


def test_messages_are_put_together_as_the_programs_do():
    """One of each kind: of a log, by way of functions that add to it, of two texts, of a table, with and without a part."""
    for text in (
        "the SAs can be read again",
        "ipsec-spi-agent: -p: prints one namespace; give -n once",
        "ipsec-spi-agent: -i VALUE: REASON",
        "FILE: is a directory; name KLIPS's ipsec_spi file with -k",
        "FILE: is not a regular file; name KLIPS's ipsec_spi file with -k",
        "it does not allow it (requestDenied)",
        "the IKE daemon at FILE: REASON[; going on without its names and IKE SAs]",
        'network namespace "NAMESPACE": no such name under /run/netns; see "ip netns list"',
    ):
        assert text in TEXTS, text
    assert {message.severity for message in MESSAGES} == {"", "err", "warning", "notice", "debug"}


# ---- Their grammar: what failed: why; what to do

FAULTS = {
    "more than a line": r"[\n\t]",
    "no capital at the beginning": r"^(?:[\w-]+: )?[A-Z][a-z]",
    "no full stop, nor anything else, at the end": r"(?<!\.\.)[.,:;]$",
    "no second sentence": r"[a-z]\. [A-Z]",
    "what to do is no question": r"\?",
    "no exclamation": r"!",
    "one blank": r"  | $|^ | [,;:.](?!\w|\.\.)",
    "cannot, not could not": r"\b(?:could not|couldn't|can't|unable to|failed to)\b",
    "no short forms": r"\b\w+n't\b",
    "words are in double quotes": r"(?:^|[ (\[])['`][^'`]+['`](?:[ ,;:.)\]]|$)",
    "names of files are not": r'"(?:FILE|FOLDER|/)',
    "names of tunnels, namespaces and contexts are": r'(?<!")\b(?:tunnel|network namespace|context) (?:NAME|NAMESPACE|CONTEXT)\b',
    "what the system says is behind a colon": r"(?<!: )\bERROR\b",
    "what anybody would say": r"\b(?:anew|tells?|told|is said|again and again|any more|nobody|somebody|whom|behind)\b",
    "out of memory": r"\bno memory\b",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_the_grammar(rule):
    # The words of the configuration and of its help are as they are typed.
    wrong = [f"{m.file}:{m.line}: {m.text}" for m in MESSAGES if re.search(FAULTS[rule], m.text.removesuffix("..."))]
    assert wrong == []


# ---- docs/messages.md, and the manual pages


def test_what_make_messages_writes_is_what_is_shipped():
    assert page.PAGE.read_text() == page.text(), 'run "make messages"'


def test_each_message_has_a_place_and_each_note_a_message():
    placed = page.placed()
    assert {m.file for m in MESSAGES if m.file.rpartition(".")[0] not in placed} == set()
    assert set(page.NOTES) <= TEXTS


PROGRAMS = {
    "ipsec-spi-agent.8": "ipsec-spi-agent",
    "ipsec-spi-agent.conf.5": "ipsec-spi-agent",
    "mib2text.1": "mib2text",
    "check_ipsec_tunnels.1": "check_ipsec_tunnels",
}
# What net-snmp puts in front of an error of the configuration.
OF_NET_SNMP = {"FILE: line N: ... "}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_diagnostics_of_a_manual_page_are_messages_of_its_program(name):
    section = (TREE / "docs" / name).read_text().partition(".Sh DIAGNOSTICS")[2].partition(".Sh ")[0]
    diagnostics = re.findall(r'^\.It "(.*)"$', section, re.MULTILINE)
    files = {f"src/{file}" for program, _, _, files in page.OCCASIONS if PROGRAMS[name] in program for file in files.split()}
    printed = [m.text for m in MESSAGES if m.file.rpartition(".")[0] in files]
    assert diagnostics
    for diagnostic in set(diagnostics) - OF_NET_SNMP:
        assert any(diagnostic.strip(": ") in text for text in printed), diagnostic
