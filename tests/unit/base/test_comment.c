/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/comment.h"

static void
assert_cut(const char *line, const char *expected)
{
	char text[128];

	snprintf(text, sizeof(text), "%s", line);
	comment_cut(text);
	assert_string_equal(text, expected);
}

static void
cuts_a_comment_and_the_blanks_before_it(void **state)
{
	(void)state;
	assert_cut("5 # seconds", "5");
	assert_cut("5\t#seconds", "5");
	assert_cut("5 # seconds # or so", "5");
	assert_cut("a b  c \t # d", "a b  c");
	assert_cut("# nothing else", "");
	assert_cut("  #", "");
	assert_cut("\"a # b\" c # d", "\"a # b\" c");
	assert_cut("'a # b' c # d", "'a # b' c");
	assert_cut("\"a\"# b", "\"a\"");
}

static void
leaves_everything_else(void **state)
{
	(void)state;
	assert_cut("", "");
	assert_cut("5", "5");
	assert_cut("a b  c", "a b  c");
	assert_cut("5#seconds", "5#seconds");
	assert_cut("/tmp/a#b", "/tmp/a#b");
	assert_cut("\"a # b\"", "\"a # b\"");
	assert_cut("\"a \\\" # b\"", "\"a \\\" # b\"");
	assert_cut("a\\ #b", "a\\ #b");
	assert_cut("\\# a", "\\# a");
}

static void
cuts_blanks_at_the_end(void **state)
{
	(void)state;
	assert_cut("5 \t\r", "5");
	assert_cut(" 5 ", " 5");
	assert_cut("   ", "");
}

/* In the middle of a word a quotation mark is one of its letters; nor does one begin a quotation that never ends. */
static void
a_quotation_that_is_none_hides_no_comment(void **state)
{
	(void)state;
	assert_cut("it's so # said Bob's", "it's so");
	assert_cut("\"a b # c", "\"a b");
	assert_cut("'tis # c", "'tis");
	assert_cut("\"a\\", "\"a\\");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_a_comment_and_the_blanks_before_it),
		cmocka_unit_test(leaves_everything_else),
		cmocka_unit_test(cuts_blanks_at_the_end),
		cmocka_unit_test(a_quotation_that_is_none_hides_no_comment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
