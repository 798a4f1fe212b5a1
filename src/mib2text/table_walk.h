/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TABLE_WALK_H
#define TABLE_WALK_H

/*
 * The walk of a table, apart from any network: it says what to ask for, is told what came, and collects
 * whole rows.
 *
 * All columns of some rows are asked for at once (GETBULK), every column from the same index on.  What comes
 * for one row must have the same index in all columns; where it has not, because a row came or went, or
 * where not even one row fits an answer, the row with the lowest index is asked for by name (GET) and taken if all
 * its columns are there, else left out.  Then the walk goes on from that index.  So a row is never
 * put together from two of them, each step ends at a higher index than the one before, and an agent that answers
 * otherwise is found out.
 *
 * Columns that are derived from others are not asked for.  A request is for no more than what its answer has room for,
 * however wide the rows are: an agent whose answer would be longer can be silent.  A GETBULK that is too long for an agent
 * is cut short by it, so it may be as long as a message can be; a GET is not, so it is no longer than what came before.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer_size.h"
#include "base/error_line.h"
#include "base/row_list.h"
#include "mib/mib_oid.h"
#include "mib_varbind.h"
#include "request_size.h"
#include "mib_table.h"
#include "sa/sa.h"
#include "sa/sa_key.h"

enum table_walk_kind { TABLE_WALK_GETBULK, TABLE_WALK_GET };

/* Name n to ask for is: walk->entry, the readable column of rank ranks[n], index. */
struct table_walk_request {
	enum table_walk_kind kind;
	size_t repetitions; /* of GETBULK, whose non-repeaters are 0 */
	const uint16_t *ranks;
	size_t columns;
	const unsigned long *index;
	size_t index_length;
	bool probe; /* of a size that may not come through: few retries will do */
};

enum table_walk_step {
	TABLE_WALK_ASK, /* make the next request */
	TABLE_WALK_DONE,
	TABLE_WALK_GONE,   /* there were rows, and now there is no table: the agent went away, or all of its rows */
	TABLE_WALK_FAILED, /* walk->error says why */
};

struct table_walk {
	struct mib_oid entry;
	struct request_size size;
	struct answer_limits limits;
	size_t came_octets; /* the most in one answer, as far as it matters */
	const struct mib_table *table;
	struct row_list *rows; /* the caller's */
	size_t row_limit;      /* an agent that has more rows than this is lying */
	size_t left_out;       /* rows that were gone before they were complete */

	/* What is asked for, by rank among the table's readable columns. */
	uint16_t *asked;
	size_t columns;
	size_t row_octets; /* the most that a row of them has in an answer */

	/* The last row that is settled; the walk goes on after it.  Length 0: none yet. */
	unsigned long last[SA_INDEX_MAX_SUBIDS];
	size_t last_length;

	/* The row that is put together by GET, if any, and its columns that are in already. */
	bool piecing;
	void *piece;
	unsigned long piece_index[SA_INDEX_MAX_SUBIDS];
	size_t piece_index_length;
	size_t piece_columns;

	unsigned errors;   /* error-statuses in a row */
	unsigned unserved; /* rows in a row that lacked a column which never came */
	bool *served;	   /* by place in asked: whether it ever came */
	char error[ERROR_LINE_SIZE];
};

/*
 * fixed_rows: how many rows a GETBULK asks for, if an answer has room for them; 0: adapt.  False: no memory; there is
 * nothing to free then.
 */
bool table_walk_init(struct table_walk *walk, const struct mib_table *table, const struct mib_oid *root,
		     struct row_list *rows, size_t row_limit, size_t fixed_rows, const struct answer_limits *limits);
void table_walk_free(struct table_walk *walk);

/* The request to make now; its ranks and index point into *walk. */
void table_walk_request(const struct table_walk *walk, struct table_walk_request *request);

/* Its answer.  error_status: of the response (RFC 3416); with one, the bindings are not looked at. */
enum table_walk_step table_walk_answer(struct table_walk *walk, long error_status, const struct mib_varbind *varbinds,
				       size_t count);

/* No answer came: DONE is never returned, FAILED with an empty error where trying again is of no use. */
enum table_walk_step table_walk_no_answer(struct table_walk *walk);

#endif
