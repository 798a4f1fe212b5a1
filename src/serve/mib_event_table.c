/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsecEventTable: the events of one view's log; the event's number is the index. */

#include "mib_cells.h"
#include "snmp/mib_value.h"
#include "events/event_columns.h"

static bool
has_column(oid column)
{
	return event_column(column) != NULL;
}

static bool
seek(void *data, oid column, oid from, oid *index)
{
	const struct event *event;

	(void)column;
	if (from > UINT32_MAX)
		return false;
	event = event_log_after(data, from > 0 ? (uint32_t)from - 1 : 0);
	if (event)
		*index = event->number;
	return event != NULL;
}

static void
answer(void *data, oid column_subid, oid index, netsnmp_variable_list *varbind)
{
	const struct event_column *const column = event_column(column_subid);
	struct column_value value;

	column->get(event_log_find(data, (uint32_t)index), event_log_context(data), &value);
	mib_value_put(varbind, column->syntax->type, &value);
}

/* objects(1) ipsecEventTable(4) ipsecEventEntry(1) */
static const struct mib_cells cells = {
	.name = "ipsecEventTable",
	.suffix = {1, 4, 1},
	.suffix_length = 3,
	.first_column = EVENT_FIRST_READABLE,
	.has_column = has_column,
	.seek = seek,
	.answer = answer,
};

bool
mib_event_table_register(const struct mib_place *place, struct event_log *log)
{
	return mib_cells_register(place, &cells, log);
}
