/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_TELLER_H
#define SA_TELLER_H

/* Makes events of what the census knows of an SA: for its observers, which all tell to one sink.  Pure. */

#include "census/census.h"
#include "events/event.h"

struct sa_teller {
	const struct census *census;
	struct event_sink sink;
	/* The name of an SA's tunnel, or ""; NULL: there are no names. */
	const char *(*tunnel_name)(const void *data, const struct census_sa *record);
	const void *tunnel_data;
};

/* Fills in what an event says of an SA itself; sa may be NULL. */
void sa_teller_describe(const struct sa_teller *teller, const struct census_sa *record, const struct sa *sa,
			struct event *event);

#endif
