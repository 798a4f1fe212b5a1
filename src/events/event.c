/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/event.h"

#include <inttypes.h>
#include <stdio.h>

#include "events/event_columns.h"
#include "klips/klips_text.h"

/* What every notification carries first: where it can be found again, and whether one before it is missing. */
#define ABOUT_ITSELF EVENT_COLUMN_NUMBER, EVENT_COLUMN_NOTIFIED_BEFORE, EVENT_COLUMN_TIME, EVENT_COLUMN_CONTEXT
#define ABOUT_AN_SA                                                                                                    \
	EVENT_COLUMN_SAID, EVENT_COLUMN_TRANSFORM, EVENT_COLUMN_DIRECTION, EVENT_COLUMN_SRC_TYPE, EVENT_COLUMN_SRC,    \
		EVENT_COLUMN_TUNNEL
#define ABOUT_A_LIMIT EVENT_COLUMN_LIMIT, EVENT_COLUMN_CURRENT, EVENT_COLUMN_SOFT, EVENT_COLUMN_HARD
#define ABOUT_A_TUNNEL                                                                                                 \
	EVENT_COLUMN_TUNNEL, EVENT_COLUMN_TUNNEL_INDEX, EVENT_COLUMN_SRC_TYPE, EVENT_COLUMN_SRC, EVENT_COLUMN_DETAIL

/* clang-format off */
static const struct event_kind_info kinds[EVENT_KINDS] = {
	[EVENT_SA_SOFT_EXPIRED] = {"saSoftExpired", true, false, {ABOUT_ITSELF, ABOUT_AN_SA, ABOUT_A_LIMIT}},
	[EVENT_SA_HARD_EXPIRED] = {"saHardExpired", true, false, {ABOUT_ITSELF, ABOUT_AN_SA, ABOUT_A_LIMIT}},
	[EVENT_SOURCE_FAILED] = {"sourceFailed", true, false, {ABOUT_ITSELF, EVENT_COLUMN_DETAIL}},
	[EVENT_SOURCE_RECOVERED] = {"sourceRecovered", true, false, {ABOUT_ITSELF, EVENT_COLUMN_DETAIL}},
	[EVENT_TUNNEL_UP] = {"tunnelUp", true, false, {ABOUT_ITSELF, ABOUT_A_TUNNEL}},
	[EVENT_TUNNEL_DOWN] = {"tunnelDown", true, false, {ABOUT_ITSELF, ABOUT_A_TUNNEL}},
	[EVENT_TUNNEL_ERRORS] = {"tunnelErrors", true, false, {ABOUT_ITSELF, ABOUT_A_TUNNEL, EVENT_COLUMN_CURRENT}},
	[EVENT_SA_CREATED] = {"saCreated", false, true, {0}},
	[EVENT_SA_DELETED] = {"saDeleted", false, true, {0}},
};
/* clang-format on */

const struct event_kind_info *
event_kind_info(uint8_t kind)
{
	return kind < EVENT_KINDS && kinds[kind].label ? &kinds[kind] : NULL;
}

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
	length = snprintf(line, EVENT_LINE_SIZE, "event %" PRIu32 ": %s%s%s%s%s%s%s%s%s%s%s%s%s", event->number,
			  kinds[event->kind].label, said[0] ? " " : "", said, event->transform[0] ? " " : "",
			  event->transform, source[0] ? " src=" : "", source, event->tunnel[0] ? " tunnel=" : "",
			  event->tunnel, limit[0] ? ": " : "", limit, event->detail[0] ? ": " : "", event->detail);
	return length < EVENT_LINE_SIZE ? (size_t)length : EVENT_LINE_SIZE - 1;
}
