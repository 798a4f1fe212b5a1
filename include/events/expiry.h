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

/* Begins to observe the teller's census; the teller must outlive it.  NULL: no memory. */
struct expiry *expiry_new(const struct event_teller *teller, const struct expiry_outlook *outlook);
void expiry_free(struct expiry *expiry); /* NULL is fine */

#endif
