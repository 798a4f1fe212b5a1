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
DOCS = sorted(path for path in (TREE / "docs").rglob("*") if path.is_file() and path.suffix != ".png")
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
    """The options that have an item of their own, or are spoken of in a sentence.  \\& stands before one that is a macro's name."""
    text = page.read_text()
    return {f"-{o}" for o in re.findall(r"^\.(?:It )?Fl (?:\\&)?(\w+)\b", text, re.MULTILINE)}


# Of programs with options, as mdoc(7) wants them: digits first, then letters, the capital one before the small one.
PROGRAM_PAGES = [*PAGES.values(), TREE / "docs" / "check_ipsec_tunnels.1"]


def in_order(letters):
    return sorted(letters, key=lambda letter: (not letter.isdigit(), letter.lower(), letter.islower()))


@pytest.mark.parametrize("page", PROGRAM_PAGES, ids=lambda page: page.name)
def test_the_options_of_a_manual_page_are_in_order(page):
    text = page.read_text()
    # mib2text's own are behind -C.
    letters = re.findall(r"^\.It Fl (?:\\&)?(?:C(?=\w))?(\w)\b", text, re.MULTILINE)
    assert len(letters) > 8 and letters == in_order(letters)
    for synopsis in text.partition(".Sh SYNOPSIS")[2].partition(".Sh ")[0].split(".Nm\n")[1:]:
        alone = re.findall(r"^\.(?:Op )?Fl (\w)$", synopsis, re.MULTILINE)
        others = re.findall(r"^\.(?:Op )?Fl (\w) (?:Ar|Cm)", synopsis, re.MULTILINE)
        assert alone == in_order(alone) and others == in_order(others), synopsis


@pytest.mark.parametrize("page", PROGRAM_PAGES, ids=lambda page: page.name)
def test_the_synopsis_of_a_manual_page_fits_a_terminal(page):
    shown = re.sub(r".\x08", "", run(["mandoc", "-T", "ascii", page]).stdout)
    synopsis = shown.partition("\nSYNOPSIS\n")[2].partition("\nDESCRIPTION\n")[0]
    assert synopsis and max(len(line.expandtabs()) for line in synopsis.splitlines()) <= 80


def own_words():
    """The words of the table in config_words.c."""
    words = re.findall(r'^\t\{"([\w-]+)", "', next((TREE / "src").rglob("config_words.c")).read_text(), re.MULTILINE)
    assert words
    return words


def uncommented(sample, *but):
    """Every line of a sample that is a comment only because it is the default or an example, brought to life."""
    lines = re.findall(r"^#(\w.*)$", sample, re.MULTILINE)
    return [line for line in lines if line.split()[0] not in but]


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
    return [TREE / "Makefile", *TREE.glob("*.md"), *DOCS, *conf, *(TREE / "tests").glob("*.md")]


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


def test_every_document_is_linked_from_an_index():
    """docs/README.md, or that of monitoring systems."""
    linked = set()
    for index in (TREE / "docs/README.md", TREE / "docs/monitoring/README.md"):
        linked |= {(index.parent / name).resolve() for name in re.findall(r"\]\(([\w./-]+\.md)\)", index.read_text())}
    assert {path for path in (TREE / "docs").rglob("*.md") if path.name != "README.md"} <= linked


def test_the_folders_of_the_tests_are_those_of_their_readme():
    names = re.findall(r"^\| ((?:`[\w/]+`(?:, )?)+) \|", (TREE / "tests/README.md").read_text(), re.MULTILINE)
    named = {name for words in names for name in re.findall(r"`([\w/]+)`", words)}
    there = {path.name for path in (TREE / "tests").iterdir() if path.is_dir()} - {"__pycache__"}
    assert named >= there and all((TREE / "tests" / name).exists() for name in named)


# ---- The MIB, as documents speak of it

MIB_TEXT = (TREE / "mibs" / "IPSEC-SPI-MIB.txt").read_text()
MIB_PAGE = TREE / "docs" / "mib.md"
# What docs/contributing.md makes.
MADE_UP = {"ipsecSaColour", "ipsecAgentStarted"}


def objects_of_the_mib():
    """{name: its definition} of all that has a name in the MIB."""
    found = re.findall(r"^(ipsec\w+) +(?:OBJECT|MODULE|NOTIFICATION)[ -][A-Z]+\b(.*?::= {.*?})", MIB_TEXT, re.MULTILINE | re.DOTALL)
    assert len(found) > 200
    return dict(found)


def syntax_of(definition):
    return re.search(r"SYNTAX +([\w ]+?) *[({\n]", definition).group(1)


