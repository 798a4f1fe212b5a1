/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REQUEST_SIZE_H
#define REQUEST_SIZE_H

/*
 * How much of a table to ask for at once.  It starts modestly, doubles while whole answers come, up to what surely fits
 * an answer; takes what came where an agent cuts its answers short; and shrinks, below one row if need be, where an
 * answer would be too big or is lost on its way.  Sizes are counted in variable bindings of the answer.
 */

#include <stdbool.h>
#include <stddef.h>

struct request_size {
	size_t columns;	     /* of the table */
	size_t asked;	     /* bindings to ask for: a multiple of columns, or below it */
	size_t most;	     /* never ask for more */
	size_t ceiling;	     /* what lately turned out too much, or nearly */
	size_t proven;	     /* the most that ever came */
	size_t lost;	     /* so many, which had never come before, had no answer: they are not asked for again */
	unsigned calm;	     /* whole answers since the ceiling was set */
	unsigned unanswered; /* requests in a row that had no answer */
};

/* rows: how many rows to ask for, always; 0: find out.  most: bindings that an answer can have, at least one. */
void request_size_init(struct request_size *size, size_t columns, size_t rows, size_t most);

/* Of the next request: whole rows, or how many columns of one row. */
size_t request_size_rows(const struct request_size *size);
size_t request_size_columns(const struct request_size *size);

/* True where nothing of this size was answered yet. */
bool request_size_is_probe(const struct request_size *size);

/* All that was asked for came. */
void request_size_whole(struct request_size *size);
/* All came of a request that was for less than that. */
void request_size_part(struct request_size *size);
/* Only so many bindings came, at least one. */
void request_size_short(struct request_size *size, size_t bindings);
/* tooBig, or an answer with nothing in it.  False: it was for one binding already. */
bool request_size_too_big(struct request_size *size);
/* No answer came.  False: a smaller request would not help. */
bool request_size_no_answer(struct request_size *size);

#endif
