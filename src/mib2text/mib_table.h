/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_TABLE_H
#define MIB_TABLE_H

/* The tables that mib2text can walk, as values: how their rows are indexed, and what struct a row is. */

#include <stdbool.h>
#include <stddef.h>

#include "agent_state.h"
#include "mib/sa_columns.h"
#include "sa/sa.h"
#include "sa/sa_key.h"

struct mib_table {
	const struct column_table *columns;
	const char *row, *rows; /* what people call them: "SA", "SAs" */
	size_t count_field;	/* of struct agent_status, by its offset: how many rows there are */
	unsigned long later;	/* the sub-identifier from which on an older agent may lack columns; 0: it has all */
	unsigned long untold; /* the one from which on a row does not tell by itself that it lacks a column; 0: none */
	size_t index_octets;  /* that an index takes at most in a name (BER) */

	/* The index as octets whose memcmp() order is that of the table; false: these sub-identifiers are none. */
	bool (*key)(const unsigned long *subids, size_t count, struct sa_key *key);
	/* An empty row of that index. */
	void (*begin)(void *row, const struct sa_key *key);
};

/* Whether that readable column, by its rank, is of those that an older agent may lack. */
bool mib_table_is_later(const struct mib_table *table, size_t column);
/* Whether a row tells by itself that an agent does not have that column: so it is known without what comes after it. */
bool mib_table_rows_tell(const struct mib_table *table, size_t column);
/* Whether it may lack it in that row: what it says is made of other columns, or is not known; or nobody can tell. */
bool mib_table_may_lack(const struct mib_table *table, size_t column, const void *row);

extern const struct mib_table mib_sa_table, mib_ike_table, mib_tunnel_table, mib_policy_table;

#endif
