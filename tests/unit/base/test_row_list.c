/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/row_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROWS = 100000 };

static void
fill(struct row_list *list)
{
	for (uint64_t i = 0; i < ROWS; i++) {
		uint64_t *const row = row_list_add(list);

		assert_non_null(row);
		*row = i * i;
	}
}

static void
assert_filled(const struct row_list *list)
{
	assert_int_equal(list->count, ROWS);
	for (uint64_t i = 0; i < ROWS; i++)
		assert_int_equal(*(const uint64_t *)row_list_at(list, i), i * i);
}

static void
keeps_all_rows_as_it_grows(void **state)
{
	struct row_list list = {.row_size = sizeof(uint64_t)};

	(void)state;
	fill(&list);
	assert_filled(&list);
	row_list_free(&list);
	assert_int_equal(list.count, 0);
	fill(&list);
	assert_filled(&list);
	row_list_free(&list);
}

static void
is_filled_again_in_the_same_memory(void **state)
{
	struct row_list list = {.row_size = sizeof(uint64_t)};
	size_t room;

	(void)state;
	fill(&list);
	room = list.room;
	list.count = 0;
	fill(&list);
	assert_filled(&list);
	assert_int_equal(list.room, room);
	row_list_free(&list);
}

static void
has_room_for_rows_of_any_size(void **state)
{
	struct row_list list = {.row_size = 1 << 20};
	char *row;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		row = row_list_add(&list);
		assert_non_null(row);
		row[0] = row[(1 << 20) - 1] = (char)i;
	}
	for (size_t i = 0; i < 5; i++) {
		row = row_list_at(&list, i);
		assert_int_equal(row[0], i);
		assert_int_equal(row[(1 << 20) - 1], i);
	}
	row_list_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_all_rows_as_it_grows),
		cmocka_unit_test(is_filled_again_in_the_same_memory),
		cmocka_unit_test(has_room_for_rows_of_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
