/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/event_policy.h"

#include <string.h>

#include "events/event_kind.h"

#define TIMES ((1 << EVENT_LIMIT_ADD_TIME) | (1 << EVENT_LIMIT_USE_TIME))

static const struct {
	const char *name;
	event_limits limits;
} words[] = {
	{"all", EVENT_LIMITS_ALL},
	{"none", 0},
	{"volume", (event_limits)(EVENT_LIMITS_ALL & ~TIMES)},
	{"time", TIMES},
	{"allocations", 1 << EVENT_LIMIT_ALLOCATIONS},
	{"bytes", 1 << EVENT_LIMIT_BYTES},
	{"add-time", 1 << EVENT_LIMIT_ADD_TIME},
	{"use-time", 1 << EVENT_LIMIT_USE_TIME},
	{"packets", 1 << EVENT_LIMIT_PACKETS},
	{"unnamed", 1 << EVENT_LIMIT_NONE},
	{"larval", EVENT_LIMITS_LARVAL},
};

static bool
find_word(const char *text, size_t length, event_limits *limits)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].name) == length && memcmp(words[i].name, text, length) == 0) {
			*limits |= words[i].limits;
			return true;
		}
	}
	return false;
}

const char *
event_policy_parse_limits(const char *text, event_limits *limits)
{
	static const char between[] = " \t,";
	event_limits read = 0;
	bool any = false;

	for (text += strspn(text, between); *text; text += strspn(text, between)) {
		const size_t length = strcspn(text, between);

		if (!find_word(text, length, &read))
			return "is not all, none, volume, time, or a list of allocations, bytes, add-time, use-time, "
			       "packets, unnamed, larval";
		any = true;
		text += length;
	}
	if (!any)
		return "names no limit; for no limit, give none";
	*limits = read;
	return NULL;
}

bool
event_policy_notifies(const struct event_policy *policy, const struct event *event)
{
	const event_limits reached = (event_limits)(event->larval ? EVENT_LIMITS_LARVAL : 1 << event->limit);

	if (event->kind == EVENT_SA_SOFT_EXPIRED)
		return (policy->soft & reached) != 0;
	if (event->kind == EVENT_SA_HARD_EXPIRED)
		return (policy->hard & reached) != 0;
	return event_kind_info(event->kind)->has_notification;
}
