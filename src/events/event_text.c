/* SPDX-License-Identifier: BSD-3-Clause */
#include "event_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "events/event_columns.h"
#include "klips/klips_text.h"

size_t
event_print(const struct event *event, char line[EVENT_LINE_SIZE])
{
	static const char *const limits[EVENT_LIMITS] = {"no limit", "allocations", "bytes",
							 "add time", "use time",    "packets"};
	char said[KLIPS_SAID_TEXT_SIZE] = "", source[SA_ADDRESS_TEXT_SIZE] = "", limit[128] = "";
	int length;

	if (event->said.protocol != 0)
		klips_said_print(&event->said, said);
	sa_address_print(&event->src, source);
	if (event->limit != EVENT_LIMIT_NONE)
		snprintf(limit, sizeof(limit), "%s %" PRIu64 ", soft %" PRIu64 ", hard %" PRIu64, limits[event->limit],
			 event->current, event->soft, event->hard);
	length =
		snprintf(line, EVENT_LINE_SIZE, "event %" PRIu32 ": %s%s%s%s%s%s%s%s%s%s%s%s%s", event->number,
			 event_kind_label(event->kind), said[0] ? " " : "", said, event->transform[0] ? " " : "",
			 event->transform, source[0] ? " src=" : "", source, event->tunnel_descr[0] ? " tunnel=" : "",
			 event->tunnel_descr, limit[0] ? ": " : "", limit, event->detail[0] ? ": " : "", event->detail);
	return length < EVENT_LINE_SIZE ? (size_t)length : EVENT_LINE_SIZE - 1;
}
