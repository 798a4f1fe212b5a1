/* SPDX-License-Identifier: BSD-3-Clause */

/* Every column of every table: what it gives, it takes; and what it must not take. */

#include "random_sa.h"

#include "events/event_columns.h"
#include "mib/agent_status.h"
#include "mib/column_syntax.h"
#include "mib/stat_columns.h"
#include "tunnels/tunnel_columns.h"
#include "tunnels/tunnel_sa.h"

static const struct column_table *const tables[] = {&agent_table, &sa_table,   &tunnel_table,
						    &event_table, &stat_table, &tunnel_sa_table};

/* A row of any of them. */
union row {
	struct agent_status status;
	struct sa sa;
	struct tunnel tunnel;
	struct tunnel_sa tunnel_sa;
	struct event event;
	struct xfrm_stat stat;
};

#define EACH_TABLE(table)                                                                                              \
	for (const struct column_table *const *at = tables, *table;                                                    \
	     at < tables + sizeof(tables) / sizeof(tables[0]) && (table = *at, true); at++)
#define EACH_COLUMN(table, column)                                                                                     \
	for (const struct column *column = table->columns; column < table->columns + table->count; column++)

/* --- the tables themselves ----------------------------------------------------------------------- */

static void
tables_are_whole(void **state)
{
	(void)state;
	EACH_TABLE(table)
	{
		assert_true(table->row_size <= sizeof(union row));
		assert_true(table->index_columns < table->count);
		EACH_COLUMN(table, column)
		{
			assert_non_null(column->name);
			assert_ptr_equal(strstr(column->name, "ipsec"), column->name);
			assert_non_null(column->syntax);
			assert_non_null(column->codec->get);
			assert_non_null(column->codec->set);
			assert_in_range(column->attribute - COLUMN_IF_ANY, 0, 65);
			assert_true((size_t)column->offset + column->size <= table->row_size);
			assert_int_equal(column_subid(table, column), column - table->columns + 1);
		}
	}
}

static void
the_index_cannot_be_read(void **state)
{
	(void)state;
	EACH_TABLE(table)
	{
		for (size_t subid = 0; subid <= table->index_columns; subid++)
			assert_null(column_by_subid(table, subid));
		assert_ptr_equal(column_by_subid(table, table->index_columns + 1), column_at(table, 0));
		assert_ptr_equal(column_by_subid(table, table->count), column_at(table, columns_readable(table) - 1));
		assert_null(column_by_subid(table, table->count + 1));
		assert_null(column_by_subid(table, UINT32_MAX));
	}
}

static void
formats_fit_the_types(void **state)
{
	(void)state;
	EACH_TABLE(table)
	{
		EACH_COLUMN(table, column)
		{
			const struct column_syntax *const syntax = column->syntax;

			assert_int_equal(syntax->type == COLUMN_OCTETS, syntax->format != COLUMN_FORMAT_NUMBER);
			if (syntax->format == COLUMN_FORMAT_BITS)
				assert_non_null(syntax->labels);
			/* Their number must be known, or a saved walk may be read in two ways. */
			if (syntax->format == COLUMN_FORMAT_OCTETS)
				assert_non_null(column->codec->octets);
			if (syntax->labels && syntax->type != COLUMN_OCTETS)
				assert_int_equal(syntax->type, COLUMN_INTEGER32);
		}
	}
}

static void
columns_are_found_by_field(void **state)
{
	(void)state;
	assert_string_equal(column_of_field(&agent_table, offsetof(struct agent_status, sas))->name, "ipsecAgentSas");
	assert_string_equal(column_of_field(&sa_table, offsetof(struct sa, jiffies))->name, "ipsecSaJiffies");
}

/* What snapshots rely on (sa_store.c). */
static void
what_every_sa_may_have_is_in_the_first_half(void **state)
{
	(void)state;
	EACH_COLUMN((&sa_table), column)
	{
		if (column->attribute >= 0 && (SA_ATTR_BIT(column->attribute) & SA_ATTRS_COMMON))
			assert_in_range(column->offset + column->size, 0, SA_HALF);
	}
}

/* --- labels -------------------------------------------------------------------------------------- */

static void
labels_are_found_and_nothing_else(void **state)
{
	(void)state;
	EACH_TABLE(table)
	{
		EACH_COLUMN(table, column)
		{
			const struct column_syntax *const syntax = column->syntax;

			for (const struct column_label *label = syntax->labels; label && label->label; label++) {
				assert_string_equal(column_label(syntax, label->value), label->label);
				for (const struct column_label *other = syntax->labels; other < label; other++)
					assert_string_not_equal(other->label, label->label);
			}
			assert_null(column_label(syntax, -1));
			assert_null(column_label(syntax, INT32_MAX));
			assert_null(column_label(syntax, INT64_C(1) << 32));
		}
	}
}

