/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_CHANGES_H
#define SA_CHANGES_H

/* An observer of the census that tells of SAs that come and go; expiries tell of those that expire.  Pure. */

#include <stdbool.h>

#include "census/census.h"
#include "events/event.h"

struct sa_changes {
	const struct event_teller *teller;
	bool surveyed; /* what the first read finds is nothing new, unless an earlier agent has said what there was */
};

/* Begins to observe the teller's census; both must outlive what is observed. */
void sa_changes_begin(struct sa_changes *changes, const struct event_teller *teller);

#endif
