# SPDX-License-Identifier: BSD-3-Clause
"""
check_ipsec_tunnels as Nagios, Icinga and Checkmk run it: by the Monitoring Plugins Development Guidelines, one line, an exit status, and in
time; and the configurations that are shipped for them and for Centreon, read by the real programs.
"""

import json
import re
import socket

import pytest

from bed.klips import aged
from bed.places import BUILD, MIB2TEXT, ROOT_OID, TREE, TUNNEL_ENTRY
from bed.process import run, wait_for
from bed.snmp import COMMUNITY, V3_AUTH, V3_PRIVACY, V3_USER, environment

PLUGIN = BUILD / "check_ipsec_tunnels"
KITS = TREE / "conf/monitoring"
OK, WARNING, CRITICAL, UNKNOWN = range(4)
HOST = ("-H", "127.0.0.1", "-C", COMMUNITY)
SA = "esp0x{}@{} ESP_AES_HMAC_SHA1: dir={} src={} life(c,s,h)=bytes({},0,0)addtime({age},0,3600)usetime({age},0,0)packets(10,0,0)\n"
NAMES = "tunnel office remote 198.51.100.1\ntunnel a'b|c=d\"e\\\\é remote 198.51.100.2\n"


def klips(*peers):
    return "".join(SA.format(f"{way}00{peer}", *ends, age=aged()) for peer in peers for way, ends in enumerate(both_ways(peer), start=1))


def both_ways(peer):
    here, there = "192.0.2.1", f"198.51.100.{peer}"
    return (there, "out", here, 2000), (here, "in ", there, 1000)


@pytest.fixture
def check(netns, tmp_path):
    """check(*words): (status, standard output) of the plugin."""

    def go(*words, conf=""):
        env = environment(tmp_path / "check")
        (tmp_path / "check" / "snmp.conf").write_text(conf)
        said = netns.run(PLUGIN, *words, check=False, env=env)
        assert not re.search(r"Sanitizer|runtime error", said.stderr), said.stderr
        return said.returncode, said.stdout

    return go


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "ipsec_spi"
    file.write_text(klips(1, 2))
    return file


@pytest.fixture
def agent(start_agent, snmpd, table):
    configuration = f"{NAMES}interval 1\ntunnel-grace 0\nstale-after 2\n"
    return start_agent("-s", "klips", "-k", table, "-x", snmpd.agentx, configuration=configuration).wait_until_served(snmpd.client)


# ---- By the book


PERFORMANCE = re.compile(r"'[^'=|]+'=-?\d+(?:\.\d+)?(?:s|c|)(?:;[^; ]*){2};0")


def assert_by_the_book(status, said):
    """One line that names the service and its status, without what ends it early; figures that can be parsed."""
    first, *more = said.splitlines()
    words = re.fullmatch(r"IPSEC (OK|WARNING|CRITICAL|UNKNOWN) - ([^|]*)(?: \| ([^|]*))?", first)
    assert words and ("OK", "WARNING", "CRITICAL", "UNKNOWN").index(words[1]) == status, said
    assert not [line for line in more if "|" in line]
    rest = PERFORMANCE.sub("", words[3] or "")
    assert rest.strip() == "", f"{rest} is no performance data"
    return dict(re.findall(r"'([^']+)'=(-?[\d.]+)", words[3] or ""))


def test_help_and_version(check):
    status, said = check("--help")
    assert status == OK and said.startswith("check_ipsec_tunnels ")
    assert check("-h") == (OK, said)
    # What the guidelines reserve is there, and means that.
    assert set(re.findall(r"^  (-\w), --([\w-]+)", said, re.MULTILINE)) >= {
        ("-V", "version"), ("-h", "help"), ("-v", "verbose"), ("-t", "timeout"), ("-w", "warning"), ("-c", "critical"), ("-H", "hostname"),
        ("-C", "community"), ("-a", "authproto"), ("-p", "port"),
    }  # fmt: skip
    assert max(map(len, said.splitlines())) < 120
    status, said = check("-V")
    assert status == OK and re.fullmatch(r"check_ipsec_tunnels [\d.]+\n", said) and check("--version") == (OK, said)


def test_the_page_has_the_options_and_the_figures_of_the_help(check):
    said = check("-h")[1]
    page = re.sub(r"^\.(?:It|Pq) ", "", (TREE / "docs/check_ipsec_tunnels.1").read_text(), flags=re.MULTILINE)
    longs = set(re.findall(r"^  -\w, --([\w-]+)", said, re.MULTILINE))
    assert longs - {"help", "version"} == set(re.findall(r"Fl Fl ([\w-]+)", page))
    figures = set(re.findall(r"^  ([a-z-]+)  +\w", said, re.MULTILINE))
    assert len(figures) == 7 and all(re.search(rf"Cm .*\b{figure}\b", page) for figure in figures)


