/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/stat_alarms.h"

static const char *const names[] = {
#define NAME(name) [XFRM_STAT_##name] = "ipsecStat" #name,
	XFRM_STATS(NAME)
#undef NAME
};

void
stat_alarms_look(struct stat_alarms *alarms, const struct alarm_settings *settings, const struct xfrm_stat *stat,
		 int64_t now)
{
	for (unsigned i = 0; i < XFRM_STAT_COUNTERS; i++) {
		enum alarm_change change;
		struct event event;
		uint64_t growth;

		if (!(stat->known >> i & 1))
			continue;
		change = alarm_growth_look(&alarms->growths[i], stat->counters[i], now, ALARM_DROPS_SECONDS,
					   settings->drops, &growth);
		if (change == ALARM_UNCHANGED)
			continue;
		alarm_begin(&event, EVENT_ALARM_DROPS, change == ALARM_RAISED, "%s grew by %llu within %u minutes",
			    names[i], (unsigned long long)growth, ALARM_DROPS_SECONDS / 60);
		event.current = growth;
		event_send(&alarms->sink, &event);
	}
}

bool
stat_alarms_save(const struct stat_alarms *alarms, size_t place, struct alarm_saved *saved)
{
	const struct alarm_growth *const growth = &alarms->growths[place];

	*saved = (struct alarm_saved){
		.alarm = EVENT_ALARM_DROPS, .about = (uint32_t)place, .base = growth->base, .since = growth->since};
	return growth->raised;
}

bool
stat_alarms_restore(struct stat_alarms *alarms, const struct alarm_saved *saved)
{
	if (saved->about >= XFRM_STAT_COUNTERS)
		return false;
	alarms->growths[saved->about] = (struct alarm_growth){saved->base, saved->since, true};
	return true;
}
