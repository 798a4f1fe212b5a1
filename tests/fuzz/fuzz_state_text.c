/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * A state file: any octets, taken as they are, and taken as the lines before a last one that is right, so that the checksum
 * does not keep everything out.  A row that is accepted is printed and read back the same; and all of them are taken as the
 * agent takes them.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/state_view.h"
#include "state/state_tables.h"
#include "state/state_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *compare_row(void *data, const struct column_table *table, const void *row);
static const char *print_row(void *data, const struct column_table *table, const void *row);

static size_t
put_end(char *text, size_t length)
{
	size_t lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return length + state_print_end(lines, state_checksum(STATE_CHECKSUM, text, length), text + length);
}

static const char *
compare_row(void *data, const struct column_table *table, const void *row)
{
	if (memcmp(data, row, table->row_size) != 0)
		abort();
	return NULL;
}

static const char *
print_row(void *data, const struct column_table *table, const void *row)
{
	static char text[4 * STATE_LINE_SIZE];
	union state_any copy;
	const struct state_reader reader = {state_view_tables, STATE_TABLES, compare_row, &copy};
	size_t length = 0, line;

	(void)data;
	memcpy(&copy, row, table->row_size);
	length += state_print_head(text);
	length += state_print_table(table, text + length);
	length += state_print_row(table, row, text + length);
	length = put_end(text, length);
	if (state_read(&reader, text, length, &line) != NULL)
		abort();
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state_lists lists;
	const struct state_reader printer = {state_view_tables, STATE_TABLES, print_row, NULL};
	const struct state_reader taker = {state_view_tables, STATE_TABLES, state_lists_take, &lists};
	char *const text = malloc(size + STATE_LINE_SIZE);
	size_t length, line;

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	state_read(&printer, text, size, &line);
	length = put_end(text, size);
	state_read(&printer, text, length, &line);
	state_lists_init(&lists);
	state_read(&taker, text, length, &line);
	state_lists_free(&lists);
	free(text);
	return 0;
}
