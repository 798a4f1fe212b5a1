/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_VIEW_H
#define STATE_VIEW_H

/*
 * The state of a view that is kept over a restart, to and from rows of the state file's tables.  Pure: no files, no
 * clock.  A view that was restored is as it was when it was saved, with events lost since: so the next read finds
 * whatever can be known of the time between, nothing is counted twice, and the rest is an unseen end.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/row_list.h"
#include "census/census.h"
#include "events/alarms.h"
#include "events/event_log.h"
#include "events/expiry.h"
#include "state/state_shown.h"
#include "state/state_tables.h"
#include "state/state_text.h"
#include "tunnels/tunnels.h"

struct state_view {
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_numbers *numbers;
	/* NULL: the view is not complete yet; then only numbers are saved. */
	struct census *census;
	struct tunnels *tunnels;
	struct expiry *expiry;
	struct event_log *log;
	struct alarms *alarms;
	const struct state_shown *shown; /* what the last agent has shown of its tunnels; NULL: that is not known */
	uint8_t source;			 /* enum source_kind */
};

struct state_moment {
	const char *boot; /* identifies the boot of the machine; empty: not known */
	int64_t seconds;  /* since 1970 */
	uint64_t us;	  /* monotonic */
	bool is_last;	  /* the agent is ending */
};

enum { STATE_TABLES = 7 };
extern const struct column_table *const state_view_tables[STATE_TABLES];

/* --- saving ------------------------------------------------------------------------------------ */

/* A place among the rows of a view; initialise to zero. */
struct state_place {
	size_t table, rank;
};

/* Room for a row of any table. */
union state_any {
	struct state_tunnel number;
	struct state_context context;
	struct state_row row;
	struct state_path path;
	struct state_sa sa;
	struct state_told told;
	struct state_alarm alarm;
};

/*
 * After a kill, numbers of events continue this far after the last one that was saved, so that no two events have the
 * same number, as long as fewer than these occur before they are saved again.
 */
enum { STATE_EVENTS_RESERVED = 100000 };

/* Whether the view can be saved now. */
bool state_view_is_ready(const struct state_view *view);
/*
 * Looks at places, at most *budget of them, until one has something to save.  Returns the table of *row; NULL: there is
 * nothing more, if *budget is not 0.  All of a view must be saved at one moment.
 */
const struct column_table *state_view_next(const struct state_view *view, const struct state_moment *moment,
					   struct state_place *place, union state_any *row, size_t *budget);

/* --- restoring --------------------------------------------------------------------------------- */

/* The content of a file, by table. */
struct state_lists {
	struct row_list all[STATE_TABLES];
};

void state_lists_init(struct state_lists *lists);
void state_lists_free(struct state_lists *lists); /* they are empty afterwards */
/* For struct state_reader, whose .data are the lists. */
const char *state_lists_take(void *data, const struct column_table *table, const void *row);

/* From now on they have no identities. */
void state_lists_forget_identities(struct state_lists *lists);

/* Moves the rows of the view's context from the lists to the view. */
void state_view_restore_numbers(const struct state_view *view, struct state_lists *lists);
struct state_outcome {
	bool restored;	       /* living SAs continue; otherwise there was no state, or another boot */
	size_t left_out;       /* SAs that were there twice */
	int64_t ahead_seconds; /* how far in the future it was written */
};
/* The census must not have got any event or read. */
struct state_outcome state_view_restore(const struct state_view *view, struct state_lists *lists,
					const struct state_moment *moment);

#endif
