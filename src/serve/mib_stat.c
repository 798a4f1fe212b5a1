/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsecStat: the kernel's own error counters, as scalars.  One that the kernel does not have is not there. */

#include "mib_cells.h"
#include "snmp/mib_value.h"

enum { OTHERS = XFRM_STAT_COUNTERS + 1 }; /* the last scalar */

static bool
has_column(oid column)
{
	return column <= OTHERS;
}

/* A scalar is a column with the one index 0. */
static bool
seek(void *data, oid column, oid from, oid *index)
{
	*index = 0;
	return from == 0 && (column == OTHERS || stat_file_get(data)->known[column - 1]);
}

static void
answer(void *data, oid column, oid index, netsnmp_variable_list *varbind)
{
	const struct xfrm_stat *const stat = stat_file_last(data);
	const struct column_value value = {.number = column == OTHERS ? stat->others : stat->counters[column - 1]};

	(void)index;
	mib_value_put(varbind, column == OTHERS ? COLUMN_UNSIGNED32 : COLUMN_COUNTER64, &value);
}

/* objects(1) ipsecStat(5) */
static const struct mib_cells cells = {
	.name = "ipsecStat",
	.suffix = {1, 5},
	.suffix_length = 2,
	.first_column = 1,
	.has_column = has_column,
	.seek = seek,
	.answer = answer,
};

bool
mib_stat_register(const struct mib_place *place, struct stat_file *file)
{
	return mib_cells_register(place, &cells, file);
}
