/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_COLUMNS_H
#define EVENT_COLUMNS_H

/*
 * The one table of ipsecEventTable's columns.  The table is answered from it, notifications carry varbinds of it,
 * and a test compares it with the MIB.
 */

#include "mib/columns.h"
#include "events/event.h"

/* Columns by number. */
enum event_column_number {
	EVENT_COLUMN_INDEX = 1, /* cannot be read, as SMIv2 has it; its value is the number */
	EVENT_COLUMN_NUMBER,
	EVENT_COLUMN_NOTIFIED_BEFORE,
	EVENT_COLUMN_TIME,
	EVENT_COLUMN_KIND,
	EVENT_COLUMN_CONTEXT,
	EVENT_COLUMN_SAID,
	EVENT_COLUMN_TRANSFORM,
	EVENT_COLUMN_DIRECTION,
	EVENT_COLUMN_SRC_TYPE,
	EVENT_COLUMN_SRC,
	EVENT_COLUMN_TUNNEL,
	EVENT_COLUMN_LIMIT,
	EVENT_COLUMN_CURRENT,
	EVENT_COLUMN_SOFT,
	EVENT_COLUMN_HARD,
	EVENT_COLUMN_DETAIL,
	EVENT_COLUMN_DELIVERY,
	EVENT_COLUMN_TUNNEL_INDEX,
	EVENT_COLUMNS_END
};
enum { EVENT_FIRST_READABLE = EVENT_COLUMN_NUMBER };

struct event_column {
	const char *name;
	const struct column_syntax *syntax;
	void (*get)(const struct event *event, const char *context, struct column_value *value);
};

/* A column that can be read; NULL: there is none of that number. */
const struct event_column *event_column(unsigned long number);

#endif
