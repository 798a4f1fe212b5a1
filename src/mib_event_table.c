/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsecEventTable: the events of one view's log; the event's number is the index. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <string.h>

#include "event_columns.h"
#include "mib_parts.h"
#include "mib_value.h"

/* objects(1) ipsecEventTable(4) ipsecEventEntry(1) */
static const oid entry_suffix[] = {1, 4, 1};
enum { ENTRY_SUFFIX_LENGTH = 3 };

/* Where in the table a request points: column 0 is before all of it. */
struct cell {
	oid column, number;
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
		cell.number = varbind->name[root_length + 1] & UINT32_MAX;
	return cell;
}

static void
answer_value(netsnmp_variable_list *varbind, const struct event_log *log, oid number, const struct event *event)
{
	const struct event_column *column = event_column(number);
	struct column_value value;

	column->get(event, event_log_context(log), &value);
	mib_value_put(varbind, column->syntax->type, &value);
}

static void
answer_get(const struct event_log *log, const struct cell *cell, netsnmp_agent_request_info *info,
	   netsnmp_request_info *request)
{
	const struct event *event = cell->length == 2 ? event_log_find(log, (uint32_t)cell->number) : NULL;

	if (!event_column(cell->column))
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
	else if (!event)
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
	else
		answer_value(request->requestvb, log, cell->column, event);
}

static void
answer_getnext(const struct event_log *log, const struct cell *cell, const netsnmp_handler_registration *registration,
	       netsnmp_request_info *request)
{
	const bool before = cell->column < EVENT_FIRST_READABLE;
	const struct event *event = event_log_after(log, before ? 0 : (uint32_t)cell->number);
	oid column = before ? EVENT_FIRST_READABLE : cell->column;
	oid name[MAX_OID_LEN];
	size_t length = registration->rootoid_len;

	if (!event) {
		event = event_log_after(log, 0);
		column++;
	}
	if (!event || !event_column(column))
		return; /* net-snmp goes on to what follows the table */
	memcpy(name, registration->rootoid, length * sizeof(oid));
	name[length++] = column;
	name[length++] = event->number;
	snmp_set_var_objid(request->requestvb, name, length);
	answer_value(request->requestvb, log, column, event);
}

static int
handle_event_table(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
		   netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	const struct event_log *log = handler->myvoid;

	for (netsnmp_request_info *request = requests; request; request = request->next) {
		const struct cell cell = cell_of(registration, request->requestvb);

		if (request->processed)
			continue;
		if (info->mode == MODE_GETNEXT)
			answer_getnext(log, &cell, registration, request);
		else
			answer_get(log, &cell, info, request);
	}
	return SNMP_ERR_NOERROR;
}

bool
mib_event_table_register(const struct mib_place *place, const struct event_log *log)
{
	oid root[MAX_OID_LEN];
	netsnmp_handler_registration *registration;

	memcpy(root, place->root, place->root_length * sizeof(oid));
	memcpy(root + place->root_length, entry_suffix, sizeof(entry_suffix));
	registration = netsnmp_create_handler_registration("ipsecEventTable", handle_event_table, root,
							    place->root_length + ENTRY_SUFFIX_LENGTH, HANDLER_CAN_RONLY);
	if (!registration)
		return false;
	registration->handler->myvoid = (void *)(uintptr_t)log;
	if (place->context[0] != '\0')
		registration->contextName = strdup(place->context);
	return netsnmp_register_handler(registration) == MIB_REGISTERED_OK;
}
