/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXPIRY_H
#define EXPIRY_H

/*
 * Expiries: an observer of the census that reports, exactly once for each SA and each of its limits, that the limit was
 * reached, however that becomes known first.  Pure: the caller provides its clock.
 *
 *  - Whenever an SA's counters arrive, by a read, with an expiry or at its end, they are compared with all of its
 *    limits.  So if several limits were passed meanwhile, each is reported, and limits that were passed before
 *    the agent started are reported when it has.
 *  - If the kernel reports events, it has a second's advance with limits of time, so that it and we report the same.
 *  - Events that have waited, for example because this process was stopped, give no time.  An SA is not taken to have
 *    grown older meanwhile: it may be gone since.
 *  - The kernel's EXPIRE names no limit, and comes once for all soft ones.  Its counters nearly always show which limit
 *    is meant.  If they do not, the nearest limit is named, or none if the SA has none.
 *  - A limit with another value is a new limit.
 *  - An SA that is gone when its events may have been lost, or the source has none, has reached the limits
 *    of time that it would have reached by now.  For its age, it does not count by how much the clock was set meanwhile: a kernel
 *    that finds an SA too old before its soft limit was reached takes it for younger (xfrm_timer_handler()).
 */

#include <stdbool.h>
#include <stdint.h>

#include "census/census.h"
#include "events/event.h"

struct expiry;

/* What it needs to know besides the census. */
struct expiry_outlook {
	/* The current time, on the clock that the census is given. */
	int64_t (*now_seconds)(const void *data);
	/* The same on a clock that nobody sets; NULL: that clock is one. */
	int64_t (*steady_seconds)(const void *data);
	/* How often events may have been lost so far; NULL: the source has no events. */
	uint64_t (*losses)(const void *data);
	/* For how many seconds, beyond a moment, the events that are being taken may have waited; NULL: never. */
	uint32_t (*late_seconds)(const void *data);
	const void *data;
};

/* What has been reported of an SA, for the next agent. */
struct expiry_told {
	uint16_t told; /* bits: 0 and 1 the soft and hard limit of the first kind, and so on */
	uint64_t soft[SA_LIFE_KINDS], hard[SA_LIFE_KINDS]; /* a limit with another value is a new one */
	uint32_t use_began_seconds;
	struct sa_address src;
};

/* False: nothing has been reported of it. */
bool expiry_save(const struct expiry *expiry, const struct census_sa *record, struct expiry_told *told);
/* For an SA that was restored (census_restore()); without memory it may be reported again. */
void expiry_restore(struct expiry *expiry, struct census_sa *record, const struct expiry_told *told);
/* Events from before now may have been missed: they went to an earlier agent, or to none. */
void expiry_follow_on(struct expiry *expiry);

/* Begins to observe sender->census; *sender must outlive it.  NULL: no memory. */
struct expiry *expiry_new(const struct event_sender *sender, const struct expiry_outlook *outlook);
void expiry_free(struct expiry *expiry); /* NULL is allowed */

#endif
