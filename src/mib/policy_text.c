/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/policy_text.h"

#include <inttypes.h>
#include <string.h>

enum { CELL_SIZE = POLICY_TEMPLATES_TEXT_SIZE + 2 };

/* --- columns ----------------------------------------------------------------------------------- */

static void
put_index(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%" PRIu32, row->policy.index);
}

static void
put_direction(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%s", policy_direction_label(row->policy.direction));
}

static void
put_action(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%s", policy_action_label(row->policy.action));
}

static void
put_priority(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%" PRIu32, row->policy.priority);
}

static void
put_selector(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "\"%s\"", row->selector_text);
}

static void
put_templates(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, row->templates_text[0] ? "\"%s\"" : "-", row->templates_text);
}

static void
put_if_id(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%" PRIu32, row->policy.if_id);
}

static void
put_mark(const struct policy_row *row, char cell[CELL_SIZE])
{
	if (row->policy.mark_mask == 0)
		snprintf(cell, CELL_SIZE, "-");
	else
		snprintf(cell, CELL_SIZE, "0x%" PRIx32 "/0x%" PRIx32, row->policy.mark, row->policy.mark_mask);
}

static void
put_age(const struct policy_row *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%" PRIu32, row->age_seconds);
}

static void
put_idle(const struct policy_row *row, char cell[CELL_SIZE])
{
	if (row->idle_seconds == POLICY_NEVER_USED)
		snprintf(cell, CELL_SIZE, "-");
	else
		snprintf(cell, CELL_SIZE, "%" PRIu32, row->idle_seconds);
}

static void
put_tunnel(const struct policy_row *row, char cell[CELL_SIZE])
{
	if (row->tunnel_index == 0)
		snprintf(cell, CELL_SIZE, "-");
	else
		snprintf(cell, CELL_SIZE, "%" PRIu32, row->tunnel_index);
}

static const struct text_column {
	const char *heading;
	void (*put)(const struct policy_row *row, char cell[CELL_SIZE]);
	bool to_the_right; /* numbers */
} text_columns[] = {
	{"INDEX", put_index, true},
	{"DIRECTION", put_direction, false},
	{"ACTION", put_action, false},
	{"PRIORITY", put_priority, true},
	{"SELECTOR", put_selector, false},
	{"IF-ID", put_if_id, true},
	{"MARK", put_mark, false},
	{"AGE", put_age, true},
	{"IDLE", put_idle, true},
	{"TUNNEL", put_tunnel, true},
	{"TEMPLATES", put_templates, false},
};
enum { TEXT_COLUMNS = sizeof(text_columns) / sizeof(text_columns[0]) };

/* --- the table --------------------------------------------------------------------------------- */

static void
print_cell(FILE *out, size_t number, size_t width, const char *text)
{
	const bool is_last = number + 1 == TEXT_COLUMNS;

	fprintf(out, "%s%*s", number > 0 ? "  " : "",
		is_last				    ? 0
		: text_columns[number].to_the_right ? (int)width
						    : -(int)width,
		text);
}

void
policy_text_print(FILE *out, const struct policy_row *rows, size_t count)
{
	size_t widths[TEXT_COLUMNS];
	char cell[CELL_SIZE];

	for (size_t i = 0; i < TEXT_COLUMNS; i++) {
		widths[i] = strlen(text_columns[i].heading);
		for (size_t j = 0; j < count; j++) {
			size_t width;

			text_columns[i].put(&rows[j], cell);
			width = strlen(cell);
			widths[i] = width > widths[i] ? width : widths[i];
		}
		print_cell(out, i, widths[i], text_columns[i].heading);
	}
	putc('\n', out);
	for (size_t j = 0; j < count && !ferror(out); j++) {
		for (size_t i = 0; i < TEXT_COLUMNS; i++) {
			text_columns[i].put(&rows[j], cell);
			print_cell(out, i, widths[i], cell);
		}
		putc('\n', out);
	}
}
