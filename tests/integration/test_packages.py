# SPDX-License-Identifier: BSD-3-Clause
"""
What make dist and make deb make, and what an operator does with it: installs it, in a Debian with systemd that runs in
User-Mode Linux, upgrades it, removes it.
"""

import hashlib
import os
import re
import shlex
import shutil
import tarfile
from pathlib import Path

import pytest

from bed.machine import PATIENCE, Machine
from bed.places import DEPS, TREE
from bed.process import run, wait_for

pytestmark = [pytest.mark.once, pytest.mark.timeout(1800)]

BUILD_SECONDS = 900  # each of three builds
PACKAGES = ("ipsec-spi-agent", "ipsec-spi-mibs", "mib2text")
OLDER = "0.0.1"
UNIT = "ipsec-spi-agent"
AGENT_CONF, SNMPD_CONF = "/etc/snmp/ipsec-spi-agent.conf", "/etc/snmp/snmpd.conf"
STATE = "/var/lib/ipsec-spi-agent"
DROP_IN = "/etc/snmp/snmpd.conf.d/ipsec-spi-agent.conf"


def make(*words, tree=TREE, **environment):
    """Of whoever called make for this test, nothing passes through."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "CFLAGS"))}
    return run(["make", "-C", tree, "--no-print-directory", *words], seconds=BUILD_SECONDS, env={**env, **environment}).stdout


def only(paths):
    (path,) = paths
    return path


class Built:
    """What make deb made: its folder, its tarball, and what was said."""

    def __init__(self, directory, *words, **options):
        self.said = make(*words, f"BUILD={directory}", **options)
        self.tarball = only(directory.glob("*.tar.gz"))
        self.version = self.tarball.name.removeprefix("ipsec-spi-agent-").removesuffix(".tar.gz")
        self.debs = {deb.name.partition("_")[0]: deb for deb in (directory / "deb").glob("*.deb")}
        results = [path for path in (directory / "deb").iterdir() if path.suffix in (".deb", ".dsc", ".xz", ".gz")]
        self.hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in results}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The packages of this tree, as make deb makes them."""
    return Built(tmp_path_factory.mktemp("deb"), "deb")


@pytest.fixture(scope="session")
def older(tmp_path_factory):
    """The same with a lower version."""
    return Built(tmp_path_factory.mktemp("older"), "packages", f"VERSION={OLDER}")


# ---- What is made


def members(tarball):
    with tarfile.open(tarball) as tar:
        return {member.name.partition("/")[2] for member in tar if member.isfile()}


def test_the_packages_pass_lintian_and_are_hardened(built):
    """make deb fails otherwise."""
    assert built.debs.keys() == set(PACKAGES)
    assert not re.search("^[EWP]: ", built.said, re.MULTILINE)
    for program in ("usr/sbin/ipsec-spi-agent", "usr/bin/mib2text"):
        _, _, said = built.said.partition(f"/{program}:\n")
        for what in ("Position Independent Executable", "Stack protected", "Read-only relocations", "Immediate binding"):
            assert f" {what}: yes\n" in said, f"{program}: {what}"


def test_a_tarball_has_the_tree_and_makes_the_same_packages_elsewhere(built, tmp_path):
    """In another folder, without git, with another umask and time zone, and for another caller of make."""
    if (TREE / ".git").exists():
        listed = run(["git", "-c", f"safe.directory={TREE}", "ls-files", "-co", "--exclude-standard"], cwd=TREE).stdout.splitlines()
        assert members(built.tarball) == {name for name in listed if (TREE / name).exists()}
    run(["tar", "--extract", "--file", built.tarball, "--directory", tmp_path])
    tree = only(tmp_path.iterdir())
    assert tree.name == f"ipsec-spi-agent-{built.version}"
    (tree / "build").mkdir()
    (tree / "build" / "of an earlier make").touch()
    before = os.umask(0o077)
    try:
        again = Built(tree / "elsewhere", "-j1", "CFLAGS=-O0", "packages", tree=tree, TZ="Asia/Tokyo", LANG="C")
    finally:
        os.umask(before)
    assert members(again.tarball) == members(built.tarball)
    assert again.hashes == built.hashes


