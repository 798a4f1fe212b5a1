/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/sa_changes.h"

#include <stdio.h>

static void
tell(const struct sa_changes *changes, enum event_kind kind, const struct census_sa *record, const struct sa *sa,
     const char *detail)
{
	struct event event = {.kind = (uint8_t)kind};

	snprintf(event.detail, sizeof(event.detail), "%s", detail);
	event_send_sa(changes->sender, record, sa, &event);
}

static void
on_born(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	const struct sa_changes *changes = data;
	const char *how = sa->state == SA_STATE_LARVAL ? "it waits for its keys" : "";

	if (attended || changes->surveyed)
		tell(changes, EVENT_SA_CREATED, record, sa, how);
}

static void
on_gone(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	static const char *const how[] = {
		[CENSUS_DELETED] = "",
		[CENSUS_FLUSHED] = "with all others of its protocol",
		[CENSUS_UNATTENDED] = "it is no longer there",
	};

	if (end != CENSUS_EXPIRED)
		tell(data, EVENT_SA_DELETED, record, sa, how[end]);
}

static void
on_surveyed(void *data)
{
	struct sa_changes *changes = data;

	changes->surveyed = true;
}

static const struct census_observer observer = {
	.born = on_born,
	.gone = on_gone,
	.surveyed = on_surveyed,
};

void
sa_changes_begin(struct sa_changes *changes, const struct event_sender *sender)
{
	*changes = (struct sa_changes){.sender = sender};
	census_observe(sender->census, &observer, changes);
}
