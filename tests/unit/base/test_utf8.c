/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* RFC 3629, section 3, by arithmetic: the octets of a character, or 0 for a number that is none. */
static size_t
encode(uint32_t number, uint8_t octets[4])
{
	if (number < 0x80) {
		octets[0] = (uint8_t)number;
		return 1;
	}
	if (number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff))
		return 0;
	for (size_t length = 2;; length++) {
		const unsigned free_bits = 6 * (unsigned)(length - 1) + 7 - (unsigned)length;

		if (number >> free_bits != 0)
			continue;
		octets[0] = (uint8_t)((0xf00 >> length) | number >> 6 * (length - 1));
		for (size_t i = 1; i < length; i++)
			octets[i] = (uint8_t)(0x80 | (number >> 6 * (length - 1 - i) & 0x3f));
		return length;
	}
}

static void
knows_every_character(void **state)
{
	(void)state;
	for (uint32_t number = 0; number <= 0x10ffff; number++) {
		uint8_t octets[4];
		const size_t length = encode(number, octets);
		const bool is_control = number < ' ' || (number >= 0x7f && number < 0xa0);

		if (length == 0)
			continue;
		assert_int_equal(utf8_octets(octets, length), length);
		assert_int_equal(utf8_is_printable(octets, length), !is_control);
		if (length > 1)
			assert_int_equal(utf8_octets(octets, length - 1), 0);
	}
}

/* All that three octets can be, and a fourth that fits or does not: a character is what encode() makes, and nothing else. */
static void
knows_nothing_else(void **state)
{
	static const uint8_t edges[10] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};

	(void)state;
	for (unsigned first = 0x80; first <= 0xff; first++) {
		for (size_t i = 0; i < 1000; i++) {
			const uint8_t octets[] = {(uint8_t)first, edges[i % 10], edges[i / 10 % 10], edges[i / 100]};
			const size_t length = utf8_octets(octets, sizeof(octets));
			uint32_t number = first & (length == 2 ? 0x1f : length == 3 ? 0x0f : 0x07);
			uint8_t again[4];

			if (length == 0)
				continue;
			for (size_t j = 1; j < length; j++)
				number = number << 6 | (octets[j] & 0x3f);
			assert_int_equal(encode(number, again), length);
			assert_memory_equal(again, octets, length);
		}
	}
}

static bool
is_printable(const char *text)
{
	return utf8_is_printable((const uint8_t *)text, strlen(text));
}

static void
is_printable_as_a_whole_or_not(void **state)
{
	(void)state;
	assert_true(is_printable(""));
	assert_true(is_printable("berlin"));
	assert_true(is_printable("M\xc3\xbcnchen \xe2\x86\x92 \xf0\x9f\x8f\xa2"));
	assert_false(is_printable("two\nlines"));
	assert_false(is_printable("M\xc3"));
	assert_false(is_printable("M\xfcnchen"));
	assert_false(is_printable("\xed\xa0\x80"));
	assert_false(is_printable("\xc0\xaf"));
	assert_false(utf8_is_printable((const uint8_t *)"a\0b", 3));
}

static void
can_be_made_printable(void **state)
{
	char text[] = "M\xc3\xbc\x1b[2J\xc3 \xc2\x9b\x7f\xe2\x86\x92\n\xc2";

	(void)state;
	utf8_make_printable((uint8_t *)text, sizeof(text) - 1);
	assert_string_equal(text, "M\xc3\xbc?[2J? ???\xe2\x86\x92??");
	assert_true(is_printable(text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_every_character),
		cmocka_unit_test(knows_nothing_else),
		cmocka_unit_test(is_printable_as_a_whole_or_not),
		cmocka_unit_test(can_be_made_printable),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
