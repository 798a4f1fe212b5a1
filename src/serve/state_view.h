/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_VIEW_H
#define STATE_VIEW_H

/*
 * What of a view outlives the agent, as rows of the state file's tables; and back.  Pure: no files, no clock.  A view
 * that was restored is what it was when it was saved, with events lost since: so all that can be known of what happened
 * meanwhile is found by the next read, nothing is counted twice, and the rest is an unseen end.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/row_list.h"
#include "census/census.h"
#include "events/event_log.h"
#include "events/expiry.h"
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
	uint8_t source; /* enum source_kind */
};

struct state_moment {
	const char *boot; /* which boot of the machine this is; empty: it is not known */
	int64_t seconds;  /* since 1970 */
	uint64_t us;	  /* monotonic */
	bool is_last;	  /* the agent ends */
};

enum { STATE_TABLES = 6 };
extern const struct column_table *const state_view_tables[STATE_TABLES];

/* --- saving ------------------------------------------------------------------------------------ */

/* A place among the rows of a view; begins as zero. */
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
};

/*
 * After a kill, numbers of events go on so far behind the last ones that were saved: no two events have the same number, as
 * long as fewer than these are told before they are saved again.
 */
enum { STATE_EVENTS_RESERVED = 100000 };

/* Whether nothing has to be waited for before the view can be saved. */
bool state_view_is_ready(const struct state_view *view);
/*
 * Looks at places, at most *budget of them, until one has something to save.  Returns the table of *row; NULL: there is no
 * more, where *budget is not 0.  All of a view has to be saved at one moment.
 */
const struct column_table *state_view_next(const struct state_view *view, const struct state_moment *moment,
					   struct state_place *place, union state_any *row, size_t *budget);

/* --- restoring --------------------------------------------------------------------------------- */

/* What a file had, by table. */
struct state_lists {
	struct row_list all[STATE_TABLES];
};

void state_lists_init(struct state_lists *lists);
void state_lists_free(struct state_lists *lists); /* they are empty afterwards */
/* For struct state_reader, whose .data are the lists. */
const char *state_lists_take(void *data, const struct column_table *table, const void *row);

/* They have no identities any more. */
void state_lists_forget_identities(struct state_lists *lists);

/* The view takes what the lists have of its context, and they have it no more. */
void state_view_restore_numbers(const struct state_view *view, struct state_lists *lists);
struct state_outcome {
	bool restored;	       /* what lives goes on; else there was nothing, or another boot */
	size_t left_out;       /* SAs that were there twice */
	int64_t ahead_seconds; /* so far in the future it was written */
};
/* The census has been told nothing yet. */
struct state_outcome state_view_restore(const struct state_view *view, struct state_lists *lists,
					const struct state_moment *moment);

#endif
