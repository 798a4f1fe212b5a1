/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ROW_LIST_H
#define ROW_LIST_H

/* A growing array of rows of one size, which only its user knows. */

#include <stddef.h>

/* Starts with all zero but .row_size.  A lower .count forgets the rows from there on and keeps the memory. */
struct row_list {
	void *rows;
	size_t row_size; /* octets */
	size_t count, room;
};

/* A new last row, whose octets are the caller's to set.  Rows may move for it.  NULL: no memory. */
void *row_list_add(struct row_list *list);

/* rank: below list->count.  Valid until the next row is added. */
void *row_list_at(const struct row_list *list, size_t rank);

/* Frees the memory; the list is empty afterwards. */
void row_list_free(struct row_list *list);

#endif
