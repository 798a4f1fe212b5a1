/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mib2text/check_range.h"

static const struct {
	const char *text;
	double value;
	bool alerts;
} good[] = {
	{"10", -0.1, true},    {"10", 0, false},       {"10", 10, false},    {"10", 10.5, true},
	{"0", 0, false},       {"0", 1, true},	       {"10:", 9, true},     {"10:", 10, false},
	{"10:", 1e12, false},  {"~:10", -1e12, false}, {"~:10", 11, true},   {"10:20", 9.9, true},
	{"10:20", 15, false},  {"10:20", 20.1, true},  {"@10:20", 9, false}, {"@10:20", 10, true},
	{"@10:20", 21, false}, {"@0", 0, true},	       {"@0", 1, false},     {"-5:-1", -2, false},
	{"-5:-1", 0, true},    {"1.5:2.5", 2, false},  {"1.5:2.5", 1, true},
};

static void
a_range_is_what_the_guidelines_say(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct check_range range;

		assert_true(check_range_parse(good[i].text, &range));
		assert_string_equal(range.text, good[i].text);
		if (check_range_alerts(&range, good[i].value) != good[i].alerts)
			fail_msg("%s and %g", good[i].text, good[i].value);
	}
}

static void
what_is_no_range_is_refused(void **unused)
{
	static const char *const bad[] = {
		"",
		":",
		"@",
		"x",
		"10x",
		"10:x",
		"20:10",
		"~",
		"10:~",
		"1e3",
		"0x10",
		" 1",
		"1 ",
		"inf",
		"nan",
		"1::2",
		"--1",
		"1.2.3",
		"1111111111111111111111111111111111111111111111111111111111111111",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct check_range range = {.low = 7};

		if (check_range_parse(bad[i], &range))
			fail_msg("\"%s\" was taken", bad[i]);
		assert_true(range.low == 7);
	}
}

static void
no_range_alerts_of_nothing(void **unused)
{
	const struct check_range none = {0};

	(void)unused;
	assert_false(check_range_alerts(&none, 0));
	assert_false(check_range_alerts(&none, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_is_what_the_guidelines_say),
		cmocka_unit_test(what_is_no_range_is_refused),
		cmocka_unit_test(no_range_alerts_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
