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

#include "sa/sa.h"
#include "sa/sa_key.h"

struct snapshot;

struct snapshot *snapshot_new(void);	       /* NULL: no memory */
void snapshot_free(struct snapshot *snapshot); /* NULL is fine */

/*
 * Empties the snapshot, which may then be filled again; keeps its memory for that.  What `like`, a sorted
 * snapshot that must stay until this one is sorted too, has in the same order costs no sorting; NULL: there is none.
 */
void snapshot_begin(struct snapshot *snapshot, const struct snapshot *like);

/*
 * Gives back memory beyond twice what `like` needs, a bounded part of it a call; true when there is no more.
 * Empties the snapshot.
 */
bool snapshot_trim_step(struct snapshot *snapshot, const struct snapshot *like);

/* Stores a copy of the SA; its position is how many were added before.  0, or -ENOMEM. */
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

/* The SA of that rank in the order of the index, and its index; the rank must be below snapshot_count(). */
void snapshot_at(const struct snapshot *snapshot, size_t rank, struct sa *sa);
const struct sa_key *snapshot_key_at(const struct snapshot *snapshot, size_t rank);

/*
 * The source's order, which costs less to go through: the SA of a position below snapshot_positions(), and its
 * index; NULL if it is no row, because it was left out.
 */
size_t snapshot_positions(const struct snapshot *snapshot);
const struct sa_key *snapshot_in_order(const struct snapshot *snapshot, size_t position, struct sa *sa);

/*
 * The rank of the first SA whose index is not below these sub-identifiers, which may be any;
 * *exact tells whether it is equal.  snapshot_count() if there is none.  `guess` is any number: what
 * has exactly this index is found at once if its rank is guess or guess - 1.
 */
size_t snapshot_seek(const struct snapshot *snapshot, const unsigned long *subids, size_t count, size_t guess,
		     bool *exact);

#endif
