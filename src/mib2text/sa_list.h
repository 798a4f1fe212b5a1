/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_LIST_H
#define SA_LIST_H

/* SAs as mib2text collects them: a growing array, in the order of the table's index. */

#include <stdbool.h>
#include <stddef.h>

#include "sa/sa.h"

struct sa_list {
	struct sa *rows;
	size_t count, room;
};

/* Copies the SA to the end.  False: no memory. */
bool sa_list_append(struct sa_list *list, const struct sa *sa);

/* Forgets the rows and keeps the memory. */
void sa_list_clear(struct sa_list *list);

/* Frees the memory; the list is empty afterwards. */
void sa_list_free(struct sa_list *list);

enum sa_list_order {
	SA_LIST_BY_POSITION, /* the kernel's order */
	SA_LIST_BY_SAID,     /* that of the table's index, which the rows have */
};

/*
 * The rows in that order, list->count pointers for free().  SAs that claim the same position, because they come
 * from different reads of the kernel, keep the order of the index.  NULL: no memory; never for an empty list.
 */
const struct sa **sa_list_sorted(const struct sa_list *list, enum sa_list_order order);

#endif
