# SPDX-License-Identifier: BSD-3-Clause
"""The sections of a run, in its order: each is a function of the stage."""

from . import alternatives, events, exporting, idle, latency, memory, reading, scrape, tunnels, walks

SECTIONS = {
    "walks": walks.walks,
    "flatness": walks.flatness,
    "reading-klips": reading.klips,
    "reading-xfrm": reading.xfrm,
    "latency": latency.while_reading,
    "printing": alternatives.printing,
    "memory": memory.memory,  # takes the SAs of all before it away
    "events": events.burst,
    "notifications": latency.while_notifying,
    "flood": latency.while_flooded,
    "mib2text": exporting.from_agent,
    "saved-walk": exporting.from_saved_walk,
    "tunnels": tunnels.tunnels,
    "scrape": scrape.scrape,
    "idle": idle.idle,
    "scripts": alternatives.scripts,
}
