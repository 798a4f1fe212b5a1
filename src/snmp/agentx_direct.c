/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/agentx_direct.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "agentx_packet.h"
#include "snmp/request_count.h"

static bool
is_below(const netsnmp_variable_list *varbind, const struct agentx_table *table)
{
	return varbind->name_length > table->root_length &&
	       snmp_oid_compare(varbind->name, table->root_length, table->root, table->root_length) == 0;
}

static const struct agentx_table *
find_table(const struct agentx_table *tables, const netsnmp_pdu *request)
{
	for (const struct agentx_table *table = tables; request->variables && table; table = table->next_table) {
		if (is_below(request->variables, table) && agentx_packet_is_in_context(request, table->context))
			return table;
	}
	return NULL;
}

static bool
is_in_range(const netsnmp_variable_list *answer, const netsnmp_variable_list *asked)
{
	size_t length;
	const oid *const end = agentx_packet_range_end(asked, &length);

	return !end || snmp_oid_compare(answer->name, answer->name_length, end, length) < 0;
}

/* All or nothing. */
static bool
fill_in(netsnmp_variable_list *answer, const netsnmp_variable_list *asked, const struct agentx_table *table)
{
	for (; asked; asked = asked->next_variable, answer = answer->next_variable) {
		if (agentx_packet_includes_start(asked) || !is_below(asked, table) ||
		    !table->next(table->data, answer) || !is_in_range(answer, asked))
			return false;
	}
	return true;
}

bool
agentx_direct_answer(const struct agentx_table *tables, netsnmp_session *session, netsnmp_pdu *request)
{
	const struct agentx_table *const table = find_table(tables, request);
	netsnmp_pdu *const answer = table ? agentx_packet_answer(request) : NULL;

	if (!answer)
		return false;
	if (!fill_in(answer->variables, request->variables, table)) {
		snmp_free_pdu(answer);
		return false;
	}
	request_count_add(request);
	if (!snmp_send(session, answer))
		snmp_free_pdu(answer);
	return true;
}
