/* SPDX-License-Identifier: BSD-3-Clause */

/* text_writer against snprintf(), for which it stands in. */

#include "base/text_writer.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "random_values.h"

enum { ROOM = 64 };

static void
assert_written(const struct text_writer *writer, const char *expected)
{
	assert_int_equal(writer->used, strlen(expected));
	assert_memory_equal(writer->text, expected, writer->used);
}

static void
writes_numbers_as_printf_does(void **state)
{
	static const uint64_t odd[] = {0, 1, 9, 10, 15, 16, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX};

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		const uint64_t number = i < sizeof(odd) / sizeof(odd[0]) ? odd[i] : random64();
		char text[ROOM], expected[ROOM];
		struct text_writer writer = {text, sizeof(text), 0};

		text_put_unsigned(&writer, number);
		text_put_octet(&writer, ' ');
		text_put_signed(&writer, (int64_t)number);
		text_put_octet(&writer, ' ');
		text_put_hex(&writer, number);
		snprintf(expected, sizeof(expected), "%" PRIu64 " %" PRId64 " %" PRIx64, number, (int64_t)number,
			 number);
		assert_written(&writer, expected);
	}
}

static void
puts_one_after_the_other(void **state)
{
	char text[ROOM];
	struct text_writer writer = {text, sizeof(text), 0};

	(void)state;
	text_put_string(&writer, "esp");
	text_put(&writer, "0xyz", 2);
	text_put_hex(&writer, 0x1234);
	text_put_octet(&writer, '@');
	assert_written(&writer, "esp0x1234@");
	assert_int_equal(text_end(&writer), strlen("esp0x1234@"));
	assert_string_equal(text, "esp0x1234@");
}

/* Whatever the room: the beginning of the text, and not an octet behind it. */
static void
leaves_out_what_does_not_fit(void **state)
{
	static const char whole[] = "dir=in -1234567 18446744073709551615 ff";

	(void)state;
	for (size_t size = 1; size < ROOM; size++) {
		char text[ROOM + 1];
		struct text_writer writer = {text, size, 0};
		const size_t fits = size < sizeof(whole) ? size : sizeof(whole) - 1;

		memset(text, '#', sizeof(text));
		text_put_string(&writer, "dir=in ");
		text_put_signed(&writer, -1234567);
		text_put_octet(&writer, ' ');
		text_put_unsigned(&writer, UINT64_MAX);
		text_put_octet(&writer, ' ');
		text_put_hex(&writer, 255);
		assert_int_equal(writer.used, fits);
		assert_memory_equal(text, whole, fits);
		assert_int_equal(text[fits], '#');

		assert_int_equal(text_end(&writer), size < sizeof(whole) ? size - 1 : fits);
		assert_int_equal(strlen(text), writer.used);
		assert_int_equal(text[size], '#');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_numbers_as_printf_does),
		cmocka_unit_test(puts_one_after_the_other),
		cmocka_unit_test(leaves_out_what_does_not_fit),
	};

	return cmocka_run_group_tests_name("text_writer", tests, NULL, NULL);
}
