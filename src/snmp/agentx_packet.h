/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_PACKET_H
#define AGENTX_PACKET_H

/*
 * AgentX packets on their way through net-snmp's parser and builder.  All that this program relies on and that net-snmp
 * does not promise, of how it puts a packet into a netsnmp_pdu, is here.
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdbool.h>

/*
 * Hooks of a session (snmp_add_full()).  What net-snmp's parser would not stand, or only drop, what is for another session,
 * and what wants to write, is answered with an error at once; so is a request whose answer has no room in a packet.
 */
int agentx_packet_length(u_char *octets, size_t length);
int agentx_packet_parse(netsnmp_session *session, netsnmp_pdu *pdu, u_char *octets, size_t length);
int agentx_packet_build(netsnmp_session *session, netsnmp_pdu *pdu, u_char **buffer, size_t *size, size_t *length);

/* Makes the request say in which SNMP context it is meant; "" is the default one.  False: no memory. */
bool agentx_packet_set_context(netsnmp_pdu *pdu, const char *context);
/* Whether a request that was parsed is meant in that context. */
bool agentx_packet_is_in_context(const netsnmp_pdu *pdu, const char *context);
/* Of a search range that was parsed: whether an answer may be the name itself; where it ends (NULL: nowhere). */
bool agentx_packet_includes_start(const netsnmp_variable_list *range);
const oid *agentx_packet_range_end(const netsnmp_variable_list *range, size_t *length);

/* Turns a parsed request into its answer, without values yet.  NULL: no memory. */
netsnmp_pdu *agentx_packet_answer(netsnmp_pdu *request);

/* Parses a request that it knows, to see that this net-snmp does all that the functions above rely on. */
bool agentx_packet_is_as_expected(void);

#endif
