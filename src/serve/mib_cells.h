/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_CELLS_H
#define MIB_CELLS_H

/*
 * GET and GETNEXT for parts of the MIB: tables whose rows have one number as their index, or several; or scalars, a row
 * with the index 0.  A cell whose value is not known does not exist.
 */

#include <stdbool.h>

#include "mib_place.h"
#include "sa/sa_key.h"

/* The longest is that of a tunnel and an SA; and one more sub-identifier, which no index has. */
enum { MIB_INDEX_MOST = 1 + SA_INDEX_MAX_SUBIDS + 1 };

struct mib_index {
	oid subids[MIB_INDEX_MOST];
	size_t length;
};

/* For indexes that are one number: the lowest that is at least this one.  Above UINT32_MAX: there is none. */
static inline uint64_t
mib_index_number(const struct mib_index *from)
{
	return from->length == 0 ? 0 : (uint64_t)from->subids[0] + (from->length > 1);
}

static inline void
mib_index_set(struct mib_index *index, uint32_t number)
{
	index->subids[0] = number;
	index->length = 1;
}

struct mib_cells {
	const struct column_table *table;
	/*
	 * The row with the lowest index that is at least `from`, which need not be an index; NULL: there is none.  It
	 * is valid until the next call, and may be stored in room, which has .table->row_size octets.
	 */
	const void *(*row)(void *data, const struct mib_index *from, struct mib_index *index, void *room);
};

/* cells and data must outlive the registration.  False: no memory, or net-snmp refused; the reason is logged. */
bool mib_cells_register(const struct mib_place *place, const struct mib_cells *cells, void *data);

#endif
