/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/row_list.h"

#include <stdlib.h>

enum { FIRST_OCTETS = 4096 };

void *
row_list_add(struct row_list *list)
{
	if (list->count == list->room) {
		const size_t room = list->room ? list->room + list->room / 2 + 1 : FIRST_OCTETS / list->row_size + 1;
		void *const rows = reallocarray(list->rows, room, list->row_size);

		if (!rows)
			return NULL;
		list->rows = rows;
		list->room = room;
	}
	return row_list_at(list, list->count++);
}

void *
row_list_at(const struct row_list *list, size_t rank)
{
	return (char *)list->rows + rank * list->row_size;
}

void
row_list_free(struct row_list *list)
{
	free(list->rows);
	*list = (struct row_list){.row_size = list->row_size};
}
