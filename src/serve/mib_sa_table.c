/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_sa_table.h"

#include <stdlib.h>
#include <string.h>

#include "snmp/agentx_direct.h"
#include "snmp/agentx_link.h"
#include "mib/sa_columns.h"
#include "snmp/mib_value.h"

/* Where in the table a request points: what follows the entry's own identifier. */
struct cell {
	oid suffix[1 + SA_INDEX_MAX_SUBIDS + 1]; /* column, index, and one more, which no index has */
	size_t length;
};

/* The row that was answered last is kept, since the following requests are mostly for it, or for the next one. */
struct table {
	struct agentx_table direct;
	const struct reader *reader;
	const struct tunnels *tunnels;
	const netsnmp_handler_registration *registration;
	uint64_t reads; /* number of the reader's snapshot when the row was taken */
	size_t rank;
	struct sa row;
};

static const struct sa *
row_at(struct table *table, const struct snapshot *snapshot, size_t rank)
{
	const uint64_t reads = reader_statistics(table->reader)->reads;

	if (reads != table->reads || rank != table->rank)
		snapshot_at(snapshot, rank, &table->row);
	table->reads = reads;
	table->rank = rank;
	return &table->row;
}

/* An SA's tunnel may change between two reads, so it is looked up for each request. */
static void
put_cell(struct table *table, const struct snapshot *snapshot, size_t rank, const struct column *column,
	 netsnmp_variable_list *varbind)
{
	const struct sa *const row = row_at(table, snapshot, rank);

	table->row.reported |= SA_ATTR_BIT(SA_ATTR_TUNNEL);
	if (column->attribute == SA_ATTR_TUNNEL)
		table->row.tunnel_index = tunnels_index_of(table->tunnels, snapshot_key_at(snapshot, rank));
	mib_value_put(varbind, column, row);
}

static void
answer_get(struct table *table, const struct snapshot *snapshot, const struct cell *cell,
	   netsnmp_agent_request_info *info, netsnmp_request_info *request)
{
	const struct column *column = cell->length > 0 ? column_by_subid(&sa_table, cell->suffix[0]) : NULL;
	size_t rank;
	bool exact;

	if (!column) {
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
		return;
	}
	rank = snapshot_seek(snapshot, cell->suffix + 1, cell->length - 1, table->rank, &exact);
	if (!exact) {
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
		return;
	}
	put_cell(table, snapshot, rank, column, request->requestvb);
}

/*
 * A GETNEXT may name something before the table: then it starts at the table's beginning.  If an index is too long,
 * anything beyond the longest one's length plus one makes no difference.
 */
static struct cell
cell_of(const netsnmp_handler_registration *registration, const netsnmp_variable_list *varbind)
{
	const size_t root_length = registration->rootoid_len;
	struct cell cell;

	cell.length = 0;
	if (varbind->name_length <= root_length ||
	    snmp_oid_compare(varbind->name, root_length, registration->rootoid, root_length) != 0)
		return cell;
	while (cell.length < varbind->name_length - root_length &&
	       cell.length < sizeof(cell.suffix) / sizeof(cell.suffix[0])) {
		cell.suffix[cell.length] = varbind->name[root_length + cell.length];
		cell.length++;
	}
	return cell;
}

/* The next cell: the next row of its column, or the first of the next column. */
static const struct column *
next_cell(const struct table *table, const struct snapshot *snapshot, const struct cell *cell, size_t *rank)
{
	const struct column *column;
	bool exact;

	*rank = 0;
	if (snapshot_count(snapshot) == 0)
		return NULL;
	if (cell->length == 0 || cell->suffix[0] <= sa_table.index_columns)
		return column_by_subid(&sa_table, sa_table.index_columns + 1);
	column = column_by_subid(&sa_table, cell->suffix[0]);
	if (!column)
		return NULL;
	*rank = snapshot_seek(snapshot, cell->suffix + 1, cell->length - 1, table->rank, &exact);
	*rank += exact;
	if (*rank < snapshot_count(snapshot))
		return column;
	*rank = 0;
	return column_by_subid(&sa_table, cell->suffix[0] + 1);
}

/* False: nothing follows in the table, and the varbind is unchanged. */
static bool
answer_getnext(struct table *table, const struct snapshot *snapshot, const netsnmp_handler_registration *registration,
	       netsnmp_variable_list *varbind)
{
	const struct cell cell = cell_of(registration, varbind);
	oid name[MAX_OID_LEN];
	size_t length = registration->rootoid_len;
	const struct column *column;
	size_t rank;

	column = next_cell(table, snapshot, &cell, &rank);
	if (!column)
		return false; /* net-snmp continues with what follows the table */
	memcpy(name, registration->rootoid, length * sizeof(oid));
	name[length++] = column_subid(&sa_table, column);
	length += sa_key_to_oid(snapshot_key_at(snapshot, rank), name + length);
	snmp_set_var_objid(varbind, name, length);
	put_cell(table, snapshot, rank, column, varbind);
	return true;
}

