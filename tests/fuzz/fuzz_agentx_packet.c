/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Any octets as what an AgentX master sends: they are cut into packets as net-snmp does, and each packet goes through our check and
 * net-snmp's parser.  An input whose first octet is odd has its headers mended, so that they do not keep everything out.  What is
 * let through is what net-snmp's parser accepts, within what the rest of net-snmp stands; a request that can be answered directly
 * makes an answer that we would accept ourselves.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "snmp/agentx_check.h"
#include "snmp/agentx_packet.h"
#include "snmp/agentx_protocol.h"

enum { SESSION = 7, ANSWER_MAX_OCTETS = 65536 };

/* One that cannot send: what is refused is answered in vain. */
static netsnmp_session session = {.version = AGENTX_SESSION_VERSION, .sessid = SESSION};

/* Where nobody else would find what lies there. */
static uint8_t *
copy_of(const uint8_t *octets, size_t length)
{
	uint8_t *const copy = malloc(length > 0 ? length : 1);

	require(copy != NULL);
	if (length > 0)
		memcpy(copy, octets, length);
	return copy;
}

static void
check_varbinds(const netsnmp_pdu *pdu)
{
	for (const netsnmp_variable_list *varbind = pdu->variables; varbind; varbind = varbind->next_variable) {
		size_t length = 0;

		require(varbind->name_length > 0 && varbind->name_length <= MAX_OID_LEN);
		for (size_t i = 0; i < varbind->name_length; i++)
			require(varbind->name[i] <= UINT32_MAX);
		if (varbind->type != ASN_PRIV_INCL_RANGE && varbind->type != ASN_PRIV_EXCL_RANGE)
			continue;
		require(agentx_packet_includes_start(varbind) == (varbind->type == ASN_PRIV_INCL_RANGE));
		require(!agentx_packet_range_end(varbind, &length) || length <= MAX_OID_LEN);
	}
}

/* As agentx_direct.c does it. */
static void
check_answer(netsnmp_pdu *request)
{
	netsnmp_pdu *const answer = agentx_packet_answer(request);
	u_char *buffer = NULL;
	size_t size = 0, length = 0;

	require(answer != NULL);
	answer->msgMaxSize = INT32_MAX;
	for (netsnmp_variable_list *varbind = answer->variables; varbind; varbind = varbind->next_variable)
		require(snmp_set_var_typed_value(varbind, ASN_OCTET_STR, "value", 5) == 0);
	require(agentx_packet_build(&session, answer, &buffer, &size, &length) == 0);
	require(length <= ANSWER_MAX_OCTETS);
	require(agentx_check_packet_of_master(buffer, length) == SNMP_ERR_NOERROR);
	free(buffer);
	snmp_free_pdu(answer);
}

static void
check_packet(uint8_t *octets, size_t length)
{
	const long error = agentx_check_packet_of_master(octets, length);
	netsnmp_pdu *const pdu = snmp_pdu_create(0);

	require(pdu != NULL);
	if (agentx_packet_parse(&session, pdu, octets, length) == SNMP_ERR_NOERROR) {
		require(error == SNMP_ERR_NOERROR && pdu->command == octets[1]);
		require(!pdu->contextName || strlen(pdu->contextName) == pdu->contextNameLen);
		check_varbinds(pdu);
		if (pdu->command == AGENTX_GETNEXT)
			check_answer(pdu);
	}
	snmp_free_pdu(pdu);
	/* net-snmp's parser by itself takes all that our check lets through. */
	if (error == SNMP_ERR_NOERROR) {
		netsnmp_pdu *const plain = snmp_pdu_create(0);

		require(plain && agentx_parse(&session, plain, octets, length) == SNMP_ERR_NOERROR);
		snmp_free_pdu(plain);
	}
}

/* The header: its version, a type that there is, its session, its length of payload. */
static void
mend(uint8_t *octets, size_t length)
{
	const bool network_order = octets[2] & AGENTX_NETWORK_BYTE_ORDER;
	const uint32_t payload = (uint32_t)(length - AGENTX_HEADER_OCTETS);

	octets[0] = 1;
	octets[1] %= AGENTX_RESPONSE + 1;
	for (unsigned i = 0; i < 4; i++) {
		const unsigned place = network_order ? 3 - i : i;

		octets[4 + place] = (uint8_t)((uint32_t)SESSION >> 8 * i);
		octets[16 + place] = (uint8_t)(payload >> 8 * i);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bool mends = size > 0 && data[0] & 1;
	int length;

	for (size_t at = size > 0; at < size; at += (size_t)length) {
		uint8_t *copy = copy_of(data + at, size - at);

		if (mends && size - at >= AGENTX_HEADER_OCTETS)
			mend(copy, size - at);
		length = agentx_packet_length(copy, size - at);
		require(length == 0 || length == -1 || length >= AGENTX_HEADER_OCTETS);
		if (length > 0 && (size_t)length <= size - at) {
			uint8_t *const packet = copy_of(copy, (size_t)length);

			check_packet(packet, (size_t)length);
			free(packet);
		} else {
			length = (int)size; /* there will be no more */
		}
		free(copy);
	}
	return 0;
}
