/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_TABLE_H
#define MIB_TABLE_H

/* The tables that mib2text can walk, as values: how their rows are indexed, and what struct a row is. */

#include <stdbool.h>
#include <stddef.h>

#include "agent_state.h"
#include "mib/columns.h"
#include "mib/mib_oid.h"
#include "sa/sa.h"
#include "sa/sa_key.h"

struct mib_table {
	const char *name;	/* as the MIB has it */
	const char *row, *rows; /* what people call them: "SA", "SAs" */
	unsigned long number;	/* objects(1) number, whose entry is 1 */
	const struct column *columns;
	const size_t *columns_count;
	unsigned first_subid;	    /* of the first column */
	enum agent_scalar_id count; /* the scalar that tells how many rows there are */
	size_t row_size;

	/* The index as octets whose memcmp() order is that of the table; false: these sub-identifiers are none. */
	bool (*key)(const unsigned long *subids, size_t count, struct sa_key *key);
	/* An empty row of that index, of .row_size octets. */
	void (*begin)(void *row, const struct sa_key *key);
	/* How many octets the value of an OCTET STRING must have, by what is known of the row already; 0: any. */
	size_t (*octets)(const struct column *column, const void *row);
};

extern const struct mib_table mib_sa_table, mib_tunnel_table;

/* ROOT.1.number.1 */
void mib_table_entry(const struct mib_table *table, const struct mib_oid *root, struct mib_oid *entry);

#endif
