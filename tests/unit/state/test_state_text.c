/* SPDX-License-Identifier: BSD-3-Clause */

/* The text of the state file: what was printed is read back, and what was cut, damaged or made up is not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sa/sa_address.h"
#include "state/state_tables.h"
#include "state/state_text.h"

enum { ROWS_MOST = 8, TEXT_SIZE = 8192 };

struct text {
	char octets[TEXT_SIZE];
	size_t length, lines;
};

static struct {
	struct state_tunnel rows[ROWS_MOST];
	size_t count;
} heard;

static const char *
take(void *data, const struct column_table *table, const void *row)
{
	(void)data;
	assert_ptr_equal(table, &state_tunnel_table);
	assert_true(heard.count < ROWS_MOST);
	memcpy(&heard.rows[heard.count++], row, sizeof(heard.rows[0]));
	return NULL;
}

static const struct column_table *const tables[] = {&state_tunnel_table};
static const struct state_reader reader = {tables, 1, take, NULL};

static void
put(struct text *text, const char *line, size_t length)
{
	memcpy(text->octets + text->length, line, length);
	text->length += length;
	text->lines++;
}

static void
put_end(struct text *text)
{
	char line[STATE_LINE_SIZE];

	put(text, line, state_print_end(text->lines, state_checksum(STATE_CHECKSUM, text->octets, text->length), line));
}

/* A text of these lines, complete with its last one. */
static struct text
text_of(const char *lines)
{
	struct text text = {.length = 0};

	put(&text, lines, strlen(lines));
	text.lines = 0;
	for (const char *at = lines; *at != '\0'; at++)
		text.lines += *at == '\n';
	put_end(&text);
	return text;
}

static struct state_tunnel
a_tunnel(const char *context, const char *name, const char *local, const char *remote, uint32_t index)
{
	struct state_tunnel tunnel;

	memset(&tunnel, 0, sizeof(tunnel));
	snprintf(tunnel.context, sizeof(tunnel.context), "%s", context);
	snprintf(tunnel.number.identity.name, sizeof(tunnel.number.identity.name), "%s", name);
	if (local[0] != '\0') {
		assert_true(sa_address_parse(local, strlen(local), &tunnel.number.identity.key.local));
		assert_true(sa_address_parse(remote, strlen(remote), &tunnel.number.identity.key.remote));
		tunnel.number.identity.key.reqid = UINT32_MAX;
	}
	tunnel.number.index = index;
	return tunnel;
}

static struct text
three_tunnels(struct state_tunnel tunnels[3])
{
	struct text text = {.length = 0};
	char line[STATE_LINE_SIZE];

	tunnels[0] = a_tunnel("", "", "192.0.2.1", "198.51.100.7", 10001);
	tunnels[1] = a_tunnel("blue", "", "2001:db8::1", "2001:db8::2", UINT32_MAX);
	tunnels[2] = a_tunnel("", "the \"north\" \\ \xc3\xa9", "", "", 1);
	put(&text, line, state_print_head(line));
	put(&text, line, state_print_table(&state_tunnel_table, line));
	for (size_t i = 0; i < 3; i++)
		put(&text, line, state_print_row(&state_tunnel_table, &tunnels[i], line));
	put_end(&text);
	return text;
}

static const char *
read_text(const struct text *text, size_t *line)
{
	heard.count = 0;
	return state_read(&reader, text->octets, text->length, line);
}

static void
refuse(const char *lines, const char *why, size_t where)
{
	const struct text text = text_of(lines);
	size_t line;

	assert_string_equal(read_text(&text, &line), why);
	assert_int_equal(line, where);
}

/* --- the tests --------------------------------------------------------------------------------- */

static void
what_was_printed_is_read_back(void **state)
{
	struct state_tunnel tunnels[3];
	const struct text text = three_tunnels(tunnels);
	size_t line;

	(void)state;
	assert_null(read_text(&text, &line));
	assert_int_equal(heard.count, 3);
	assert_memory_equal(heard.rows, tunnels, sizeof(tunnels));
}

