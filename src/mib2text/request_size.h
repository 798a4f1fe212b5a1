/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REQUEST_SIZE_H
#define REQUEST_SIZE_H

/*
 * How much of a table to request at once.  It starts low, and doubles while complete answers come, up to what surely
 * fits in an answer; it follows an agent that cuts its answers short; and it shrinks, below one row if necessary, if an
 * answer would be too big or is lost on its way.  Sizes are counted in variable bindings of the answer.
 */

#include <stdbool.h>
#include <stddef.h>

struct request_size {
	size_t columns;	     /* of the table */
	size_t asked;	     /* bindings to request: a multiple of columns, or below it */
	size_t most;	     /* never request more */
	size_t ceiling;	     /* what recently proved too much, or nearly */
	size_t proven;	     /* the most that ever came */
	size_t lost;	     /* this number, which had never come before, had no answer: it is not requested again */
	unsigned calm;	     /* complete answers since the ceiling was set */
	unsigned unanswered; /* consecutive requests without an answer */
};

/* rows: a fixed number of rows per request; 0: adapt.  most: bindings that an answer can have, at least one. */
void request_size_init(struct request_size *size, size_t columns, size_t rows, size_t most);

/* For the next request: whole rows, or a number of columns of one row. */
size_t request_size_rows(const struct request_size *size);
size_t request_size_columns(const struct request_size *size);

/* True if nothing of this size was answered yet. */
bool request_size_is_probe(const struct request_size *size);

/* Everything that was requested came. */
void request_size_whole(struct request_size *size);
/* Everything came of a request that was for less than that. */
void request_size_part(struct request_size *size);
/* Only that number of bindings came, at least one. */
void request_size_short(struct request_size *size, size_t bindings);
/* tooBig, or an answer with nothing in it.  False: it was for one binding already. */
bool request_size_too_big(struct request_size *size);
/* No answer came.  False: a smaller request would not help. */
bool request_size_no_answer(struct request_size *size);

#endif
