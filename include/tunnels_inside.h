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
	struct tunnel_listener listener;
	struct tunnels_statistics statistics;
};

/* A path of that key, in that row.  TUNNEL_PATH_NONE: no memory. */
uint32_t tunnels_add_path(struct tunnels *tunnels, const struct tunnel_key *key, struct tunnel_row *row);

/* Frees the path, none of whose SAs lives; its row stays. */
void tunnels_drop_path(struct tunnels *tunnels, uint32_t number);

/* Hands the path, and the SAs that live in it, to another row. */
void tunnels_move_path(struct tunnels *tunnels, uint32_t number, struct tunnel_row *row);

/* Shows the key in a row. */
void tunnel_row_set_key(struct tunnel_row *row, const struct tunnel_key *key);

#endif
