# SPDX-License-Identifier: BSD-3-Clause
"""
What others know an agent without snmpd by (its SNMPv3 engine ID, how often it has started, its users) over restarts, in every
way in which it can be started.
"""

import os
import re
import signal

import pytest

from bed import events
from bed.places import AGENT, ROOT_OID, TREE
from bed.process import wait_for
from bed.snmp import Client, environment

ADDRESS = "udp:127.0.0.1:161"
ENGINE = ".1.3.6.1.6.3.10.2.1"
ENGINE_ID, BOOTS = f"{ENGINE}.1.0", f"{ENGINE}.2.0"
EXPIRED = "esp0x1000@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 life(c,s,h)=bytes(9,5,0)addtime(7,0,0)\n"
NOBODY = 65534


class Engine:
    """One agent that is started again and again, always in the same way."""

    def __init__(self, namespace, folder, words=(), enter=(), options=(), configuration="", use_c=True, unit=True):
        self.namespace, self.folder, self.enter, self.options = namespace, folder, enter, options
        self.environment = environment(folder)
        if not unit:
            del self.environment["STATE_DIRECTORY"]
        own = self.environment.get("ASAN_OPTIONS", "")
        self.environment["ASAN_OPTIONS"] = f"{own}:detect_leaks=0".lstrip(":")
        self.file = folder / "ipsec-spi-agent.conf"
        self.configure(configuration)
        self.words = ("-c", self.file) if use_c else ()
        self.client = Client(namespace, ADDRESS, folder)
        self.process = None

    def configure(self, configuration):
        self.file.write_text(f"rocommunity public\n{configuration}")

    def start(self):
        command = [*self.enter, AGENT, "-f", *self.words, "-l", self.client.address, "-i", "1", *self.options]
        (self.folder / "log").unlink(missing_ok=True)
        self.process = self.namespace.start("agent", command, self.folder / "log", env=self.environment)
        asked = lambda: self.client.run("snmpget", "-t0.5", "-r0", ENGINE_ID, check=False).returncode == 0  # noqa: E731
        wait_for(asked, "the engine to answer", process=self.process)
        return self

    def who(self):
        """(engine ID, boots)"""
        engine_id, boots = (v.value for v in self.client.get(ENGINE_ID, BOOTS))
        return engine_id.hex(), boots

    def stop(self):
        assert self.process.stop() == 0, self.process.output()
        self.process.assert_clean()

    def end(self):
        if self.process and self.process.running():
            self.stop()


@pytest.fixture
def engine(netns, tmp_path, sockets):  # whose folders are there until all have ended
    """engine(**how it is started): an Engine."""
    made = []

    def make(folder=tmp_path, **how):
        (folder / "ipsec_spi").write_text(EXPIRED)
        how = {"options": ("-k", folder / "ipsec_spi"), **how}
        made.append(Engine(netns, folder, **how))
        return made[-1]

    yield make
    for one in made:
        print(f"---- it said:\n{one.process.output()}")
        one.end()


def own_var_lib(folder):
    """A command that has the folder for /var/lib."""
    folder.mkdir()
    return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /var/lib && exec "$@"', folder]


