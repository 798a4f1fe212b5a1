/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_cells.h"

#include <stdlib.h>
#include <string.h>

#include "snmp/agentx_direct.h"
#include "snmp/agentx_link.h"
#include "snmp/mib_value.h"

struct part {
	struct agentx_table direct;
	const netsnmp_handler_registration *registration;
	/* The row that was answered last, and its index; while one request is answered. */
	bool is_kept;
	struct mib_index from, index;
	const void *row;
	const struct mib_cells *cells;
	void *data;
	max_align_t room[]; /* for a row */
};

/* Where in the part a request points: column 0 precedes all of it. */
struct cell {
	oid column;
	struct mib_index index; /* for an index that is too long, enough to show that */
};

static struct cell
cell_of(const netsnmp_handler_registration *registration, const netsnmp_variable_list *varbind)
{
	const size_t root_length = registration->rootoid_len;
	struct cell cell = {.column = 0};
	size_t length;

	if (varbind->name_length <= root_length ||
	    snmp_oid_compare(varbind->name, root_length, registration->rootoid, root_length) != 0)
		return cell;
	length = varbind->name_length - root_length - 1;
	cell.column = varbind->name[root_length];
	cell.index.length = length < MIB_INDEX_MOST ? length : MIB_INDEX_MOST;
	memcpy(cell.index.subids, varbind->name + root_length + 1, cell.index.length * sizeof(oid));
	return cell;
}

static bool
is_same_index(const struct mib_index *a, const struct mib_index *b)
{
	return a->length == b->length && memcmp(a->subids, b->subids, a->length * sizeof(oid)) == 0;
}

/* Usually all columns of a row are requested at once: then it is found once. */
static const void *
row_from(struct part *part, const struct mib_index *from, struct mib_index *index)
{
	if (!part->is_kept || !is_same_index(from, &part->from)) {
		part->row = part->cells->row(part->data, from, &part->index, part->room);
		part->from = *from;
		part->is_kept = true;
	}
	*index = part->index;
	return part->row;
}

static void
answer_get(struct part *part, const struct cell *cell, netsnmp_agent_request_info *info, netsnmp_request_info *request)
{
	const struct column *const column = column_by_subid(part->cells->table, cell->column);
	struct mib_index index;
	const void *row;

	if (!column) {
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
		return;
	}
	row = row_from(part, &cell->index, &index);
	if (row && is_same_index(&index, &cell->index) && column_known(column, row))
		mib_value_put(request->requestvb, column, row);
	else
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
}

/* What is not below that follows the index; an index that is too long is not one itself. */
static void
step_over(struct mib_index *index)
{
	if (index->length < MIB_INDEX_MOST)
		index->subids[index->length++] = 0;
}

/* The row of the next cell, and the cell, as *cell.  NULL: it was the last. */
static const void *
move_on(struct part *part, struct cell *cell)
{
	const struct column_table *const table = part->cells->table;
	struct mib_index from = cell->index;

	if (cell->column <= table->index_columns) {
		cell->column = table->index_columns + 1;
		from.length = 0;
	}
	if (from.length > 0)
		step_over(&from);
	for (; cell->column <= table->count; cell->column++, from.length = 0) {
		const void *row;

		while ((row = row_from(part, &from, &cell->index)) != NULL) {
			if (column_known(&table->columns[cell->column - 1], row))
				return row;
			from = cell->index;
			step_over(&from);
		}
	}
	return NULL;
}

/* False: there is no answer, and what follows the part is next. */
static bool
answer_getnext(struct part *part, netsnmp_variable_list *varbind)
{
	const netsnmp_handler_registration *const registration = part->registration;
	const size_t root_length = registration->rootoid_len;
	struct cell found = cell_of(registration, varbind), *const cell = &found;
	const void *const row = move_on(part, cell);
	oid name[MAX_OID_LEN];

	if (!row)
		return false;
	memcpy(name, registration->rootoid, root_length * sizeof(oid));
	name[root_length] = cell->column;
	memcpy(name + root_length + 1, cell->index.subids, cell->index.length * sizeof(oid));
	snmp_set_var_objid(varbind, name, root_length + 1 + cell->index.length);
	mib_value_put(varbind, &part->cells->table->columns[cell->column - 1], row);
	return true;
}

static bool
answer_directly(void *data, netsnmp_variable_list *varbind)
{
	struct part *const part = data;

	part->is_kept = false;
	return answer_getnext(part, varbind);
}

static int
handle_cells(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration, netsnmp_agent_request_info *info,
	     netsnmp_request_info *requests)
{
	struct part *const part = handler->myvoid;

	part->is_kept = false;
	for (netsnmp_request_info *request = requests; request; request = request->next) {
		struct cell cell;

		if (request->processed)
			continue;
		if (info->mode == MODE_GETNEXT) {
			answer_getnext(part, request->requestvb);
			continue;
		}
		cell = cell_of(registration, request->requestvb);
		answer_get(part, &cell, info, request);
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
	part->registration = registration;
	registration->handler->myvoid = part;
	registration->handler->data_free = free;
	if (netsnmp_register_handler(registration) != MIB_REGISTERED_OK)
		return false;
	if (!place->link)
		return true;
	part->direct = (struct agentx_table){.context = place->context,
					     .root = registration->rootoid,
					     .root_length = registration->rootoid_len,
					     .next = answer_directly,
					     .data = part};
	agentx_link_serve_directly(place->link, &part->direct);
	return true;
}