/* --- there and back ------------------------------------------------------------------------------ */

/* What only the agent can have made; elsewhere all that is derived comes with what it is derived from. */
static bool
is_the_agents_own(const struct column *column)
{
	return strcmp(column->name, "ipsecEventSaid") == 0 || strcmp(column->name, "ipsecTunnelSaSaid") == 0;
}

static void
random_index(const struct column_table *table, union row *row)
{
	for (size_t i = 0; i < table->index_columns; i++) {
		struct column_value value;

		random_value(&table->columns[i], row, &value);
		assert_null(column_set(&table->columns[i], row, &value));
	}
}

/* Takes each value over to an empty row, in the table's order. */
static void
copy_by_columns(const struct column_table *table, const union row *from, union row *to)
{
	memset(to, 0, sizeof(*to));
	EACH_COLUMN(table, column)
	{
		struct column_value value;
		const char *wrong;

		column_get(column, from, &value);
		wrong = column_set(column, to, &value);
		if (wrong)
			fail_msg("%s %s", column->name, wrong);
	}
}

static void
what_a_row_gives_makes_the_same_row(void **state)
{
	(void)state;
	EACH_TABLE(table)
	{
		for (unsigned round = 0; round < 300; round++) {
			union row row, again;

			memset(&row, 0, sizeof(row));
			random_index(table, &row);
			random_row(table, &row);
			copy_by_columns(table, &row, &again);
			EACH_COLUMN(table, column)
			{
				if (!is_the_agents_own(column) && !is_same_value(column, &row, &again))
					fail_msg("%s is not the same", column->name);
			}
		}
	}
}

/* Also without any random value: nothing is known, and all is zero or empty. */
static void
an_empty_row_gives_an_empty_row(void **state)
{
	(void)state;
	EACH_TABLE(table)
	{
		static const union row empty;
		union row again;

		EACH_COLUMN(table, column)
		{
			struct column_value value;

			if (table == &sa_table && column->attribute != COLUMN_ALWAYS)
				assert_false(column_known(column, &empty));
			column_get(column, &empty, &value);
			if (column->syntax->labels && column->syntax->type == COLUMN_INTEGER32 && value.number == 0 &&
			    !column_label(column->syntax, 0))
				continue; /* an enumeration that begins with 1: a row that there is has one of its numbers */
			memset(&again, 0, sizeof(again));
			assert_null(column_set(column, &again, &value));
			assert_memory_equal(&again, &empty, sizeof(empty));
		}
	}
}

/* --- border values ------------------------------------------------------------------------------- */

/* The value is taken if `why` is NULL, and given again; or else refused with that word, and changes nothing. */
static void
try_value(const struct column *column, const union row *before, const struct column_value *value, const char *why)
{
	union row row = *before;
	const char *const wrong = column_set(column, &row, value);
	struct column_value given;

	if (why) {
		if (!wrong || !strstr(wrong, why))
			fail_msg("%s: \"%s\" should say \"%s\"", column->name, wrong ? wrong : "", why);
		assert_memory_equal(&row, before, sizeof(row));
		return;
	}
	if (wrong)
		fail_msg("%s %s", column->name, wrong);
	if (column->codec->set == column_set_nothing) {
		assert_memory_equal(&row, before, sizeof(row));
		return;
	}
	column_get(column, &row, &given);
	if (column->syntax->type != COLUMN_OCTETS)
		assert_true(given.number == value->number);
	else if (column->syntax->format != COLUMN_FORMAT_BITS && column->codec != &column_octets_codec)
		assert_int_equal(given.length, value->length);
}

static void
try_number(const struct column *column, uint64_t number, const char *why)
{
	static const union row empty;
	const struct column_value value = {.number = number};

	try_value(column, &empty, &value, why);
}

static void
try_octets(const struct column *column, const void *octets, size_t length, const char *why)
{
	static const union row empty;
	const struct column_value value = {.octets = octets, .length = length};

	try_value(column, &empty, &value, column->codec->set == column_set_nothing ? NULL : why);
}

