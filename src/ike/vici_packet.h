/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VICI_PACKET_H
#define VICI_PACKET_H

/*
 * Packets of strongSwan's vici protocol, as the daemon sends them (its src/libcharon/plugins/vici/README.md, "Transport
 * protocol" and "Packet layer"): a segment of a stream, preceded by its length.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vici_packet_type {
	VICI_CMD_REQUEST = 0,
	VICI_CMD_RESPONSE = 1,
	VICI_CMD_UNKNOWN = 2,
	VICI_EVENT_REGISTER = 3,
	VICI_EVENT_UNREGISTER = 4,
	VICI_EVENT_CONFIRM = 5,
	VICI_EVENT_UNKNOWN = 6,
	VICI_EVENT = 7,
};

enum {
	VICI_LENGTH_OCTETS = 4,		/* before each segment, network order */
	VICI_SEGMENT_MOST = 512 * 1024, /* the daemon's own limit */
};

/* All pointers are into the segment. */
struct vici_packet {
	uint8_t type;	  /* enum vici_packet_type */
	const char *name; /* of an event, not terminated */
	size_t name_length;
	const uint8_t *message;
	size_t message_length;
};

/* The length of the segment that follows these octets, or 0 if it is invalid. */
size_t vici_segment_length(const uint8_t octets[VICI_LENGTH_OCTETS]);

/* Parses a segment.  False: it is not a packet that a daemon sends. */
bool vici_packet_read(const uint8_t *segment, size_t length, struct vici_packet *packet);

bool vici_packet_has_name(const struct vici_packet *packet, const char *name);

#endif
