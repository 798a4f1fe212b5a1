/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "serve/state_view.h"

enum { NUMBERS = 0, ROWS = 2 };

/* Of contexts that nobody serves, too, which have no tunnels to forget anything. */
static void
identities_of_a_file_are_forgotten(void **unused)
{
	struct state_lists lists;
	const struct state_tunnel numbers[] = {
		{.number = {.identity.name = "/rw/net:alice", .index = 1}},
		{.number = {.identity.name = "/berlin/net", .index = 2}},
		{.number = {.identity.name = "/rw/net:alice/2", .index = 3}},
		{.number = {.identity.name = "/rw/net:192.0.2.7:4500", .index = 4}},
	};
	const struct state_row rows[] = {
		{.row = {.tunnel = {.index = 1, .remote_id = "alice"}, .label = "/rw/net:alice"}},
		{.row = {.tunnel = {.index = 2, .remote_id = "sun"}, .label = "/berlin/net"}},
	};

	(void)unused;
	state_lists_init(&lists);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		memcpy(row_list_add(&lists.all[NUMBERS]), &numbers[i], sizeof(numbers[i]));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		memcpy(row_list_add(&lists.all[ROWS]), &rows[i], sizeof(rows[i]));
	state_lists_forget_identities(&lists);

	assert_int_equal(lists.all[NUMBERS].count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct state_tunnel *const number = row_list_at(&lists.all[NUMBERS], i);
		const struct state_row *const row = row_list_at(&lists.all[ROWS], i);

		assert_int_equal(number->number.index, 2 * (i + 1));
		assert_string_equal(row->row.tunnel.remote_id, "");
		assert_string_equal(row->row.label, i == 0 ? "" : "/berlin/net");
	}
	state_lists_free(&lists);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(identities_of_a_file_are_forgotten)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
