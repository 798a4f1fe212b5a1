/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/mib_oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
reads_what_it_prints(void **state)
{
	static const char *const texts[] = {".0", ".1.3.6", ".2.4294967295.0.7"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char printed[MIB_OID_TEXT_SIZE];
		struct mib_oid with_dot, without;

		assert_true(mib_oid_parse(texts[i], strlen(texts[i]), &with_dot));
		assert_int_equal(mib_oid_print(with_dot.subids, with_dot.length, printed, sizeof(printed)),
				 strlen(texts[i]));
		assert_string_equal(printed, texts[i]);
		assert_true(mib_oid_parse(texts[i] + 1, strlen(texts[i]) - 1, &without));
		assert_int_equal(mib_oid_compare(with_dot.subids, with_dot.length, without.subids, without.length), 0);
	}
}

static void
refuses_what_is_no_oid(void **state)
{
	static const char *const texts[] = {"",	    ".",    "1.", "1..3", "1.3.x", "1.4294967296",
					    " 1.3", "1.3 ", "-1", "..1"};
	struct mib_oid oid;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(mib_oid_parse(texts[i], strlen(texts[i]), &oid));
}

/* "1.1.1" with so many arcs. */
static const char *
ones(size_t count)
{
	static char text[2 * MIB_OID_MAX_SUBIDS + 2];

	for (size_t i = 0; i < count; i++)
		memcpy(text + 2 * i, "1.", 2);
	text[2 * count - 1] = '\0';
	return text;
}

static void
a_root_leaves_room_for_what_follows(void **state)
{
	struct mib_oid oid;

	(void)state;
	assert_true(mib_oid_parse(ones(MIB_OID_MAX_SUBIDS), strlen(ones(MIB_OID_MAX_SUBIDS)), &oid));
	assert_false(mib_oid_parse(ones(MIB_OID_MAX_SUBIDS + 1), strlen(ones(MIB_OID_MAX_SUBIDS + 1)), &oid));
	assert_true(mib_oid_parse_root(ones(MIB_ROOT_MAX_SUBIDS), &oid));
	assert_int_equal(oid.length, MIB_ROOT_MAX_SUBIDS);
	assert_true(mib_oid_parse_root(".2.999", &oid));
	assert_false(mib_oid_parse_root(ones(MIB_ROOT_MAX_SUBIDS + 1), &oid));
	assert_false(mib_oid_parse_root("1", &oid));
	assert_false(mib_oid_parse_root("3.1", &oid));
	assert_false(mib_oid_parse_root("1.40", &oid));
	assert_false(mib_oid_parse_root("1.3.", &oid));
	/* What was there before stays. */
	assert_int_equal(oid.subids[1], 999);
}

static void
orders_oids(void **state)
{
	static const unsigned long a[] = {1, 3, 6}, b[] = {1, 4};

	(void)state;
	assert_true(mib_oid_compare(a, 3, b, 2) < 0);
	assert_true(mib_oid_compare(b, 2, a, 3) > 0);
	assert_true(mib_oid_compare(a, 2, a, 3) < 0);
	assert_true(mib_oid_compare(a, 3, a, 2) > 0);
	assert_int_equal(mib_oid_compare(a, 0, b, 0), 0);
}

static void
prints_as_much_as_fits(void **state)
{
	static const unsigned long subids[] = {1, 3, 6};
	char text[6];

	(void)state;
	assert_int_equal(mib_oid_print(subids, 3, text, sizeof(text)), 4);
	assert_string_equal(text, ".1.3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_prints),
		cmocka_unit_test(refuses_what_is_no_oid),
		cmocka_unit_test(a_root_leaves_room_for_what_follows),
		cmocka_unit_test(orders_oids),
		cmocka_unit_test(prints_as_much_as_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
