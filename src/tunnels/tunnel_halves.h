/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_HALVES_H
#define TUNNEL_HALVES_H

/*
 * Halves: paths without a name whose SAs all go one way, and always have.  A half that a read has shown is a tunnel, which
 * is down; before that it may be a key exchange that is not done, or an SA that a daemon made only to try the kernel.
 *
 * But keying daemons may give the two directions of one tunnel different interface ids (strongSwan's %unique-dir), and
 * people who type SAs, different reqids.  So after each read, of the halves between the same two addresses
 *
 *  - two of one reqid that go different ways, and have only each other, are one tunnel;
 *  - so are two that are left over then, and go different ways;
 *  - if more are left over, and both ways are among them, nobody can tell which belong together.
 *
 * A path of such a tunnel that gets an SA in the other direction is one by itself, after all.
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
	size_t unjudged;	/* how many, of the first of them, are to be judged since the last read */
};

void tunnel_halves_init(struct tunnel_halves *halves);
void tunnel_halves_free(struct tunnel_halves *halves);

/* The SAs of the path, its row, or whether a read has shown it, have changed. */
void tunnel_halves_note(struct tunnel_halves *halves, struct tunnel_paths *paths, uint32_t number);

/* A read has been surveyed whole. */
void tunnel_halves_surveyed(struct tunnel_halves *halves);

/* Goes on judging, some halves a call; true when none is left.  Rows that are no more are to be swept. */
bool tunnel_halves_judge(struct tunnel_halves *halves, struct tunnel_paths *paths);

#endif
