/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_cells.h"

#include <stdlib.h>
#include <string.h>

#include "snmp/mib_value.h"

struct part {
	const struct mib_cells *cells;
	void *data;
	max_align_t room[]; /* for a row */
};

/* Where in the part a request points: column 0 is before all of it. */
struct cell {
	oid column, index;
	size_t length; /* sub-identifiers after the part's own */
};

static struct cell
cell_of(const netsnmp_handler_registration *registration, const netsnmp_variable_list *varbind)
{
	const size_t root_length = registration->rootoid_len;
	struct cell cell = {0, 0, 0};

	if (varbind->name_length <= root_length ||
	    snmp_oid_compare(varbind->name, root_length, registration->rootoid, root_length) != 0)
		return cell;
	cell.length = varbind->name_length - root_length;
	cell.column = varbind->name[root_length];
	if (cell.length > 1)
		cell.index = varbind->name[root_length + 1];
	return cell;
}

static const void *
row_from(struct part *part, oid from, oid *index)
{
	return from <= UINT32_MAX ? part->cells->row(part->data, from, index, part->room) : NULL;
}

static void
answer_get(struct part *part, const struct cell *cell, netsnmp_agent_request_info *info, netsnmp_request_info *request)
{
	const struct column *const column = column_by_subid(part->cells->table, cell->column);
	const void *row = NULL;
	oid index;

	if (!column) {
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
		return;
	}
	if (cell->length == 2)
		row = row_from(part, cell->index, &index);
	if (row && index == cell->index && column_known(column, row))
		mib_value_put(request->requestvb, column, row);
	else
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
}

/* The row of the cell after that one, and the cell, as *cell.  NULL: it was the last. */
static const void *
move_on(struct part *part, struct cell *cell)
{
	const struct column_table *const table = part->cells->table;
	oid from = cell->length < 2 ? 0 : cell->index + 1;

	if (cell->column <= table->index_columns) {
		cell->column = table->index_columns + 1;
		from = 0;
	}
	for (; cell->column <= table->count; cell->column++, from = 0) {
		const void *row;

		while ((row = row_from(part, from, &cell->index)) != NULL) {
			if (column_known(&table->columns[cell->column - 1], row))
				return row;
			from = cell->index + 1;
		}
	}
	return NULL;
}

/* Without an answer, net-snmp goes on to what follows the part. */
static void
answer_getnext(struct part *part, struct cell *cell, const netsnmp_handler_registration *registration,
	       netsnmp_variable_list *varbind)
{
	const size_t root_length = registration->rootoid_len;
	const void *const row = move_on(part, cell);
	oid name[MAX_OID_LEN];

	if (!row)
		return;
	memcpy(name, registration->rootoid, root_length * sizeof(oid));
	name[root_length] = cell->column;
	name[root_length + 1] = cell->index;
	snmp_set_var_objid(varbind, name, root_length + 2);
	mib_value_put(varbind, &part->cells->table->columns[cell->column - 1], row);
}

static int
handle_cells(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration, netsnmp_agent_request_info *info,
	     netsnmp_request_info *requests)
{
	for (netsnmp_request_info *request = requests; request; request = request->next) {
		struct cell cell = cell_of(registration, request->requestvb);

		if (request->processed)
			continue;
		if (info->mode == MODE_GETNEXT)
			answer_getnext(handler->myvoid, &cell, registration, request->requestvb);
		else
			answer_get(handler->myvoid, &cell, info, request);
	}
	return SNMP_ERR_NOERROR;
}

bool
mib_cells_register(const struct mib_place *place, const struct mib_cells *cells, void *data)
{
	struct part *const part = calloc(1, sizeof(*part) + cells->table->row_size);
	netsnmp_handler_registration *const registration =
		part ? mib_registration(place, cells->table, handle_cells) : NULL;

	if (!registration) {
		free(part);
		return false;
	}
	part->cells = cells;
	part->data = data;
	registration->handler->myvoid = part;
	registration->handler->data_free = free;
	return netsnmp_register_handler(registration) == MIB_REGISTERED_OK;
}
