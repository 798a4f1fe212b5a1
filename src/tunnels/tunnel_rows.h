/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_ROWS_H
#define TUNNEL_ROWS_H

/* The rows of the table, and what happens to each as time passes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tunnel_member.h"
#include "tunnel_sas.h"
#include "tunnels/tunnel.h"
#include "tunnels/tunnel_counters.h"
#include "tunnels/tunnel_news.h"
#include "tunnels/tunnel_numbers.h"
#include "tunnels/tunnel_settings.h"

/* What a row waits for; in each of these lists, all rows wait equally long, so that the first is the next one. */
enum row_wait { ROW_WAITS_NOT, ROW_WAITS_FOR_DOWN, ROW_WAITS_FOR_END, ROW_WAITS_FOR_LABEL, ROW_WAITS };

struct tunnel_row {
	struct tunnel tunnel;	       /* its state is the one that was reported */
	struct tunnel_counters *least; /* the least that it shows, see tunnel_rows_found(); or NULL */
	bool begun;		       /* it is a tunnel, and has a place in the table */
	bool named;
	char label[TUNNEL_NAME_SIZE]; /* see struct tunnel_label; empty: it has none */
	bool expected;		      /* it is in an IKE daemon's configuration: it stays while it is down */
	bool expected_still;	      /* and this was confirmed in the current round */
	bool is_pair;		      /* of two paths, one for each direction */
	bool ambiguous;		      /* it has one direction, and it is not known which half is the other one */
	bool ended;		      /* it must be removed */
	bool has_key;		      /* its addresses and numbers are those of an SA */
	uint16_t port;		      /* of the key that it shows */
	bool settled;		      /* a state was reported, or taken as given */
	bool stale_selectors;	      /* its policies, or paths, have changed since .tunnel.selectors was printed */
	bool several;		      /* TUNNEL_IS_SEVERAL was reported since the names changed */
	uint32_t first_path;	      /* TUNNEL_PATH_NONE: it has none */
	uint32_t living;
	uint32_t wanted;	       /* outbound policies, see struct tunnel_path */
	uint32_t usable[WAYS], larval; /* SAs, see struct tunnel_path */
	uint32_t lent, borrowed;       /* paths that lend, see tunnel_lenders.h */
	struct tunnel_sas sas;

	bool changed;	 /* is in the list of those to look at */
	bool incomplete; /* an SA is gone whose successor the survey may still find */
	struct tunnel_row *next_changed;

	uint8_t waits; /* enum row_wait */
	uint64_t waits_since_us;
	int64_t since_us;		    /* before 0: before the machine started */
	struct tunnel_row *previous, *next; /* in its list of enum row_wait */

	uint64_t new_errors;
	uint64_t errors_us, quiet_until_us; /* see watch_errors() */

	/* The first hard limit, of a survey and of the one before it. */
	struct {
		uint32_t survey;
		int64_t seconds;
	} limits[2];
};

struct wait_list {
	struct tunnel_row *first, *last;
};

struct tunnel_rows {
	struct tunnel_row **all; /* in the order of the index */
	size_t count, room;
	size_t ended;				   /* how many of them must be removed */
	struct tunnel_row *changed, *last_changed; /* to look at, in the order in which they changed */
	bool more;				   /* the last tick has not looked at all of them */
	struct wait_list waiting[ROW_WAITS];
	uint32_t surveys;		/* number of surveys that have ended */
	struct tunnel_numbers *numbers; /* owned by the caller */
	const struct tunnel_listener *listener;
	bool awaits_labels; /* an IKE daemon will name new ones: that they came up is reported after that */
	bool awake;	    /* the listener knows that there is something to do */
	uint32_t up;
};

/* Listener and numbers must outlive the rows. */
void tunnel_rows_init(struct tunnel_rows *rows, struct tunnel_numbers *numbers, const struct tunnel_listener *listener);
void tunnel_rows_free(struct tunnel_rows *rows);

/* A row that is not a tunnel yet: nothing is reported about it, and it is not in the table.  NULL: no memory. */
struct tunnel_row *tunnel_rows_new(const struct tunnel_rows *rows);

/* Whether packets can pass in both directions. */
bool tunnel_row_carries(const struct tunnel_row *row);

