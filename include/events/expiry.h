/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXPIRY_H
#define EXPIRY_H

/*
 * Expiries: an observer of the census that tells, exactly once for each SA and each of its limits, that the limit was
 * reached, whichever way that is learnt first.  Pure: its clock is given to it.
 *
 *  - Whenever an SA's counters come, by a read, with an expiry or at its end, they are compared with all of its
 *    limits.  So several limits that were passed meanwhile are told each, and what had been passed before
 *    the agent started is told when it has.
 *  - A kernel that tells events has a second's advance with limits of time, so that it and we tell the same.
 *  - What waited unheard, since this process was stopped for instance, tells no time.  An SA is not taken to have
 *    grown older meanwhile: it may be gone since.
 *  - The kernel's EXPIRE names no limit, and comes once for all soft ones.  Its counters nearly always show which limit
 *    is meant.  If they do not, the one that is nearest is named, and none where the SA has none.
 *  - A limit with another value is a new limit.
 *  - An SA that is gone when its events may have been lost, or are not told at all, has reached the limits
 *    of time that it would have reached by now.
 */

#include <stdbool.h>
#include <stdint.h>

#include "census/census.h"
#include "events/event.h"

struct expiry;

/* What it has to know of the world around the census. */
struct expiry_outlook {
	/* Now, on the clock that the census is given. */
	int64_t (*now_seconds)(const void *data);
	/* How often events may have been lost so far; NULL: the source tells none, ever. */
	uint64_t (*losses)(const void *data);
	/* For how many seconds what is told now may have waited, apart from a moment; NULL: never. */
	uint32_t (*late_seconds)(const void *data);
	const void *data;
};

/* What has been told of an SA, for the agent that comes next. */
struct expiry_told {
	uint16_t told; /* bits: 0 and 1 the soft and hard limit of the first kind, and so on */
	uint64_t soft[SA_LIFE_KINDS], hard[SA_LIFE_KINDS]; /* a limit with another value is a new one */
	uint32_t use_began_seconds;
	struct sa_address src;
};

/* False: nothing has been told of it. */
bool expiry_save(const struct expiry *expiry, const struct census_sa *record, struct expiry_told *told);
/* Of an SA that was restored (census_restore()); without memory it may be told again. */
void expiry_restore(struct expiry *expiry, struct census_sa *record, const struct expiry_told *told);
/* What happened before now may have gone by unheard: an earlier agent heard of it, or none. */
void expiry_follow_on(struct expiry *expiry);

/* Begins to observe the teller's census; the teller must outlive it.  NULL: no memory. */
struct expiry *expiry_new(const struct event_teller *teller, const struct expiry_outlook *outlook);
void expiry_free(struct expiry *expiry); /* NULL is fine */

#endif
