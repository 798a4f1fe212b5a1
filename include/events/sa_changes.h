/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_CHANGES_H
#define SA_CHANGES_H

/* An observer of the census that tells of SAs that come and go; expiries tell of those that expire.  Pure. */

#include <stdbool.h>

#include "census/census.h"
#include "events/sa_teller.h"

struct sa_changes {
	const struct sa_teller *teller;
	bool surveyed; /* what the first read finds is nothing new */
};

/* To be observed with a struct sa_changes, zero but for its teller, as its data. */
extern const struct census_observer sa_changes_observer;

#endif
