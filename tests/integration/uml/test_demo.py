# SPDX-License-Identifier: BSD-3-Clause
"""make demo, and that it shows what README.md says."""

import re

import pytest

from bed.places import TREE
from bed.process import run


def shown_in_readme():
    """The lines of the section's blocks that show commands and what they print, as regular expressions."""
    section = (TREE / "README.md").read_text().partition("\n## See it work\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^    \$ .*\n(?: {4}.*\n)*", section, re.MULTILINE)
    lines = [line[4:] for block in blocks for line in block.splitlines()]
    return [re.sub(r"time \d+ms", r"time \\d+ms", re.escape(line).replace(r"\ ", " ").replace(r"\.\.\.", ".*")) for line in lines]


@pytest.mark.once
def test_it_shows_what_the_readme_shows():
    shown = run(["tests/demo/show"], cwd=TREE, seconds=240).stdout
    wanted = shown_in_readme()
    assert wanted and re.search(r".*".join(wanted), shown, re.DOTALL), shown
    assert re.search(r"ipsecSaSoftExpired\n(?:IPSEC-SPI-MIB::ipsecEvent\w+\.\d+ = .*\n){14}", shown)
    # And it ends by saying where to go next: each page of the index.
    pages = re.findall(r"\((\w+\.md)\)", (TREE / "docs/monitoring/README.md").read_text().partition("| you have |")[2].partition("\n\n")[0])
    assert len(pages) > 8
    assert re.findall(r"^[^|\n]+: docs/monitoring/(\w+\.md)$", shown, re.MULTILINE) == pages