/* The key that it shows; from now on it shows that one. */
void tunnel_row_key(const struct tunnel_row *row, struct tunnel_key *key);
void tunnel_row_show_key(struct tunnel_row *row, const struct tunnel_key *key);

/*
 * Makes it a tunnel, if it is none yet.  It gets the index and the description that a tunnel of its name or, without
 * one, of the key that it shows has had, if no row has that now; otherwise new ones: the wanted index if that is free
 * (0: any).  False: no memory.
 */
bool tunnel_rows_begin(struct tunnel_rows *rows, struct tunnel_row *row, uint32_t wanted);

/*
 * The same for a row that was a tunnel with that index for an earlier agent.  False: no memory, or another row has that
 * index.
 */
bool tunnel_rows_begin_again(struct tunnel_rows *rows, struct tunnel_row *row, uint32_t index);
/* Sets whether it counts as up, by its .tunnel.state, which was reported by an earlier agent. */
void tunnel_rows_take_state(struct tunnel_rows *rows, const struct tunnel_row *row, bool was_up);

/* From now on, its index is remembered by the name of the row or, without one, by the key that it shows. */
void tunnel_rows_remember(struct tunnel_rows *rows, const struct tunnel_row *row);

/* From now on, its index is remembered by its label, which has changed, and which describes it. */
void tunnel_rows_relabel(struct tunnel_rows *rows, struct tunnel_row *row);

/* It shows no identity any more, and is remembered by its key if its label contains one. */
void tunnel_rows_forget_identity(struct tunnel_rows *rows, struct tunnel_row *row);

/* A new row continues another one: it takes over what is known and was reported of that one's state. */
void tunnel_rows_inherit(struct tunnel_rows *rows, struct tunnel_row *row, struct tunnel_row *from);

/* It has moved: from now on it shows that key, and is remembered by it. */
void tunnel_rows_move(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_key *key);

/* Adds what a row that has no path any more has counted to another row, and ends the former. */
void tunnel_rows_merge(struct tunnel_rows *rows, struct tunnel_row *from, struct tunnel_row *into);

/* The rank of the first row whose index is at least this one. */
size_t tunnel_rows_seek(const struct tunnel_rows *rows, uint64_t index);

/* Ends the row: it leaves all lists, and the next sweep frees it; a row that never was a tunnel is freed at once. */
void tunnel_rows_end(struct tunnel_rows *rows, struct tunnel_row *row);
void tunnel_rows_sweep(struct tunnel_rows *rows);

/* Has the next tick look at the row, if it is a tunnel. */
void tunnel_rows_touch(struct tunnel_rows *rows, struct tunnel_row *row);

/* There is something for a tick to do. */
void tunnel_rows_wake(struct tunnel_rows *rows);

/*
 * From now on it shows these counters at least, which an earlier agent has shown; false: no memory.  Until it is found what
 * its SAs have counted since that agent knew, nobody can tell which part of that is in these counters already.
 */
bool tunnel_row_show_least(struct tunnel_row *row, const struct tunnel_counters *counters);
/* That was found: what rows show at least is what they have counted, from which they go on. */
void tunnel_rows_found(struct tunnel_rows *rows);

/* A survey has ended. */
void tunnel_rows_surveyed(struct tunnel_rows *rows);

/*
 * Looks at rows that have changed, or have been down for long enough, and reports the news, a bounded number at a time.
 */
void tunnel_rows_tick(struct tunnel_rows *rows, const struct tunnel_settings *settings, const struct tunnel_time *now);

/* A row that has lingered long enough, or must make room for others; NULL: there is none. */
struct tunnel_row *tunnel_rows_over(const struct tunnel_rows *rows, const struct tunnel_settings *settings,
				    uint64_t now_us);

/* In how many microseconds at the latest the next tick has something to do; 0: now, UINT64_MAX: never by itself. */
uint64_t tunnel_rows_due_us(const struct tunnel_rows *rows, const struct tunnel_settings *settings, uint64_t now_us);

/* Notes a hard limit of an SA: seconds of the clock to which its add time refers. */
void tunnel_row_limit(const struct tunnel_rows *rows, struct tunnel_row *row, int64_t seconds);

/* A copy as of now. */
void tunnel_row_show(const struct tunnel_rows *rows, const struct tunnel_row *row, const struct tunnel_time *now,
		     struct tunnel *tunnel);

#endif
