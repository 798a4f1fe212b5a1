# SPDX-License-Identifier: BSD-3-Clause
"""GETs at a steady rate, by an idle agent and by one that is busy with something else."""

from contextlib import nullcontext

from bed import ber, flood, managers
from bed.agentx import subids
from bed.places import scalar
from bed.process import wait_for
from results import at_most, percentile, ratios

READS, TOTAL_SAS, LONGEST_STEP = map(scalar, ("Reads", "Sas", "LongestStep"))
NOTIFICATIONS_WAITING = scalar("NotificationsWaiting")
EXPIRIES = 20_000
A_STRANGERS = managers.by_community(managers.V2C, b"stranger", managers.pdu(ber.GET, 1, [tuple(subids(READS))]))
LINE = "esp0x{:x}@192.0.2.1 ESP_AES_HMAC_SHA1: dir=in  src=192.0.2.2 life(c,s,h)=bytes({},100,0)\n"


def compare(stage, doing, places, busy_with=nullcontext):
    """places: {name: (namespace, address)} of the idle one and of the busy one; busy_with: makes what goes on while that is asked."""
    rounds = {name: [] for name in places}
    for _ in range(stage.rounds):
        for (name, (namespace, address)), with_what in zip(places.items(), (nullcontext, busy_with)):
            with with_what():
                rounds[name].append(stage.get_latencies(namespace, address, READS))
    p99 = {name: [percentile(latencies, 0.99) for latencies in measured] for name, measured in rounds.items()}
    for name, measured in rounds.items():
        stage.results.measure(f"GET, {name}: median", [percentile(latencies, 0.5) for latencies in measured], "µs")
        stage.results.measure(f"GET, {name}: 99 of 100 within", p99[name], "µs")
    idle, busy = p99.values()
    stage.results.ratio(f"GET latency (p99) while {doing}, to an idle agent's", ratios(busy, idle), at_most(2))


def while_reading(stage):
    full, addresses = stage.full, ["udp:127.0.0.1:1180", "udp:127.0.0.1:1181"]
    stage.results.begin(f"GETs at a steady rate, by an idle agent and while {stage.sas:,} SAs are read without a pause")
    idle = stage.agent(stage.quiet, "-l", addresses[0], "-i", "3600")
    busy = stage.agent(full, "-l", addresses[1], "-i", "1", configuration="read-share 100\n")
    idle.wait_until_served(idle.client(addresses[0]))
    stage.wait_for_rows(full, addresses[1], stage.sas, busy.process)
    compare(stage, "reading", {"idle": (stage.quiet, addresses[0]), "reading": (full, addresses[1])})
    longest = busy.client(addresses[1]).get_value(LONGEST_STEP) / 1000
    stage.results.measure("longest step of the event loop (ipsecAgentLongestStep)", longest, "ms")
    stage.results.ratio("longest step of the event loop while reading", longest, at_most(5), "ms")
    stage.stop_all()


def while_notifying(stage):
    stage.results.begin(f"GETs through snmpd, by an idle agent and while it notifies {EXPIRIES:,} expiries at its default pace")
    places = {}
    for port, (name, octets) in enumerate({"idle": 1, "notifying": 1000}.items(), 1185):
        file = stage.directory / name
        file.write_text("".join(LINE.format(0x1000 + n, octets) for n in range(EXPIRIES)))
        master = stage.snmpd(stage.quiet, port, "trap2sink 127.0.0.1:1162\n")
        agent = stage.agent(stage.quiet, "-s", "klips", "-k", file, "-x", master.agentx, "-i", "3600")
        agent.wait_until_served(master.client)
        wait_for(lambda: master.client.get_value(TOTAL_SAS) == EXPIRIES, "the rows", 60, agent.process)  # noqa: B023
        places[name] = stage.quiet, master.address
    compare(stage, "notifying", places)
    assert master.client.get_value(NOTIFICATIONS_WAITING) > 0, "the burst was over before the figures were taken"
    stage.stop_all()


def while_flooded(stage):
    """A stranger sends from one address, as fast as one CPU can, what is refused; the one who asks has another."""
    stage.results.begin("GETs at a steady rate, by an idle agent and by one that is flooded from another address")
    file = stage.klips_file(100)
    places = {}
    for port, name in enumerate(("idle", "flooded"), 1187):
        address = f"udp:127.0.0.1:{port}"
        agent = stage.agent(stage.quiet, "-s", "klips", "-k", file, "-l", address, "-i", "3600")
        agent.wait_until_served(agent.client(address))
        places[name] = stage.quiet, address
    compare(stage, "flooded", places, lambda: flood.from_address(stage.quiet, "127.0.0.9", "127.0.0.1", port, A_STRANGERS))
    stage.stop_all()
