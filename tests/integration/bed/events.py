# SPDX-License-Identifier: BSD-3-Clause
"""Notifications of the agent, and rows of ipsecEventTable, as values."""

from collections import namedtuple

from .places import EVENT_ENTRY, ROOT_OID, scalar
from .process import wait_for, wait_for_growth
from .snmp import SNMP_TRAP_OID
from .xfrm import keep_larval_sas

COLUMNS = {
    2: "number",
    3: "before",
    4: "time",
    5: "kind",
    6: "context",
    7: "said",
    8: "transform",
    9: "direction",
    10: "source_type",
    11: "source",
    12: "tunnel",
    13: "limit",
    14: "current",
    15: "soft",
    16: "hard",
    17: "detail",
    18: "delivery",
    19: "tunnel_index",
    20: "source_text",
    21: "tunnel_descr",
    22: "connection",
    23: "identity",
    24: "alarm",
}
TEXTS = {"context", "said", "transform", "tunnel", "detail", "source_text", "tunnel_descr", "connection", "identity"}
DECIMALS = {"current", "soft", "hard"}

SOFT, HARD, SOURCE_FAILED, SOURCE_RECOVERED, UP, DOWN, ERRORS, CREATED, DELETED, IKE_UP, IKE_DOWN, RAISED, CLEARED = range(1, 14)
NO_ALARM, ONE_WAY, SEQUENCE, DROPS, LATE_REKEY, REKEY_STORM = range(6)
NO_LIMIT, ALLOCATIONS, BYTES, ADD_TIME, USE_TIME, PACKETS = range(6)
NOT_NOTIFIED, WAITING, SENT, DROPPED, NO_SINK = range(5)

# What a notification does not carry is None.
Event = namedtuple("Event", COLUMNS.values())

# The second loses nothing, however slow the receiver is; it has to run before the sender reads this.
SINK = "trap2sink 127.0.0.1:162 public\n"
STREAM_SINK = "trap2sink tcp:127.0.0.1:162 public\n"
# Expiries that any kernel can make.
NOTIFY_LARVAL = "notify-hard all larval\n"


def _event(cells, **known):
    values = dict.fromkeys(COLUMNS.values())
    for column, value in cells:
        name = COLUMNS[column]
        values[name] = value.decode() if name in TEXTS else int(value) if name in DECIMALS else value
    return Event(**{**values, **known})


def _notified(trap):
    kind = int(trap[SNMP_TRAP_OID].value.rpartition(".")[2])
    cells = [(v.oid[len(EVENT_ENTRY) + 1 :].split("."), v.value) for v in trap.values() if v.oid.startswith(EVENT_ENTRY)]
    event = _event(((int(column), value) for (column, _), value in cells), kind=kind)
    assert {int(row) for (_, row), _ in cells} == {event.number}, "every varbind is of the event's own row"
    return event


def notified(snmptrapd, *kinds):
    """
    The agent's notifications that snmptrapd has received, in order, of those kinds if any are given; snmpd sends some
    of its own.
    """
    return [_notified(t) for t in _ours(snmptrapd, kinds)]


def _ours(snmptrapd, kinds):
    prefix = f"{ROOT_OID}.0."
    values = ((t, t[SNMP_TRAP_OID].value) for t in snmptrapd.traps())
    return [t for t, v in values if v.startswith(prefix) and (not kinds or int(v[len(prefix) :]) in kinds)]


def wait_for_notified(snmptrapd, count, *kinds):
    try:
        wait_for_growth(lambda: len(_ours(snmptrapd, kinds)), count, "notifications", snmptrapd.process)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{snmptrapd.overrun()} datagrams were lost in front of their receivers") from None
    return notified(snmptrapd, *kinds)


def wait_for_notified_of(snmptrapd, count):
    """Until notifications of that many SAs have arrived; duplicates do not count."""
    wait_for_growth(lambda: len({e.said for e in notified(snmptrapd)}), count, "SAs notified of", snmptrapd.process)
    return notified(snmptrapd)


def logged(client, *kinds):
    """The rows of ipsecEventTable, of those kinds if any are given; without those that came or went in mid-walk."""
    rows = {index: row for index, row in client.table(EVENT_ENTRY).items() if row.keys() == COLUMNS.keys()}
    events = [_event(row.items()) for row in rows.values()]
    assert [str(e.number) for e in events] == list(rows), "the index is the number"
    return [e for e in events if not kinds or e.kind in kinds]


def wait_until_settled(client, sent):
    """Until nothing waits any more; then as many must have been sent, and none dropped."""
    now = wait_for(lambda: (now := counts(client))[1] == 0 and now, "nothing to wait")
    assert now == (sent, 0, 0)


def account(name, made, told):
    """Prints the outcome of that many expiries, each of another SA, and returns (lost, doubled)."""
    saids = [e.said for e in told]
    lost, doubled = made - len(set(saids)), len(saids) - len(set(saids))
    print(f"{name}: {made} made, {len(saids)} told, {doubled} doubled, {lost} lost")
    return lost, doubled


def assert_in_order(told):
    """Numbers rise, and each notification names the one before it."""
    numbers = [e.number for e in told]
    assert numbers == sorted(numbers)
    assert [e.before for e in told[1:]] == numbers[:-1]


def larval_sas_live_for(namespace, seconds):
    """False where the kernel does not let us say that."""
    return keep_larval_sas(namespace, seconds)


def counts(client):
    """ipsecAgent's own account of notifications: sent, waiting, dropped."""
    names = ("NotificationsSent", "NotificationsWaiting", "NotificationsDropped")
    return tuple(v.value for v in client.get(*map(scalar, names)))


def add_larval_burst(namespace, directory, count):
    """So many larval SAs by one ip(8), to one peer for each 250."""
    words = "xfrm state allocspi src 192.0.2.1 dst 198.51.100.{} proto esp mode tunnel reqid {} min 0x1000 max 0xffffff\n"
    batch = directory / "batch"
    batch.write_text("".join(words.format(1 + n // 250, 1 + n // 250) for n in range(count)))
    namespace.ip("-batch", str(batch))
