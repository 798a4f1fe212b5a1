/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_list.h"

#include <stdint.h>
#include <stdlib.h>

bool
sa_list_append(struct sa_list *list, const struct sa *sa)
{
	/* A block that the C library maps by itself: it grows without being copied, and is in no answer's way. */
	enum { FIRST_ROOM = 256 };

	if (list->count == list->room) {
		const size_t room = list->room ? list->room + list->room / 2 : FIRST_ROOM;
		struct sa *const rows = reallocarray(list->rows, room, sizeof(*rows));

		if (!rows)
			return false;
		list->rows = rows;
		list->room = room;
	}
	list->rows[list->count++] = *sa;
	return true;
}

void
sa_list_clear(struct sa_list *list)
{
	list->count = 0;
}

void
sa_list_free(struct sa_list *list)
{
	free(list->rows);
	*list = (struct sa_list){0};
}

/* The rows lie in one array, so that their addresses have the order of the index. */
static int
compare_positions(const void *left, const void *right)
{
	const struct sa *const a = *(const struct sa *const *)left;
	const struct sa *const b = *(const struct sa *const *)right;

	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	return (a > b) - (a < b);
}

const struct sa **
sa_list_sorted(const struct sa_list *list, enum sa_list_order order)
{
	const struct sa **const sorted = calloc(list->count + 1, sizeof(*sorted));

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < list->count; i++)
		sorted[i] = &list->rows[i];
	if (order == SA_LIST_BY_POSITION)
		qsort(sorted, list->count, sizeof(*sorted), compare_positions);
	return sorted;
}
