/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef INDEX_SORT_H
#define INDEX_SORT_H

/*
 * Sorts an array of numbers, which the caller's function compares, in bounded steps.  It is a bottom-up merge sort,
 * which can be interrupted anywhere and is stable.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_sort {
	int (*compare)(const void *context, uint32_t a, uint32_t b); /* negative, 0 or positive, as for qsort() */
	const void *context;
	uint32_t *numbers, *scratch; /* of count numbers each; they are exchanged after each round of merges */
	size_t count;
	/* The merge under way: runs of `width`, the pair that begins at `pair`, and the progress in it. */
	size_t width, pair, left, right, out;
};

void index_sort_begin(struct index_sort *sort, uint32_t *numbers, uint32_t *scratch, size_t count,
		      int (*compare)(const void *context, uint32_t a, uint32_t b), const void *context);

/* Continues, and moves at most `budget` numbers; true when sort->numbers is sorted. */
bool index_sort_step(struct index_sort *sort, size_t budget);

#endif