WRONG = [
    ((), "-H HOST is missing"),
    (("-H", ""), "-H : it takes HOST"),
    (("-H", "x", "-p", "0"), "-p 0: it takes PORT"),
    (("-H", "x", "-P", "1"), "-P 1: it takes 2c|3"),
    (("-H", "x", "-w", "10"), "-w 10: it takes NAME=RANGE"),
    (("-H", "x", "-w", "expires=20:10"), "it takes NAME=RANGE"),
    (("-H", "x", "-c", "down=1,nothing=1"), "it takes NAME=RANGE"),
    (("-H", "x", "-t", "0"), "it takes SECONDS"),
    (("-H", "x", "--nothing"), "an option is unknown"),
    (("-H",), "an option is unknown, or lacks its argument"),
    (("-H", "x", "y"), "an argument has no option in front"),
    (("-H", "no-such-host.invalid", "-C", "x"), "Unknown host"),
    (("-H", "127.0.0.1", "-U", "x", "-L", "wrong"), "community or user is missing or wrong"),
]


@pytest.mark.parametrize("words, reason", WRONG, ids=[" ".join(words) or "none" for words, _ in WRONG])
def test_wrong_usage_is_unknown(check, words, reason):
    status, said = check(*words)
    assert status == UNKNOWN and reason.replace("|", "_") in said.replace("|", "_") and len(said.splitlines()) == 1


def test_it_ends_in_time(check, netns, tmp_path):
    """Nobody there; somebody who never answers."""
    status, said = check(*HOST, "-t", "1")
    assert status == UNKNOWN and "no answer within 0.9 s" in said
    assert_by_the_book(status, said)
    with netns.socket(socket.AF_INET, socket.SOCK_STREAM) as silent:
        silent.bind(("127.0.0.1", 161))
        silent.listen()
        status, said = check("-H", "tcp:127.0.0.1:161", "-C", COMMUNITY, "-t", "1", "-e", "0")
    assert status == UNKNOWN
    assert_by_the_book(status, said)


# ---- In operation


def test_an_operator_s_day(agent, check, table, snmpd, netns, tmp_path):
    wait_for(lambda: check(*HOST)[0] == OK, "both tunnels")
    status, said = check(*HOST, "-v")
    figures = assert_by_the_book(status, said)
    assert "2 of 2 tunnels are up" in said
    assert (figures["office_in_octets"], figures["office_out_octets"], figures["tunnels"], figures["down"]) == ("1000", "2000", "2", "0")
    # Whatever its name has, it is called by its description.
    odd = snmpd.client.get_value(f"{TUNNEL_ENTRY}.28.2").decode()
    assert figures[f"{odd}_rekeys"] == "0"
    assert [line.partition(":")[0] for line in said.splitlines()[1:]] == ["office", odd]
    # By SNMPv3, by snmp.conf, with a port.
    v3 = ("-U", V3_USER, "-L", "authPriv", "-a", "SHA", "-A", V3_AUTH, "-x", "AES", "-X", V3_PRIVACY)
    assert check("-H", "127.0.0.1", *v3)[0] == OK
    assert check("-H", "127.0.0.1", "-p", "161", conf=f"defVersion 2c\ndefCommunity {COMMUNITY}\n")[0] == OK
    assert check("-H", "127.0.0.1", "-C", COMMUNITY, "-O", f"{ROOT_OID}.9")[0] == UNKNOWN

    # A threshold by its name.
    status, said = check(*HOST, "-w", "expires=3600:", "-T", "office")
    assert status == WARNING and re.search("office expires is 3[2-5]..s, not in 3600:", said)
    assert check(*HOST, "-c", "in-sas=2:,out-sas=1:")[0] == CRITICAL

    # One is down.  Who looks at the other only does not hear of it; who looks for one that is not there does.
    table.write_text(klips(1))
    wait_for(lambda: check(*HOST)[0] == CRITICAL, "a tunnel to be down")
    status, said = check(*HOST)
    assert_by_the_book(status, said)
    assert f"{odd} is down for " in said and "1 of 2 tunnels are up" in said
    assert check(*HOST, "-T", "off*")[0] == check(*HOST, "-I", odd)[0] == check(*HOST, "-c", "down=1")[0] == OK
    status, said = check(*HOST, "-T", "berlin")
    assert status == CRITICAL and "there is no tunnel berlin" in said

    # Centreon's own mode, and mib2text, see the same.
    status, said = centreon(netns, tmp_path)
    assert (status, said.partition(" |")[0]) == (CRITICAL, f"CRITICAL: tunnel {odd} (192.0.2.1 - 198.51.100.2) is down")
    assert "'office#tunnel.in.octets.count'=1000;;;0;" in said
    document = json.loads(netns.run(MIB2TEXT, "-v2c", "-c", COMMUNITY, "-Ct", "-Cf", "json", "127.0.0.1", env=environment(tmp_path)).stdout)
    assert [tunnel["ipsecTunnelState"] for tunnel in document["tunnels"]] == ["up", "down"]

    # Who cannot tell says that nobody knows, not that a tunnel is down.
    table.unlink()
    wait_for(lambda: check(*HOST)[0] == UNKNOWN, "the agent to be stale")
    assert "its SAs" in check(*HOST)[1]
    status, said = centreon(netns, tmp_path)
    assert status == WARNING and "the agent cannot read its SAs" in said
    agent.stop()
    status, said = check(*HOST, "-t", "20")
    assert status == UNKNOWN and "no IPSEC-SPI-MIB there" in said
    assert_by_the_book(status, said)
    status, said = centreon(netns, tmp_path)
    assert status == WARNING and "the agent cannot read its SAs" in said


