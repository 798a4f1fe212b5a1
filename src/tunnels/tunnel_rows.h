/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_ROWS_H
#define TUNNEL_ROWS_H

/* The rows of the table, and what becomes of each as time passes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tunnel_member.h"
#include "tunnel_sas.h"
#include "tunnels/tunnel.h"
#include "tunnels/tunnel_news.h"
#include "tunnels/tunnel_numbers.h"
#include "tunnels/tunnel_settings.h"

/* What a row waits for; in each of these lists all wait equally long, so that the first is the next. */
enum row_wait { ROW_WAITS_NOT, ROW_WAITS_FOR_DOWN, ROW_WAITS_FOR_END, ROW_WAITS_FOR_LABEL, ROW_WAITS };

struct tunnel_row {
	struct tunnel tunnel; /* its state is the one that was told */
	bool begun;	      /* it is a tunnel, and has a place in the table */
	bool named;
	char label[TUNNEL_NAME_SIZE]; /* see struct tunnel_label; empty: it has none */
	bool expected;		      /* an IKE daemon is configured to have it: it stays while it is down */
	bool expected_still;	      /* and this was told again */
	bool is_pair;		      /* of two paths, one for each direction */
	bool ambiguous;		      /* it has one direction, and nobody can tell whether the other is there */
	bool ended;		      /* it is to go */
	bool has_key;		      /* its addresses and numbers are those of an SA */
	bool settled;		      /* a state was told, or taken as given */
	bool stale_selectors;	      /* its policies, or paths, are others than .tunnel.selectors says */
	bool several;		      /* TUNNEL_IS_SEVERAL was told since the names changed */
	uint32_t first_path;	      /* TUNNEL_PATH_NONE: it has none */
	uint32_t living;
	uint32_t wanted;	       /* policies for what goes out, see struct tunnel_path */
	uint32_t usable[WAYS], larval; /* SAs, see struct tunnel_path */
	uint32_t lent, borrowed;       /* paths that do so, see tunnel_lenders.h */
	struct tunnel_sas sas;

	bool changed;	 /* is in the list of those to look at */
	bool incomplete; /* an SA is gone whose successor the survey may only just find */
	struct tunnel_row *next_changed;

	uint8_t waits; /* enum row_wait */
	uint64_t waits_since_us;
	int64_t since_us;		    /* before 0: before the machine started */
	struct tunnel_row *previous, *next; /* in its list of enum row_wait */

	uint64_t new_errors;
	uint64_t errors_us, quiet_until_us; /* see watch_errors() */

	/* The soonest hard limit, of a survey and of the one before it. */
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
	size_t ended;				   /* rows among them that are to go */
	struct tunnel_row *changed, *last_changed; /* to look at, in the order in which they changed */
	bool more;				   /* the last tick has not looked at all */
	struct wait_list waiting[ROW_WAITS];
	uint32_t surveys;		/* that have ended */
	struct tunnel_numbers *numbers; /* the caller's */
	const struct tunnel_listener *listener;
	bool awaits_labels; /* an IKE daemon will tell what new ones are called: that they came up is told after that */
	bool awake;	    /* the listener knows that there is something to do */
	uint32_t up;
};

/* Listener and numbers must outlive the rows. */
void tunnel_rows_init(struct tunnel_rows *rows, struct tunnel_numbers *numbers, const struct tunnel_listener *listener);
void tunnel_rows_free(struct tunnel_rows *rows);

/* A row that is no tunnel yet: nothing is told of it, and the table does not have it.  NULL: no memory. */
struct tunnel_row *tunnel_rows_new(const struct tunnel_rows *rows);

/* Whether packets can go both ways. */
bool tunnel_row_carries(const struct tunnel_row *row);

/* From now on it shows that key. */
void tunnel_row_show_key(struct tunnel_row *row, const struct tunnel_key *key);

/*
 * Makes a tunnel of it, if it is none yet.  It gets the index and the description that a tunnel of its name or, without
 * one, of the key that it shows has had, if no row has that now; else one that nothing remembers: the wanted one if that is free (0: any).  False: no
 * memory.
 */
bool tunnel_rows_begin(struct tunnel_rows *rows, struct tunnel_row *row, uint32_t wanted);

/*
 * The same of a row that was a tunnel to an earlier agent, with that index.  False: no memory, or another row has that index.
 */
bool tunnel_rows_begin_again(struct tunnel_rows *rows, struct tunnel_row *row, uint32_t index);
/* It counts as up from now on, or not, as its .tunnel.state says: that was set to what an earlier agent told. */
void tunnel_rows_take_state(struct tunnel_rows *rows, const struct tunnel_row *row, bool was_up);

/* The name of a row, or else the key that it shows, stands for its index from now on. */
void tunnel_rows_remember(struct tunnel_rows *rows, const struct tunnel_row *row);

/* Its label, which is another one, stands for its index from now on, and describes it. */
void tunnel_rows_relabel(struct tunnel_rows *rows, struct tunnel_row *row);

/* It shows no identity any more, and is known by its key where its label has one. */
void tunnel_rows_forget_identity(struct tunnel_rows *rows, struct tunnel_row *row);

/* A row that has just begun goes on as another one: what is known and was told of that one's state. */
void tunnel_rows_inherit(struct tunnel_rows *rows, struct tunnel_row *row, struct tunnel_row *from);

/* It has moved: it shows that key from now on, and is known by it. */
void tunnel_rows_move(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_key *key);

/* What one row, which has no path any more, has counted goes on in another; the one ends. */
void tunnel_rows_merge(struct tunnel_rows *rows, struct tunnel_row *from, struct tunnel_row *into);

/* The rank of the first row whose index is not below this one. */
size_t tunnel_rows_seek(const struct tunnel_rows *rows, uint64_t index);

/* The row is to go: it waits for nothing any more, and the next sweep frees it, or this if it never was a tunnel. */
void tunnel_rows_end(struct tunnel_rows *rows, struct tunnel_row *row);
void tunnel_rows_sweep(struct tunnel_rows *rows);

/* Has the next tick look at the row, if it is a tunnel. */
void tunnel_rows_touch(struct tunnel_rows *rows, struct tunnel_row *row);

/* There is something for a tick to do. */
void tunnel_rows_wake(struct tunnel_rows *rows);

/* A survey has ended. */
void tunnel_rows_surveyed(struct tunnel_rows *rows);

/* Looks at what has changed, or was down for long enough, and tells the news; at most some of it at once. */
void tunnel_rows_tick(struct tunnel_rows *rows, const struct tunnel_settings *settings, const struct tunnel_time *now);

/* A row that has lingered for long enough, or has to make room for others; NULL: there is none. */
struct tunnel_row *tunnel_rows_over(const struct tunnel_rows *rows, const struct tunnel_settings *settings,
				    uint64_t now_us);

/* In how many microseconds the next tick has something to do at the latest; 0: now, UINT64_MAX: never by itself. */
uint64_t tunnel_rows_due_us(const struct tunnel_rows *rows, const struct tunnel_settings *settings, uint64_t now_us);

/* Notes a hard limit of an SA: seconds of the clock against which its add time is told. */
void tunnel_row_limit(const struct tunnel_rows *rows, struct tunnel_row *row, int64_t seconds);

/* A copy as of now. */
void tunnel_row_show(const struct tunnel_rows *rows, const struct tunnel_row *row, const struct tunnel_time *now,
		     struct tunnel *tunnel);

#endif
