/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SAVED_WALK_H
#define SAVED_WALK_H

/*
 * A saved walk, "snmpbulkwalk -On ... > FILE", parsed line by line.  Every object must be numeric (-On); most of the
 * other notations are understood (see walk_value.h), and anything else, or ambiguous, is refused.  Objects of other
 * MIBs may surround ours.
 *
 * The walk has the columns one after the other, each for all rows.  While it ran, rows may have appeared or
 * disappeared: those lack the columns before or after that moment, and are left out.  But if the missing rows are the
 * last that the file could have, it was cut off, and is refused; so it is if a value is missing in between.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent_state.h"
#include "base/row_list.h"
#include "mib/mib_oid.h"
#include "mib_table.h"
#include "sa/sa.h"
#include "sa/sa_key.h"
#include "walk_value.h"

enum saved_walk_pending {
	WALK_PENDING_NONE,
	WALK_PENDING_FOREIGN,
	WALK_PENDING_SCALAR,
	WALK_PENDING_COLUMN,
};

/* For matching the columns: how many of them a row has. */
struct saved_walk_row {
	struct sa_key key;
	size_t columns;
};

struct saved_walk {
	struct mib_oid agent, entry;
	char entry_text[MIB_OID_TEXT_SIZE]; /* the entry as lines spell it, with a "." at the end and no NUL */
	size_t entry_length;
	const struct mib_table *table;
	struct row_list *rows;	   /* owned by the caller */
	struct agent_state *state; /* owned by the caller */

	size_t line;
	bool crlf;
	struct walk_style style;
	size_t dots_line; /* the first one for which style.dots_seen applies */

	/* The last variable binding, whose value may continue in the next line. */
	enum saved_walk_pending pending;
	size_t pending_line;
	size_t pending_number; /* of the column or scalar */
	struct sa_key pending_key;
	bool quote_open;
	char *value;
	size_t value_length, value_room;

	struct row_list joined; /* of struct saved_walk_row, one for each of .rows */
	size_t column, cursor;	/* of the last value: its column, and the row after it */
	bool in_table;		/* there was a value */
	bool beyond_table;	/* there was something that comes after the table, or the end of all */
	bool nothing_there;	/* the agent replied that it has no such object */
	struct sa_key last_key;
	size_t width; /* number of columns that the agent had, when all is read */

	/* After saved_walk_end(). */
	size_t came, went; /* rows that appeared or disappeared while the walk ran, and were left out */
	char error[400];
};

/* False: no memory. */
bool saved_walk_init(struct saved_walk *walk, const struct mib_table *table, const struct mib_oid *root,
		     struct row_list *rows, struct agent_state *state);
void saved_walk_free(struct saved_walk *walk);

/* The next line, without its "\n".  False: walk->error says what is wrong, with its line. */
bool saved_walk_line(struct saved_walk *walk, const char *line, size_t length);

/* The end; whole: nothing comes after the last "\n".  False: walk->error says what is wrong. */
bool saved_walk_end(struct saved_walk *walk, bool whole);

#endif
