/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_COLUMNS_H
#define EVENT_COLUMNS_H

/* The columns of ipsecEventTable, some of which notifications carry; a row is a struct event. */

#include "mib/columns.h"
#include "events/event.h"

/* Columns by number, since notifications name some. */
enum event_column_number {
	EVENT_COLUMN_INDEX = 1,
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
	EVENT_COLUMN_SRC_TEXT,
	EVENT_COLUMN_TUNNEL_DESCR,
	EVENT_COLUMN_CONNECTION,
	EVENT_COLUMN_IDENTITY,
	EVENT_COLUMN_ALARM,
};

extern const struct column_table event_table;

/* The label of an enum event_kind. */
const char *event_kind_label(uint8_t kind);

#endif
