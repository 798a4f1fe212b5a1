/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_CHECK_H
#define AGENTX_CHECK_H

/*
 * Checks octets from an AgentX master before net-snmp's parser, which trusts what it reads in several places, gets
 * them. Pure: nothing is kept, nothing is sent.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 2741, section 6.1, in this host's byte order. */
struct agentx_header {
	uint8_t version, type, flags;
	uint32_t session, transaction, packet;
	uint32_t payload_octets;
};

/* Of AGENTX_HEADER_OCTETS octets. */
struct agentx_header agentx_check_header(const uint8_t *octets);

/*
 * The length of the packet that begins with these octets: 0: too few octets to determine it; -1: longer than any that
 * an SNMP request can cause, so that nothing that follows can be trusted.
 */
int agentx_check_length(const uint8_t *octets, size_t length);

/*
 * Whether net-snmp may parse a packet, which has these octets: SNMP_ERR_NOERROR, or why not (RFC 2741, section
 * 7.2.4.1). A valid packet has exactly the octets that its header says, a type that a master sends, a context without
 * NUL, names of at most 128 sub-identifiers and values of known types.
 */
long agentx_check_packet_of_master(const uint8_t *octets, size_t length);

#endif
