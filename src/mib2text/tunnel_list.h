/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_LIST_H
#define TUNNEL_LIST_H

/* Tunnels as mib2text collects them: a growing array, in the order of the table's index. */

#include <stdbool.h>
#include <stddef.h>

#include "tunnels/tunnel.h"

struct tunnel_list {
	struct tunnel *rows;
	size_t count, room;
};

/* Copies the tunnel to the end.  False: no memory. */
bool tunnel_list_append(struct tunnel_list *list, const struct tunnel *tunnel);

/* Frees the memory; the list is empty afterwards. */
void tunnel_list_free(struct tunnel_list *list);

#endif
