/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Prints the columns table, for the test that compares it with the MIB: one column a line, separated by
 * tabs: sub-identifier, name, SYNTAX, type on the wire, octets that a text or number can have in struct sa,
 * UNITS ("-": none), and labels as "name(number),..." ("-": none).
 */

#include <stdio.h>

#include "columns.h"

static const char *const type_names[] = {
	[COLUMN_OCTETS] = "octets",	  [COLUMN_INTEGER32] = "integer32", [COLUMN_UNSIGNED32] = "unsigned32",
	[COLUMN_COUNTER32] = "counter32", [COLUMN_COUNTER64] = "counter64",
};

static void
print_labels(const struct column_label *label)
{
	if (!label) {
		puts("-");
		return;
	}
	for (; label->label; label++)
		printf("%s(%d)%c", label->label, label->value, label[1].label ? ',' : '\n');
}

int
main(void)
{
	for (size_t i = 0; i < columns_count; i++) {
		const struct column *column = &columns[i];

		printf("%zu\t%s\t%s\t%s\t%u\t%s\t", COLUMN_FIRST_SUBID + i, column->name, column->syntax->name,
		       type_names[column->syntax->type], column->size, column->units ? column->units : "-");
		print_labels(column->syntax->labels);
	}
	return 0;
}
