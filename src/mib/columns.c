/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/columns.h"

const struct column *
column_of_field(const struct column_table *table, size_t offset)
{
	const struct column *column = table->columns;

	while (column->offset != offset)
		column++;
	return column;
}

void
column_table_entry(const struct column_table *table, const struct mib_oid *root, struct mib_oid *entry)
{
	*entry = *root;
	for (size_t i = 0; i < table->suffix_length; i++)
		entry->subids[entry->length++] = table->suffix[i];
}

const char *
column_label(const struct column_syntax *syntax, int64_t number)
{
	for (const struct column_label *label = syntax->labels; label && label->label; label++) {
		if (label->value == number)
			return label->label;
	}
	return NULL;
}
