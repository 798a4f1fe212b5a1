/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ROW_LIST_H
#define ROW_LIST_H

/* A growing array of rows of one size, whose content only the user knows. */

#include <stddef.h>

/* Initialise to zero, except .row_size.  Lowering .count drops the rows from there on and keeps the memory. */
struct row_list {
	void *rows;
	size_t row_size; /* in octets */
	size_t count, room;
};

/* Adds a row at the end, which the caller must fill.  Rows may move.  NULL: no memory. */
void *row_list_add(struct row_list *list);

/* rank: below list->count.  The row is valid until the next one is added. */
void *row_list_at(const struct row_list *list, size_t rank);

/* Frees the memory and empties the list. */
void row_list_free(struct row_list *list);

#endif