static bool
answer_master(void *data, netsnmp_variable_list *varbind)
{
	struct table *table = data;
	const struct snapshot *snapshot = reader_snapshot(table->reader);

	return snapshot && answer_getnext(table, snapshot, table->registration, varbind);
}

/* --- GETBULK ----------------------------------------------------------------------------------- */

/*
 * All repetitions are answered at once.  net-snmp would otherwise request one at a time, and process the whole message
 * after each.  What it does between two of them is done here: it checks whether the user may see the answer, and
 * whether the message is full; it still has the last word on both.
 */

static bool
is_visible(netsnmp_variable_list *varbind, netsnmp_pdu *pdu)
{
	return in_a_view(varbind->name, &varbind->name_length, pdu, varbind->type) == VACM_SUCCESS;
}

/* One repetition of each column; returns whether there is another to answer. */
static bool
answer_repetition(struct table *table, const struct snapshot *snapshot,
		  const netsnmp_handler_registration *registration, netsnmp_pdu *pdu, netsnmp_request_info *requests,
		  size_t *octets)
{
	bool answered = false, hidden = false;

	for (netsnmp_request_info *request = requests; request; request = request->next) {
		netsnmp_variable_list *const varbind = request->requestvb;

		if (varbind->type != ASN_NULL && varbind->type != ASN_PRIV_RETRY)
			continue;
		varbind->type = ASN_NULL; /* unless this changes, net-snmp continues with what follows the table */
		if (!answer_getnext(table, snapshot, registration, varbind))
			continue;
		*octets += varbind->name_length + varbind->val_len;
		answered = true;
		if (is_visible(varbind, pdu))
			continue;
		/* net-snmp must ask again, for what follows. */
		snmp_set_var_typed_value(varbind, ASN_PRIV_RETRY, NULL, 0);
		request->inclusive = 0;
		hidden = true;
	}
	netsnmp_bulk_to_next_fix_requests(requests);
	return answered && !hidden;
}

static void
answer_getbulk(struct table *table, const struct snapshot *snapshot, const netsnmp_handler_registration *registration,
	       netsnmp_pdu *pdu, netsnmp_request_info *requests)
{
	size_t octets = 0;

	while (answer_repetition(table, snapshot, registration, pdu, requests, &octets) &&
	       octets < (size_t)pdu->msgMaxSize)
		;
}

static int
handle_sa_table(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
		netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	struct table *table = handler->myvoid;
	const struct snapshot *snapshot = reader_snapshot(table->reader);

	if (info->mode == MODE_GETBULK) {
		if (snapshot)
			answer_getbulk(table, snapshot, registration, info->asp->pdu, requests);
		return SNMP_ERR_NOERROR;
	}
	for (netsnmp_request_info *request = requests; request; request = request->next) {
		const struct cell cell = cell_of(registration, request->requestvb);

		if (request->processed)
			continue;
		if (info->mode == MODE_GETNEXT) {
			if (snapshot)
				answer_getnext(table, snapshot, registration, request->requestvb);
		} else if (snapshot) {
			answer_get(table, snapshot, &cell, info, request);
		} else {
			netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
		}
	}
	return SNMP_ERR_NOERROR;
}

bool
mib_sa_table_register(const struct mib_place *place, const struct reader *reader, const struct tunnels *tunnels)
{
	struct table *table = calloc(1, sizeof(*table));
	netsnmp_handler_registration *registration = table ? mib_registration(place, &sa_table, handle_sa_table) : NULL;

	if (!registration) {
		free(table);
		return false;
	}
	*table = (struct table){.reader = reader, .tunnels = tunnels, .registration = registration};
	registration->modes |= HANDLER_CAN_GETBULK;
	registration->handler->myvoid = table;
	registration->handler->data_free = free;
	if (netsnmp_register_handler(registration) != MIB_REGISTERED_OK)
		return false;
	if (!place->link)
		return true;
	table->direct = (struct agentx_table){.context = place->context,
					      .root = registration->rootoid,
					      .root_length = registration->rootoid_len,
					      .next = answer_master,
					      .data = table};
	agentx_link_serve_directly(place->link, &table->direct);
	return true;
}
