/* SPDX-License-Identifier: BSD-3-Clause */
#include "agentx_check.h"

#include <arpa/inet.h>
#include <string.h>

#include "agentx_protocol.h"

/* agentx_parse() drops longer packets. */
enum { PARSED_MAX_OCTETS = 65536 };
/*
 * An SNMP request by UDP has at most 64 KiB, and each sub-identifier of a name at least one octet: half a megabyte
 * here.
 */
enum { PAYLOAD_MAX_OCTETS = 4 << 20 };
/* RFC 2741, section 6.1. */
enum { VERSION_1 = 1 };

/* The rest of a payload. */
struct rest {
	const uint8_t *at;
	size_t octets;
	bool network_order;
};

static uint32_t
number_at(const uint8_t *octets, bool network_order)
{
	uint32_t number;

	memcpy(&number, octets, sizeof(number));
	return network_order ? ntohl(number) : number;
}

struct agentx_header
agentx_check_header(const uint8_t *octets)
{
	const bool network_order = octets[2] & AGENTX_NETWORK_BYTE_ORDER;

	return (struct agentx_header){
		.version = octets[0],
		.type = octets[1],
		.flags = octets[2],
		.session = number_at(octets + 4, network_order),
		.transaction = number_at(octets + 8, network_order),
		.packet = number_at(octets + 12, network_order),
		.payload_octets = number_at(octets + 16, network_order),
	};
}

int
agentx_check_length(const uint8_t *octets, size_t length)
{
	uint32_t payload_octets;

	if (length < AGENTX_HEADER_OCTETS)
		return 0;
	payload_octets = agentx_check_header(octets).payload_octets;
	return payload_octets > PAYLOAD_MAX_OCTETS ? -1 : (int)(AGENTX_HEADER_OCTETS + payload_octets);
}

/* --- what a payload is made of ------------------------------------------------------------------- */

static bool
skip(struct rest *rest, size_t octets)
{
	if (octets > rest->octets)
		return false;
	rest->at += octets;
	rest->octets -= octets;
	return true;
}

/* RFC 2741, section 5.1. */
static bool
skip_name(struct rest *rest)
{
	const uint8_t *const at = rest->at;

	return skip(rest, 4) && at[0] + (at[1] ? 5 : 0) <= MAX_OID_LEN && skip(rest, 4 * (size_t)at[0]);
}

/* RFC 2741, section 5.3: where its octets are, and how many. */
static bool
skip_string(struct rest *rest, const uint8_t **octets, size_t *length)
{
	const uint8_t *const at = rest->at;

	if (!skip(rest, 4))
		return false;
	*octets = at + 4;
	*length = number_at(at, rest->network_order);
	return skip(rest, *length) && skip(rest, -*length % 4);
}

/* RFC 2741, section 5.4. */
static bool
skip_value(struct rest *rest, unsigned type)
{
	const uint8_t *octets;
	size_t length;

	switch (type) {
	case ASN_INTEGER:
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
		return skip(rest, 4);
	case ASN_COUNTER64:
		return skip(rest, 8);
	case ASN_OCTET_STR:
	case ASN_IPADDRESS:
	case ASN_OPAQUE:
		return skip_string(rest, &octets, &length);
	case ASN_OBJECT_ID:
		return skip_name(rest);
	case ASN_NULL:
	case SNMP_NOSUCHOBJECT:
	case SNMP_NOSUCHINSTANCE:
	case SNMP_ENDOFMIBVIEW:
		return true;
	default:
		return false;
	}
}

static bool
skip_varbind(struct rest *rest)
{
	const uint8_t *const at = rest->at;
	unsigned type;

	if (!skip(rest, 4) || !skip_name(rest))
		return false;
	type = rest->network_order ? at[0] * 256u + at[1] : at[1] * 256u + at[0];
	return skip_value(rest, type);
}

static bool
skip_range(struct rest *rest)
{
	const bool has_first = skip_name(rest);

	return has_first && skip_name(rest);
}

/* --- what is in a packet ------------------------------------------------------------------------- */

/* What a master sends: after a fixed part, repetitions of the same, or nothing. */
static const struct shape {
	bool is_known;
	size_t fixed_octets;
	bool (*skip_one)(struct rest *rest);
} shapes[] = {
	[AGENTX_CLOSE] = {true, 4, NULL},
	[AGENTX_GET] = {true, 0, skip_range},
	[AGENTX_GETNEXT] = {true, 0, skip_range},
	[AGENTX_GETBULK] = {true, 4, skip_range},
	[AGENTX_TESTSET] = {true, 0, skip_varbind},
	[AGENTX_COMMITSET] = {true, 0, NULL},
	[AGENTX_UNDOSET] = {true, 0, NULL},
	[AGENTX_CLEANUPSET] = {true, 0, NULL},
	[AGENTX_RESPONSE] = {true, 8, skip_varbind},
};

static bool
has_shape(struct rest *rest, const struct shape *shape)
{
	if (!shape->is_known || !skip(rest, shape->fixed_octets))
		return false;
	while (shape->skip_one && rest->octets > 0) {
		if (!shape->skip_one(rest))
			return false;
	}
	return rest->octets == 0;
}

long
agentx_check_packet_of_master(const uint8_t *octets, size_t length)
{
	struct agentx_header header;
	const uint8_t *context;
	size_t context_length;
	struct rest rest;

	if (length < AGENTX_HEADER_OCTETS)
		return AGENTX_PARSE_ERROR;
	header = agentx_check_header(octets);
	rest = (struct rest){octets + AGENTX_HEADER_OCTETS, length - AGENTX_HEADER_OCTETS,
			     header.flags & AGENTX_NETWORK_BYTE_ORDER};
	if (header.version != VERSION_1 || header.payload_octets != rest.octets ||
	    header.type >= sizeof(shapes) / sizeof(shapes[0]))
		return AGENTX_PARSE_ERROR;
	if (length > PARSED_MAX_OCTETS)
		return SNMP_ERR_TOOBIG;
	if (header.flags & AGENTX_NON_DEFAULT_CONTEXT) {
		if (!skip_string(&rest, &context, &context_length))
			return AGENTX_PARSE_ERROR;
		/* net-snmp copies a context as a string, and then as many octets of it as the packet claimed. */
		if (memchr(context, '\0', context_length))
			return AGENTX_UNSUPPORTED_CONTEXT;
	}
	return has_shape(&rest, &shapes[header.type]) ? SNMP_ERR_NOERROR : AGENTX_PARSE_ERROR;
}