static void
try_numbers(const struct column *column)
{
	const uint64_t over = column->size < 8 ? UINT64_C(1) << 8 * column->size : 0;

	if (column->codec == &column_truth_codec) {
		try_number(column, 1, NULL);
		try_number(column, 2, NULL);
		try_number(column, 0, "neither true");
		try_number(column, 3, "neither true");
	} else if (column->codec == &column_number_codec && column->syntax->labels) {
		for (const struct column_label *label = column->syntax->labels; label->label; label++)
			try_number(column, (uint64_t)label->value, NULL);
		try_number(column, 99, "not one of the numbers");
		try_number(column, UINT32_MAX, "not one of the numbers");
	} else {
		try_number(column, 0, NULL);
		try_number(column, over - 1, NULL);
		if (over && column->codec->set != column_set_nothing)
			try_number(column, over, "out of range");
	}
}

static void
try_texts(const struct column *column)
{
	static const char digits[] = "18446744073709551615";
	char text[512];

	memset(text, 'x', sizeof(text));
	if (column->codec == &column_decimal_codec) {
		try_octets(column, digits, strlen(digits), NULL);
		try_octets(column, "0", 1, NULL);
		try_octets(column, "", 0, "is no number");
		try_octets(column, "-1", 2, "is no number");
		try_octets(column, "18446744073709551616", 20, "is no number");
		try_octets(column, "184467440737095516150", 21, "is no number");
		return;
	}
	try_octets(column, "", 0, NULL);
	try_octets(column, text, column->size ? column->size - 1u : 1, NULL);
	try_octets(column, text, column->size, "too long");
	if (column->codec == &column_word_codec) {
		try_octets(column, "a b", 3, "not printable");
		try_octets(column, "a\x7f", 2, "not printable");
		try_octets(column, "\xc3\xa9", 2, "not printable");
	} else if (column->codec == &column_text_codec) {
		try_octets(column, "a b\xc3\xa9", 5, NULL);
		try_octets(column, "a\n", 2, "control character");
		try_octets(column, "\xc3", 1, "not UTF-8");
	} else {
		try_octets(column, "\xff\n", 2, NULL);
	}
}

static void
try_lengths(const struct column *column, size_t most)
{
	static const uint8_t octets[64] = {1, 2, 3};

	for (size_t length = 0; length < sizeof(octets); length++) {
		const bool is_address = column->syntax->format == COLUMN_FORMAT_ADDRESS;
		const bool fits = is_address ? length == 0 || length == 4 || length == 16 : length <= most;

		try_octets(column, octets, length, fits ? NULL : "");
	}
}

/* Octets as many as others say: how many those may be is each codec's own matter. */
static void
try_known_octets(const struct column *column)
{
	static const uint8_t octets[64] = {1, 2, 3};

	for (unsigned round = 0; round < 50; round++) {
		struct column_value value = {.octets = octets};
		union row row;

		memset(&row, 0, sizeof(row));
		random_index(&sa_table, &row);
		random_row(&sa_table, &row);
		value.length = column_octets(column, &row);
		try_value(column, &row, &value, NULL);
		value.length = sizeof(octets);
		try_value(column, &row, &value, "");
	}
}

static void
try_dates(const struct column *column)
{
	static const char date[] = "\x07\xea\x0b\x18\x05\x06\x07\x08+\x00\x00";

	try_octets(column, date, 11, NULL);
	try_octets(column, date, 8, "with a zone");
	try_octets(column, "", 0, "with a zone");
	try_octets(column, "\x07\xea\x0d\x18\x05\x06\x07\x08+\x00\x00", 11, "is no date");
}

static void
each_column_takes_what_it_can_have_and_nothing_else(void **state)
{
	(void)state;
	EACH_TABLE(table)
	{
		EACH_COLUMN(table, column)
		{
			switch (column->syntax->format) {
			case COLUMN_FORMAT_NUMBER:
				try_numbers(column);
				break;
			case COLUMN_FORMAT_TEXT:
				try_texts(column);
				break;
			case COLUMN_FORMAT_ADDRESS:
				try_lengths(column, 16);
				break;
			case COLUMN_FORMAT_DATE:
				try_dates(column);
				break;
			case COLUMN_FORMAT_OCTETS:
				try_known_octets(column);
				break;
			case COLUMN_FORMAT_BITS: /* of a later agent's there may be more, or fewer */
				try_lengths(column, SIZE_MAX);
				break;
			}
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_whole),
		cmocka_unit_test(the_index_cannot_be_read),
		cmocka_unit_test(columns_are_found_by_field),
		cmocka_unit_test(what_every_sa_may_have_is_in_the_first_half),
		cmocka_unit_test(formats_fit_the_types),
		cmocka_unit_test(labels_are_found_and_nothing_else),
		cmocka_unit_test(what_a_row_gives_makes_the_same_row),
		cmocka_unit_test(an_empty_row_gives_an_empty_row),
		cmocka_unit_test(each_column_takes_what_it_can_have_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
