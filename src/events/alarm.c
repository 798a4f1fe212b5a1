/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/alarm.h"

#include <stdarg.h>
#include <stdio.h>

/* Low enough that nobody turns them off. */
void
alarm_settings_init(struct alarm_settings *settings)
{
	*settings = (struct alarm_settings){
		.one_way_seconds = 600,
		.sequence_percent = 80,
		.drops = 1000,
		.late_rekey_percent = 80,
		.rekeys = 20,
	};
}

static enum alarm_change
judge(struct alarm_growth *state, uint64_t growth, bool is_whole, uint32_t limit)
{
	if (!state->raised && limit > 0 && growth >= limit) {
		state->raised = true;
		return ALARM_RAISED;
	}
	if (state->raised && (limit == 0 || (is_whole && growth < (limit + 1) / 2))) {
		state->raised = false;
		return ALARM_CLEARED;
	}
	return ALARM_UNCHANGED;
}

enum alarm_change
alarm_growth_look(struct alarm_growth *state, uint64_t value, int64_t now, uint32_t window, uint32_t limit,
		  uint64_t *growth)
{
	const bool is_new = state->since == 0 || value < state->base;
	const bool is_whole = !is_new && now - state->since >= (int64_t)window;
	enum alarm_change change;

	*growth = is_new ? 0 : value - state->base;
	change = judge(state, *growth, is_whole, limit);
	if (is_new || is_whole || change != ALARM_UNCHANGED) {
		state->base = value;
		state->since = now;
	}
	return change;
}

void
alarm_begin(struct event *event, enum event_alarm alarm, bool raised, const char *detail, ...)
{
	va_list arguments;

	*event = (struct event){.kind = raised ? EVENT_ALARM_RAISED : EVENT_ALARM_CLEARED, .alarm = (uint8_t)alarm};
	va_start(arguments, detail);
	vsnprintf(event->detail, sizeof(event->detail), detail, arguments);
	va_end(arguments);
}
