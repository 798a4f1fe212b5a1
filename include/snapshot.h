/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

/*
 * All SAs of one read of a source.  It is filled with snapshot_add(), sorted in bounded steps, and from then
 * on immutable: answers come from a sorted snapshot only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa.h"

struct snapshot;

struct snapshot *snapshot_new(void);	       /* NULL: no memory */
void snapshot_free(struct snapshot *snapshot); /* NULL is fine */

/* Empties the snapshot, which may then be filled again; keeps its memory for that. */
void snapshot_clear(struct snapshot *snapshot);

/*
 * Gives back memory beyond what `count` SAs need, a bounded part of it a call; true when there is no more.
 * Only for a snapshot that was cleared.
 */
bool snapshot_trim_step(struct snapshot *snapshot, size_t count);

/* Copies the SA in and sets its position.  0, or -ENOMEM. */
int snapshot_add(struct snapshot *snapshot, const struct sa *sa);

/*
 * Sorts, at most about `budget` moves a call; true when sorted.  SAs that share an index are all kept:
 * in the source's order, one whose qualifier is not above its predecessor's gets the next higher number.  Only
 * if there is none (2^32 - 1 is taken) is one left out.
 */
bool snapshot_sort_step(struct snapshot *snapshot, size_t budget);

struct snapshot_counts {
	size_t total;
	size_t esp, ah, comp, ipip, other;
	size_t in, out, direction_unknown;
	size_t collisions; /* SAs that got another qualifier than the source gave, or were left out */
};
const struct snapshot_counts *snapshot_counts(const struct snapshot *snapshot);

/* How many rows there are to answer from. */
size_t snapshot_count(const struct snapshot *snapshot);

/* In the order of the index, rank from 0; NULL past the end. */
const struct sa *snapshot_at(const struct snapshot *snapshot, size_t rank);
const struct sa_key *snapshot_key_at(const struct snapshot *snapshot, size_t rank);

/* In the source's order, position from 0; NULL past the end. */
const struct sa *snapshot_in_order(const struct snapshot *snapshot, size_t position);

/*
 * The rank of the first SA whose index is not below these sub-identifiers, which may be any;
 * *exact tells whether it is equal.  snapshot_count() if there is none.
 */
size_t snapshot_seek(const struct snapshot *snapshot, const unsigned long *subids, size_t count, bool *exact);

/* The SA of exactly that SAID, or NULL. */
const struct sa *snapshot_find(const struct snapshot *snapshot, const struct sa_said *said);

#endif
