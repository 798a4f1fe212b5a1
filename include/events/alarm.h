/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ALARM_H
#define ALARM_H

/*
 * Alarms: problems that develop slowly.  Each is raised once and cleared once, and is not repeated while it lasts.
 * Thresholds say from which amount or duration; 0 is never.
 */

#include <stdbool.h>
#include <stdint.h>

#include "events/event.h"

struct alarm_settings {
	uint32_t one_way_seconds;    /* traffic of a tunnel that was used both ways has only one direction */
	uint32_t sequence_percent;   /* of 2^32, which a sequence number without ESN has reached */
	uint32_t drops;		     /* by which a counter of ipsecStat grows in ALARM_DROPS_SECONDS */
	uint32_t late_rekey_percent; /* of the way from the soft to the hard limit, without a successor */
	uint32_t rekeys;	     /* of a tunnel in ALARM_REKEYS_SECONDS */
};

enum { ALARM_DROPS_SECONDS = 300, ALARM_REKEYS_SECONDS = 600 };

/* The defaults. */
void alarm_settings_init(struct alarm_settings *settings);

/* --- counters that grow too fast --------------------------------------------------------------- */

/* Initialise to zero. */
struct alarm_growth {
	uint64_t base;
	int64_t since; /* seconds; 0: not yet */
	bool raised;
};

enum alarm_change { ALARM_UNCHANGED, ALARM_RAISED, ALARM_CLEARED };

/*
 * For a counter that only grows, unless it is reset; now: seconds, not 0.  Raised when it has grown by the limit within
 * the window, cleared when it has grown by less than half of that in a whole window.  *growth: by how much.
 */
enum alarm_change alarm_growth_look(struct alarm_growth *state, uint64_t value, int64_t now, uint32_t window,
				    uint32_t limit, uint64_t *growth);

/* --- what outlives the agent -------------------------------------------------------------------- */

/* One that is raised; times are those of the looks, which go on as long as the machine. */
struct alarm_saved {
	uint8_t alarm;	/* enum event_alarm */
	uint32_t about; /* the index of a tunnel, or enum xfrm_stat_counter */
	/* Of a tunnel: when its counters began, and which direction is silent (0: what comes in). */
	int64_t began_seconds;
	uint8_t silent;
	/* The counter whose growth is watched, and when it was looked at so. */
	uint64_t base;
	int64_t since;
};

/* --- reporting --------------------------------------------------------------------------------- */

/* The beginning of an event for an alarm of that kind; detail is for people. */
__attribute__((format(printf, 4, 5))) void alarm_begin(struct event *event, enum event_alarm alarm, bool raised,
						       const char *detail, ...);

#endif
