# SPDX-License-Identifier: BSD-3-Clause
"""Manual pages and sample files say what the programs do."""

import re
import tempfile
from pathlib import Path

import pytest

from bed.places import AGENT, MIB2TEXT, ROOT_OID, TREE
from bed.process import run
from bed.snmp import environment

PAGES = {AGENT: TREE / "docs" / "ipsec-spi-agent.8", MIB2TEXT: TREE / "docs" / "mib2text.1"}
CONF_PAGE = TREE / "docs" / "ipsec-spi-agent.conf.5"
CONF_SAMPLE = TREE / "conf" / "ipsec-spi-agent.conf"
SNMPD_SAMPLE = TREE / "conf" / "snmpd-ipsec-spi.conf"
UNIT = TREE / "conf" / "ipsec-spi-agent.service"


def options_in_help(program):
    """-f, and -Cf of mib2text, as the lines of -h begin."""
    with tempfile.TemporaryDirectory() as directory:
        said = run([program, "-h"], env=environment(Path(directory))).stdout
    lines = re.findall(r"^  ((?:-\w+(?:, )?)+)", said, re.MULTILINE)
    return {option for line in lines for option in line.split(", ")}


def options_in_page(page):
    """The options that have an item of their own, or are spoken of in a sentence."""
    text = page.read_text()
    return {f"-{o}" for o in re.findall(r"^\.(?:It )?Fl (\w+)\b", text, re.MULTILINE)}


def own_words():
    """The words of the table in config_words.c."""
    words = re.findall(r'^\t\{"([\w-]+)", "', next((TREE / "src").rglob("config_words.c")).read_text(), re.MULTILINE)
    assert words
    return words


def uncommented(sample, *but):
    """Every line of a sample that is a comment only because it is the default or an example, brought to life."""
    lines = re.findall(r"^#(\w.*)$", sample, re.MULTILINE)
    return [line for line in lines if line.split()[0] not in but]


def texts_of_the_source(folders):
    """Every text in C of these folders, those that stand one after the other joined, as the compiler does."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    for file in sorted(file for folder in folders for file in (TREE / "src" / folder).glob("*.c")):
        code = re.sub(r"PRI\w+", '""', file.read_text())
        for run_of_texts in re.findall(rf"{literal}(?:\s*{literal})*", code):
            yield "".join(text[1:-1] for text in re.findall(literal, run_of_texts)).replace('\\"', '"')


def texts_of_net_snmp():
    library = next(Path("/usr/lib").rglob("libnetsnmpagent.so.*")).read_bytes()
    return [text.decode() for text in re.findall(rb"[ -~]{8,}", library)]


SHARED = ["base", "sa", "census", "klips", "xfrm", "mib", "tunnels"]
PROGRAMS = {
    PAGES[AGENT]: [*SHARED, "events", "snmp", "serve", "agent"],
    PAGES[MIB2TEXT]: [*SHARED, "mib2text"],
}


@pytest.mark.parametrize("page", PROGRAMS, ids=lambda page: page.name)
def test_the_diagnostics_of_the_page_are_what_the_program_prints(page):
    """FILE and the like stand for what differs."""
    section = page.read_text().partition(".Sh DIAGNOSTICS")[2].partition(".Sh ")[0]
    diagnostics = re.findall(r'^\.It "(.*)"$', section, re.MULTILINE)
    printed = [*texts_of_the_source(PROGRAMS[page]), *texts_of_net_snmp()]
    assert len(diagnostics) > 3
    for diagnostic in diagnostics:
        words = re.split(r"\b(?:FILE|ADDRESS|COLUMN|ROWS|N)\b", diagnostic)
        pattern = re.compile(r"%[-.\w*]+".join(map(re.escape, words)))
        assert any(pattern.search(text) for text in printed), diagnostic


@pytest.mark.parametrize("program", PAGES, ids=lambda program: program.name)
def test_every_option_is_in_the_manual_page(program):
    in_help = options_in_help(program)
    assert in_help
    assert in_help - options_in_page(PAGES[program]) == set()


def test_every_word_is_in_manual_page_and_sample():
    page, sample = CONF_PAGE.read_text(), CONF_SAMPLE.read_text()
    for word in own_words():
        assert re.search(rf"^\.It Cm {word}\b", page, re.MULTILINE), word
        assert re.search(rf"^#{word} ", sample, re.MULTILINE), word


def test_samples_name_the_root_that_is_served():
    for sample in (CONF_SAMPLE, SNMPD_SAMPLE):
        roots = re.findall(r"\.1\.3\.6\.1\.4\.1[\d.]*", sample.read_text())
        assert roots and set(roots) == {ROOT_OID}, sample.name


def texts():
    """Every text of the tree that speaks of its files."""
    conf = [path for path in (TREE / "conf").rglob("*") if path.is_file()]
    return [TREE / "Makefile", *TREE.glob("*.md"), *(TREE / "docs").iterdir(), *conf, *(TREE / "tests").glob("*.md")]


def names_of_files(text):
    """Links of Markdown, and whatever begins with a folder of the tree; patterns, such as tests/unit/test_*.c, name none."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    return {*links, *re.findall(r"(?<![\w/.<$)-])((?:tests|docs|src|include|conf|mibs|\.ci)/[\w./*%-]*\w)", text)}


def test_files_that_are_spoken_of_are_there():
    missing = []
    for file in texts():
        for name in names_of_files(file.read_text()):
            # "nothing" is the source that docs/contributing.md makes.
            if not re.search("NAME|[*%]|/nothing", name) and not (TREE / name).exists() and not (file.parent / name).exists():
                missing.append((file.name, name))
    assert missing == []


def test_the_folders_of_the_tests_are_those_of_their_readme():
    names = re.findall(r"^\| ((?:`[\w/]+`(?:, )?)+) \|", (TREE / "tests/README.md").read_text(), re.MULTILINE)
    named = {name for words in names for name in re.findall(r"`([\w/]+)`", words)}
    there = {path.name for path in (TREE / "tests").iterdir() if path.is_dir()}
    assert named >= there and all((TREE / "tests" / name).exists() for name in named)


def test_nothing_is_left_to_be_filled_in():
    for file in (TREE / "README.md", *sorted((TREE / "docs").iterdir())):
        assert not re.findall(r"@[A-Z_]+@|\b(?:TODO|TBD|FIXME|XXX)\b", file.read_text()), file.name
