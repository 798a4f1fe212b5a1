# SPDX-License-Identifier: BSD-3-Clause
"""The two programs under test."""

import itertools

from .places import AGENT, AGENTX_DIRECT, MIB2TEXT, PATIENCE, ROOT_OID
from .process import wait_for
from .snmp import Client, environment

_numbers = itertools.count(1)
NOT_YET_READ = 4  # of ipsecAgentSourceStatus


class Agent:
    """
    ipsec-spi-agent in the foreground.  stop() asserts that it ended cleanly and that no sanitizer has
    anything to say; the fixture calls it for every agent that a test leaves running.
    """

    def __init__(self, namespace, directory, *options, configuration=""):
        self.namespace = namespace
        self.directory = directory / f"agent{next(_numbers)}"
        self.options = options
        self.environment = environment(self.directory)
        # LeakSanitizer traces its process, which the agent has forbidden once it serves.
        own = self.environment.get("ASAN_OPTIONS", "")
        self.environment["ASAN_OPTIONS"] = f"{own}:detect_leaks=0".lstrip(":")
        self.configuration_file = self.directory / "ipsec-spi-agent.conf"
        # At the end: complaints name lines.  And it may end among the words of snmp.conf.
        own_way = "" if AGENTX_DIRECT == "yes" else f"[ipsec-spi-agent] agentx-direct {AGENTX_DIRECT}\n"
        self.configuration_file.write_text(configuration + own_way)
        self.process = None

    def start(self, before=()):
        """before: a program that starts the agent, with its options."""
        command = [*before, AGENT, "-f", "-c", self.configuration_file, *self.options]
        self.process = self.namespace.start("agent", command, self.directory / "log", env=self.environment)
        return self

    def client(self, address):
        """A client for an agent that is an engine of its own (-l ADDRESS)."""
        return Client(self.namespace, address, self.directory)

    @property
    def pid(self):
        return self.process.pid

    def output(self):
        return self.process.output()

    def running(self):
        return self.process is not None and self.process.running()

    def wait_until_served(self, client, seconds=PATIENCE, root=ROOT_OID):
        """Waits until the agent answers through that client, and has tried to read its SAs."""
        status = f"{root}.1.1.3"  # ipsecAgentSourceStatus

        def answered():
            values = {varbind.oid: varbind.value for varbind in client.get_next(root, status)}
            return any(oid.startswith(f"{root}.") for oid in values) and values.get(f"{status}.0") != NOT_YET_READ

        wait_for(answered, "the agent to be served", seconds, self.process)
        return self

    def wait_until_said(self, text, **options):
        self.process.wait_until_said(text, **options)

    def stop(self):
        status = self.process.stop()
        self.process.assert_clean()
        assert status == 0, f"the agent ended with {status}:\n{self.output()}"

    def kill(self):
        self.process.kill()


def run_agent(namespace, directory, *options, configuration=None, check=False, **run_options):
    """An agent that ends by itself: -p, -V, or one that cannot start.  The CompletedProcess."""
    env = environment(directory)
    words = []
    if configuration is not None:
        file = directory / "ipsec-spi-agent.conf"
        file.write_text(configuration)
        words = ["-c", file]
    return namespace.run(AGENT, *words, *options, check=check, env=env, **run_options)


def run_mib2text(namespace, directory, *options, check=True, **run_options):
    """mib2text with those options.  The CompletedProcess; text=False for the bytes as they are."""
    return namespace.run(MIB2TEXT, *options, check=check, env=environment(directory), **run_options)
