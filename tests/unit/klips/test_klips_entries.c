/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "klips/klips_entries.h"

enum { ROOM = 32 * 1024 };

/* What was taken, an entry a line: "FIRST-LAST SKIPPED FIRST_LENGTH|TEXT\n", and "..." after what is too long. */
static char taken[ROOM];
static unsigned entries_left;

static bool
take(void *data, const struct klips_entry *entry)
{
	const size_t used = strlen(taken);

	assert_ptr_equal(data, taken);
	snprintf(taken + used, sizeof(taken) - used, "%u-%u %zu %zu|%.*s%s\n", (unsigned)entry->first_line,
		 (unsigned)entry->last_line, entry->skipped, entry->first_length, (int)entry->length, entry->text,
		 entry->too_long ? "..." : "");
	return entries_left-- > 1;
}

/* In slices of that size. */
static bool
read_file(const char *file, size_t slice)
{
	static struct klips_entries entries;
	const size_t length = strlen(file);

	taken[0] = '\0';
	entries_left = UINT32_MAX;
	klips_entries_begin(&entries, take, taken);
	for (size_t at = 0; at < length; at += slice) {
		if (!klips_entries_feed(&entries, file + at, length - at < slice ? length - at : slice))
			return false;
	}
	assert_int_equal(klips_entries_in_line(&entries), length > 0 && file[length - 1] != '\n');
	return klips_entries_end(&entries);
}

static void
assert_entries(const char *file, const char *expected)
{
	for (size_t slice = 1; slice <= strlen(file) + 1; slice++) {
		assert_true(read_file(file, slice));
		assert_string_equal(taken, expected);
	}
}

static void
a_line_is_an_entry(void **state)
{
	(void)state;
	assert_entries("", "");
	assert_entries("one\n", "1-1 0 3|one\n");
	assert_entries("one\ntwo three\n", "1-1 0 3|one\n2-2 0 9|two three\n");
	assert_entries("one\n\ntwo", "1-1 0 3|one\n2-2 0 0|\n3-3 0 3|two\n");
	assert_entries("one\r\ntwo \r\n", "1-1 0 4|one\r\n2-2 0 5|two \r\n");
}

static void
lines_that_are_indented_belong_to_the_one_before(void **state)
{
	(void)state;
	assert_entries("one\n  a=1\n\tb=2 c=3\ntwo\n", "1-3 0 3|one a=1 b=2 c=3\n4-4 0 3|two\n");
	assert_entries("one  \r\n  a=1 \r\n  b=2\r\n", "1-3 0 3|one a=1 b=2\r\n");
	assert_entries("one\n two", "1-2 0 3|one two\n");
}

/* A whole page may be moved in; what is deeper than an entry's first line is more of that entry. */
static void
the_first_line_may_be_indented_itself(void **state)
{
	(void)state;
	assert_entries("    one\n        a=1\n    two\n        b=2\n  three\n",
		       "1-2 4 3|one a=1\n3-4 4 3|two b=2\n5-5 2 5|three\n");
	assert_entries("       one\n\ta=1\n       two\n", "1-2 7 3|one a=1\n3-3 7 3|two\n");
	assert_entries(" one\n two\n", "1-1 1 3|one\n2-2 1 3|two\n");
}

static void
a_value_that_is_wrapped_goes_on_without_a_blank(void **state)
{
	(void)state;
	assert_entries("one life(c,s,h)=add(1,0,0)\n  use(2,0,0)bytes(3,0,0) idle=4\n",
		       "1-2 0 26|one life(c,s,h)=add(1,0,0)use(2,0,0)bytes(3,0,0) idle=4\n");
	assert_entries("one life(c,s,h)=\n  add(1,0,0)\n  idle=4\n", "1-3 0 16|one life(c,s,h)=add(1,0,0) idle=4\n");
	assert_entries("one policy=::/0->\n ::1/128 x=1\n", "1-2 0 17|one policy=::/0->::1/128 x=1\n");
	assert_entries("esp:1@::\n  ESP: dir=in\n", "1-2 0 8|esp:1@:: ESP: dir=in\n");
}

/* The blank is part of it, and it may come after any other line. */
static void
an_unprintable_said_begins_with_a_blank(void **state)
{
	(void)state;
	assert_entries("one\n (error) AH: a=1\n (error) ESP: b=2\ntwo\n",
		       "1-1 0 3|one\n2-2 0 16| (error) AH: a=1\n3-3 0 17| (error) ESP: b=2\n4-4 0 3|two\n");
}

static void
blanks_alone_are_no_more_of_an_entry(void **state)
{
	(void)state;
	assert_entries("one\n   \n  a=1\n", "1-1 0 3|one\n2-2 3 0|\n3-3 2 3|a=1\n");
}

static char *
put(char *at, char octet, size_t count)
{
	memset(at, octet, count);
	at[count] = '\0';
	return at + count;
}

static void
a_line_that_is_too_long_is_said_to_be(void **state)
{
	static char file[ROOM / 2], expected[ROOM];

	(void)state;
	strcpy(put(file, 'x', 3 * KLIPS_TEXT_LINE_SIZE), "\ntwo\n");
	for (size_t slice = 1; slice < 5000; slice = slice * 3 + 1) {
		assert_true(read_file(file, slice));
		assert_non_null(strstr(taken, "...\n2-2 0 3|two\n"));
		assert_memory_equal(taken, "1-1 ", 4);
	}
	/* The longest that there can be is none. */
	put(file, 'x', KLIPS_TEXT_LINE_SIZE);
	snprintf(expected, sizeof(expected), "1-1 0 %d|%s\n", KLIPS_TEXT_LINE_SIZE, file);
	assert_entries(file, expected);
}

static void
an_entry_of_too_many_lines_keeps_the_first(void **state)
{
	static char file[ROOM], expected[ROOM];
	char *at = file + sprintf(file, "one\n");

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		*at++ = ' ';
		at = put(at, 'x', KLIPS_TEXT_LINE_SIZE - 1 - 16 * (i > 0));
		at += sprintf(at, "\n");
	}
	strcpy(at, "two\n");
	strcpy(expected, "1-4 0 3|one...\n5-5 0 3|two\n");
	assert_true(read_file(file, 1000));
	assert_string_equal(taken, expected);
}

static void
ends_when_no_more_are_wanted(void **state)
{
	static struct klips_entries entries;
	static const char file[] = "one\ntwo\nthree\nfour\n";

	(void)state;
	taken[0] = '\0';
	entries_left = 2;
	klips_entries_begin(&entries, take, taken);
	assert_false(klips_entries_feed(&entries, file, strlen(file)));
	assert_string_equal(taken, "1-1 0 3|one\n2-2 0 3|two\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_an_entry),
		cmocka_unit_test(lines_that_are_indented_belong_to_the_one_before),
		cmocka_unit_test(the_first_line_may_be_indented_itself),
		cmocka_unit_test(a_value_that_is_wrapped_goes_on_without_a_blank),
		cmocka_unit_test(an_unprintable_said_begins_with_a_blank),
		cmocka_unit_test(blanks_alone_are_no_more_of_an_entry),
		cmocka_unit_test(a_line_that_is_too_long_is_said_to_be),
		cmocka_unit_test(an_entry_of_too_many_lines_keeps_the_first),
		cmocka_unit_test(ends_when_no_more_are_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
