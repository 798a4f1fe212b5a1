/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_CHANGES_H
#define SA_CHANGES_H

/* An observer of the census that reports SAs that appear and disappear; expiry.h reports those that expire.  Pure. */

#include <stdbool.h>

#include "census/census.h"
#include "events/event.h"

struct sa_changes {
	const struct event_sender *sender;
	bool surveyed; /* what the first read finds is not new, unless an earlier agent has saved what existed */
};

/* Begins to observe sender->census; *sender and it must outlive what is observed. */
void sa_changes_begin(struct sa_changes *changes, const struct event_sender *sender);

#endif
