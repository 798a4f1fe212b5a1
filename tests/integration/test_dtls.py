# SPDX-License-Identifier: BSD-3-Clause
"""With -l, by certificates instead of passphrases: SNMP over DTLS (RFC 6353), as Debian's net-snmp has it."""

import pytest

from bed.places import scalar
from bed.process import run
from bed.snmp import environment

ADDRESS = "dtlsudp:127.0.0.1:10161"
VERSION = scalar("Version")


def make_identity(folder, name):
    """A key and its certificate; the fingerprint."""
    words = ["-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"]
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", *words])
    return run(["openssl", "x509", "-in", folder / f"{name}.crt", "-noout", "-fingerprint", "-sha256"]).stdout.strip().rpartition("=")[2]


def give(owner, folder, *names):
    """All certificates, and the keys of its own."""
    for kind in ("certs", "private"):
        (owner / "tls" / kind).mkdir(parents=True)
    for certificate in folder.glob("*.crt"):
        (owner / "tls/certs" / certificate.name).write_bytes(certificate.read_bytes())
    for name in names:
        key = owner / "tls/private" / f"{name}.key"
        key.touch(mode=0o600)
        key.write_bytes((folder / f"{name}.key").read_bytes())


@pytest.mark.once
def test_who_has_a_certificate_that_is_named_may_ask(netns, start_agent, tmp_path, monkeypatch):
    folder, asker = tmp_path / "identities", tmp_path / "asker"
    folder.mkdir()
    prints = {name: make_identity(folder, name) for name in ("gateway", "monitor", "stranger")}
    give(asker, folder, "monitor", "stranger")
    give(tmp_path, folder, "gateway")
    (tmp_path / "ipsec_spi").touch()
    configuration = (
        f"[snmp] localCert {prints['gateway']}\n"
        f"certSecName 10 {prints['monitor']} --sn monitor\n"
        "rouser -s tsm monitor authpriv\n"
    )
    words = ["-k", tmp_path / "ipsec_spi", "-l", ADDRESS]
    monkeypatch.setattr("bed.agent.environment", lambda directory: {**environment(directory), "SNMPCONFPATH": str(tmp_path)})
    agent = start_agent(*words, configuration=configuration)
    agent.wait_until_said("started")

    def ask(name):
        identities = ["-T", f"our_identity={prints[name]}", "-T", f"their_identity={prints['gateway']}"]
        words = ["-v3", "--defSecurityModel=tsm", "-u", "monitor", "-l", "authPriv", "-t2", "-r1", *identities, "-Oqv"]
        return netns.run("snmpget", *words, ADDRESS, VERSION, check=False, env={**environment(asker), "SNMPCONFPATH": str(asker)})

    assert ask("monitor").returncode == 0
    assert ask("stranger").returncode != 0
