/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_HALVES_H
#define TUNNEL_HALVES_H

/*
 * Halves: paths without a name whose SAs all have the same direction, and always had.  A half that a read has shown is
 * a tunnel, which is down; before that, it may be an incomplete key exchange, or an SA that a daemon made only to test
 * the kernel.
 *
 * But key exchange daemons may give the two directions of one tunnel different interface ids (strongSwan's
 * %unique-dir), and people who enter SAs by hand, different reqids.  So after each read, of the halves between the same
 * two addresses
 *
 *  - two of one reqid that have opposite directions, and no other counterpart, are one tunnel;
 *  - so are two that remain after that, and have opposite directions;
 *  - if more remain, and both directions are among them, it is not known which belong together.
 *
 * A path of such a tunnel that gets an SA in the other direction is a tunnel by itself, after all.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/row_list.h"
#include "tunnel_paths.h"

struct tunnel_halves {
	struct hash_table hash; /* of paths, by their addresses */
	struct row_list list;	/* of the numbers of the same paths */
	size_t unjudged;	/* how many of them, at the beginning, are to be judged since the last read */
};

void tunnel_halves_init(struct tunnel_halves *halves);
void tunnel_halves_free(struct tunnel_halves *halves);

/* The SAs of the path, or its row, have changed, or a read has shown it. */
void tunnel_halves_note(struct tunnel_halves *halves, struct tunnel_paths *paths, uint32_t number);

/* A read has been surveyed completely. */
void tunnel_halves_surveyed(struct tunnel_halves *halves);

/* Continues to judge, a number of halves a call; true when none is left.  Rows that have ended must be swept. */
bool tunnel_halves_judge(struct tunnel_halves *halves, struct tunnel_paths *paths);

#endif
