/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Prints which columns are metrics of monitoring systems, for what makes and checks conf/monitoring: one a line,
 * separated by tabs: name, OID, kind, UNITS ("-": none), and labels as "name(number),..." ("-": none).
 */

#include <stdio.h>

#include "ike/ike_columns.h"
#include "mib/agent_status.h"
#include "mib/stat_columns.h"
#include "mib2text/metric.h"
#include "tunnels/tunnel_columns.h"

static const char *const kind_names[] = {
	[METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_STATES] = "states", [METRIC_DATE] = "date",
	[METRIC_TEXT] = "text",	      [METRIC_INFO] = "info",	[METRIC_NONE] = "none",
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
	char oid[MIB_OID_TEXT_SIZE];
	struct mib_oid entry;

	column_table_entry(table, &mib_default_root, &entry);
	for (size_t i = 0; i < table->count; i++) {
		const struct column *const column = &table->columns[i];

		entry.subids[entry.length] = i + 1;
		mib_oid_print(entry.subids, entry.length + 1, oid, sizeof(oid));
		printf("%s\t%s\t%s\t%s\t", column->name, oid, kind_names[metric_kind(column)],
		       column->units ? column->units : "-");
		print_labels(column->syntax->labels);
	}
}

int
main(void)
{
	print_table(&agent_table);
	print_table(&tunnel_table);
	print_table(&ike_table);
	print_table(&stat_table);
	return 0;
}
