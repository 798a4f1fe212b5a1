/* SPDX-License-Identifier: BSD-3-Clause */
#include "agentx_packet.h"

#include <stdint.h>
#include <string.h>

#include "agentx_check.h"
#include "agentx_protocol.h"

/* The parser at the other end drops longer packets, as ours does. */
enum { SEND_MAX_OCTETS = 65536 };

/* --- from the master ----------------------------------------------------------------------------- */

int
agentx_packet_length(u_char *octets, size_t length)
{
	return agentx_check_length(octets, length);
}

/* Nothing can be written.  net-snmp would keep what is to be written until the SET ends, if it ever does. */
static long
error_of_a_set(unsigned type)
{
	switch (type) {
	case AGENTX_TESTSET:
		return SNMP_ERR_NOTWRITABLE;
	case AGENTX_COMMITSET:
		return SNMP_ERR_COMMITFAILED;
	case AGENTX_UNDOSET:
		return SNMP_ERR_UNDOFAILED;
	case AGENTX_CLEANUPSET:
		return SNMP_ERR_NOTWRITABLE; /* which is not reported to anybody */
	default:
		return SNMP_ERR_NOERROR;
	}
}

/* RFC 2741, section 7.2.4.1: in this order. */
static long
reason_to_refuse(const netsnmp_session *session, const u_char *octets, size_t length)
{
	const struct agentx_header header = agentx_check_header(octets);
	const long error = agentx_check_packet_of_master(octets, length);

	if (error != SNMP_ERR_NOERROR)
		return error;
	if (header.type != AGENTX_RESPONSE && header.session != (uint32_t)session->sessid)
		return AGENTX_NOT_OPEN;
	return error_of_a_set(header.type);
}

static bool
wants_answer(const u_char *octets)
{
	return octets[1] >= AGENTX_GET && octets[1] <= AGENTX_UNDOSET;
}

/* To the first variable: from an error that names none, net-snmp's master makes a genErr. */
static void
refuse(netsnmp_session *session, const u_char *octets, long error)
{
	const struct agentx_header header = agentx_check_header(octets);
	netsnmp_pdu *const answer = snmp_pdu_create(AGENTX_RESPONSE);

	if (!answer)
		return;
	answer->flags |= UCD_MSG_FLAG_RESPONSE_PDU | (header.flags & AGENTX_NETWORK_BYTE_ORDER);
	answer->sessid = header.session;
	answer->transid = header.transaction;
	answer->reqid = header.packet;
	answer->errstat = error;
	answer->errindex = 1;
	if (!snmp_send(session, answer))
		snmp_free_pdu(answer);
}

static void
narrow(oid *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		name[i] &= UINT32_MAX;
}

/* agentx_parse_oid() reads a sub-identifier as an int, so that one of 2^31 or more has 32 excess bits. */
static void
narrow_names(netsnmp_pdu *pdu)
{
	for (netsnmp_variable_list *varbind = pdu->variables; varbind; varbind = varbind->next_variable) {
		narrow(varbind->name, varbind->name_length);
		if (varbind->type == ASN_OBJECT_ID || varbind->type == ASN_PRIV_INCL_RANGE ||
		    varbind->type == ASN_PRIV_EXCL_RANGE)
			narrow(varbind->val.objid, varbind->val_len / sizeof(oid));
	}
}

int
agentx_packet_parse(netsnmp_session *session, netsnmp_pdu *pdu, u_char *octets, size_t length)
{
	long error;

	if (length < AGENTX_HEADER_OCTETS)
		return SNMPERR_ASN_PARSE_ERR;
	error = reason_to_refuse(session, octets, length);
	if (error == SNMP_ERR_NOERROR && agentx_parse(session, pdu, octets, length) == SNMP_ERR_NOERROR) {
		narrow_names(pdu);
		return SNMP_ERR_NOERROR;
	}
	if (wants_answer(octets))
		refuse(session, octets, error == SNMP_ERR_NOERROR ? AGENTX_PARSE_ERROR : error);
	return SNMPERR_ASN_PARSE_ERR;
}

/* --- to the master ------------------------------------------------------------------------------- */

/* net-snmp silently drops what is longer than the PDU's msgMaxSize. */
static size_t
room_for(const netsnmp_pdu *pdu)
{
	return pdu->msgMaxSize < SEND_MAX_OCTETS ? (size_t)pdu->msgMaxSize : SEND_MAX_OCTETS;
}

