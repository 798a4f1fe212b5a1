/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNELS_INSIDE_H
#define TUNNELS_INSIDE_H

/* What tunnels.c and tunnels_configure.c share. */

#include "tunnel_paths.h"
#include "tunnel_rows.h"
#include "tunnels.h"

struct tunnels {
	struct tunnel_rows rows;
	struct tunnel_paths paths;
	struct tunnel_settings settings;
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_row **named; /* by the number of the name */
	bool look_for_several;	   /* at the next tick after a survey */
	struct tunnel_found *found; /* of all paths that have one */
	uint32_t emptied;	    /* paths whose last SA is gone, since the last tick */
	struct tunnel_listener listener;
	struct tunnels_statistics statistics;
};

/* A path of that key, in that row.  TUNNEL_PATH_NONE: no memory. */
uint32_t tunnels_add_path(struct tunnels *tunnels, const struct tunnel_key *key, struct tunnel_row *row);

/* Frees the path, none of whose SAs lives and which is not in the list of those emptied; its row stays. */
void tunnels_drop_path(struct tunnels *tunnels, uint32_t number);

/* Frees those of the emptied paths that are still without SAs, and not all that is known of a tunnel without a name. */
void tunnels_drop_emptied(struct tunnels *tunnels);

/* Hands the path, and the SAs that live in it, to another row. */
void tunnels_move_path(struct tunnels *tunnels, uint32_t number, struct tunnel_row *row);

/* Shows the key in a row. */
void tunnel_row_set_key(struct tunnel_row *row, const struct tunnel_key *key);

#endif
