/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/sa_teller.h"

#include <stdio.h>

void
sa_teller_describe(const struct sa_teller *teller, const struct census_sa *record, const struct sa *sa,
		   struct event *event)
{
	sa_key_said(&record->key, &event->said);
	event->direction = record->direction;
	if (sa && sa->direction != SA_DIRECTION_UNKNOWN)
		event->direction = sa->direction;
	if (sa)
		event->src = sa->src;
	event->larval = (sa ? sa->state : record->state) == SA_STATE_LARVAL;
	snprintf(event->transform, sizeof(event->transform), "%s", census_transform(teller->census, record));
	if (teller->tunnel_name)
		snprintf(event->tunnel, sizeof(event->tunnel), "%s", teller->tunnel_name(teller->tunnel_data, record));
}
