/* SPDX-License-Identifier: BSD-3-Clause */
#include "text_table.h"

#include <inttypes.h>
#include <locale.h>
#include <string.h>

#include "human_number.h"
#include "terminal_text.h"

/* --- cells ------------------------------------------------------------------------------------- */

void
text_cell_number(char cell[TEXT_CELL_SIZE], uint64_t number)
{
	snprintf(cell, TEXT_CELL_SIZE, "%" PRIu64, number);
}

void
text_cell_octets(char cell[TEXT_CELL_SIZE], uint64_t number, bool human)
{
	(human ? human_octets : text_cell_number)(cell, number);
}

void
text_cell_count(char cell[TEXT_CELL_SIZE], uint64_t number, bool human)
{
	(human ? human_count : text_cell_number)(cell, number);
}

void
text_cell_seconds(char cell[TEXT_CELL_SIZE], uint64_t seconds, bool human)
{
	(human ? human_seconds : text_cell_number)(cell, seconds);
}

void
text_cell_address(char cell[TEXT_CELL_SIZE], const struct sa_address *address)
{
	char text[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(address, text);
	snprintf(cell, TEXT_CELL_SIZE, "%s", text[0] ? text : "-");
}

void
text_cell_name(char cell[TEXT_CELL_SIZE], const char *name)
{
	const bool quoted = name[0] == '\0' || strchr(name, ' ');

	snprintf(cell, TEXT_CELL_SIZE, quoted ? "\"%s\"" : "%s", name);
}

/* --- the table --------------------------------------------------------------------------------- */

static void
print_cell(FILE *out, const struct text_table *table, size_t number, size_t width, const char *text)
{
	const size_t own = terminal_text_width(text);
	const int padding = (int)(width > own ? width - own : 0);
	const bool is_last = number + 1 == table->count;

	if (number > 0)
		fputs("  ", out);
	if (table->columns[number].to_the_right)
		fprintf(out, "%*s%s", padding, "", text);
	else
		fprintf(out, "%s%*s", text, is_last ? 0 : padding, "");
}

static void
print_table(FILE *out, const struct text_table *table, const char *rows, size_t count, bool human)
{
	size_t widths[TEXT_COLUMNS_MOST];
	char cell[TEXT_CELL_SIZE];

	for (size_t i = 0; i < table->count; i++) {
		widths[i] = strlen(table->columns[i].heading);
		for (size_t j = 0; j < count; j++) {
			size_t width;

			table->columns[i].put(rows + j * table->row_size, human, cell);
			width = terminal_text_width(cell);
			widths[i] = width > widths[i] ? width : widths[i];
		}
		print_cell(out, table, i, widths[i], table->columns[i].heading);
	}
	putc('\n', out);
	for (size_t j = 0; j < count && !ferror(out); j++) {
		for (size_t i = 0; i < table->count; i++) {
			table->columns[i].put(rows + j * table->row_size, human, cell);
			print_cell(out, table, i, widths[i], cell);
		}
		putc('\n', out);
	}
}

/* Names are UTF-8, whatever the user's locale is. */
void
text_table_print(FILE *out, const struct text_table *table, const void *rows, size_t count, bool human)
{
	const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	const locale_t before = uselocale(utf8);

	print_table(out, table, rows, count, human);
	uselocale(before);
	if (utf8)
		freelocale(utf8);
}