def test_a_version_stands_in_one_place(built, older):
    version = only(re.findall(r"^VERSION := (.*)$", (TREE / "Makefile").read_text(), re.MULTILINE))
    assert built.version == version and older.version == OLDER
    for made in (built, older):
        versions = {run(["dpkg-deb", "--field", deb, "Version"]).stdout.strip() for deb in made.debs.values()}
        assert versions == {f"{made.version}-1"}
    changes = (TREE / "docs/changes.md").read_text()
    assert re.findall(r"^## (\S+?),? ", changes, re.MULTILINE)[0] == version
    # snmp_exporter's files have the MIB's descriptions, and one of them has an example.
    others = [TREE / "README.md", *(path for path in (TREE / "conf").rglob("*") if path.is_file() and path.name != "snmp.yml")]
    assert not [path for path in others if re.search(rf"\b{re.escape(version)}\b", path.read_text())]


def test_mib2text_and_the_mibs_come_without_the_daemon(built):
    files = {name: run(["dpkg-deb", "--contents", deb]).stdout for name, deb in built.debs.items()}
    assert "/sbin/" not in files["mib2text"] + files["ipsec-spi-mibs"]
    assert "/usr/bin/mib2text\n" in files["mib2text"] and "/IPSEC-SPI-MIB.txt\n" in files["ipsec-spi-mibs"]
    assert ".service" not in files["mib2text"] + files["ipsec-spi-mibs"]
    depends = run(["dpkg-deb", "--field", built.debs["mib2text"], "Depends"]).stdout
    assert "libsnmp" in depends and "ipsec-spi" not in depends and "systemd" not in depends


# ---- What they do where they are installed


@pytest.fixture(scope="module")
def booted(built, older):
    """One Debian for all tests, since booting takes long."""
    machine = Machine()
    try:
        for made in (built, older):
            for deb in made.debs.values():
                shutil.copy(deb, machine.share)
        shutil.copy(TREE / "conf/debian/tests/walk", machine.share)
        machine.run("systemctl is-system-running --wait")
        yield machine
    finally:
        machine.end()


@pytest.fixture
def machine(booted):
    """A Debian with snmpd that has none of our packages, and none after the test; what the journal has is shown if it fails."""
    yield booted
    print(booted.run("journalctl --no-pager --boot --unit ipsec-spi-agent --unit snmpd | tail -n 60", check=False).stdout)
    booted.run(f"dpkg --purge {' '.join(PACKAGES)}")


def install(machine, version):
    machine.run(f"dpkg --install --force-confold /mnt/*_{version}-1_*.deb")


def unit(machine, name):
    """A property of the daemon's unit."""
    return machine.run(f"systemctl show --property {name} --value {UNIT}").stdout.strip()


def wait_until_status_says(machine, text):
    """Waits inside, where asking again and again is cheaper."""
    asked = f"systemctl --no-pager --full status {UNIT}"
    loop = f"for i in $(seq 100); do {asked} | grep -F {shlex.quote(text)} && exit; sleep 0.2; done"
    said = machine.run(f"{loop}; {asked}", check=False).stdout
    assert text in said, f"the status does not say: {text}\n{said}"


def wait_until_connected(machine):
    wait_until_status_says(machine, "connected to the AgentX master")


def everything(machine):
    """Every file and folder, whose it is, the users, and the units; but not what apt, dpkg and systemd note for themselves."""
    own = "-path /proc -o -path /sys -o -path /run -o -path /mnt -o -path /tmp -o -path /root -o -path /lib/modules"
    notes = "-path /var/log -o -path /var/cache -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/lib/systemd"
    said = machine.run(
        f"find / \\( {own} -o {notes} \\) -prune -o -printf '%p %u:%g %y %m\\n' | sort;"
        "getent passwd; getent group; systemctl list-unit-files --no-legend"
    ).stdout
    # snmpd makes its socket and what it keeps, and passwd copies of its files, as they please.
    return {line for line in said.splitlines() if not re.match(r"/var/agentx|/var/lib/snmp|/etc/(passwd|group|g?shadow)- ", line)}


def test_what_apt_installs_serves_at_once(machine, built):
    machine.run(f"apt-get --yes install {' '.join(f'/mnt/{deb.name}' for deb in built.debs.values())}")
    print(machine.run("sh /mnt/walk").stdout)
    assert machine.run("mib2text -V").stdout.startswith(f"mib2text {built.version} ")


def add_tunnel(machine, peer):
    """An SA in each direction between this host and a peer, a number from 2 to 9."""
    for spi, src, dst in ((0x1000 + peer, 1, peer), (0x2000 + peer, peer, 1)):
        addresses = f"src 192.0.2.{src} dst 192.0.2.{dst} proto esp spi {spi} reqid {peer}"
        machine.run(f"ip xfrm state add {addresses} mode tunnel aead 'rfc4106(gcm(aes))' 0x{'42' * 20} 128")


