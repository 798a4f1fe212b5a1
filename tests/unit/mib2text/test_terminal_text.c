/* SPDX-License-Identifier: BSD-3-Clause */

/* Text from elsewhere on a terminal, and numbers for people. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <locale.h>
#include <string.h>

#include <cmocka.h>

#include "mib2text/human_number.h"
#include "mib2text/terminal_text.h"

static void
expect_escaped(const char *text, const char *expected, size_t width)
{
	char out[64];

	terminal_text_escape(text, out, sizeof(out));
	assert_string_equal(out, expected);
	assert_int_equal(terminal_text_width(out), width);
}

static void
what_steers_is_spelt(void **state)
{
	/* U+202E, "abc", U+2066, U+FEFF; not as a literal, which tools take for an attack. */
	static const char turned[] = {'\xe2', '\x80', '\xae', 'a',    'b',    'c', '\xe2',
				      '\x81', '\xa6', '\xef', '\xbb', '\xbf', '\0'};

	(void)state;
	expect_escaped("plain text", "plain text", 10);
	expect_escaped("B\xc3\xbcro", "B\xc3\xbcro", 4);
	expect_escaped("\xe6\x9d\xb1", "\xe6\x9d\xb1", 2);
	expect_escaped("e\xcc\x81", "e\xcc\x81", 1);
	expect_escaped("\x1b[31m\r\n\t\x7f", "\\x1b[31m\\x0d\\x0a\\x09\\x7f", 24);
	expect_escaped("\xc2\x9b"
		       "31m",
		       "\\u009b31m", 9); /* CSI in one octet of eight bits */
	expect_escaped(turned, "\\u202eabc\\u2066\\ufeff", 21);
	expect_escaped("\xff\xc3", "\\xff\\xc3", 8);
	expect_escaped("\xf3\xa0\x81\x81", "\\ue0041", 7);
}

/* A locale without these characters gets none of them. */
static void
a_locale_prints_only_what_it_has(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C");
	expect_escaped("B\xc3\xbcro", "B\\xc3\\xbcro", 11);
	setlocale(LC_CTYPE, "C.UTF-8");
}

static void
what_does_not_fit_is_cut_between_characters(void **state)
{
	char out[8], wide[] = "a\xe6\x9d\xb1z";

	(void)state;
	terminal_text_escape("abc\x1b\x1b", out, sizeof(out));
	assert_string_equal(out, "abc\\x1b");
	terminal_text_escape("abcd\x1b", out, sizeof(out));
	assert_string_equal(out, "abcd");
	terminal_text_cut(wide, 9);
	assert_int_equal(strlen(wide), 5);
	terminal_text_cut(wide, 2);
	assert_string_equal(wide, "a");
	terminal_text_cut(wide, 0);
	assert_string_equal(wide, "");
}

static void
numbers_have_four_digits_at_most(void **state)
{
	static const struct {
		double number;
		const char *text;
	} rates[] = {{0, "0"},	       {0.001, "0.1"}, {0.5, "0.5"},	      {9.94, "9.9"},  {12.4, "12"},
		     {999.4, "999"},   {1000, "1.0k"}, {1234567, "1.2M"},     {1e10, "10G"},  {1.5e13, "15T"},
		     {999600, "1.0M"}, {5e17, "500P"}, {1.8446744e19, "18E"}, {1e21, "1000E"}};
	char text[HUMAN_NUMBER_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		human_rate(text, rates[i].number);
		assert_string_equal(text, rates[i].text);
	}
	human_count(text, 3);
	assert_string_equal(text, "3");
	human_octets(text, UINT64_MAX);
	assert_string_equal(text, "16EiB");
	human_seconds(text, UINT32_MAX);
	assert_string_equal(text, "49710d6h");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_steers_is_spelt),
		cmocka_unit_test(a_locale_prints_only_what_it_has),
		cmocka_unit_test(what_does_not_fit_is_cut_between_characters),
		cmocka_unit_test(numbers_have_four_digits_at_most),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
