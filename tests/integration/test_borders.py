# SPDX-License-Identifier: BSD-3-Clause
"""
Names at every border of the tree, and many at random, asked for by GET, GETNEXT and GETBULK, of an engine and through snmpd:
the answers are what a sorted list of all objects says.
"""

import bisect
import itertools
import os
import random

import pytest

from bed import xfrm
from bed.ber import END_OF_MIB_VIEW, GET, GET_BULK, GET_NEXT, NO_SUCH_INSTANCE, NO_SUCH_OBJECT, Asker
from bed.places import ROOT_OID, scalar
from bed.process import wait_for

ENGINE = "udp:127.0.0.1:1161"
ROOT = tuple(int(n) for n in ROOT_OID.strip(".").split("."))
LAST = 2**32 - 1
NAMES = 10_000
AT_ONCE = 20  # names in a request
LONGEST = 128  # sub-identifiers of a name (RFC 2578, section 3.5)


@pytest.fixture(params=["engine", "snmpd"])
def asker(request, netns, make_snmpd, start_agent):
    """Asks an agent with a few SAs, events and tunnels, which are the same all the time."""
    xfrm.add_larval_sas(netns, 3)
    xfrm.add_larval_sas(netns, 1, "2001:db8::1", "2001:db8::2")
    xfrm.keep_larval_sas(netns)
    words = "interval 3600\ntunnel one remote 192.0.2.2\ntunnel two remote 2001:db8::2\n"
    if request.param == "engine":
        client = (agent := start_agent("-s", "xfrm", "-l", ENGINE, configuration=f"rocommunity public\n{words}")).client(ENGINE)
    else:
        snmpd = make_snmpd().start()
        agent, client = start_agent("-s", "xfrm", "-x", snmpd.agentx, configuration=words), snmpd.client
    agent.wait_until_served(client)
    wait_for(lambda: client.get_value(scalar("Sas")) == 4, "all SAs", process=agent.process)
    asker = Asker(netns, 1161 if request.param == "engine" else 161)
    yield asker
    asker.close()


def is_ours(name):
    return name[: len(ROOT)] == ROOT


def walk(asker):
    """All objects of the tree, one by one."""
    found, name = [], ROOT
    while True:
        answer = asker.ask(GET_NEXT, [name])
        assert answer.error == 0
        ((name, tag, _),) = answer.varbinds
        if tag == END_OF_MIB_VIEW or not is_ours(name):
            return found
        found.append(name)


def neighbours(name):
    """What lies around a name, and has another length."""
    last = name[-1]
    yield name
    yield name[:-1]
    yield from (name + (more,) for more in (0, 1, LAST))
    yield from (name[:-1] + (other,) for other in (0, 1, last - 1, last + 1, 2**31 - 1, 2**31, LAST) if 0 <= other <= LAST)
    yield name + (0,) * (LONGEST - len(name))


def borders(objects):
    """Around each object, and each step of the way to it."""
    steps = {name[:length] for name in objects for length in range(len(ROOT), len(name) + 1)}
    names = {near for step in steps for near in neighbours(step)}
    # What lies before the tree is another module's.
    return sorted(name for name in names if name >= ROOT)


def at_random(objects, count, chance):
    """Objects that were changed in one place or more, cut, or made longer; some made of nothing but chance."""
    likely = [0, 1, 2, 3, 4, 5, 6, 50, 255, 2**31 - 1, 2**31, LAST - 1, LAST]
    for _ in range(count):
        name = list(chance.choice(objects))
        for _ in range(chance.choice([0, 1, 1, 2])):
            at = chance.randrange(len(ROOT), len(name))
            name[at] = chance.choice([*likely, chance.randrange(2**32), max(0, name[at] - 1), min(LAST, name[at] + 1)])
        if chance.random() < 0.3:
            name = name[: chance.randrange(len(ROOT), len(name) + 1)]
        if chance.random() < 0.3:
            name += [chance.choice([*likely, chance.randrange(2**32)]) for _ in range(chance.randrange(1, 20))]
        yield tuple(name)


def after(objects, name, count=1):
    start = bisect.bisect_right(objects, name)
    return objects[start : start + count]


def ours(varbinds):
    """The names of these that are objects of the tree."""
    return [name for name, tag, _ in varbinds if tag != END_OF_MIB_VIEW and is_ours(name)]


def groups(names):
    names = iter(names)
    while group := tuple(itertools.islice(names, AT_ONCE)):
        yield group


def compare(asker, objects, names):
    known, wrong = set(objects), []
    for group in groups(names):
        there = asker.ask(GET, group)
        following = asker.ask(GET_NEXT, group)
        assert there.error == following.error == 0
        for name, (echo, tag, _), (got, end, _) in zip(group, there.varbinds, following.varbinds):
            is_there = tag not in (NO_SUCH_OBJECT, NO_SUCH_INSTANCE)
            wanted = after(objects, name)
            if echo != name or is_there != (name in known):
                wrong.append(("GET", name, tag))
            if ours([(got, end, None)]) != wanted or end != END_OF_MIB_VIEW and got <= name:
                wrong.append(("GETNEXT", name, got, wanted))
        repeated = group[-1]
        bulk = asker.ask(GET_BULK, [repeated], repetitions=7)
        if ours(bulk.varbinds) != after(objects, repeated, min(7, len(bulk.varbinds))):
            wrong.append(("GETBULK", repeated, bulk.varbinds))
    return wrong


def test_names_at_the_borders(asker, record_property):
    objects = walk(asker)
    assert objects == sorted(set(objects)) and len(objects) > 400
    names = borders(objects)
    record_property("figure", f"{len(names)} names around {len(objects)} objects")
    assert compare(asker, objects, names) == []
    assert walk(asker) == objects, "it has not changed meanwhile"


def test_names_at_random(asker, record_property):
    seed = int(os.environ.get("SEED", random.randrange(2**32)))
    record_property("figure", f"{NAMES} names, SEED={seed}")
    print(f"SEED={seed}")
    objects = walk(asker)
    assert compare(asker, objects, at_random(objects, NAMES, random.Random(seed))) == []
    assert walk(asker) == objects, "it has not changed meanwhile"


def test_the_name_that_went_backwards(asker):
    """Its last but one sub-identifier has all bits set."""
    objects = walk(asker)
    name = (*ROOT, 1, 1, LAST, 0)
    (found,) = asker.ask(GET_NEXT, [name]).varbinds
    assert found[0] == after(objects, name)[0] and found[0][: len(ROOT) + 3] == (*ROOT, 1, 2, 1)