static void
a_text_cut_anywhere_is_refused(void **state)
{
	struct state_tunnel tunnels[3];
	struct text text = three_tunnels(tunnels);
	size_t line;

	(void)state;
	while (text.length-- > 0) {
		assert_non_null(read_text(&text, &line));
		assert_int_equal(heard.count, 0);
	}
}

static void
a_text_with_any_bit_changed_is_refused(void **state)
{
	struct state_tunnel tunnels[3];
	struct text text = three_tunnels(tunnels);
	size_t line;

	(void)state;
	for (size_t i = 0; i < 8 * text.length; i++) {
		text.octets[i / 8] = (char)(text.octets[i / 8] ^ 1 << i % 8);
		assert_non_null(read_text(&text, &line));
		assert_int_equal(heard.count, 0);
		text.octets[i / 8] = (char)(text.octets[i / 8] ^ 1 << i % 8);
	}
}

static void
what_is_not_ours_or_later_is_refused(void **state)
{
	(void)state;
	refuse("root:x:0:0:root:/root:/bin/bash\n", "is no state of this program", 1);
	refuse("ipsec-spi-agent state x\n", "is no state of this program", 1);
	refuse("ipsec-spi-agent state 2\ntable tunnel Index\n", "is of another version", 1);
}

/* What an agent of another version may have written: it has other columns, and tables. */
static void
unknown_columns_and_tables_are_passed_over(void **state)
{
	const struct text text = text_of("ipsec-spi-agent state 1\n"
					 "table sa Said Bytes\n"
					 "table tunnel Colour Name Index Weight\n"
					 "sa \"esp.1@192.0.2.1\" 7\n"
					 "tunnel \"deep red\" \"berlin\" 7 c0ffee\n");
	size_t line;

	(void)state;
	assert_null(read_text(&text, &line));
	assert_int_equal(heard.count, 1);
	assert_string_equal(heard.rows[0].number.identity.name, "berlin");
	assert_int_equal(heard.rows[0].number.index, 7);
}

#define TABLE "ipsec-spi-agent state 1\ntable tunnel Context Index LocalAddress\n"

static void
rows_that_lie_are_refused_with_their_line(void **state)
{
	static const char of_column[] = "has a value that is not of its column";

	(void)state;
	refuse("ipsec-spi-agent state 1\ntunnel 1\n", "has a row before its table", 2);
	refuse(TABLE "tunnel \"\" 1\n", "has too few values", 3);
	refuse(TABLE "tunnel \"\" 1 c0000201 7\n", "has too many values", 3);
	refuse(TABLE "tunnel \"\" 4294967296 c0000201\n", of_column, 3);
	refuse(TABLE "tunnel \"\" 18446744073709551616 c0000201\n", of_column, 3);
	refuse(TABLE "tunnel \"\" -1 c0000201\n", of_column, 3);
	refuse(TABLE "tunnel \"\" 1 c00002\n", of_column, 3);
	refuse(TABLE "tunnel \"\" 1 c0000g01\n", of_column, 3);
	refuse(TABLE "tunnel \" 1 c0000201\n", of_column, 3);
	refuse(TABLE "tunnel \"\\x\" 1 c0000201\n", of_column, 3);
	refuse(TABLE "tunnel \"123456789012345678901234567890123\" 1 c0000201\n", of_column, 3);
	refuse(TABLE "table tunnel Index\n", "has a table twice", 3);
	refuse("ipsec-spi-agent state 1\ntable tunnel\n", "has a table without columns", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_printed_is_read_back),
		cmocka_unit_test(a_text_cut_anywhere_is_refused),
		cmocka_unit_test(a_text_with_any_bit_changed_is_refused),
		cmocka_unit_test(what_is_not_ours_or_later_is_refused),
		cmocka_unit_test(unknown_columns_and_tables_are_passed_over),
		cmocka_unit_test(rows_that_lie_are_refused_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
