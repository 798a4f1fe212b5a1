/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

/*
 * All SAs of one read of a source.  A snapshot is filled with snapshot_add(), sorted in bounded steps, and immutable
 * from then on; answers come only from a sorted snapshot.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"
#include "sa/sa_key.h"

struct snapshot;

struct snapshot *snapshot_new(void);	       /* NULL: no memory */
void snapshot_free(struct snapshot *snapshot); /* NULL is allowed */

/*
 * Empties the snapshot for reuse and keeps its memory.  `like` is a sorted snapshot that must exist until this one is
 * sorted, or NULL; SAs that are in the same order there need no sorting.
 */
void snapshot_begin(struct snapshot *snapshot, const struct snapshot *like);

/*
 * Empties the snapshot, and frees memory beyond twice what `like` needs, a bounded part of it a call; true when done.
 */
bool snapshot_trim_step(struct snapshot *snapshot, const struct snapshot *like);

/* Stores a copy of the SA; its position is the number of SAs added before.  0, or -ENOMEM. */
int snapshot_add(struct snapshot *snapshot, const struct sa *sa);

/*
 * Sorts, with at most about `budget` moves a call; true when sorted.  All SAs that share an index are kept: in the
 * source's order, an SA whose qualifier is not above its predecessor's gets the next higher number.  An SA is left out
 * only if there is no such number (2^32 - 1 is taken).
 */
bool snapshot_sort_step(struct snapshot *snapshot, size_t budget);

struct snapshot_counts {
	size_t total;
	size_t esp, ah, comp, ipip, other;
	size_t in, out, direction_unknown;
	size_t collisions; /* SAs that were left out, or got a qualifier that is not the source's */
};
const struct snapshot_counts *snapshot_counts(const struct snapshot *snapshot);

/* The number of rows to answer from. */
size_t snapshot_count(const struct snapshot *snapshot);

/* The SA of that rank in the order of the index, and its index; the rank must be below snapshot_count(). */
void snapshot_at(const struct snapshot *snapshot, size_t rank, struct sa *sa);
const struct sa_key *snapshot_key_at(const struct snapshot *snapshot, size_t rank);

/*
 * In the source's order, which is cheaper to iterate over: the SA at a position below snapshot_positions(), and its
 * index; NULL if it was left out and is no row.
 */
size_t snapshot_positions(const struct snapshot *snapshot);
const struct sa_key *snapshot_in_order(const struct snapshot *snapshot, size_t position, struct sa *sa);

/*
 * The rank of the first SA whose index is at least these sub-identifiers, which need not be an index, or
 * snapshot_count(); *exact: whether it is equal.  `guess` is any number: an exact match is found at once if its rank is
 * guess or guess - 1.
 */
size_t snapshot_seek(const struct snapshot *snapshot, const unsigned long *subids, size_t count, size_t guess,
		     bool *exact);

#endif