def rows_of_the_table_below(heading):
    """The rows of the first table after that line of docs/mib.md, a list of cells each."""
    lines = MIB_PAGE.read_text().partition(f"{heading}\n")[2].splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("|"))
    last = next(i for i, line in enumerate([*lines, ""]) if i > first and not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[first + 2 : last]]


def names_in(text):
    """Those of the MIB, without what stands for several (ipsecStat*)."""
    return re.findall(r"\bipsec[A-Z]\w*\b(?!\*|[.-]\w+\.)", text)


def test_each_object_that_is_spoken_of_is_in_the_mib():
    # snmp_exporter's name for the metric of an enumeration.
    known = {**objects_of_the_mib(), "ipsecIkeState_info": ""}
    for file in (TREE / "README.md", *DOCS):
        text = file.read_text()
        assert {name for name in names_in(text) if name not in known} <= MADE_UP, file.name
        for beginning in re.findall(r"\b(ipsec\w+)\*", text):
            assert any(name.startswith(beginning) and name != beginning for name in known), (file.name, beginning)


def test_the_page_of_the_mib_has_every_table_with_its_index_and_place():
    tables = re.findall(r"^(ipsec\w+Table) OBJECT-TYPE\n +SYNTAX +SEQUENCE OF .*?::= { ipsecSpiObjects (\d+) }.*?INDEX +{(.*?)}", MIB_TEXT, re.MULTILINE | re.DOTALL)
    assert len(tables) > 2
    picture = MIB_PAGE.read_text().partition("\n## The tables\n")[2].partition("\n## ")[0]
    for name, number, index in tables:
        block = re.search(rf"^ *\.1\.{number} +{name}\b.*?(?=^ *\.1\.|\Z)", picture, re.MULTILINE | re.DOTALL).group()
        own = [column for column in re.findall(r"\w+", index) if column in block]
        assert own and (own == re.findall(r"\w+", index) or "and the five of ipsecSaTable" in block), name


def test_the_page_of_the_mib_has_the_types_that_the_mib_has():
    known = objects_of_the_mib()
    rows = rows_of_the_table_below("## Types, and why")
    for syntax, objects, _ in rows:
        for name in names_in(objects):
            assert syntax_of(known[name]) == syntax, name
    explained = {row[0] for row in rows}
    numbers = {syntax_of(definition) for definition in known.values() if "SYNTAX " in definition}
    assert {syntax for syntax in numbers if re.search("Counter|Gauge|Unsigned|Decimal|Time$", syntax)} <= explained


def test_the_page_of_the_mib_has_every_value_that_stands_for_none():
    known = objects_of_the_mib()
    special = rows_of_the_table_below("Special values are such that a threshold does not fire on them by mistake:")
    told = {name for value, objects, _ in special if value == "4294967295" for name in names_in(objects)}
    described = {name for name, text in known.items() if re.search(r"\n +4294967295|4294967295 (?:if|where)", text) and "SYNTAX      Gauge32" in text}
    assert told == described and told


def test_what_notifications_carry_is_in_manual_page_and_documents():
    objects = objects_of_the_mib()
    carried = names_in(objects["ipsecSaSoftExpired"].partition("{")[2].partition("}")[0])
    assert len(carried) > 10
    shown = re.findall(r"^    IPSEC-SPI-MIB::(ipsecEvent\w+)\.7 ", (TREE / "docs/notifications.md").read_text(), re.MULTILINE)
    assert shown == carried
    section = PAGES[AGENT].read_text().partition("A notification of an SA carries these")[2].partition(".El")[0]
    assert names_in(" ".join(re.findall(r"^\.It (.*)$", section, re.MULTILINE))) == carried


def test_the_columns_of_the_table_of_tunnels_are_in_manual_page_and_readme():
    headings = re.findall(r'{"([A-Z-]+)", put_', (TREE / "src" / "mib2text" / "tunnel_text.c").read_text())
    assert len(headings) > 10
    assert " ".join(headings) in [" ".join(line.split()) for line in (TREE / "README.md").read_text().splitlines()]
    section = PAGES[MIB2TEXT].read_text().partition(".Ss TUNNELS")[2].partition(".El")[0]
    items = re.findall(r"^\.It ([A-Z ,-]+)$", section, re.MULTILINE)
    assert re.findall(r"[A-Z-]+", " ".join(items)) == headings


def test_nothing_is_left_to_be_filled_in():
    for file in (TREE / "README.md", *DOCS):
        assert not re.findall(r"@[A-Z_]+@|\b(?:TODO|TBD|FIXME|XXX)\b", file.read_text()), file.name
