/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_cells.h"

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <stdlib.h>
#include <string.h>

struct part {
	const struct mib_cells *cells;
	void *data;
};

/* Where in the part a request points: column 0 is before all of it. */
struct cell {
	oid column, index;
	size_t length; /* sub-identifiers after the part's own */
};

/* The lowest bits only: as in mib_sa_table.c. */
static struct cell
cell_of(const netsnmp_handler_registration *registration, const netsnmp_variable_list *varbind)
{
	const size_t root_length = registration->rootoid_len;
	struct cell cell = {0, 0, 0};

	if (varbind->name_length <= root_length ||
	    snmp_oid_compare(varbind->name, root_length, registration->rootoid, root_length) != 0)
		return cell;
	cell.length = varbind->name_length - root_length;
	cell.column = varbind->name[root_length] & UINT32_MAX;
	if (cell.length > 1)
		cell.index = varbind->name[root_length + 1] & UINT32_MAX;
	return cell;
}

static void
answer_get(const struct part *part, const struct cell *cell, netsnmp_agent_request_info *info,
	   netsnmp_request_info *request)
{
	const struct mib_cells *const cells = part->cells;
	oid index;

	if (cell->column < cells->first_column || !cells->has_column(cell->column))
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
	else if (cell->length != 2 || !cells->seek(part->data, cell->column, cell->index, &index) ||
		 index != cell->index)
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
	else
		cells->answer(part->data, cell->column, index, request->requestvb);
}

/* The cell after that one, as *cell.  False: it was the last. */
static bool
move_on(const struct part *part, struct cell *cell)
{
	const struct mib_cells *const cells = part->cells;
	oid from = cell->length < 2 ? 0 : cell->index + 1;

	if (cell->column < cells->first_column) {
		cell->column = cells->first_column;
		from = 0;
	}
	for (; cells->has_column(cell->column); cell->column++, from = 0) {
		if (cells->seek(part->data, cell->column, from, &cell->index))
			return true;
	}
	return false;
}

/* Without an answer, net-snmp goes on to what follows the part. */
static void
answer_getnext(const struct part *part, struct cell *cell, const netsnmp_handler_registration *registration,
	       netsnmp_variable_list *varbind)
{
	const size_t root_length = registration->rootoid_len;
	oid name[MAX_OID_LEN];

	if (!move_on(part, cell))
		return;
	memcpy(name, registration->rootoid, root_length * sizeof(oid));
	name[root_length] = cell->column;
	name[root_length + 1] = cell->index;
	snmp_set_var_objid(varbind, name, root_length + 2);
	part->cells->answer(part->data, cell->column, cell->index, varbind);
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
	struct part *part = calloc(1, sizeof(*part));
	netsnmp_handler_registration *registration =
		part ? mib_registration(place, cells->name, handle_cells, cells->suffix, cells->suffix_length) : NULL;

	if (!registration) {
		free(part);
		return false;
	}
	*part = (struct part){cells, data};
	registration->handler->myvoid = part;
	registration->handler->data_free = free;
	return netsnmp_register_handler(registration) == MIB_REGISTERED_OK;
}