def tunnels(machine):
    """{the peer of a tunnel: its index}, as mib2text prints them."""
    said = machine.run("mib2text -v2c -c CHANGE-ME -Ct localhost", check=False).stdout
    return {int(peer): int(index) for index, peer in re.findall(r"^ *(\d+) .* 192\.0\.2\.1 +192\.0\.2\.(\d)", said, re.MULTILINE)}


def test_an_upgrade_restarts_the_daemon_and_keeps_what_is_kept(machine, built):
    install(machine, OLDER)
    machine.run(f"echo interval 1 >>{AGENT_CONF}; echo '# edited' >>{DROP_IN}")
    # As README.md says.
    example = f"/usr/share/doc/{UNIT}/examples/snmpd-ipsec-spi.conf"
    machine.run(f"cp {example} {Path(DROP_IN).parent}; ip address add 192.0.2.1/32 dev lo; systemctl restart snmpd {UNIT}")
    for peer in (2, 3):
        add_tunnel(machine, peer)
        wait_for(lambda: peer in tunnels(machine), f"the tunnel to {peer}", PATIENCE)
    before = tunnels(machine)
    assert before[3] > before[2]
    machine.run("ip xfrm state deleteall dst 192.0.2.2; ip xfrm state deleteall src 192.0.2.2")
    pid = unit(machine, "MainPID")

    install(machine, built.version)
    wait_until_connected(machine)
    assert unit(machine, "MainPID") not in (pid, "0")
    said = machine.run(f"journalctl --no-pager _PID={unit(machine, 'MainPID')}").stdout
    assert f"ipsec-spi-agent {built.version} started" in said
    machine.run(f"grep '^interval 1$' {AGENT_CONF} && grep '^# edited$' {DROP_IN}")
    assert machine.run(f"stat --format %a:%U:%G {AGENT_CONF}").stdout.strip() == "640:root:_ipsec-spi"
    # A daemon that knew of nothing would count from the first index again.
    wait_for(lambda: tunnels(machine).get(3) == before[3], "the tunnel with the index that it had", PATIENCE)
    # The tunnel that is gone is remembered, too.  (What an SNMPv3 engine keeps, with -l only, is in test_engine_id.py.)
    kept = machine.run(f"cat {STATE}/state").stdout
    assert all(f" {index} " in kept for index in before.values())

    # Who does not want the daemon does not get it by an upgrade.
    machine.run(f"systemctl disable --now {UNIT}")
    install(machine, built.version)
    assert (unit(machine, "ActiveState"), unit(machine, "UnitFileState")) == ("inactive", "disabled")
    machine.run(f"rm {Path(DROP_IN).parent / Path(example).name}; ip address delete 192.0.2.1/32 dev lo; ip xfrm state flush")


def test_what_is_removed_stops_and_what_is_purged_leaves_nothing(machine, built):
    before = everything(machine)
    install(machine, built.version)
    wait_until_connected(machine)
    machine.run(f"dpkg --remove {UNIT}")
    assert unit(machine, "ActiveState") == "inactive"
    machine.run(f"test -e {AGENT_CONF} && test -d {STATE} && test ! -e /usr/sbin/ipsec-spi-agent")
    machine.run(f"dpkg --purge {' '.join(PACKAGES)}")
    assert everything(machine) == before
    assert machine.run("systemctl is-active snmpd; stat --format %U:%G /var/agentx/master").stdout == "active\nroot:root\n"


