/* SPDX-License-Identifier: BSD-3-Clause */
#include "vici_packet.h"

#include <string.h>

size_t
vici_segment_length(const uint8_t octets[VICI_LENGTH_OCTETS])
{
	const uint32_t length =
		(uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];

	return length <= VICI_SEGMENT_MOST ? length : 0;
}

bool
vici_packet_read(const uint8_t *segment, size_t length, struct vici_packet *packet)
{
	size_t used = 1;

	if (length == 0)
		return false;
	*packet = (struct vici_packet){.type = segment[0], .name = ""};
	if (packet->type == VICI_EVENT) {
		if (length < 2 || length - 2 < segment[1])
			return false;
		packet->name_length = segment[1];
		packet->name = (const char *)segment + 2;
		used = 2 + packet->name_length;
	} else if (packet->type != VICI_CMD_RESPONSE && packet->type != VICI_CMD_UNKNOWN &&
		   packet->type != VICI_EVENT_CONFIRM && packet->type != VICI_EVENT_UNKNOWN) {
		return false;
	}
	packet->message = segment + used;
	packet->message_length = length - used;
	return true;
}

bool
vici_packet_has_name(const struct vici_packet *packet, const char *name)
{
	return packet->name_length == strlen(name) && memcmp(packet->name, name, packet->name_length) == 0;
}
