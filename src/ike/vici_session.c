/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/vici_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vici_packet.h"
#include "vici_request.h"

struct vici_session {
	struct vici_session_listener listener;
	enum vici_request request; /* the last one that was sent, or is being sent; VICI_REQUESTS: none is under way */
	bool asked;		   /* a round is requested */
	uint8_t output[VICI_REQUEST_SIZE];
	size_t output_length, output_sent;
	uint8_t length_octets[VICI_LENGTH_OCTETS];
	size_t length_used;
	uint8_t *segment; /* of .segment_room octets */
	size_t segment_length, segment_used, segment_room;
};

static void
send_request(struct vici_session *session, enum vici_request request)
{
	session->request = request;
	session->output_length = vici_request_build(request, session->output);
	session->output_sent = 0;
}

struct vici_session *
vici_session_new(const struct vici_session_listener *listener)
{
	struct vici_session *const session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->listener = *listener;
	send_request(session, VICI_HEAR_LIST_CONN);
	return session;
}

void
vici_session_free(struct vici_session *session)
{
	if (!session)
		return;
	free(session->segment);
	free(session);
}

/* --- sending ----------------------------------------------------------------------------------- */

static void
begin_round(struct vici_session *session)
{
	session->asked = false;
	session->listener.begun(session->listener.list.data);
	send_request(session, VICI_LIST_CONNS);
}

void
vici_session_ask(struct vici_session *session)
{
	session->asked = true;
	if (session->request == VICI_REQUESTS)
		begin_round(session);
}

bool
vici_session_waits(const struct vici_session *session)
{
	return session->request != VICI_REQUESTS;
}

size_t
vici_session_output(const struct vici_session *session, const uint8_t **octets)
{
	*octets = session->output + session->output_sent;
	return session->output_length - session->output_sent;
}

void
vici_session_sent(struct vici_session *session, size_t octets)
{
	session->output_sent += octets;
}

/* --- receiving --------------------------------------------------------------------------------- */

/* Registrations follow each other, and so do the two lists of a round. */
static void
go_on(struct vici_session *session)
{
	const enum vici_request answered = session->request;

	session->request = VICI_REQUESTS;
	if (answered < VICI_HEAR_CHILD_REKEY || answered == VICI_LIST_CONNS) {
		send_request(session, answered + 1);
		return;
	}
	if (answered == VICI_LIST_SAS)
		session->listener.ended(session->listener.list.data);
	if (session->asked && session->request == VICI_REQUESTS)
		begin_round(session);
}

/* An answer to a request.  Daemons that lack the later events refuse these registrations, and are simply polled. */
static bool
take_answer(struct vici_session *session, uint8_t type, char error[ERROR_LINE_SIZE])
{
	const enum vici_request request = session->request;
	const bool is_list = request == VICI_LIST_CONNS || request == VICI_LIST_SAS;
	const bool is_whole = session->output_sent == session->output_length;

	if (request == VICI_REQUESTS || !is_whole ||
	    is_list != (type == VICI_CMD_RESPONSE || type == VICI_CMD_UNKNOWN)) {
		snprintf(error, ERROR_LINE_SIZE, "it sent an answer to no request");
		return false;
	}
	if (type == VICI_CMD_UNKNOWN || (type == VICI_EVENT_UNKNOWN && request <= VICI_HEAR_LIST_SA)) {
		snprintf(error, ERROR_LINE_SIZE, "it does not know %s", vici_request_name(request));
		return false;
	}
	go_on(session);
	return true;
}

/* False: it is not a message. */
static bool
take_event(struct vici_session *session, const struct vici_packet *packet)
{
	const struct vici_session_listener *const listener = &session->listener;
	struct ike_sa sa;
	bool up;

	if (vici_packet_has_name(packet, vici_request_name(VICI_HEAR_LIST_CONN)))
		return session->request != VICI_LIST_CONNS ||
		       ike_read_connection(packet->message, packet->message_length, &listener->list);
	if (vici_packet_has_name(packet, vici_request_name(VICI_HEAR_LIST_SA)))
		return session->request != VICI_LIST_SAS ||
		       ike_read_sa(packet->message, packet->message_length, &listener->list);
	if (!vici_packet_has_name(packet, vici_request_name(VICI_HEAR_IKE_UPDOWN))) {
		listener->changed(listener->list.data, NULL, false);
		return true;
	}
	if (!ike_read_updown(packet->message, packet->message_length, &sa, &up))
		return false;
	listener->changed(listener->list.data, &sa, up);
	return true;
}

static bool
take_segment(struct vici_session *session, char error[ERROR_LINE_SIZE])
{
	struct vici_packet packet;

	if (!vici_packet_read(session->segment, session->segment_length, &packet)) {
		snprintf(error, ERROR_LINE_SIZE, "it sent no packet of the vici protocol");
		return false;
	}
	if (packet.type != VICI_EVENT)
		return take_answer(session, packet.type, error);
	if (take_event(session, &packet))
		return true;
	snprintf(error, ERROR_LINE_SIZE, "it sent a malformed message");
	return false;
}

/* Makes room for a segment that begins. */
static bool
begin_segment(struct vici_session *session, char error[ERROR_LINE_SIZE])
{
	session->segment_length = vici_segment_length(session->length_octets);
	session->segment_used = 0;
	if (session->segment_length == 0) {
		snprintf(error, ERROR_LINE_SIZE, "it sent no packet of the vici protocol");
		return false;
	}
	if (session->segment_length > session->segment_room) {
		uint8_t *const segment = realloc(session->segment, session->segment_length);

		if (!segment) {
			snprintf(error, ERROR_LINE_SIZE, "out of memory");
			return false;
		}
		session->segment = segment;
		session->segment_room = session->segment_length;
	}
	return true;
}

/* Copies octets that are missing, up to that number, and returns how many were copied. */
static size_t
fill(uint8_t *into, size_t *used, size_t wanted, const uint8_t *octets, size_t length)
{
	const size_t taken = length < wanted - *used ? length : wanted - *used;

	memcpy(into + *used, octets, taken);
	*used += taken;
	return taken;
}

bool
vici_session_input(struct vici_session *session, const uint8_t *octets, size_t length, char error[ERROR_LINE_SIZE])
{
	while (length > 0) {
		size_t taken;

		if (session->length_used < VICI_LENGTH_OCTETS) {
			taken = fill(session->length_octets, &session->length_used, VICI_LENGTH_OCTETS, octets, length);
			if (session->length_used == VICI_LENGTH_OCTETS && !begin_segment(session, error))
				return false;
		} else {
			taken = fill(session->segment, &session->segment_used, session->segment_length, octets, length);
			if (session->segment_used == session->segment_length) {
				session->length_used = 0;
				if (!take_segment(session, error))
					return false;
			}
		}
		octets += taken;
		length -= taken;
	}
	return true;
}
