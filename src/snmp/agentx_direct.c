/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/agentx_direct.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <string.h>

/* Of net-snmp's agent/mibgroup/agentx/protocol.h, which is not installed; see RFC 2741, section 6.1. */
enum { AGENTX_MSG_GETNEXT = 6, AGENTX_MSG_RESPONSE = 18 };
enum { AGENTX_MSG_FLAG_NON_DEFAULT_CONTEXT = 0x08 };

/* A session's callback has no argument of ours, and there is one session at most. */
static struct {
	struct agentx_table tables[AGENTX_TABLES];
	size_t count;
	netsnmp_callback handle; /* net-snmp's own */
} state;

/* net-snmp's AgentX parser puts the context where SNMP has the community. */
static bool
is_in_context(const netsnmp_pdu *pdu, const char *context)
{
	const size_t length = strlen(context);

	return pdu->community_len == length && (length == 0 || memcmp(pdu->community, context, length) == 0);
}

static bool
is_below(const netsnmp_variable_list *varbind, const struct agentx_table *table)
{
	return varbind->name_length > table->root_length &&
	       snmp_oid_compare(varbind->name, table->root_length, table->root, table->root_length) == 0;
}

static const struct agentx_table *
find_table(const netsnmp_pdu *pdu)
{
	for (size_t i = 0; pdu->variables && i < state.count; i++) {
		if (is_below(pdu->variables, &state.tables[i]) && is_in_context(pdu, state.tables[i].context))
			return &state.tables[i];
	}
	return NULL;
}

/* The parser puts the end of a search range where a varbind has its value; one of zeros is none. */
static bool
is_in_range(const netsnmp_variable_list *answer, const netsnmp_variable_list *asked)
{
	const oid *const end = asked->val.objid;
	const size_t end_length = asked->val_len / sizeof(*end);

	return end_length == 0 || end[0] == 0 ||
	       snmp_oid_compare(answer->name, answer->name_length, end, end_length) < 0;
}

/* All or nothing: false where net-snmp has to answer. */
static bool
fill_in(netsnmp_variable_list *answer, const netsnmp_variable_list *asked, const struct agentx_table *table)
{
	for (; asked; asked = asked->next_variable, answer = answer->next_variable) {
		if (asked->type != ASN_PRIV_EXCL_RANGE || !is_below(asked, table) ||
		    !table->next(table->data, answer) || !is_in_range(answer, asked))
			return false;
	}
	return true;
}

static bool
answer(netsnmp_session *session, netsnmp_pdu *pdu, const struct agentx_table *table)
{
	netsnmp_pdu *response = snmp_clone_pdu(pdu);

	if (!response)
		return false;
	if (!fill_in(response->variables, pdu->variables, table)) {
		snmp_free_pdu(response);
		return false;
	}
	response->command = AGENTX_MSG_RESPONSE;
	response->flags |= UCD_MSG_FLAG_RESPONSE_PDU;
	response->flags &= ~(u_long)(UCD_MSG_FLAG_EXPECT_RESPONSE | AGENTX_MSG_FLAG_NON_DEFAULT_CONTEXT);
	response->errstat = response->errindex = 0;
	snmp_increment_statistic_by(STAT_SNMPINTOTALREQVARS, count_varbinds(pdu->variables));
	if (!snmp_send(session, response))
		snmp_free_pdu(response);
	return true;
}

static int
on_message(int operation, netsnmp_session *session, int reqid, netsnmp_pdu *pdu, void *magic)
{
	if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && pdu->command == AGENTX_MSG_GETNEXT) {
		const struct agentx_table *const table = find_table(pdu);

		if (table && answer(session, pdu, table))
			return 1;
	}
	return state.handle(operation, session, reqid, pdu, magic);
}

void
agentx_direct_offer(const struct agentx_table *table)
{
	if (state.count < AGENTX_TABLES)
		state.tables[state.count++] = *table;
}

void
agentx_direct_follow(netsnmp_session *session)
{
	if (session->callback == on_message)
		return;
	state.handle = session->callback;
	session->callback = on_message;
}
