/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VICI_SESSION_H
#define VICI_SESSION_H

/*
 * A session of strongSwan's vici protocol, without the socket: octets come in, octets go out.  It registers for events,
 * and then, on demand, requests the configuration and the SAs: a round.  It only sends what vici_request.h defines, one
 * request at a time.  Pure: its user provides time and sockets.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error_line.h"
#include "ike/ike_reading.h"

struct vici_session_listener {
	/* What the lists of a round contain; its .data is passed to all callbacks. */
	struct ike_listener list;
	void (*begun)(void *data); /* a round */
	void (*ended)(void *data); /* the round is complete */
	/*
	 * Something has changed: another round is due.  sa: that of an ike-updown, and whether it came up; otherwise
	 * NULL.
	 */
	void (*changed)(void *data, const struct ike_sa *sa, bool up);
};

struct vici_session;

/* The daemon has accepted a connection.  NULL: no memory. */
struct vici_session *vici_session_new(const struct vici_session_listener *listener);
void vici_session_free(struct vici_session *session); /* NULL is allowed */

/* Requests a round, which begins when nothing else is under way. */
void vici_session_ask(struct vici_session *session);

/* Whether an answer of the daemon is outstanding. */
bool vici_session_waits(const struct vici_session *session);

/* Octets to send; vici_session_sent() reports how many were sent; 0: nothing. */
size_t vici_session_output(const struct vici_session *session, const uint8_t **octets);
void vici_session_sent(struct vici_session *session, size_t octets);

/*
 * Octets received, in pieces of any size.  False: they are not strongSwan's protocol, as described in
 * error[ERROR_LINE_SIZE]; the session cannot be used any more.
 */
bool vici_session_input(struct vici_session *session, const uint8_t *octets, size_t length,
			char error[ERROR_LINE_SIZE]);

#endif
