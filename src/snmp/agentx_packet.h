/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_PACKET_H
#define AGENTX_PACKET_H

/*
 * AgentX packets on their way through net-snmp's parser and builder.  Everything that this program relies on, and
 * net-snmp does not promise, about how a packet is represented in a netsnmp_pdu is here.
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdbool.h>

/*
 * Hooks of a session (snmp_add_full()).  Packets that net-snmp's parser would mishandle or drop, that are for another
 * session, or that want to write, are answered with an error at once; so is a request whose answer does not fit in a
 * packet.
 */
int agentx_packet_length(u_char *octets, size_t length);
int agentx_packet_parse(netsnmp_session *session, netsnmp_pdu *pdu, u_char *octets, size_t length);
int agentx_packet_build(netsnmp_session *session, netsnmp_pdu *pdu, u_char **buffer, size_t *size, size_t *length);

/* Sets the SNMP context of the request; "" is the default one.  False: no memory. */
bool agentx_packet_set_context(netsnmp_pdu *pdu, const char *context);
/* Whether a parsed request is for that context. */
bool agentx_packet_is_in_context(const netsnmp_pdu *pdu, const char *context);
/* Of a parsed search range: whether an answer may be the name itself; its end (NULL: none). */
bool agentx_packet_includes_start(const netsnmp_variable_list *range);
const oid *agentx_packet_range_end(const netsnmp_variable_list *range, size_t *length);

/* Turns a parsed request into its answer, without values yet.  NULL: no memory. */
netsnmp_pdu *agentx_packet_answer(netsnmp_pdu *request);

/* Parses a known request to check that this net-snmp does everything that the functions above rely on. */
bool agentx_packet_is_as_expected(void);

#endif
