/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_ALARMS_H
#define SA_ALARMS_H

/*
 * Alarms of SAs: an observer of the census that reports sequence numbers without ESN that run out, and SAs that are
 * past their soft limit, have no successor, and are near their hard limit.  Pure.
 */

#include "census/census.h"
#include "events/alarm.h"
#include "events/event.h"

struct sa_alarms {
	const struct event_sender *sender;
	struct alarm_settings settings;
	unsigned note; /* of each record: the bits, 1 << enum event_alarm, of alarms that are raised */
};

/* Begins to observe sender->census; *sender and it must outlive what is observed. */
void sa_alarms_begin(struct sa_alarms *alarms, const struct event_sender *sender,
		     const struct alarm_settings *settings);
/* The alarms that are raised, for the next agent; and the reverse, before any event or read of the SA. */
uint32_t sa_alarms_save(const struct sa_alarms *alarms, const struct census_sa *record);
void sa_alarms_restore(const struct sa_alarms *alarms, struct census_sa *record, uint32_t saved);

void sa_alarms_configure(struct sa_alarms *alarms, const struct alarm_settings *settings);

#endif
