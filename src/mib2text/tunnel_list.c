/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_list.h"

#include <stdlib.h>

bool
tunnel_list_append(struct tunnel_list *list, const struct tunnel *tunnel)
{
	enum { FIRST_ROOM = 16 };

	if (list->count == list->room) {
		const size_t room = list->room ? 2 * list->room : FIRST_ROOM;
		struct tunnel *const rows = reallocarray(list->rows, room, sizeof(*rows));

		if (!rows)
			return false;
		list->rows = rows;
		list->room = room;
	}
	list->rows[list->count++] = *tunnel;
	return true;
}

void
tunnel_list_free(struct tunnel_list *list)
{
	free(list->rows);
	*list = (struct tunnel_list){0};
}
