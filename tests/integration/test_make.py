# SPDX-License-Identifier: BSD-3-Clause
"""What make builds, when it builds it again, and what it installs."""

import os
import re

import pytest

from bed.places import AGENT, BUILD, MIB2TEXT, TREE
from bed.process import run

pytestmark = pytest.mark.once  # of the normal build


def make(*words, **options):
    """Of whoever called make for this test, nothing passes through."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "CFLAGS"))}
    return run(["make", "-C", TREE, "--no-print-directory", *words], env=env, **options)


@pytest.mark.parametrize("program", [AGENT, MIB2TEXT], ids=lambda program: program.name)
def test_programs_are_hardened(program):
    said = run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--dyn-syms", program]).stdout
    assert "DYN (Position-Independent Executable file)" in said
    assert re.search(r"GNU_STACK .* RW +0x", said) and "GNU_RELRO" in said and "BIND_NOW" in said
    assert "__stack_chk_fail" in said and "__snprintf_chk" in said
    assert not re.search(r"RPATH|RUNPATH|TEXTREL", said)


def test_an_object_is_built_again_for_other_flags_and_other_headers(tmp_path):
    words = [f"BUILD={tmp_path}/build", f"{tmp_path}/build/obj/base/utf8.o"]
    assert re.fullmatch(r"  CC    \S+utf8\.o\n", make("CFLAGS=-O0", *words).stdout), "quiet by default"
    assert "CC" not in make("CFLAGS=-O0", *words).stdout
    assert "-O1" in make("CFLAGS=-O1", "V=1", *words).stdout
    assert "CC" not in make("CFLAGS=-O1", *words).stdout
    assert "CC" in make("CFLAGS=-O1", "-W", "include/base/utf8.h", *words).stdout


def files_below(directory):
    return {str(path.relative_to(directory)): path for path in directory.rglob("*") if path.is_file()}


def test_what_is_installed_and_what_stays_of_it(tmp_path):
    words = [f"BUILD={BUILD}", f"DESTDIR={tmp_path}", "PREFIX=/usr", "SBINDIR=/opt/sbin"]
    make("install", *words)
    installed = files_below(tmp_path)
    configuration, let_in = "etc/snmp/ipsec-spi-agent.conf", "etc/snmp/snmpd.conf.d/ipsec-spi-agent.conf"
    monitoring = "usr/share/doc/ipsec-spi-agent/monitoring"
    kits = [*files_below(TREE / "conf/monitoring"), *files_below(TREE / "docs/monitoring")]
    assert len(kits) > 5
    assert {name: oct(path.stat().st_mode & 0o777) for name, path in installed.items()} == {
        **{f"{monitoring}/{name}": "0o644" for name in kits},
        "opt/sbin/ipsec-spi-agent": "0o755",
        "usr/bin/mib2text": "0o755",
        "usr/share/snmp/mibs/IPSEC-SPI-MIB.txt": "0o644",
        "usr/share/snmp/mibs/0-HCNUM-TC.txt": "0o644",
        "usr/share/snmp/mibs/0-INET-ADDRESS-MIB.txt": "0o644",
        "usr/share/snmp/mibs/0-SNMP-FRAMEWORK-MIB.txt": "0o644",
        "usr/share/snmp/mibs/0-SNMPv2-SMI.txt": "0o644",
        "usr/share/snmp/mibs/0-SNMPv2-TC.txt": "0o644",
        "usr/lib/nagios/plugins/check_ipsec_tunnels": "0o755",
        "usr/share/man/man1/check_ipsec_tunnels.1": "0o644",
        "usr/share/man/man1/mib2text.1": "0o644",
        "usr/share/man/man5/ipsec-spi-agent.conf.5": "0o644",
        "usr/share/man/man8/ipsec-spi-agent.8": "0o644",
        "usr/share/doc/ipsec-spi-agent/README.md": "0o644",
        "usr/share/doc/ipsec-spi-agent/LICENSE": "0o644",
        "usr/share/doc/ipsec-spi-agent/snmpd-ipsec-spi.conf": "0o644",
        "usr/lib/systemd/system/ipsec-spi-agent.service": "0o644",
        "usr/lib/systemd/system/ipsec-spi-agent-strongswan.service": "0o644",
        "usr/lib/sysusers.d/ipsec-spi-agent.conf": "0o644",
        "usr/lib/tmpfiles.d/ipsec-spi-agent.conf": "0o644",
        configuration: "0o600",
        let_in: "0o644",
    }
    programs = ("opt/sbin/ipsec-spi-agent", "usr/bin/mib2text", "usr/lib/nagios/plugins/check_ipsec_tunnels")
    assert not [name for name, path in installed.items() if name not in programs and "/usr/local" in path.read_text()]
    assert "\nExecStart=/opt/sbin/ipsec-spi-agent -f\n" in installed["usr/lib/systemd/system/ipsec-spi-agent.service"].read_text()

    # What an operator wrote stays, whatever comes over it or goes.
    installed[configuration].write_text("interval 7\n")
    make("install", *words)
    make("uninstall", *words)
    assert files_below(tmp_path).keys() == {configuration, let_in}
    assert installed[configuration].read_text() == "interval 7\n"
