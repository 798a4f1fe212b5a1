/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsecTunnelTable: the tunnels of one view; the tunnel's number is the index. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <string.h>

#include "mib_parts.h"
#include "mib_value.h"
#include "tunnel_columns.h"

/* objects(1) ipsecTunnelTable(3) ipsecTunnelEntry(1) */
static const oid entry_suffix[] = {1, 3, 1};
enum { ENTRY_SUFFIX_LENGTH = 3 };

/* Where in the table a request points: column 0 is before all of it. */
struct cell {
	oid column, index;
	size_t length; /* sub-identifiers after the entry's own */
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
answer_value(netsnmp_variable_list *varbind, const struct tunnel_watch *watch, const struct column *column, size_t rank)
{
	struct column_value value;
	struct tunnel tunnel;

	tunnel_watch_at(watch, rank, &tunnel);
	column_get(column, &tunnel, &value);
	mib_value_put(varbind, column->syntax->type, &value);
}

static void
answer_get(const struct tunnel_watch *watch, const struct cell *cell, netsnmp_agent_request_info *info,
	   netsnmp_request_info *request)
{
	const struct tunnels *const tunnels = tunnel_watch_tunnels(watch);
	const struct column *const column = tunnel_column_by_subid(cell->column);
	const size_t rank = tunnels_seek(tunnels, cell->index);

	if (!column)
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
	else if (cell->length != 2 || rank == tunnels_count(tunnels) || tunnels_index_at(tunnels, rank) != cell->index)
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
	else
		answer_value(request->requestvb, watch, column, rank);
}

static void
answer_getnext(const struct tunnel_watch *watch, const struct cell *cell,
	       const netsnmp_handler_registration *registration, netsnmp_request_info *request)
{
	const struct tunnels *const tunnels = tunnel_watch_tunnels(watch);
	const bool before = cell->column < TUNNEL_COLUMN_FIRST_SUBID;
	oid subid = before ? TUNNEL_COLUMN_FIRST_SUBID : cell->column;
	size_t rank = before || cell->length < 2 ? 0 : tunnels_seek(tunnels, (uint64_t)cell->index + 1);
	const struct column *column;
	oid name[MAX_OID_LEN];
	size_t length = registration->rootoid_len;

	if (rank == tunnels_count(tunnels)) {
		rank = 0;
		subid++;
	}
	column = tunnel_column_by_subid(subid);
	if (!column || tunnels_count(tunnels) == 0)
		return; /* net-snmp goes on to what follows the table */
	memcpy(name, registration->rootoid, length * sizeof(oid));
	name[length++] = subid;
	name[length++] = tunnels_index_at(tunnels, rank);
	snmp_set_var_objid(request->requestvb, name, length);
	answer_value(request->requestvb, watch, column, rank);
}

static int
handle_tunnel_table(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
		    netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	const struct tunnel_watch *const watch = handler->myvoid;

	for (netsnmp_request_info *request = requests; request; request = request->next) {
		const struct cell cell = cell_of(registration, request->requestvb);

		if (request->processed)
			continue;
		if (info->mode == MODE_GETNEXT)
			answer_getnext(watch, &cell, registration, request);
		else
			answer_get(watch, &cell, info, request);
	}
	return SNMP_ERR_NOERROR;
}

bool
mib_tunnel_table_register(const struct mib_place *place, const struct tunnel_watch *watch)
{
	oid root[MAX_OID_LEN];
	netsnmp_handler_registration *registration;

	memcpy(root, place->root, place->root_length * sizeof(oid));
	memcpy(root + place->root_length, entry_suffix, sizeof(entry_suffix));
	registration = netsnmp_create_handler_registration("ipsecTunnelTable", handle_tunnel_table, root,
							    place->root_length + ENTRY_SUFFIX_LENGTH, HANDLER_CAN_RONLY);
	if (!registration)
		return false;
	registration->handler->myvoid = (void *)(uintptr_t)watch;
	if (place->context[0] != '\0')
		registration->contextName = strdup(place->context);
	return netsnmp_register_handler(registration) == MIB_REGISTERED_OK;
}
