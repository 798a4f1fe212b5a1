/* SPDX-License-Identifier: BSD-3-Clause */
/* Random lines, made by tests/lib/kernel_klips.c, which shares nothing with klips_text.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_klips.h"
#include "random_values.h"
#include "mib/sa_columns.h"
#include "klips/klips_text.h"
#include "sa/sa_key.h"

enum { LINES = 150000 };

static char text[KLIPS_TEXT_LINE_SIZE];
static struct sa expected;

static void
assert_prints(const struct sa *sa)
{
	char printed[KLIPS_TEXT_LINE_SIZE];

	klips_text_print(sa, KLIPS_TEXT_AUTO, printed);
	if (strcmp(printed, text) != 0)
		fail_msg("\nexpected %sprinted  %s", text, printed);
}

static void
is_the_identity_both_ways(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LINES; i++) {
		struct klips_text_result result;
		struct sa sa;
		size_t length;

		length = kernel_klips_line(text, &expected);
		if (!klips_text_parse(text, length - 1, &sa, &result))
			fail_msg("%scolumn %zu: %s", text, result.column, result.reason);
		assert_int_equal(result.unknown_fields, 0);
		assert_prints(&sa);
		assert_prints(&expected);
		if (memcmp(&sa, &expected, sizeof(sa)) != 0)
			fail_msg("does not mean what it should: %s", text);
	}
}

/* The way that an SA goes from agent to mib2text: its index and its columns, as SNMP values. */
static void
survives_the_columns(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LINES / 5; i++) {
		unsigned long subids[SA_INDEX_MAX_SUBIDS];
		struct sa copy;
		struct sa_key key;

		kernel_klips_line(text, &expected);
		memset(&copy, 0, sizeof(copy));
		sa_key_make(&key, &expected.said);
		assert_true(sa_said_from_oid(subids, sa_key_to_oid(&key, subids), &copy.said));
		for (size_t c = 0; c < columns_readable(&sa_table); c++) {
			struct column_value value = {0};
			const char *wrong;

			column_get(column_at(&sa_table, c), &expected, &value);
			wrong = column_set(column_at(&sa_table, c), &copy, &value);
			if (wrong)
				fail_msg("%s %s: %s", column_at(&sa_table, c)->name, wrong, text);
		}
		assert_prints(&copy);
		assert_memory_equal(&copy, &expected, sizeof(copy));
	}
}

/* What one format prints can be read, and prints in that format as it was. */
static void
conversions_are_stable(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LINES / 5; i++) {
		kernel_klips_line(text, &expected);
		for (unsigned format = KLIPS_TEXT_OPENSWAN; format <= KLIPS_TEXT_MANUAL; format++) {
			char once[KLIPS_TEXT_LINE_SIZE], twice[KLIPS_TEXT_LINE_SIZE];
			struct klips_text_result result;
			struct sa sa;
			size_t length;

			length = klips_text_print(&expected, (enum klips_text_format)format, once);
			if (!klips_text_parse(once, length - 1, &sa, &result))
				fail_msg("%scolumn %zu: %s", once, result.column, result.reason);
			assert_true((sa.reported & ~expected.reported) == 0);
			klips_text_print(&sa, (enum klips_text_format)format, twice);
			assert_string_equal(once, twice);
		}
	}
}

static int
seed(void **state)
{
	(void)state;
	random_seed(20020402);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(is_the_identity_both_ways, seed),
		cmocka_unit_test_setup(survives_the_columns, seed),
		cmocka_unit_test_setup(conversions_are_stable, seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
