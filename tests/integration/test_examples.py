# SPDX-License-Identifier: BSD-3-Clause
"""
Each example of README.md, of its tasks in docs/, and of the manual pages runs: here, with the real programs, or in the test that is named for it.  One that is new
is in neither list, and fails.
"""

import re
import subprocess

import pytest

from bed.examples import all_examples
from bed.howto import fits
from bed.netns import Namespace
from bed.places import AGENT, BUILD, MIBS, STANDARD_MIBS, TREE
from bed.process import wait_for
from bed.snmp import COMMUNITY, environment

pytestmark = pytest.mark.once

# Those that need a system of their own, or ESP, and who runs them: a test, or why there is none.
ELSEWHERE = {
    "make demo": "uml/test_demo.py",
    "snmpbulkwalk -v2c -c public -m IPSEC-SPI-MIB localhost ipsecSaTransform": "uml/test_demo.py",
    "ping -c 10 192.0.2.2": "uml/test_demo.py",
    "snmpbulkwalk -v2c -c public -m IPSEC-SPI-MIB localhost ipsecSaPacketsCurrent": "uml/test_demo.py",
    "mib2text -v2c -c public localhost": "uml/test_demo.py",
    "make check": "this is part of it",
    # The packages, made and installed; dpkg does what apt does with files that are there.
    "make deb && sudo apt install ./build/deb/*.deb snmp": "test_packages.py",
    "sudo cp /usr/share/doc/ipsec-spi-agent/examples/snmpd-ipsec-spi.conf /etc/snmp/snmpd.conf.d": "test_packages.py",
    "sudo systemctl restart snmpd": "test_packages.py",
    # "make install" into a folder; the package does the rest.
    "make && sudo make install": "test_make.py",
    "sudo systemd-sysusers && sudo systemd-tmpfiles --create ipsec-spi-agent.conf": "test_packages.py",
    "sudo systemctl restart snmpd && sudo systemctl enable --now ipsec-spi-agent": "test_packages.py",
    # With these very lines of docs/namespaces.md.
    "snmpbulkwalk -v3 -u monitor -l authPriv -a SHA-256 -A AUTH-PASSPHRASE -x AES -X PRIV-PASSPHRASE -n blue -m IPSEC-SPI-MIB localhost ipsecSaTable": "test_namespaces.py",
    "snmpbulkwalk -v2c -c blue-secret -m IPSEC-SPI-MIB localhost ipsecSaTable": "test_namespaces.py",
    "setcap cap_net_admin=ep /usr/local/sbin/ipsec-spi-agent": "not every file system has capabilities of files",
}
# Lines of configuration that are used elsewhere.
CONFIGURED_ELSEWHERE = {
    "master agentx": "test_packages.py",
    "agentXPerms 0660 0711 _ipsec-spi _ipsec-spi": "test_packages.py",
    "createUser monitor SHA-256 AUTH-PASSPHRASE AES PRIV-PASSPHRASE": "test_namespaces.py",
    "rouser monitor authpriv -V ipsec": "test_namespaces.py",
    "com2sec -Cn blue blue-sec default blue-secret": "test_namespaces.py",
    "group blue-group v2c blue-sec": "test_namespaces.py",
    "access blue-group blue v2c noauth exact ipsec none none": "test_namespaces.py",
    "agentaddress     dtlsudp:10161": "test_dtls.py",
    "[snmp] localCert FINGERPRINT-OF-THIS-HOST": "test_dtls.py",
    "certSecName      10 FINGERPRINT-OF-THE-MANAGER --sn monitor": "test_dtls.py",
    "rouser           -s tsm monitor authpriv -V ipsec": "test_dtls.py",
}

# The user of the examples, and what stands for a name of the reader's in them.
AUTH, PRIVACY = "AUTH-PASSPHRASE", "PRIV-PASSPHRASE"
USER = f"createUser monitor SHA-256 {AUTH} AES {PRIVACY}\nrouser monitor authpriv\n"
# The SAs of README's tunnel.
LIFE = "life(c,s,h)=bytes(1000,0,0)addtime(60,0,0)usetime(50,0,0)packets(10,0,0)"
KLIPS = f"""\
esp0x9a35fc02@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=198.51.100.7 auth_errs=1 {LIFE}
esp0xcafebabe@198.51.100.7 ESP_AES_HMAC_SHA1: dir=out src=192.0.2.1 {LIFE}
"""