def test_the_units_for_monitoring_systems_renew_files_that_go_with_them(machine, built):
    """As docs/monitoring/openmetrics.md and librenms.md say."""
    install(machine, built.version)
    examples = f"/usr/share/doc/{UNIT}/examples"
    own = f"{Path(DROP_IN).parent}/snmpd-ipsec-spi.conf"
    machine.run(f"cp {examples}/snmpd-ipsec-spi.conf {own}; systemctl restart snmpd {UNIT}")
    wait_until_connected(machine)
    for name, file, says in (("openmetrics", "ipsec.prom", "mib2text_success 1"), ("librenms", "strongswan.json", '"error":0')):
        unit_file, conf, path = f"/etc/systemd/system/ipsec-{name}.service", f"/etc/snmp/ipsec-{name}.conf", f"/run/ipsec-{name}/{file}"
        machine.run(f"cd {examples}/monitoring/{name} && install -m 600 ipsec-{name}.conf {conf} && cp ipsec-{name}.service {unit_file}")
        machine.run(f"systemctl daemon-reload && systemctl enable --now ipsec-{name} && systemctl is-enabled ipsec-{name}")
        loop = f"for i in $(seq 100); do grep -F {shlex.quote(says)} {path} && exit; sleep 0.2; done; systemctl status ipsec-{name}; cat {path}; false"
        machine.run(loop)
        # node_exporter's user, and whoever snmpd is, may read it; who asks is nobody that has rights.
        assert machine.run(f"stat --format %a {path}").stdout == "644\n"
        pid = machine.run(f"systemctl show --property MainPID --value ipsec-{name}").stdout.strip()
        assert machine.run(f"stat --format %u /proc/{pid}").stdout.strip() != "0"
        machine.run(f"systemctl disable --now ipsec-{name}; test ! -e {path}; rm {unit_file} {conf}; systemctl daemon-reload")
    machine.run(f"rm {own}; systemctl restart snmpd")


# ---- strongSwan beside it

CONNECTIONS = """\
connections {
  NAME {
    local_addrs = 192.0.2.1
    remote_addrs = 192.0.2.2
    local { auth = psk }
    remote { auth = psk }
    children { net { remote_ts = 10.2.0.0/16 } }
  }
}
"""
VICI, ACCESS = "/run/charon.vici", "ipsec-spi-agent-strongswan"


def commands_of(page, heading):
    """What that section of a page of docs/ tells root to run, as a list of pieces: what stands together."""
    section = (TREE / "docs" / page).read_text().partition(f"\n### {heading}\n")[2]
    section = re.split(r"^##", section, maxsplit=1, flags=re.MULTILINE)[0]
    pieces = re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
    return [re.sub(r"^    |\bsudo ", "", piece, flags=re.MULTILINE) for piece in pieces]


def asked(machine, socket):
    """How often the agent has said that the daemon at that socket answers."""
    return machine.run(f"journalctl --no-pager --boot --unit {UNIT} | grep --count 'connected to the IKE daemon at {socket}' || :").stdout


def wait_until_asked(machine, socket, times):
    wait_for(lambda: int(asked(machine, socket)) == times, f"the agent to ask at {socket}, for the {times}th time", PATIENCE)


@pytest.fixture
def strongswan(machine, built):
    """The packages of strongSwan as they are, with a connection; and snmpd and the agent as README.md says."""
    run(["tar", "-C", DEPS / "strongswan", "-cf", machine.share / "strongswan.tar", "."])
    machine.run("tar -C / --keep-directory-symlink --no-same-owner --no-overwrite-dir -xf /mnt/strongswan.tar; systemctl daemon-reload")
    machine.run(f"mkdir -p /etc/swanctl/conf.d; cat >/etc/swanctl/conf.d/berlin.conf <<END\n{CONNECTIONS.replace('NAME', 'berlin')}END")
    install(machine, built.version)
    machine.run(f"cp /usr/share/doc/{UNIT}/examples/snmpd-ipsec-spi.conf {Path(DROP_IN).parent}; systemctl restart snmpd {UNIT}")
    yield
    print(machine.run("journalctl --no-pager --boot --unit 'strongswan*' | tail -n 60", check=False).stdout)
    machine.run("systemctl stop strongswan 'strongswan@*'; rm -rf /etc/netns /etc/systemd/system/strongswan@.service", check=False)
    machine.run(f"rm -rf {Path(DROP_IN).parent}/snmpd-ipsec-spi.conf /etc/systemd/system/{UNIT}.service.d; systemctl daemon-reload; systemctl restart snmpd")


