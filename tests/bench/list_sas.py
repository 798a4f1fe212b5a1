#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""
list_sas.py TUNNELS ROUNDS: how long it takes to list the SAs of a real strongSwan with so many tunnels, "listed WHAT SECONDS" for each
round, by swanctl, by ip, and as the agent's table of tunnels.  In User-Mode Linux (tests/uml/run), where ESP is.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
from bed.agent import Agent  # noqa: E402
from bed.ike import IkePair  # noqa: E402
from bed.netns import Namespace  # noqa: E402
from bed.places import TUNNEL_ENTRY, scalar  # noqa: E402
from bed.process import wait_for  # noqa: E402
from bed.snmp import READ_ACCESS  # noqa: E402

ADDRESS = "udp:127.0.0.1:1161"


def main():
    tunnels, rounds = map(int, sys.argv[1:])
    directory = Path(tempfile.mkdtemp(prefix="list-sas-"))
    left = Namespace("left")
    pair = IkePair(left, Namespace("right"), directory, children=tunnels).start()
    agent = Agent(left, directory, "-l", ADDRESS, configuration=READ_ACCESS).start()
    client = agent.client(ADDRESS)
    agent.wait_until_served(client)
    wait_for(lambda: client.get_value(scalar("TunnelsUp")) == tunnels, f"{tunnels} tunnels", 300, agent.process)
    walk = ["snmpbulkwalk", "-v2c", "-cpublic", "-On", "-t60", "-Cr50", ADDRESS, TUNNEL_ENTRY]
    ways = {
        "swanctl": lambda: pair.daemons[0].swanctl("--list-sas"),
        "ip": lambda: left.run("ip", "-s", "xfrm", "state"),
        "agent": lambda: left.run(*walk, env=agent.environment),
    }
    for _ in range(rounds):
        for name, run in ways.items():
            began = time.monotonic()
            run()
            print(f"listed {name} {time.monotonic() - began:.4f}", flush=True)
    agent.stop()
    pair.stop()


if __name__ == "__main__":
    main()
