/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/index_sort.h"

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
begin_pair(struct index_sort *sort, size_t pair)
{
	sort->pair = pair;
	sort->left = sort->out = pair;
	sort->right = smaller(pair + sort->width, sort->count);
}

void
index_sort_begin(struct index_sort *sort, uint32_t *numbers, uint32_t *scratch, size_t count,
		 int (*compare)(const void *context, uint32_t a, uint32_t b), const void *context)
{
	*sort = (struct index_sort){.compare = compare,
				    .context = context,
				    .numbers = numbers,
				    .scratch = scratch,
				    .count = count,
				    .width = 1};
	begin_pair(sort, 0);
}

/* Merges at most budget numbers of the pair under way; returns the rest of the budget. */
static size_t
merge_some(struct index_sort *sort, size_t budget)
{
	const size_t left_end = smaller(sort->pair + sort->width, sort->count);
	const size_t right_end = smaller(sort->pair + 2 * sort->width, sort->count);
	const uint32_t *from = sort->numbers;

	while (sort->out < right_end && budget > 0) {
		const bool take_left = sort->left < left_end &&
				       (sort->right >= right_end ||
					sort->compare(sort->context, from[sort->left], from[sort->right]) <= 0);

		sort->scratch[sort->out++] = from[take_left ? sort->left++ : sort->right++];
		budget--;
	}
	if (sort->out == right_end)
		begin_pair(sort, right_end);
	return budget;
}

bool
index_sort_step(struct index_sort *sort, size_t budget)
{
	while (sort->width < sort->count) {
		uint32_t *const merged = sort->scratch;

		while (sort->pair < sort->count) {
			if (budget == 0)
				return false;
			budget = merge_some(sort, budget);
		}
		sort->scratch = sort->numbers;
		sort->numbers = merged;
		sort->width *= 2;
		begin_pair(sort, 0);
	}
	return true;
}