EXAMPLES = all_examples()
COMMANDS = {example.text: example for example in EXAMPLES if example.is_command}
LINES = [example for example in EXAMPLES if not example.is_command]
HERE = [text for text in COMMANDS if text not in ELSEWHERE]


def of_program(name):
    return [text for text in HERE if text.removeprefix("sudo ").split()[0] == name]


AGENTS = of_program("ipsec-spi-agent")
RECEIVERS = of_program("snmptrapd")
FILES = of_program("chmod")
CLIENTS = [text for text in HERE if text not in {*AGENTS, *RECEIVERS, *FILES}]


def spelled(command, folder):
    """The command with what stands for names of the reader's."""
    substitutes = {
        "CHANGE-ME": COMMUNITY,
        "-A ...": f"-A {AUTH}",
        "-X ...": f"-X {PRIVACY}",
        "-A passphrase": f"-A {AUTH}",
        "-X passphrase": f"-X {PRIVACY}",
        "gateway.example.net": "localhost",
        " gateway ": " localhost ",
        "/var/lib/prometheus/node-exporter": str(folder),
        "/usr/local/share/snmp/mibs": str(folder / "mibs"),
        "/etc/snmp": str(folder),
    }
    command = re.sub(r" gateway$", " localhost", command.removeprefix("sudo "))
    for ours, theirs in substitutes.items():
        command = command.replace(ours, theirs)
    return command