def test_one_command_lets_the_daemon_ask_strongswan(machine, strongswan):
    """docs/ike.md, "The right to ask".  Until then it is told once what to do."""
    give, take = commands_of("ike.md", "The right to ask")
    machine.run("systemctl start strongswan")
    wait_until_status_says(machine, "not allowed to use its socket")
    machine.run("sleep 5")  # in which it tries twice
    assert machine.run(f"stat --format %a:%U:%G {VICI}").stdout == "770:root:root\n"
    said = machine.run(f"journalctl --no-pager --boot _PID={unit(machine, 'MainPID')} | grep 'not allowed'").stdout
    assert said.count("not allowed") == 1 and give.strip() in said
    charon = machine.run("systemctl show --property MainPID --value strongswan").stdout

    machine.run(give)
    wait_until_asked(machine, VICI, 1)
    assert machine.run(f"stat --format %a:%U:%G {VICI}").stdout == "770:root:_ipsec-spi\n"
    wait_for(lambda: "berlin/net" in machine.run("mib2text -v2c -c CHANGE-ME -Ct localhost").stdout, "strongSwan's name", PATIENCE)
    assert machine.run(f"stat --format %U /proc/{unit(machine, 'MainPID')}").stdout == "_ipsec-spi\n"
    assert machine.run("systemctl show --property MainPID --value strongswan").stdout == charon

    # Whenever strongSwan is started, by whom ever.
    machine.run("systemctl restart strongswan")
    wait_until_asked(machine, VICI, 2)
    machine.run("kill -SEGV $(systemctl show --property MainPID --value strongswan)")
    wait_until_asked(machine, VICI, 3)

    machine.run(take)
    wait_until_status_says(machine, "not allowed to use its socket")
    assert machine.run(f"stat --format %a:%U:%G {VICI}").stdout == "770:root:root\n"
    # What another group has stays as it is.
    machine.run(f"chgrp mail {VICI}; {give}")
    assert machine.run(f"stat --format %G {VICI}").stdout == "mail\n"


def test_a_strongswan_in_another_namespace(machine, strongswan):
    """docs/ike.md, "strongSwan in another network namespace"."""
    (recipe,) = commands_of("ike.md", "strongSwan in another network namespace")
    machine.run(f"ip netns add blue; mkdir -p /etc/netns/blue; cat >/etc/netns/blue/swanctl.conf <<END\n{CONNECTIONS.replace('NAME', 'paris')}END")
    machine.run(f"systemctl start strongswan\n{recipe}")
    wait_until_asked(machine, "/run/blue.vici", 1)
    # As README.md says of many namespaces.
    lines = "com2sec -Cn blue blue-sec default blue-secret\ngroup blue-group v2c blue-sec\naccess blue-group blue v2c noauth exact ipsec none none\n"
    machine.run(f"echo '{lines}' >>{Path(DROP_IN).parent}/snmpd-ipsec-spi.conf; systemctl restart snmpd")
    names = "mib2text -v2c -c blue-secret -Ct localhost"
    wait_for(lambda: "paris/net" in machine.run(names, check=False).stdout, "the name of its connection", PATIENCE)
    assert "berlin" not in machine.run(names).stdout
    # Where strongSwan's own recipe has the socket, nothing needs to be said.
    socket = "/etc/netns/blue/ipsec.d/run/charon.vici"
    machine.run(f"mkdir -p {Path(socket).parent}; ln -s /run/blue.vici {socket}; sed -i '/^ike /d' {AGENT_CONF}; systemctl restart {UNIT}")
    wait_until_asked(machine, socket, 1)
    machine.run("ip netns delete blue")


# An snmpd.conf of the administrator's own; what the status says then; and what README.md says to do.
LET_IN = "agentXPerms 0660 0711 _ipsec-spi _ipsec-spi"
OWN_SNMPD_CONFS = {
    "no AgentX": ([], "no AgentX master at /var/agentx/master yet; start snmpd with ", f"master agentx\n{LET_IN}"),
    "no folder of more files": (["master agentx"], "not allowed to use the AgentX master's socket /var/agentx/master", LET_IN),
    "another subagent's": ([f"includeDir {Path(DROP_IN).parent}", "agentXPerms 0660 0755 daemon mail"], "not allowed to use", None),
}


def test_an_snmpd_conf_that_keeps_the_daemon_out_is_told_with_what_helps(machine, built):
    install(machine, built.version)
    machine.run(f"cp -p {SNMPD_CONF} /root/snmpd.conf")
    # systemd refuses to start what was started five times in ten seconds.
    restart = f"systemctl reset-failed snmpd {UNIT}; systemctl restart snmpd {UNIT}"
    for own, says, remedy in OWN_SNMPD_CONFS.values():
        lines = "\n".join(["agentaddress 127.0.0.1", *own])
        machine.run(f"systemctl stop snmpd; rm -f /var/agentx/master; echo '{lines}' >{SNMPD_CONF}; {restart}")
        wait_until_status_says(machine, says)
        assert unit(machine, "ActiveState") == "active"
        helps = f"echo '{remedy}' >>{SNMPD_CONF}" if remedy else "usermod -a -G mail _ipsec-spi"
        machine.run(f"{helps}; {restart}")
        wait_until_connected(machine)
    machine.run(f"cp -p /root/snmpd.conf {SNMPD_CONF}; {restart}")
