/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/event_kind.h"

#include "events/event.h"
#include "events/event_columns.h"

/* What every notification carries first: where to find it again, and whether the one before it is missing. */
#define ABOUT_ITSELF EVENT_COLUMN_NUMBER, EVENT_COLUMN_NOTIFIED_BEFORE, EVENT_COLUMN_TIME, EVENT_COLUMN_CONTEXT
#define ABOUT_AN_SA                                                                                                    \
	EVENT_COLUMN_SAID, EVENT_COLUMN_TRANSFORM, EVENT_COLUMN_DIRECTION, EVENT_COLUMN_SRC_TYPE, EVENT_COLUMN_SRC,    \
		EVENT_COLUMN_SRC_TEXT, EVENT_COLUMN_TUNNEL, EVENT_COLUMN_TUNNEL_DESCR
#define ABOUT_A_LIMIT EVENT_COLUMN_LIMIT, EVENT_COLUMN_CURRENT, EVENT_COLUMN_SOFT, EVENT_COLUMN_HARD
#define ABOUT_A_TUNNEL                                                                                                 \
	EVENT_COLUMN_TUNNEL, EVENT_COLUMN_TUNNEL_DESCR, EVENT_COLUMN_TUNNEL_INDEX, EVENT_COLUMN_SRC_TYPE,              \
		EVENT_COLUMN_SRC, EVENT_COLUMN_SRC_TEXT, EVENT_COLUMN_DETAIL, EVENT_COLUMN_CONNECTION,                 \
		EVENT_COLUMN_IDENTITY

/* An alarm is about an SA, a tunnel, or the host; columns that do not apply are empty. */
#define ABOUT_AN_ALARM EVENT_COLUMN_ALARM, EVENT_COLUMN_SAID, ABOUT_A_TUNNEL, EVENT_COLUMN_CURRENT, EVENT_COLUMN_HARD

#define ABOUT_A_PEER                                                                                                   \
	EVENT_COLUMN_CONNECTION, EVENT_COLUMN_IDENTITY, EVENT_COLUMN_SRC_TYPE, EVENT_COLUMN_SRC, EVENT_COLUMN_SRC_TEXT

/* clang-format off */
static const struct event_kind_info kinds[EVENT_KINDS] = {
	[EVENT_SA_SOFT_EXPIRED] = {true, false, {ABOUT_ITSELF, ABOUT_AN_SA, ABOUT_A_LIMIT}},
	[EVENT_SA_HARD_EXPIRED] = {true, false, {ABOUT_ITSELF, ABOUT_AN_SA, ABOUT_A_LIMIT}},
	[EVENT_SOURCE_FAILED] = {true, false, {ABOUT_ITSELF, EVENT_COLUMN_DETAIL}},
	[EVENT_SOURCE_RECOVERED] = {true, false, {ABOUT_ITSELF, EVENT_COLUMN_DETAIL}},
	[EVENT_TUNNEL_UP] = {true, false, {ABOUT_ITSELF, ABOUT_A_TUNNEL}},
	[EVENT_TUNNEL_DOWN] = {true, false, {ABOUT_ITSELF, ABOUT_A_TUNNEL}},
	[EVENT_TUNNEL_ERRORS] = {true, false, {ABOUT_ITSELF, ABOUT_A_TUNNEL, EVENT_COLUMN_CURRENT}},
	[EVENT_SA_CREATED] = {false, true, {0}},
	[EVENT_SA_DELETED] = {false, true, {0}},
	[EVENT_IKE_UP] = {true, false, {ABOUT_ITSELF, ABOUT_A_PEER, EVENT_COLUMN_DETAIL}},
	[EVENT_IKE_DOWN] = {true, false, {ABOUT_ITSELF, ABOUT_A_PEER, EVENT_COLUMN_DETAIL}},
	[EVENT_ALARM_RAISED] = {true, false, {ABOUT_ITSELF, ABOUT_AN_ALARM}},
	[EVENT_ALARM_CLEARED] = {true, false, {ABOUT_ITSELF, ABOUT_AN_ALARM}},
};
/* clang-format on */

const struct event_kind_info *
event_kind_info(uint8_t kind)
{
	return &kinds[kind];
}
