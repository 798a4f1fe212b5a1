/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POLICIES_H
#define POLICIES_H

/*
 * The policies that there are, pieced together from a source's reads and events, in the order of their indexes.  Pure: no
 * sockets, no clock.
 *
 * An event is later than all events before it, and what a read has of a policy of which an event has told since the read
 * began may be older than that: it does not count.  What neither a whole read nor an event since it began has is gone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/policy.h"

struct policies;

struct policies *policies_new(void);	       /* NULL: no memory */
void policies_free(struct policies *policies); /* NULL is fine; the observer is told nothing */

/*
 * Told of each policy that comes (before is NULL), changes, or goes (after is NULL), but not that it was used.  Both are
 * valid during the call.  There is one observer.
 */
void policies_observe(struct policies *policies,
		      void (*changed)(void *data, const struct policy *before, const struct policy *after), void *data);

/* Of a read or an event.  Without memory a policy is not there. */
void policies_take(struct policies *policies, const struct policy_event *event);

/* Goes on with what flushes have ended, about `budget` policies a call; true when none is left. */
bool policies_settle_step(struct policies *policies, size_t budget);

/* A read begins, or begins anew. */
void policies_begin(struct policies *policies);
/* The read that had begun brought nothing. */
void policies_abandon(struct policies *policies);
/* The read was whole: what it lacks is gone, about `budget` policies a call; true when done. */
bool policies_survey_step(struct policies *policies, size_t budget);

size_t policies_count(const struct policies *policies);
/* The first whose index is not below this one; false: there is none. */
bool policies_from(const struct policies *policies, uint64_t index, struct policy *policy);

#endif
