/* SPDX-License-Identifier: BSD-3-Clause */
#include "vici_request.h"

#include <string.h>

#include "vici_packet.h"

static const struct {
	uint8_t type; /* enum vici_packet_type */
	const char *name;
} requests[VICI_REQUESTS] = {
	[VICI_HEAR_LIST_CONN] = {VICI_EVENT_REGISTER, "list-conn"},
	[VICI_HEAR_LIST_SA] = {VICI_EVENT_REGISTER, "list-sa"},
	[VICI_HEAR_IKE_UPDOWN] = {VICI_EVENT_REGISTER, "ike-updown"},
	[VICI_HEAR_IKE_REKEY] = {VICI_EVENT_REGISTER, "ike-rekey"},
	[VICI_HEAR_CHILD_UPDOWN] = {VICI_EVENT_REGISTER, "child-updown"},
	[VICI_HEAR_CHILD_REKEY] = {VICI_EVENT_REGISTER, "child-rekey"},
	[VICI_LIST_CONNS] = {VICI_CMD_REQUEST, "list-conns"},
	[VICI_LIST_SAS] = {VICI_CMD_REQUEST, "list-sas"},
};

const char *
vici_request_name(enum vici_request request)
{
	return requests[request].name;
}

size_t
vici_request_build(enum vici_request request, uint8_t packet[VICI_REQUEST_SIZE])
{
	const size_t name_length = strlen(requests[request].name);

	memcpy(packet, (uint8_t[VICI_LENGTH_OCTETS]){0, 0, 0, (uint8_t)(2 + name_length)}, VICI_LENGTH_OCTETS);
	packet[4] = requests[request].type;
	packet[5] = (uint8_t)name_length;
	memcpy(packet + 6, requests[request].name, name_length);
	return 6 + name_length;
}
