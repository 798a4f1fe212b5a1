/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_ROWS_H
#define TUNNEL_ROWS_H

/* The rows of the table, and what becomes of each as time passes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tunnel_member.h"
#include "tunnels/tunnel.h"
#include "tunnels/tunnel_news.h"
#include "tunnels/tunnel_settings.h"

/* What a row waits for; in each of these lists all wait equally long, so that the first is the next. */
enum row_wait { ROW_WAITS_NOT, ROW_WAITS_FOR_DOWN, ROW_WAITS_FOR_END, ROW_WAITS };

struct tunnel_row {
	struct tunnel tunnel; /* its state is the one that was told */
	bool named;
	bool ended;	     /* it is to go */
	bool has_key;	     /* its addresses and numbers are those of an SA */
	bool settled;	     /* a state was told, or taken as given */
	bool several;	     /* TUNNEL_IS_SEVERAL was told since the names changed */
	uint32_t first_path; /* TUNNEL_PATH_NONE: it has none */
	uint32_t living;
	uint32_t usable[WAYS], larval; /* SAs, see struct tunnel_path */

	bool changed;	 /* is in the list of those to look at */
	bool incomplete; /* an SA is gone whose successor the survey may only just find */
	struct tunnel_row *next_changed;

	uint8_t waits; /* enum row_wait */
	uint64_t waits_since_us, since_us;
	struct tunnel_row *previous, *next; /* in its list of enum row_wait */

	uint64_t new_errors;
	uint64_t errors_us, quiet_until_us; /* see watch_errors() */

	/* The soonest hard limit, of a survey and of the one before it. */
	struct {
		uint32_t survey;
		int64_t seconds;
	} limits[2];
};

struct row_list {
	struct tunnel_row *first, *last;
};

struct tunnel_rows {
	struct tunnel_row **all; /* in the order of the index */
	size_t count, room;
	size_t ended;				   /* rows among them that are to go */
	struct tunnel_row *changed, *last_changed; /* to look at, in the order in which they changed */
	bool more;				   /* the last tick has not looked at all */
	struct row_list waiting[ROW_WAITS];
	uint32_t surveys; /* that have ended */
	const struct tunnel_listener *listener;
	bool awake; /* the listener knows that there is something to do */
	uint32_t up;
};

void tunnel_rows_init(struct tunnel_rows *rows, const struct tunnel_listener *listener);
void tunnel_rows_free(struct tunnel_rows *rows);

/* A row with that index, which must be free.  NULL: no memory. */
struct tunnel_row *tunnel_rows_add(struct tunnel_rows *rows, uint32_t index);

/* The rank of the first row whose index is not below this one. */
size_t tunnel_rows_seek(const struct tunnel_rows *rows, uint64_t index);

/* The row with that index, or NULL. */
struct tunnel_row *tunnel_rows_find(const struct tunnel_rows *rows, uint32_t index);

/* The row is to go: it waits for nothing any more, and the next sweep frees it. */
void tunnel_rows_end(struct tunnel_rows *rows, struct tunnel_row *row);
void tunnel_rows_sweep(struct tunnel_rows *rows);

/* Has the next tick look at the row. */
void tunnel_rows_touch(struct tunnel_rows *rows, struct tunnel_row *row);

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
