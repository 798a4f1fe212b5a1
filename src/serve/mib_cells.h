/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_CELLS_H
#define MIB_CELLS_H

/*
 * GET and GETNEXT for the parts of the MIB whose names are short: a column and one number behind it, the row's index; or a
 * scalar and the 0 behind it.
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdbool.h>
#include <stddef.h>

#include "serve/mib_parts.h"

struct mib_cells {
	const char *name;
	oid suffix[3]; /* where the part is, below the MIB's root */
	size_t suffix_length;
	oid first_column;
	bool (*has_column)(oid column); /* of those from the first one on */
	/* The lowest index of that column that is not below `from`.  False: there is none. */
	bool (*seek)(void *data, oid column, oid from, oid *index);
	/* Puts the value of a cell that seek has just found into the varbind. */
	void (*answer)(void *data, oid column, oid index, netsnmp_variable_list *varbind);
};

/* cells and data must outlive the registration.  False: no memory, or net-snmp refused; it has logged why. */
bool mib_cells_register(const struct mib_place *place, const struct mib_cells *cells, void *data);

#endif