int
agentx_packet_build(netsnmp_session *session, netsnmp_pdu *pdu, u_char **buffer, size_t *size, size_t *length)
{
	const size_t before = *length;
	const int result = agentx_realloc_build(session, pdu, buffer, size, length);

	if (result != 0 || *length - before <= room_for(pdu) || pdu->command != AGENTX_RESPONSE)
		return result;
	snmp_free_varbind(pdu->variables);
	pdu->variables = NULL;
	pdu->errstat = SNMP_ERR_TOOBIG;
	pdu->errindex = 1;
	*length = before;
	return agentx_realloc_build(session, pdu, buffer, size, length);
}

/* --- layout of a netsnmp_pdu --------------------------------------------------------------------- */

/* The builder takes the context from the field in which SNMP has the community. */
bool
agentx_packet_set_context(netsnmp_pdu *pdu, const char *context)
{
	if (context[0] == '\0')
		return true;
	pdu->community = (u_char *)strdup(context);
	pdu->community_len = pdu->community ? strlen(context) : 0;
	pdu->flags |= AGENTX_NON_DEFAULT_CONTEXT;
	return pdu->community != NULL;
}

/* And the parser stores it there. */
bool
agentx_packet_is_in_context(const netsnmp_pdu *pdu, const char *context)
{
	const size_t length = strlen(context);

	return pdu->community_len == length && (length == 0 || memcmp(pdu->community, context, length) == 0);
}

bool
agentx_packet_includes_start(const netsnmp_variable_list *range)
{
	return range->type != ASN_PRIV_EXCL_RANGE;
}

/* The parser stores the end of a search range as the varbind's value; a range of zeros has no end. */
const oid *
agentx_packet_range_end(const netsnmp_variable_list *range, size_t *length)
{
	const oid *const end = range->val.objid;

	*length = range->val_len / sizeof(*end);
	return *length > 0 && end[0] != 0 ? end : NULL;
}

netsnmp_pdu *
agentx_packet_answer(netsnmp_pdu *request)
{
	netsnmp_pdu *const answer = snmp_clone_pdu(request);

	if (!answer)
		return NULL;
	answer->command = AGENTX_RESPONSE;
	answer->flags |= UCD_MSG_FLAG_RESPONSE_PDU;
	answer->flags &= ~(u_long)(UCD_MSG_FLAG_EXPECT_RESPONSE | AGENTX_NON_DEFAULT_CONTEXT);
	answer->errstat = answer->errindex = 0;
	return answer;
}

/* --- self-test ----------------------------------------------------------------------------------- */

/* A GetNext-PDU of .1.3.6.1.4294967295, not included, to .1.3.6.1.5, in context "blue"; RFC 2741, section 6.2.6. */
/* clang-format off */
static const u_char known_request[] = {
	1, AGENTX_GETNEXT, AGENTX_NETWORK_BYTE_ORDER | AGENTX_NON_DEFAULT_CONTEXT, 0,
	0, 0, 0, 7,  0, 0, 0, 8,  0, 0, 0, 9,  0, 0, 0, 44,
	0, 0, 0, 4,  'b', 'l', 'u', 'e',
	5, 0, 0, 0,  0, 0, 0, 1,  0, 0, 0, 3,  0, 0, 0, 6,  0, 0, 0, 1,  255, 255, 255, 255,
	2, 5, 0, 0,  0, 0, 0, 1,  0, 0, 0, 2,
};
/* clang-format on */

static bool
is_known_range(const netsnmp_variable_list *range)
{
	static const oid start[] = {1, 3, 6, 1, UINT32_MAX}, wanted_end[] = {1, 3, 6, 1, 5, 1, 2};
	size_t length;
	const oid *const end = range ? agentx_packet_range_end(range, &length) : NULL;

	return end && !agentx_packet_includes_start(range) &&
	       snmp_oid_compare(range->name, range->name_length, start, OID_LENGTH(start)) == 0 &&
	       snmp_oid_compare(end, length, wanted_end, OID_LENGTH(wanted_end)) == 0;
}

bool
agentx_packet_is_as_expected(void)
{
	netsnmp_session session = {.version = AGENTX_SESSION_VERSION, .sessid = 7};
	u_char octets[sizeof(known_request)];
	netsnmp_pdu *const pdu = snmp_pdu_create(0);
	bool expected;

	if (!pdu)
		return false;
	memcpy(octets, known_request, sizeof(octets));
	expected = agentx_packet_length(octets, sizeof(octets)) == (int)sizeof(octets) &&
		   agentx_packet_parse(&session, pdu, octets, sizeof(octets)) == SNMP_ERR_NOERROR &&
		   pdu->command == AGENTX_GETNEXT && pdu->sessid == 7 && pdu->transid == 8 && pdu->reqid == 9 &&
		   agentx_packet_is_in_context(pdu, "blue") && is_known_range(pdu->variables) &&
		   !pdu->variables->next_variable;
	snmp_free_pdu(pdu);
	return expected;
}
