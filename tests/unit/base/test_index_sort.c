/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/index_sort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"

enum { MOST = 300 };

/* What the numbers stand for, and how often it was looked at. */
struct things {
	unsigned values[MOST];
	unsigned comparisons;
};

static int
compare(const void *context, uint32_t a, uint32_t b)
{
	struct things *const things = *(struct things *const *)context;

	things->comparisons++;
	return things->values[a] < things->values[b] ? -1 : things->values[a] > things->values[b];
}

/* Each number once; of equal ones, the lower number first. */
static void
assert_sorted(const struct things *things, const uint32_t *numbers, size_t count)
{
	bool seen[MOST] = {false};

	for (size_t i = 0; i < count; i++) {
		assert_true(numbers[i] < count && !seen[numbers[i]]);
		seen[numbers[i]] = true;
		if (i == 0)
			continue;
		assert_true(things->values[numbers[i - 1]] <= things->values[numbers[i]]);
		if (things->values[numbers[i - 1]] == things->values[numbers[i]])
			assert_true(numbers[i - 1] < numbers[i]);
	}
}

/* log2, rounded up. */
static size_t
levels_of(size_t count)
{
	size_t levels = 0;

	while ((size_t)1 << levels < count)
		levels++;
	return levels;
}

/* Returns how many steps that took. */
static size_t
sort_in_steps(struct things *things, size_t count, size_t budget)
{
	uint32_t numbers[MOST], scratch[MOST];
	struct index_sort sort;
	size_t steps = 0;
	bool done;

	for (uint32_t i = 0; i < count; i++)
		numbers[i] = i;
	index_sort_begin(&sort, numbers, scratch, count, compare, &things);
	do {
		things->comparisons = 0;
		done = index_sort_step(&sort, budget);
		assert_in_range(things->comparisons, 0, budget);
		steps++;
	} while (!done);
	assert_sorted(things, sort.numbers, count);
	return steps;
}

static void
sorts_whatever_the_steps_are(void **state)
{
	struct things things;

	(void)state;
	random_seed(5);
	for (unsigned round = 0; round < 2000; round++) {
		const size_t count = random_below(once_in(8) ? MOST : 20), budget = 1 + random_below(64);
		const unsigned values = 1 + random_below(40);

		for (size_t i = 0; i < count; i++)
			things.values[i] = random_below(values);
		assert_in_range(sort_in_steps(&things, count, budget), 1, count * levels_of(count) / budget + 1);
	}
}

static void
nothing_and_one_are_sorted_at_once(void **state)
{
	struct things things = {{7}, 0};

	(void)state;
	assert_int_equal(sort_in_steps(&things, 0, 1), 1);
	assert_int_equal(sort_in_steps(&things, 1, 1), 1);
	assert_int_equal(things.comparisons, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_whatever_the_steps_are),
		cmocka_unit_test(nothing_and_one_are_sorted_at_once),
	};

	return cmocka_run_group_tests_name("index_sort", tests, NULL, NULL);
}
