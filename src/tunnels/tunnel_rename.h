/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_RENAME_H
#define TUNNEL_RENAME_H

/*
 * Names for tunnels, at the start and again while they exist.  A name that is kept keeps its row; a path goes to the
 * row of the first name that matches; a new name takes over a row if it matches all of it.  Nothing that was counted is
 * lost: a row that loses its last path to another is added to that.
 */

#include "tunnel_place.h"

struct tunnel_rename;

/*
 * Begins to apply the names that are valid in that context; they must stay until all are copied, and the places until
 * it is freed.  Nothing else may change the places between the first step and the last.  NULL: no memory.
 */
struct tunnel_rename *tunnel_rename_begin(struct tunnel_places *places, const struct tunnel_names *names,
					  const char *context);

enum tunnel_rename_step {
	TUNNEL_RENAME_MORE,
	TUNNEL_RENAME_DONE,
	TUNNEL_RENAME_FAILED, /* no memory: the names are unchanged */
};

/* Continues; the budget is a number of names, paths and rows. */
enum tunnel_rename_step tunnel_rename_step(struct tunnel_rename *change, size_t budget);

void tunnel_rename_free(struct tunnel_rename *change);

#endif
