/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_POLICY_H
#define EVENT_POLICY_H

/* Which events the operator wants to be notified of. */

#include <stdbool.h>
#include <stdint.h>

#include "events/event.h"

/*
 * Bits 1 << enum event_limit; that of EVENT_LIMIT_NONE stands for expiries of which the kernel does not say why.  One
 * more stands for expiries of SAs that never had keys, whichever the limit; all others are for SAs that had.
 */
typedef uint8_t event_limits;
#define EVENT_LIMITS_ALL ((event_limits)((1 << EVENT_LIMITS) - 1))
#define EVENT_LIMITS_LARVAL ((event_limits)(1 << EVENT_LIMITS))

struct event_policy {
	event_limits soft, hard; /* whose expiries are notified */
	bool say;		 /* each event is one line in the log, too */
};

bool event_policy_notifies(const struct event_policy *policy, const struct event *event);

/*
 * Reads "all", "none", "volume" (everything but times), "time", or names of limits with blanks or commas between.
 * NULL, or a static text that says what is wrong.
 */
const char *event_policy_parse_limits(const char *text, event_limits *limits);

#endif