def test_an_agent_without_tunnels(start_agent, snmpd, check, tmp_path):
    (tmp_path / "empty").write_text("")
    start_agent("-s", "klips", "-k", tmp_path / "empty", "-x", snmpd.agentx).wait_until_served(snmpd.client)
    status, said = check(*HOST)
    assert status == WARNING and "tunnels is 0, not in 1:; 0 of 0 tunnels are up" in said
    assert_by_the_book(status, said)
    assert check(*HOST, "-w", "tunnels=0:")[0] == OK


# ---- What is shipped for them

CENTREON = ["perl", "/usr/lib/nagios/plugins/centreon_plugins.pl", "--plugin=apps::protocols::snmp::plugin", "--mode=collection"]


def centreon(netns, directory):
    words = ["--hostname=127.0.0.1", "--snmp-version=2c", f"--snmp-community={COMMUNITY}", f"--config={KITS / 'centreon/coll.json'}"]
    said = netns.run(*CENTREON, *words, check=False, env=environment(directory))
    return said.returncode, said.stdout


def columns():
    lines = run([BUILD / "tests" / "list_metrics"]).stdout.splitlines()
    return {line.split("\t")[1] for line in lines}


@pytest.mark.once
def test_the_objects_of_centreon_are_those_of_the_table():
    text = (KITS / "centreon/coll.json").read_text()
    asked = set(re.findall(r'"oid": "([\d.]+)"', text)) - {TUNNEL_ENTRY}
    assert len(asked) > 8 and {oid.removesuffix(".0") for oid in asked} <= columns()


# What of Nagios's own files ours needs, at a quicker pace: a minute is a second.
NAGIOS = """
cfg_file={kit}
cfg_file={folder}/rest.cfg
nagios_user=root
nagios_group=root
log_file={folder}/nagios.log
status_file={folder}/status
lock_file={folder}/lock
command_file={folder}/command
query_socket={folder}/query
temp_file={folder}/temp
temp_path={folder}
check_result_path={folder}
object_cache_file={folder}/objects
state_retention_file={folder}/retention
use_syslog=0
interval_length=1
status_update_interval=1
service_inter_check_delay_method=n
host_inter_check_delay_method=n
enable_notifications=0
illegal_macro_output_chars=`~$&|'"<>
"""
ICINGA = """
const PluginDir = "/usr/lib/nagios/plugins"
include <itl>
include <plugins>
include "{kit}"
object CheckerComponent "checker" {{}}
object PerfdataWriter "written" {{
  service_perfdata_path = "{folder}/written"
  service_temp_path = "{folder}/being-written"
  rotation_interval = 1s
}}
object Host "gateway" {{
  check_command = "dummy"
  address = "127.0.0.1"
  vars.ipsec_community = "{community}"
}}
"""


