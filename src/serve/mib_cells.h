/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_CELLS_H
#define MIB_CELLS_H

/*
 * GET and GETNEXT for the parts of the MIB whose names are short: a column and one number behind it, the row's index; or a
 * scalar and the 0 behind it.  A cell that is not known is not there.
 */

#include <stdbool.h>

#include "mib_place.h"

struct mib_cells {
	const struct column_table *table;
	/*
	 * The row with the lowest index that is not below `from`, which is below 2^32; NULL: there is none.  It is valid until
	 * the next call, and may be put into room, which has .table->row_size octets.
	 */
	const void *(*row)(void *data, oid from, oid *index, void *room);
};

/* cells and data must outlive the registration.  False: no memory, or net-snmp refused; it has logged why. */
bool mib_cells_register(const struct mib_place *place, const struct mib_cells *cells, void *data);

#endif
