/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef INDEX_SORT_H
#define INDEX_SORT_H

/*
 * Sorts numbers by what they stand for, in bounded steps: a bottom-up merge sort, because that one can be
 * interrupted anywhere and is stable.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_sort {
	int (*compare)(const void *context, uint32_t a, uint32_t b); /* as qsort's */
	const void *context;
	uint32_t *numbers, *scratch; /* of count; they change places now and then */
	size_t count;
	/* The merge under way: runs of `width`, the pair that begins at `pair`, and how far it has come. */
	size_t width, pair, left, right, out;
};

void index_sort_begin(struct index_sort *sort, uint32_t *numbers, uint32_t *scratch, size_t count,
		      int (*compare)(const void *context, uint32_t a, uint32_t b), const void *context);

/* Goes on, with at most `budget` numbers moved; true when sort->numbers is sorted. */
bool index_sort_step(struct index_sort *sort, size_t budget);

#endif
