/* SPDX-License-Identifier: BSD-3-Clause */

/* How long a policy has been there, and how long it has not been used: whatever times the kernel tells. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mib/policy_columns.h"

static struct policy_row
row_of(int64_t added, int64_t used, int64_t now)
{
	struct policy_row row;

	policy_row_make(&row, &(struct policy){.added_seconds = added, .used_seconds = used}, now, 0);
	return row;
}

static void
ages_are_differences(void **state)
{
	const struct policy_row row = row_of(1700000000, 1700000050, 1700000060);

	(void)state;
	assert_int_equal(row.age_seconds, 60);
	assert_int_equal(row.idle_seconds, 10);
	assert_int_equal(row_of(1700000000, 0, 1700000060).idle_seconds, POLICY_NEVER_USED);
}

static void
what_is_in_the_future_is_no_age(void **state)
{
	const struct policy_row row = row_of(1700000060, INT64_MAX, 1700000000);

	(void)state;
	assert_int_equal(row.age_seconds, 0);
	assert_int_equal(row.idle_seconds, 0);
}

static void
what_is_older_than_can_be_told_has_the_greatest_age(void **state)
{
	const struct policy_row row = row_of(-1, INT64_MIN, 1700000000000);

	(void)state;
	assert_int_equal(row.age_seconds, UINT32_MAX - 1);
	assert_int_equal(row.idle_seconds, UINT32_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ages_are_differences),
		cmocka_unit_test(what_is_in_the_future_is_no_age),
		cmocka_unit_test(what_is_older_than_can_be_told_has_the_greatest_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
