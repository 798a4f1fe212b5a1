# SPDX-License-Identifier: BSD-3-Clause
"""Documents, manual pages, the MIB and comments are plain English, and no sentence stands in two documents."""

import re
from itertools import combinations

import pytest

from bed.places import MIBS, TREE

pytestmark = pytest.mark.once  # of the source

PAGES = sorted(file for file in (TREE / "docs").iterdir() if file.suffix in (".1", ".5", ".8"))
DOCUMENTS = [TREE / "README.md", *sorted((TREE / "docs").rglob("*.md")), TREE / "tests/README.md"]
SOURCES = [file for folder in ("src", "include") for file in sorted((TREE / folder).rglob("*.[ch]"))]

# What to avoid, and what to write instead.
HABITS = {
    r"\banew\b": "again",
    r"\bbehind\b(?! (?:a NAT|the NAT|one address)| \()": "after",
    r"\bis said\b|\btold (?:of|once)\b": "is reported",
    r"\bso many\b(?! that)": "this number of",
    r"\bhow (?:it|the \w+|an? \w+) does\b": "its status",
    r"\bwhat shares\b": "those that share",
    r"\bstands? for\b": "means, matches",
    r"\bcomes? of\b": "results from",
    r"\bto be had\b": "available",
    r"\bmakes? place\b": "makes room",
    r"\bwhoever\b": "anybody who",
    r"\bof (?:its|their|his) own\b": "separate, its own ...",
    r"\b(?:is|are) not there\b": "is missing",
    r"\bwhat of\b": "which part of",
    r"\bbut for\b": "except",
    r"\bno other than\b": "the same as",
    r"\bas [\w-]+ has it\b": "as in",
    r"\bspoken of\b": "mentioned",
    r"\bgo(?:es)? on over\b": "continues over",
    r"\bgo(?:es)? wrong slowly\b": "problems that develop slowly",
    r"\bof before\b": "previous",
}


def comments(file):
    """The comments of a file in C, a text each."""
    tokens = re.findall(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|/\*.*?\*/', file.read_text(), re.DOTALL)
    return [" ".join(re.sub(r"^\s*\*", "", t[2:-2], flags=re.MULTILINE).split()) for t in tokens if t.startswith("/*")]


def paragraphs(file):
    """Of a document or manual page, without code, a text each."""
    text = file.read_text()
    if file.suffix != ".md":
        text = re.sub(r"^\.Bd.*?^\.Ed\n|^\.(?:Dl|S[hs]|Nd|\\\").*\n", "\n\n", text, flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"^\.(?:Pp|Bl|El|It).*$", "\n", text, flags=re.MULTILINE)
        text = re.sub(r"^\.\w+ |\b(?:Ar|Cm|Dv|Fl|Ns|Pa|Sy|Xr) |\\[&e]", "", text, flags=re.MULTILINE)
    else:
        text = re.sub(r"^ *```.*?^ *```$|^(?: {4}|\t).*$", "", text, flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"^(?:#+ .*| *[*-] | *\d+\. )|\|", "\n\n", text, flags=re.MULTILINE)
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def sentences(file):
    """{words: as it is written} of the sentences of at least eight words."""
    found = [s for paragraph in paragraphs(file) for s in re.split(r"(?<=[.:;!?])\s+", paragraph)]
    return {words: s for s in found if len(words := tuple(re.findall(r"\w+", s.lower()))) >= 8}


@pytest.mark.parametrize("habit", HABITS)
def test_habits_stay_away(habit):
    texts = {file: comments(file) for file in SOURCES}
    # docs/messages.md is made of messages, which test_messages.py looks at.
    texts |= {file: paragraphs(file) for file in (*DOCUMENTS, *PAGES) if file.name != "messages.md"}
    texts[MIBS / "IPSEC-SPI-MIB.txt"] = [" ".join((MIBS / "IPSEC-SPI-MIB.txt").read_text().split())]
    found = [
        (str(file.relative_to(TREE)), text[max(0, match.start() - 40) : match.end() + 40])
        for file, parts in texts.items()
        for text in parts
        for match in re.finditer(habit, text)
    ]
    assert found == [], f"instead: {HABITS[habit]}"


def test_no_sentence_stands_in_two_documents():
    all_sentences = {file: sentences(file) for file in (*DOCUMENTS, *PAGES)}
    twice = [
        (a.name, b.name, all_sentences[a][words])
        for a, b in combinations(all_sentences, 2)
        for words in all_sentences[a].keys() & all_sentences[b].keys()
    ]
    assert twice == []
