/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * A state file: any octets, taken as they are, and taken as the lines before a last one that is right, so that the checksum
 * does not keep everything out.  A row that is accepted is printed and read back the same.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/state_tables.h"
#include "state/state_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *compare_row(void *data, const struct column_table *table, const void *row);
static const char *print_row(void *data, const struct column_table *table, const void *row);

static const struct column_table *const tables[] = {&state_tunnel_table};

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
	struct state_tunnel copy;
	const struct state_reader reader = {tables, 1, compare_row, &copy};
	size_t length = 0, line;

	(void)data;
	memcpy(&copy, row, sizeof(copy));
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
	const struct state_reader reader = {tables, 1, print_row, NULL};
	char *const text = malloc(size + STATE_LINE_SIZE);
	size_t line;

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	state_read(&reader, text, size, &line);
	state_read(&reader, text, put_end(text, size), &line);
	free(text);
	return 0;
}
