/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TABLE_WALK_H
#define TABLE_WALK_H

/*
 * The walk of a table, independent of any network: it says what to request, is given the answers, and collects whole
 * rows.
 *
 * All columns of some rows are requested at once (GETBULK), each column from the same index on.  The bindings for one
 * row must have the same index in all columns; if they have not, because a row appeared or disappeared, or if not even
 * one row fits in an answer, the row with the lowest index is requested by name (GET) and taken if all its columns are
 * there, and otherwise left out.  Then the walk continues from that index.  So a row is never assembled from two rows,
 * each step ends at a higher index than the previous one, and an agent that answers otherwise is detected.
 *
 * Columns that are derived from others are not requested.  A request is limited to what its answer has room for,
 * however wide the rows are: an agent whose answer would be longer may not answer.  An agent truncates a GETBULK that
 * is too long, so that may be as long as a message can be; it does not truncate a GET, so that is no longer than what
 * arrived before.
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

/* Name n to request is: walk->entry, the readable column of rank ranks[n], index. */
struct table_walk_request {
	enum table_walk_kind kind;
	size_t repetitions; /* of GETBULK, whose non-repeaters are 0 */
	const uint16_t *ranks;
	size_t columns;
	const unsigned long *index;
	size_t index_length;
	bool probe; /* of a size that may not arrive: few retries will do */
};

enum table_walk_step {
	TABLE_WALK_ASK, /* make the next request */
	TABLE_WALK_DONE,
	TABLE_WALK_GONE,   /* there were rows, and now there is no table: the agent, or all of its rows, are gone */
	TABLE_WALK_FAILED, /* walk->error says why */
};

struct table_walk {
	struct mib_oid entry;
	struct request_size size;
	struct answer_limits limits;
	size_t came_octets; /* the maximum in one answer, as far as it matters */
	const struct mib_table *table;
	struct row_list *rows; /* owned by the caller */
	size_t row_limit;      /* an agent that has more rows than this is lying */
	size_t left_out;       /* rows that disappeared before they were complete */

	/* The requested columns, by rank among the table's readable columns. */
	uint16_t *asked;
	size_t columns;
	size_t row_octets; /* the maximum for a row of them in an answer */

	/* The last row that is settled; the walk continues after it.  Length 0: none yet. */
	unsigned long last[SA_INDEX_MAX_SUBIDS];
	size_t last_length;

	/* The row that is being assembled by GET, if any, and its columns that are there already. */
	bool piecing;
	void *piece;
	unsigned long piece_index[SA_INDEX_MAX_SUBIDS];
	size_t piece_index_length;
	size_t piece_columns;

	unsigned errors;   /* consecutive error-statuses */
	unsigned unserved; /* consecutive rows that lacked a column which never came */
	bool *served;	   /* by place in asked: whether it ever came */
	char error[ERROR_LINE_SIZE];
};

/*
 * fixed_rows: the number of rows per GETBULK, if an answer has room for them; 0: adapt.  False: no memory; nothing must
 * be freed then.
 */
bool table_walk_init(struct table_walk *walk, const struct mib_table *table, const struct mib_oid *root,
		     struct row_list *rows, size_t row_limit, size_t fixed_rows, const struct answer_limits *limits);
void table_walk_free(struct table_walk *walk);

/* The request to make now; its ranks and index point into *walk. */
void table_walk_request(const struct table_walk *walk, struct table_walk_request *request);

/* Its answer.  error_status: of the response (RFC 3416); if it is set, the bindings are ignored. */
enum table_walk_step table_walk_answer(struct table_walk *walk, long error_status, const struct mib_varbind *varbinds,
				       size_t count);

/* No answer came: DONE is never returned, FAILED with an empty error if another try is useless. */
enum table_walk_step table_walk_no_answer(struct table_walk *walk);

#endif