def nagios_rest():
    """A template, a timeperiod and a contact, as Debian's nagios4 has them."""
    days = "".join(f"{day} 00:00-24:00\n" for day in ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"))
    contact = "".join(
        f"{kind}_notifications_enabled 0\n{kind}_notification_period 24x7\n{kind}_notification_commands nothing\n" for kind in ("host", "service")
    )
    return (
        "define host {\nname linux-server\nmax_check_attempts 1\ncontacts nagiosadmin\nregister 0\n}\n"
        "define command {\ncommand_name nothing\ncommand_line /bin/true\n}\n"
        f"define timeperiod {{\ntimeperiod_name 24x7\nalias always\n{days}}}\n"
        f"define contact {{\ncontact_name nagiosadmin\nemail a@example.net\n{contact}}}\n"
    )


def shipped(name, directory):
    """A copy of the file, whose plugin and community are those of the test."""
    text = (KITS / name).read_text()
    for old, new in (("/usr/local/lib/nagios/plugins/check_ipsec_tunnels", str(PLUGIN)), ("CHANGE-ME", COMMUNITY), ("192.0.2.1", "127.0.0.1")):
        assert old in text
        text = text.replace(old, new)
    copy = directory / name.replace("/", "-")
    copy.write_text(text)
    return copy


def start_nagios(netns, directory):
    """Returns what finds the service's block of the status file."""
    (directory / "rest.cfg").write_text(nagios_rest())
    (directory / "main.cfg").write_text(NAGIOS.format(kit=shipped("nagios/ipsec.cfg", directory), folder=directory))
    said = run(["nagios4", "-v", directory / "main.cfg"])
    assert re.search(r"Total Warnings: +0\b", said.stdout) and re.search(r"Total Errors: +0\b", said.stdout), said.stdout
    process = netns.start("nagios4", ["nagios4", directory / "main.cfg"], directory / "nagios4.log", env=environment(directory / "snmp"))

    def service():
        status = directory / "status"
        blocks = status.read_text().split("\n\n") if status.exists() else []
        return dict(line.strip().split("=", 1) for block in blocks if "servicestatus {" in block for line in block.splitlines() if "=" in line)

    return process, service


def start_icinga(netns, directory):
    """Returns what finds {field: value} of the service's last check."""
    directory.chmod(0o777)
    kit = shipped("icinga2/ipsec.conf", directory)
    (directory / "all.conf").write_text(ICINGA.format(kit=kit, folder=directory, community=COMMUNITY))
    text = kit.read_text()
    kit.write_text(text.replace("interval = 1m", "interval = 1s").replace("interval = 30s", "interval = 1s"))
    folders = [f"-D{name}={directory}" for name in ("DataDir", "LogDir", "CacheDir", "InitRunDir")]
    command = ["icinga2", "daemon", "-c", directory / "all.conf", *folders, "-DRunAsUser=root", "-DRunAsGroup=root"]
    assert "Instantiated 1 Service." in run([*command, "-C"]).stdout
    process = netns.start("icinga2", command, directory / "icinga2.log", env=environment(directory / "snmp"))

    def service():
        files = sorted(directory.glob("written.*"), key=lambda path: path.name)
        lines = [line for file in files[-3:] for line in file.read_text().splitlines() if "SERVICEDESC::IPsec tunnels" in line]
        return dict(field.split("::", 1) for field in lines[-1].split("\t")) if lines else {}

    return process, service


@pytest.mark.once
def test_nagios_and_icinga_see_a_tunnel_go_down_and_come_back(agent, table, snmpd, netns, tmp_path, other_users):
    """The shipped files, in both programs as they run, of tunnels one of which has a name that might break a line."""
    odd = snmpd.client.get_value(f"{TUNNEL_ENTRY}.28.2").decode()
    processes, services = zip(*(start(netns, new_folder(tmp_path / name)) for name, start in (("nagios", start_nagios), ("icinga", start_icinga))))
    nagios, icinga = services

    def are(state, word):
        return nagios().get("current_state") == str(state) and icinga().get("SERVICESTATE") == word

    def told():
        return f"{nagios()}\n{icinga()}\n" + "\n".join(process.output()[-2000:] for process in processes)

    try:
        wait_for(lambda: are(OK, "OK"), "both to find both tunnels up")
        assert "2 of 2 tunnels are up" in nagios()["plugin_output"]
        # Each tunnel's figures are whole, in both.
        for figures in (nagios()["performance_data"], icinga()["SERVICEPERFDATA"]):
            for name in ("office", odd):
                assert re.search(rf"(?:^|[ ']){re.escape(name)}_in_octets'?=1000c", figures), figures
        table.write_text(klips(1))
        wait_for(lambda: are(CRITICAL, "CRITICAL"), "both to find a tunnel down")
        assert f"{odd} is down" in nagios()["plugin_output"]
        table.write_text(klips(1, 2))
        wait_for(lambda: are(OK, "OK"), "both to find it up again")
        table.unlink()
        wait_for(lambda: are(UNKNOWN, "UNKNOWN"), "both to say that nobody knows")
    except AssertionError:
        print(told())
        raise
    finally:
        for process in processes:
            process.stop()


def new_folder(path):
    path.mkdir()
    return path


@pytest.mark.once
def test_icinga_calls_the_plugin_by_options_that_it_has(check):
    options = set(re.findall(r'^    "(-\w)" =', (KITS / "icinga2/ipsec.conf").read_text(), re.MULTILINE))
    assert len(options) > 10 and options <= set(re.findall(r"^  (-\w), ", check("-h")[1], re.MULTILINE))
