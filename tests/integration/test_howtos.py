# SPDX-License-Identifier: BSD-3-Clause
"""docs/howto-*.md that need no ESP: their commands print what they show."""

from bed.howto import follow


def test_how_to_replace_proc_net_ipsec_spi(agent, netns, larval_sas, tmp_path):
    larval_sas(1)
    follow("howto-replace-proc-net-ipsec_spi.md", netns, tmp_path)
    assert "esp0x" in (tmp_path / "ipsec_spi").read_text()
