/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ALARMS_H
#define ALARMS_H

/*
 * All alarms of a view, and the part of them that is passed on to the next agent: those that are raised, so that it
 * reports their ends.
 */

#include <stdbool.h>
#include <stddef.h>

#include "events/alarm.h"
#include "events/event.h"
#include "events/sa_alarms.h"
#include "events/stat_alarms.h"
#include "events/tunnel_alarms.h"
#include "tunnels/tunnel.h"

struct alarms {
	struct sa_alarms of_sas; /* what is kept of these stands with their SAs: sa_alarms_save() */
	struct tunnel_alarms *of_tunnels;
	struct stat_alarms of_stat;
};

/* Begins to observe the sender's census; it must outlive them.  False: no memory. */
bool alarms_begin(struct alarms *alarms, const struct event_sender *sender, const struct alarm_settings *settings);
void alarms_end(struct alarms *alarms);
void alarms_configure(struct alarms *alarms, const struct alarm_settings *settings);

/* By places from 0 to alarms_places(), less one.  False: nothing is raised there. */
size_t alarms_places(const struct alarms *alarms);
bool alarms_save(const struct alarms *alarms, size_t place, struct alarm_saved *saved);
/*
 * Before the first look, in the order in which they were saved.  tunnel: the one of saved->about, as far as it is known, for an
 * alarm of a tunnel.  False: there is no such alarm, or no memory.
 */
bool alarms_restore(struct alarms *alarms, const struct tunnel *tunnel, const struct alarm_saved *saved);

#endif
