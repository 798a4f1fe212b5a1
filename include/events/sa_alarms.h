/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_ALARMS_H
#define SA_ALARMS_H

/*
 * Alarms of SAs: an observer of the census that tells of sequence numbers without ESN that run out, and of SAs that are past
 * their soft limit, have no successor, and near their hard limit.  Pure.
 */

#include "census/census.h"
#include "events/alarm.h"
#include "events/event.h"

struct sa_alarms {
	const struct event_teller *teller;
	struct alarm_settings settings;
	unsigned note; /* of each record: bits, 1 << enum event_alarm, of those that are raised */
};

/* Begins to observe the teller's census; both must outlive what is observed. */
void sa_alarms_begin(struct sa_alarms *alarms, const struct event_teller *teller,
		     const struct alarm_settings *settings);
void sa_alarms_configure(struct sa_alarms *alarms, const struct alarm_settings *settings);

#endif
