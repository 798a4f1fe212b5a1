/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Prints all tables of columns, for the test that compares them with the MIB: one object a line, separated by tabs:
 * sub-identifier, name, SYNTAX, type on the wire, octets of the field in the row's struct (0: it is derived), UNITS
 * ("-": none), and labels as "name(number),..." ("-": none).
 */

#include <stdio.h>

#include "events/event_columns.h"
#include "ike/ike_columns.h"
#include "mib/agent_status.h"
#include "mib/policy_columns.h"
#include "mib/sa_columns.h"
#include "mib/stat_columns.h"
#include "tunnels/tunnel_columns.h"
#include "tunnels/tunnel_sa.h"

static const char *const type_names[] = {
	[COLUMN_OCTETS] = "octets",	  [COLUMN_INTEGER32] = "integer32", [COLUMN_UNSIGNED32] = "unsigned32",
	[COLUMN_COUNTER32] = "counter32", [COLUMN_COUNTER64] = "counter64",
};

static void
print_labels(const struct column_label *label)
{
	if (!label)
		puts("-");
	for (; label && label->label; label++)
		printf("%s(%d)%c", label->label, label->value, label[1].label ? ',' : '\n');
}

static void
print_table(const struct column_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct column *const column = &table->columns[i];

		printf("%zu\t%s\t%s\t%s\t%u\t%s\t", i + 1, column->name, column->syntax->name,
		       type_names[column->syntax->type], column->size, column->units ? column->units : "-");
		print_labels(column->syntax->labels);
	}
}

int
main(void)
{
	print_table(&agent_table);
	print_table(&sa_table);
	print_table(&tunnel_table);
	print_table(&event_table);
	print_table(&stat_table);
	print_table(&tunnel_sa_table);
	print_table(&ike_table);
	print_table(&policy_table);
	return 0;
}
