/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_TABLE_H
#define MIB_TABLE_H

/* The tables that mib2text can walk, as values: how their rows are indexed, and which struct a row is. */

#include <stdbool.h>
#include <stddef.h>

#include "agent_state.h"
#include "mib/sa_columns.h"
#include "sa/sa.h"
#include "sa/sa_key.h"

struct mib_table {
	const struct column_table *columns;
	const char *row, *rows; /* for messages: "SA", "SAs" */
	size_t count_field;	/* in struct agent_status, by its offset: the number of rows */
	unsigned long later;	/* an older agent may lack columns from this sub-identifier on; 0: it has all */
	unsigned long untold;	/* from this one on, a row does not show whether the agent lacks the column; 0: none */
	size_t index_octets;	/* the maximum for an index in a name (BER) */

	/*
	 * The index as octets whose memcmp() order is that of the table; false: these sub-identifiers are not an index.
	 */
	bool (*key)(const unsigned long *subids, size_t count, struct sa_key *key);
	/* An empty row with that index. */
	void (*begin)(void *row, const struct sa_key *key);
};

/* Whether an older agent may lack that readable column, given by its rank. */
bool mib_table_is_later(const struct mib_table *table, size_t column);
/* Whether a row shows by itself that an agent lacks that column, without what comes after it. */
bool mib_table_rows_show(const struct mib_table *table, size_t column);
/*
 * Whether that row may lack it: it is derived from other columns, or its value is not known; or this cannot be
 * determined.
 */
bool mib_table_may_lack(const struct mib_table *table, size_t column, const void *row);

extern const struct mib_table mib_sa_table, mib_ike_table, mib_tunnel_table, mib_policy_table;

#endif
