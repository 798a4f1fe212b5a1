/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STAT_ALARMS_H
#define STAT_ALARMS_H

/* Alarms of the kernel's counters of dropped packets that grow too fast; pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events/alarm.h"
#include "events/event.h"
#include "xfrm/xfrm_stat.h"

/* Initialise to zero, except the sink. */
struct stat_alarms {
	struct event_sink sink;
	struct alarm_growth growths[XFRM_STAT_COUNTERS];
};

/* One check; now: seconds of a monotonic clock, not 0. */
void stat_alarms_look(struct stat_alarms *alarms, const struct alarm_settings *settings, const struct xfrm_stat *stat,
		      int64_t now);

/* As alarms_save() and alarms_restore(), see alarms.h; place: of a counter. */
bool stat_alarms_save(const struct stat_alarms *alarms, size_t place, struct alarm_saved *saved);
bool stat_alarms_restore(struct stat_alarms *alarms, const struct alarm_saved *saved);

#endif