def surroundings(folder):
    return {**environment(folder), "PATH": f"{BUILD}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "MIBDIRS": f"{STANDARD_MIBS}:{MIBS}"}


def run_for_a_while(namespace, command, folder, said):
    """Starts what does not end, waits until it has said that, and stops it."""
    log = folder / "said"
    log.unlink(missing_ok=True)
    process = namespace.start("example", ["sh", "-c", f"cd {folder} && exec {command}"], log, env=surroundings(folder))
    try:
        wait_for(lambda: said(process.output()), f"{command} to do something", process=process)
    finally:
        process.stop()
    return process.output()


def test_each_example_is_run_somewhere():
    assert len(COMMANDS) > 40 and len(CLIENTS) > 20
    assert set(ELSEWHERE) <= set(COMMANDS)
    for place in {*ELSEWHERE.values(), *CONFIGURED_ELSEWHERE.values()}:
        assert not place.endswith(".py") or (TREE / "tests/integration" / place).exists(), place
    programs = {text.removeprefix("sudo ").split()[0] for text in HERE}
    assert programs == {"ipsec-spi-agent", "snmptrapd", "chmod", "mib2text", "snmpbulkwalk", "snmpbulkget", "check_ipsec_tunnels"}


@pytest.fixture
def served(make_snmpd, start_agent, tmp_path):
    """What the clients of the examples ask: an agent with README's tunnel."""
    (tmp_path / "ipsec_spi").write_text(KLIPS)
    snmpd = make_snmpd(USER).start()
    named = "\n".join(line.text for line in LINES if line.text.startswith("tunnel "))
    return start_agent("-s", "klips", "-k", tmp_path / "ipsec_spi", "-x", snmpd.agentx, configuration=named).wait_until_served(snmpd.client)


def assert_as_shown(example, output):
    """Objects of the MIB with their values, numbers apart, and headings; tunnels and their ages are the reader's."""
    for line in example.output:
        if example.text.startswith("snmp") or not re.search(r"\d", line):
            assert any(fits(line, printed) for printed in output.splitlines()), f"{example.text} does not print {line!r}:\n{output}"


def test_the_commands_that_ask(netns, served, tmp_path):
    (tmp_path / "saved.walk").touch()
    save = next(command for command in CLIENTS if "> gateway.walk" in command)
    netns.run("sh", "-c", spelled(save, tmp_path), env=surroundings(tmp_path), cwd=tmp_path)
    (tmp_path / "saved.walk").write_text((tmp_path / "gateway.walk").read_text())
    for command in CLIENTS:
        line = spelled(command, tmp_path)
        if "-Cw" in command:
            (file,) = re.findall(r"-Co (\S+)", line) or [tmp_path / "said"]
            run_for_a_while(netns, line, tmp_path, lambda _, file=file: subprocess.run(["test", "-s", file], check=False).returncode == 0)
            continue
        done = netns.run("sh", "-c", line, env=surroundings(tmp_path), cwd=tmp_path, check=False)
        ends = (0, 1, 2) if "check_ipsec_tunnels" in command else (0,)
        assert done.returncode in ends, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        assert done.stdout or ">" in command, command
        assert "No Such" not in done.stdout and "No more variables left" not in done.stdout, done.stdout
        assert_as_shown(COMMANDS[command], done.stdout)


@pytest.mark.parametrize("command", RECEIVERS)
def test_the_receivers(netns, tmp_path, command):
    """With the line of configuration that stands before each."""
    lines = {line.text for line in LINES if line.text.startswith("authCommunity")}
    assert len(lines) == 1
    (tmp_path / "mibs").mkdir()
    for file in (*MIBS.glob("*.txt"), *MIBS.glob("standard/*.txt")):
        (tmp_path / "mibs" / file.name).symlink_to(file)
    (tmp_path / "snmptrapd.conf").write_text(spelled("\n".join(lines), tmp_path))
    send = f"snmptrap -v2c -c {COMMUNITY} -m IPSEC-SPI-MIB 127.0.0.1 '' IPSEC-SPI-MIB::ipsecSourceFailed"

    def comes(said):
        netns.run("sh", "-c", send, env=surroundings(tmp_path))
        return "IPSEC-SPI-MIB::ipsecSourceFailed" in said

    run_for_a_while(netns, spelled(command, tmp_path), tmp_path, comes)


def test_the_agents(netns, larval_sas, make_snmpd, tmp_path):
    larval_sas(1)
    local, remote = make_snmpd(), make_snmpd("agentXSocket tcp:localhost:705\n")
    remote.agentx, remote.address = "tcp:localhost:705", "udp:127.0.0.1:1162"
    for snmpd in (local, remote):
        snmpd.start()
    (tmp_path / "ipsec-spi-agent.conf").write_text(f"agentXSocket {local.agentx}\nstate-directory none\n")
    (tmp_path / "lab.conf").write_text(f"rocommunity {COMMUNITY} 127.0.0.1\n")
    (tmp_path / "ipsec_spi.txt").write_text(KLIPS)
    others = [Namespace("blue"), Namespace("red")]
    try:
        for command in AGENTS:
            line = spelled(command, tmp_path).replace("ipsec-spi-agent", str(AGENT), 1)
            if " -p" in command:
                assert "dir=" in netns.run("sh", "-c", line, env=surroundings(tmp_path), cwd=tmp_path).stdout
                continue
            # In the foreground, so that it can be stopped.
            line += "" if " -f" in line else " -f"
            wanted = "started" if " -l " in command else "connected to the AgentX master"
            run_for_a_while(netns, line, tmp_path, lambda said, wanted=wanted: wanted in said)
    finally:
        for other in others:
            other.delete()


def test_the_commands_on_files(tmp_path):
    (tmp_path / "ipsec-spi-agent.conf").touch()
    for command in FILES:
        subprocess.run(["sh", "-c", spelled(command, tmp_path)], check=True)


CONFIGURATIONS = {
    "of a KLIPS kernel": ("ipsec-spi-agent.conf.5", ("source", "interval", "stale-after", "agentXSocket")),
    "of a whole engine": ("ipsec-spi-agent.conf.5", ("view", "rocommunity", "createUser", "rouser  ", "trap2sink")),
    "of a namespace": ("ipsec-spi-agent.conf.5", ("netns", "ike ")),
    "of many tunnels": ("ipsec-spi-agent.conf.5", ("notify-soft",)),
}
# In snmpd.conf, and used by the tests above.
USED = ("trap2sink 127.0.0.1", "authCommunity", "tunnel office")


def of_configuration(name):
    document, words = CONFIGURATIONS[name]
    return [line.text for line in LINES if line.document == document and line.text.startswith(words) and line.text not in CONFIGURED_ELSEWHERE]


def test_each_line_of_configuration_is_used_somewhere():
    used = {text for name in CONFIGURATIONS for text in of_configuration(name)} | set(CONFIGURED_ELSEWHERE)
    assert [line for line in LINES if line.text not in used and not line.text.startswith(USED)] == []


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_configurations(start_agent, name):
    """No line of them is complained of."""
    options = ("-l", "udp:127.0.0.1:161") if name == "of a whole engine" else ()
    agent = start_agent(*options, configuration="\n".join(of_configuration(name)) + "\n")
    agent.wait_until_said(" started")
    assert ": line " not in agent.output()
