/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POLICIES_H
#define POLICIES_H

/*
 * The policies that exist, pieced together from a source's reads and events, in the order of their indexes.  Pure: no
 * sockets, no clock.
 *
 * An event is later than all events before it.  If an event about a policy has come since the read began, what the read
 * has of that policy may be older and is ignored.  A policy that neither the whole read contains nor an event since its
 * beginning has announced is gone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/policy.h"

struct policies;

struct policies *policies_new(void);	       /* NULL: no memory */
void policies_free(struct policies *policies); /* NULL is allowed; the observer is not called */

/*
 * Sets the one observer.  It is called for each policy that appears (before is NULL), changes, or disappears (after is
 * NULL), but not when a policy is merely used.  Both are valid during the call.
 */
void policies_observe(struct policies *policies,
		      void (*changed)(void *data, const struct policy *before, const struct policy *after), void *data);

/* From a read or an event.  If there is no memory, the policy is left out. */
void policies_take(struct policies *policies, const struct policy_event *event);

/* Continues to end what flushes have ended, about `budget` policies a call; true when none is left. */
bool policies_settle_step(struct policies *policies, size_t budget);

/* A read begins or restarts. */
void policies_begin(struct policies *policies);
/* The read under way failed. */
void policies_abandon(struct policies *policies);
/* The read is complete, and policies that it lacks are gone: removes about `budget` policies a call; true when done. */
bool policies_survey_step(struct policies *policies, size_t budget);

size_t policies_count(const struct policies *policies);
/* The first policy whose index is at least this one; false: there is none. */
bool policies_from(const struct policies *policies, uint64_t index, struct policy *policy);

#endif
