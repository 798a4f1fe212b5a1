/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/alarms.h"

bool
alarms_begin(struct alarms *alarms, const struct event_sender *sender, const struct alarm_settings *settings)
{
	sa_alarms_begin(&alarms->of_sas, sender, settings);
	alarms->of_tunnels = tunnel_alarms_new(&sender->sink, settings);
	alarms->of_stat = (struct stat_alarms){.sink = sender->sink};
	return alarms->of_tunnels != NULL;
}

void
alarms_end(struct alarms *alarms)
{
	tunnel_alarms_free(alarms->of_tunnels);
	alarms->of_tunnels = NULL;
}

void
alarms_configure(struct alarms *alarms, const struct alarm_settings *settings)
{
	sa_alarms_configure(&alarms->of_sas, settings);
	tunnel_alarms_configure(alarms->of_tunnels, settings);
}

size_t
alarms_places(const struct alarms *alarms)
{
	return XFRM_STAT_COUNTERS + tunnel_alarms_places(alarms->of_tunnels);
}

bool
alarms_save(const struct alarms *alarms, size_t place, struct alarm_saved *saved)
{
	return place < XFRM_STAT_COUNTERS ? stat_alarms_save(&alarms->of_stat, place, saved)
					  : tunnel_alarms_save(alarms->of_tunnels, place - XFRM_STAT_COUNTERS, saved);
}

bool
alarms_restore(struct alarms *alarms, const struct tunnel *tunnel, const struct alarm_saved *saved)
{
	return saved->alarm == EVENT_ALARM_DROPS ? stat_alarms_restore(&alarms->of_stat, saved)
						 : tunnel_alarms_restore(alarms->of_tunnels, tunnel, saved);
}
