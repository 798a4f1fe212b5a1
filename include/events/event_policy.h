/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_POLICY_H
#define EVENT_POLICY_H

/* The events of which the operator wants to be notified. */

#include <stdbool.h>
#include <stdint.h>

#include "events/event.h"

/*
 * Bits 1 << enum event_limit; that of EVENT_LIMIT_NONE is for expiries for which the kernel gives no reason.  One more
 * bit is for expiries of SAs that never had keys, whatever the limit; all others are for SAs that had keys.
 */
typedef uint8_t event_limits;
#define EVENT_LIMITS_ALL ((event_limits)((1 << EVENT_LIMITS) - 1))
#define EVENT_LIMITS_LARVAL ((event_limits)(1 << EVENT_LIMITS))

struct event_policy {
	event_limits soft, hard; /* whose expiries are notified */
	bool say;		 /* each event is also one line in the log */
};

bool event_policy_notifies(const struct event_policy *policy, const struct event *event);

/*
 * Parses "all", "none", "volume" (everything except times), "time", or names of limits separated by blanks or commas.
 * NULL, or a static text that says what is wrong.
 */
const char *event_policy_parse_limits(const char *text, event_limits *limits);

#endif
