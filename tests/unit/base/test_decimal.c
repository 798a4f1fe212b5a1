/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/decimal.h"

enum { UNTOUCHED = 4711 };

static bool
reads(const char *text, uint64_t least, uint64_t most, uint64_t expected)
{
	uint64_t number = UNTOUCHED;
	const bool read = decimal_read(text, strlen(text), least, most, &number);

	assert_true(number == (read ? expected : UNTOUCHED));
	return read;
}

static void
reads_digits(void **state)
{
	(void)state;
	assert_true(reads("0", 0, UINT64_MAX, 0));
	assert_true(reads("007", 0, UINT64_MAX, 7));
	assert_true(reads("18446744073709551615", 0, UINT64_MAX, UINT64_MAX));
}

static void
refuses_everything_else(void **state)
{
	static const char *const texts[] = {"", " ", " 1", "1 ", "+1", "-1", "-0", "0x1", "1e3", "1.0", "one", "1\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (reads(texts[i], 0, UINT64_MAX, 0))
			fail_msg("\"%s\" is taken for a number", texts[i]);
	}
}

static void
refuses_what_does_not_fit(void **state)
{
	(void)state;
	assert_false(reads("18446744073709551616", 0, UINT64_MAX, 0));
	assert_false(reads("18446744073709551620", 0, UINT64_MAX, 0));
	assert_false(reads("184467440737095516150", 0, UINT64_MAX, 0));
	assert_false(reads("99999999999999999999", 0, UINT64_MAX, 0));
}

static void
keeps_to_the_limits(void **state)
{
	(void)state;
	assert_false(reads("0", 1, 3600, 0));
	assert_true(reads("1", 1, 3600, 1));
	assert_true(reads("3600", 1, 3600, 3600));
	assert_false(reads("3601", 1, 3600, 0));
}

static void
takes_exactly_the_length_it_is_given(void **state)
{
	uint64_t number;

	(void)state;
	assert_true(decimal_read("1234", 2, 0, UINT64_MAX, &number));
	assert_int_equal(number, 12);
	assert_false(decimal_read("1\0", 2, 0, UINT64_MAX, &number));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_digits),
		cmocka_unit_test(refuses_everything_else),
		cmocka_unit_test(refuses_what_does_not_fit),
		cmocka_unit_test(keeps_to_the_limits),
		cmocka_unit_test(takes_exactly_the_length_it_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
