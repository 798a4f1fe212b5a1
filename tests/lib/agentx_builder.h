/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_BUILDER_H
#define AGENTX_BUILDER_H

/* AgentX packets, octet by octet, in either byte order (RFC 2741, section 6). */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snmp/agentx_protocol.h"

struct agentx_builder {
	uint8_t octets[8192];
	size_t length;
};

static inline void
agentx_put_number_at(struct agentx_builder *builder, size_t at, uint32_t number)
{
	for (unsigned i = 0; i < 4; i++) {
		const unsigned place = builder->octets[2] & AGENTX_NETWORK_BYTE_ORDER ? 3 - i : i;

		builder->octets[at + place] = (uint8_t)(number >> 8 * i);
	}
}

static inline void
agentx_put_number(struct agentx_builder *builder, uint32_t number)
{
	agentx_put_number_at(builder, builder->length, number);
	builder->length += 4;
}

static inline void
agentx_begin(struct agentx_builder *builder, uint8_t type, uint8_t flags, uint32_t session)
{
	memcpy(builder->octets, (uint8_t[]){1, type, flags, 0}, 4);
	builder->length = 4;
	agentx_put_number(builder, session);
	agentx_put_number(builder, 8);
	agentx_put_number(builder, 9);
	agentx_put_number(builder, 0);
}

/* The payload's length. */
static inline void
agentx_end(struct agentx_builder *builder)
{
	agentx_put_number_at(builder, 16, (uint32_t)(builder->length - AGENTX_HEADER_OCTETS));
}

static inline void
agentx_put_string(struct agentx_builder *builder, const char *octets, size_t length)
{
	agentx_put_number(builder, (uint32_t)length);
	memset(builder->octets + builder->length, 0, (length + 3) / 4 * 4);
	memcpy(builder->octets + builder->length, octets, length);
	builder->length += (length + 3) / 4 * 4;
}

/* count: number of sub-identifiers after the prefix. */
static inline void
agentx_put_name(struct agentx_builder *builder, unsigned prefix, unsigned count)
{
	memcpy(builder->octets + builder->length, (uint8_t[]){(uint8_t)count, (uint8_t)prefix, 0, 0}, 4);
	builder->length += 4;
	for (unsigned i = 0; i < count; i++)
		agentx_put_number(builder, i + 1);
}

/* One of each type. */
static inline void
agentx_put_varbinds(struct agentx_builder *builder)
{
	static const struct {
		uint16_t type;
		uint8_t numbers; /* of 32 bits each */
	} types[] = {
		{ASN_INTEGER, 1},   {ASN_NULL, 0},	    {ASN_COUNTER, 1},	    {ASN_GAUGE, 1},
		{ASN_TIMETICKS, 1}, {ASN_COUNTER64, 2},	    {SNMP_NOSUCHOBJECT, 0}, {SNMP_NOSUCHINSTANCE, 0},
		{ASN_OCTET_STR, 0}, {SNMP_ENDOFMIBVIEW, 0}, {ASN_IPADDRESS, 0},	    {ASN_OPAQUE, 0},
		{ASN_OBJECT_ID, 0},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const uint16_t type = types[i].type;
		const int in_order = builder->octets[2] & AGENTX_NETWORK_BYTE_ORDER;

		memcpy(builder->octets + builder->length,
		       (uint8_t[]){(uint8_t)(in_order ? type >> 8 : type), (uint8_t)(in_order ? type : type >> 8), 0,
				   0},
		       4);
		builder->length += 4;
		agentx_put_name(builder, 4, 2);
		for (unsigned n = 0; n < types[i].numbers; n++)
			agentx_put_number(builder, n);
		if (type == ASN_OCTET_STR || type == ASN_IPADDRESS || type == ASN_OPAQUE)
			agentx_put_string(builder, "text", 4);
		if (type == ASN_OBJECT_ID)
			agentx_put_name(builder, 0, 3);
	}
}

#endif