@pytest.fixture
def of_another_user(other_users, engine, sockets):
    """of_another_user(enter=[], ...): an Engine of a user who may not do anything, in a folder that is that user's."""

    def make(enter=(), **how):
        sockets.chmod(0o755)
        address = "udp:127.0.0.1:1161"
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        made = engine(folder=sockets, enter=[*enter, *become], **how)
        made.client = Client(made.namespace, address, sockets)
        for path in (sockets, *sockets.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        return made

    return make


def assert_is_the_same_engine(engine):
    ids, boots = zip(*((engine.start(), engine.who(), engine.stop())[1] for _ in range(3)))
    assert len(set(ids)) == 1 and ids[0].startswith("80001f8880") and boots == (1, 2, 3)


# ---- Ways of starting


def test_with_a_file(engine):
    assert_is_the_same_engine(engine())


def test_with_the_search_path(engine):
    assert_is_the_same_engine(engine(use_c=False))


def test_with_a_directory_that_the_configuration_names(engine, tmp_path):
    assert_is_the_same_engine(engine(configuration=f"state-directory {tmp_path}/mine # which is made\n", unit=False))
    assert (tmp_path / "mine" / "engine").exists()


def test_by_hand_without_anything(engine, tmp_path):
    started = engine(enter=own_var_lib(tmp_path / "lib"), unit=False)
    del started.environment["SNMP_PERSISTENT_DIR"]
    assert_is_the_same_engine(started)
    assert (tmp_path / "lib" / "ipsec-spi-agent" / "engine").exists()


def test_in_namespaces(engine, new_namespace):
    spaces = [new_namespace(), new_namespace()]
    options = [word for space in spaces for word in ("-n", space.name)]
    assert_is_the_same_engine(engine(options=options))


def test_as_another_user(of_another_user):
    assert_is_the_same_engine(of_another_user())


def test_becoming_another_user(other_users, engine):
    assert_is_the_same_engine(engine(configuration="agentuser nobody\nagentgroup nogroup\n"))


def test_the_unit_has_the_directory_and_nothing_else():
    unit = (TREE / "conf" / "ipsec-spi-agent.service").read_text()
    assert re.search(r"^StateDirectory=ipsec-spi-agent$", unit, re.MULTILINE)
    assert "SNMP_PERSISTENT_DIR" not in unit


def test_an_engine_that_is_killed_has_started_all_the_same(engine):
    killed = engine()
    who = killed.start().who()
    killed.process.kill()
    assert killed.start().who() == (who[0], who[1] + 1)


def test_an_engine_whose_id_is_configured(engine):
    started = engine(configuration="exactEngineID 0x80001f88041020304050\n")
    for boots in (1, 2, 3):
        assert started.start().who() == ("80001f88041020304050", boots)
        started.stop()


def test_hangup_is_no_start(engine):
    started = engine()
    who = started.start().who()
    for times in (1, 2):
        started.process.signal(signal.SIGHUP)
        started.process.wait_until_said("read the configuration again", times=times)
    assert started.who() == who
    started.stop()
    assert started.start().who() == (who[0], who[1] + 1)


def test_net_snmp_keeps_nothing_of_its_own(engine, tmp_path):
    started = engine(configuration=create("mon", "its passphrase"))
    started.start().stop()
    assert [path.name for path in (tmp_path / "persistent").iterdir()] == ["cert_indexes"]
    del started.environment["SNMP_PERSISTENT_DIR"]
    started.start().stop()
    assert {path.name for path in (tmp_path / "state").iterdir()} - {"state.old", "shown"} == {"engine", "state", "cert_indexes"}
    assert "mon" not in (tmp_path / "state" / "engine").read_text()
    assert "Created directory" not in started.process.output()


# ---- Where nothing can be kept


ANOTHER = "makes this another SNMPv3 engine"


def test_a_directory_that_cannot_be_used(engine, tmp_path):
    (tmp_path / "state").write_text("not a directory")
    started = engine().start()
    said = f"cannot keep state: {tmp_path}/state: Not a directory; a restart may give tunnels other indexes, and {ANOTHER} (state-directory)"
    assert started.process.output().count(said) == 1


def test_another_users_directory(of_another_user, tmp_path):
    started = of_another_user(enter=own_var_lib(tmp_path / "lib"), unit=False).start()
    said = f"cannot keep state: /var/lib/ipsec-spi-agent: Permission denied; a restart may give tunnels other indexes, and {ANOTHER}"
    assert started.process.output().count(said) == 1


def test_no_directory_is_wanted(engine):
    assert f"state-directory none: a restart {ANOTHER}" in engine(configuration="state-directory none\n").start().process.output()


@pytest.mark.parametrize(
    "damage, why",
    [
        (lambda text: text[:-30], "ends"),
        (lambda text: text.replace(" 1\nend", " 2\nend"), "checksum"),
        (lambda text: "engineBoots 3\noldEngineID 0x80001f8880\n", "state"),
        (lambda text: "", "state"),
    ],
    ids=["cut", "changed", "net-snmp's", "empty"],
)
def test_a_file_that_is_damaged(engine, tmp_path, damage, why):
    started = engine()
    who = started.start().who()
    started.stop()
    file = tmp_path / "state" / "engine"
    file.write_text(damage(file.read_text()))
    other = started.start().who()
    assert other[0] != who[0] and other[1] == 1
    assert "it was renamed to engine.bad, and this is another SNMPv3 engine now" in started.process.output()
    assert (tmp_path / "state" / "engine.bad").exists()
    started.stop()
    assert started.start().who() == (other[0], 2)


def test_a_file_that_cannot_be_written(engine, tmp_path):
    (tmp_path / "state" / "engine.new" / "in the way").mkdir(parents=True)
    said = f"cannot keep the SNMPv3 engine ID and boot count: {tmp_path}/state/engine.new: Is a directory; a restart {ANOTHER}"
    assert engine().start().process.output().count(said) == 1


# ---- Users


def credentials(user, passphrase):
    return ["-v3", "-l", "authPriv", "-u", user, "-a", "SHA-256", "-A", passphrase, "-x", "AES", "-X", passphrase]


def create(user, passphrase):
    return f'createUser {user} SHA-256 "{passphrase}" AES "{passphrase}"\nrouser {user} authpriv\n'


def opens(engine, user, passphrase):
    client = Client(engine.namespace, ADDRESS, engine.folder, credentials(user, passphrase))
    return client.run("snmpget", "-t1", "-r0", f"{ROOT_OID}.1.1.1.0", check=False).returncode == 0


def restarted(engine):
    engine.stop()
    engine.start()


def reloaded(engine):
    before = engine.process.output().count("read the configuration again")
    engine.process.signal(signal.SIGHUP)
    engine.process.wait_until_said("read the configuration again", times=before + 1)


@pytest.mark.parametrize("again", [restarted, reloaded])
@pytest.mark.parametrize("use_c", [True, False], ids=["with -c", "with the search path"])
def test_users_are_those_of_the_configuration(engine, again, use_c):
    started = engine(configuration=create("mon", "first passphrase") + create("other", "its passphrase"), use_c=use_c).start()
    assert opens(started, "mon", "first passphrase") and opens(started, "other", "its passphrase")
    started.configure(create("mon", "second passphrase") + create("other", "its passphrase"))
    again(started)
    assert opens(started, "mon", "second passphrase") and opens(started, "other", "its passphrase")
    assert not opens(started, "mon", "first passphrase")
    started.configure(create("other", "its passphrase"))
    again(started)
    assert opens(started, "other", "its passphrase")
    assert not opens(started, "mon", "second passphrase") and not opens(started, "mon", "first passphrase")


# ---- A receiver that knows the engine


def test_notifications_of_version_3_are_received_over_restarts(engine, start_snmptrapd, tmp_path):
    """snmptrapd drops what comes from another engine, and from the same one's past."""
    user = "mon", "its own passphrase"
    sender = engine(configuration=create(*user))
    engine_id, _ = sender.start().who()
    sender.stop()
    receiver = start_snmptrapd(
        configuration=f'createUser -e 0x{engine_id} mon SHA-256 "{user[1]}" AES "{user[1]}"\nauthUser log mon priv\n'
    )
    sender.configure(create(*user) + f"trapsess {' '.join(map(repr, credentials(*user)))} 127.0.0.1:162\n".replace("'", '"'))
    for times, end in enumerate((sender.stop, lambda: sender.process.kill(), sender.stop), 1):
        # Another SA each time, since a limit is told of once, however often the agent starts.
        (tmp_path / "ipsec_spi").write_text(EXPIRED.replace("0x1000", f"0x100{times}"))
        sender.start()
        told = events.wait_for_notified(receiver, times)
        assert [event.said for event in told] == [f"esp.100{number}@192.0.2.1" for number in range(1, times + 1)]
        end()
