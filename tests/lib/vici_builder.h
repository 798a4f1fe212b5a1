/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VICI_BUILDER_H
#define VICI_BUILDER_H

/* Vici packets as a daemon sends them, element by element (strongSwan's vici README.md). */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ike/vici_packet.h"

struct vici_builder {
	uint8_t octets[8192];
	size_t length;
};

static inline void
vici_put(struct vici_builder *builder, const void *octets, size_t length)
{
	memcpy(builder->octets + builder->length, octets, length);
	builder->length += length;
}

static inline void
vici_put_octet(struct vici_builder *builder, uint8_t octet)
{
	vici_put(builder, &octet, 1);
}

static inline void
vici_put_name(struct vici_builder *builder, const char *name)
{
	vici_put_octet(builder, (uint8_t)strlen(name));
	vici_put(builder, name, strlen(name));
}

static inline void
vici_put_value(struct vici_builder *builder, const char *value)
{
	vici_put_octet(builder, (uint8_t)(strlen(value) >> 8));
	vici_put_octet(builder, (uint8_t)strlen(value));
	vici_put(builder, value, strlen(value));
}

static inline void
vici_put_section(struct vici_builder *builder, const char *name)
{
	vici_put_octet(builder, 1);
	vici_put_name(builder, name);
}

static inline void
vici_put_end(struct vici_builder *builder)
{
	vici_put_octet(builder, 2);
}

static inline void
vici_put_pair(struct vici_builder *builder, const char *key, const char *value)
{
	vici_put_octet(builder, 3);
	vici_put_name(builder, key);
	vici_put_value(builder, value);
}

/* Items end with NULL. */
static inline void
vici_put_list(struct vici_builder *builder, const char *name, const char *const *items)
{
	vici_put_octet(builder, 4);
	vici_put_name(builder, name);
	for (; *items; items++) {
		vici_put_octet(builder, 5);
		vici_put_value(builder, *items);
	}
	vici_put_octet(builder, 6);
}

/* Begins a packet; name: of an event, otherwise NULL. */
static inline void
vici_begin_packet(struct vici_builder *builder, uint8_t type, const char *name)
{
	builder->length = VICI_LENGTH_OCTETS;
	vici_put_octet(builder, type);
	if (name)
		vici_put_name(builder, name);
}

static inline void
vici_end_packet(struct vici_builder *builder)
{
	const size_t length = builder->length - VICI_LENGTH_OCTETS;

	memcpy(builder->octets,
	       (uint8_t[]){(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length},
	       VICI_LENGTH_OCTETS);
}

/* The section of a child SA that is installed. */
static inline void
vici_put_child(struct vici_builder *builder, const char *section, const char *name, const char *spi_in,
	       const char *spi_out)
{
	static const char *const local[] = {"10.1.0.0/16", NULL}, *const remote[] = {"10.2.0.0/16", NULL};

	vici_put_section(builder, section);
	vici_put_pair(builder, "name", name);
	vici_put_pair(builder, "uniqueid", "5");
	vici_put_pair(builder, "reqid", "2");
	vici_put_pair(builder, "state", "INSTALLED");
	vici_put_pair(builder, "mode", "TUNNEL");
	vici_put_pair(builder, "protocol", "ESP");
	vici_put_pair(builder, "spi-in", spi_in);
	vici_put_pair(builder, "spi-out", spi_out);
	vici_put_pair(builder, "encr-alg", "AES_GCM_16");
	vici_put_pair(builder, "encr-keysize", "128");
	vici_put_pair(builder, "bytes-in", "1000");
	vici_put_pair(builder, "packets-in", "10");
	vici_put_pair(builder, "bytes-out", "2000");
	vici_put_pair(builder, "packets-out", "20");
	vici_put_list(builder, "local-ts", local);
	vici_put_list(builder, "remote-ts", remote);
	vici_put_end(builder);
}

/* The section of an IKE SA up to its child SAs, which is left open. */
static inline void
vici_put_sa(struct vici_builder *builder, const char *connection, const char *id, const char *remote_id)
{
	vici_put_section(builder, connection);
	vici_put_pair(builder, "uniqueid", id);
	vici_put_pair(builder, "version", "2");
	vici_put_pair(builder, "state", "ESTABLISHED");
	vici_put_pair(builder, "local-host", "192.0.2.1");
	vici_put_pair(builder, "local-port", "4500");
	vici_put_pair(builder, "local-id", "moon");
	vici_put_pair(builder, "remote-host", "198.51.100.7");
	vici_put_pair(builder, "remote-port", "4501");
	vici_put_pair(builder, "remote-id", remote_id);
	vici_put_pair(builder, "initiator", "yes");
	vici_put_pair(builder, "initiator-spi", "0123456789abcdef");
	vici_put_pair(builder, "nat-remote", "yes");
	vici_put_pair(builder, "encr-alg", "AES_CBC");
	vici_put_pair(builder, "encr-keysize", "128");
	vici_put_pair(builder, "integ-alg", "HMAC_SHA2_256_128");
	vici_put_pair(builder, "prf-alg", "PRF_HMAC_SHA2_256");
	vici_put_pair(builder, "dh-group", "CURVE_25519");
	vici_put_pair(builder, "established", "60");
	vici_put_pair(builder, "rekey-time", "14000");
}

#endif
