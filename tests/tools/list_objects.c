/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Prints the tables of columns and scalars, for the test that compares them with the MIB: one object a line,
 * separated by tabs: sub-identifier, name, SYNTAX, type on the wire, octets that a text or number has in
 * struct sa (0: not there), UNITS ("-": none), and labels as "name(number),..." ("-": none).
 */

#include <stdio.h>

#include "mib2text/agent_state.h"
#include "mib/columns.h"
#include "events/event_columns.h"
#include "tunnels/tunnel_columns.h"

static const char *const type_names[] = {
	[COLUMN_OCTETS] = "octets",	  [COLUMN_INTEGER32] = "integer32", [COLUMN_UNSIGNED32] = "unsigned32",
	[COLUMN_COUNTER32] = "counter32", [COLUMN_COUNTER64] = "counter64",
};

static void
print_object(size_t number, const char *name, const struct column_syntax *syntax, unsigned octets, const char *units)
{
	printf("%zu\t%s\t%s\t%s\t%u\t%s\t", number, name, syntax->name, type_names[syntax->type], octets,
	       units ? units : "-");
	if (!syntax->labels)
		puts("-");
	for (const struct column_label *label = syntax->labels; label && label->label; label++)
		printf("%s(%d)%c", label->label, label->value, label[1].label ? ',' : '\n');
}

int
main(void)
{
	for (size_t i = 0; i < AGENT_SCALARS; i++)
		print_object(i + 1, agent_scalars[i].name, agent_scalars[i].syntax, 0, agent_scalars[i].units);
	for (size_t i = 0; i < columns_count; i++)
		print_object(COLUMN_FIRST_SUBID + i, columns[i].name, columns[i].syntax, columns[i].size,
			     columns[i].units);
	for (size_t i = EVENT_FIRST_READABLE; i < EVENT_COLUMNS_END; i++)
		print_object(i, event_column(i)->name, event_column(i)->syntax, 0, NULL);
	for (size_t i = 0; i < tunnel_columns_count; i++)
		print_object(TUNNEL_COLUMN_FIRST_SUBID + i, tunnel_columns[i].name, tunnel_columns[i].syntax,
			     tunnel_columns[i].size, tunnel_columns[i].units);
	return 0;
}
