/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VICI_SESSION_H
#define VICI_SESSION_H

/*
 * A conversation with strongSwan by its vici protocol, without the socket: octets come in, octets go out.  It asks to be told of
 * events, and then, whenever it shall, for what is configured and for the SAs there are: a round.  Only what vici_request.h has is
 * ever sent, one at a time.  Pure: time and sockets are its user's.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error_line.h"
#include "ike/ike_reading.h"

struct vici_session_listener {
	/* What the lists of a round bring; its .data is that of all. */
	struct ike_listener list;
	void (*begun)(void *data); /* a round */
	void (*ended)(void *data); /* the round, whole */
	/* Something has changed: another round is due.  sa: of an ike-updown, and whether it came up; else NULL. */
	void (*changed)(void *data, const struct ike_sa *sa, bool up);
};

struct vici_session;

/* The daemon has accepted a connection.  NULL: no memory. */
struct vici_session *vici_session_new(const struct vici_session_listener *listener);
void vici_session_free(struct vici_session *session); /* NULL is fine */

/* Asks for a round, which begins when nothing else is under way. */
void vici_session_ask(struct vici_session *session);

/* Whether the daemon owes an answer. */
bool vici_session_waits(const struct vici_session *session);

/* What is to be sent, of which vici_session_sent() tells how much was; 0: nothing. */
size_t vici_session_output(const struct vici_session *session, const uint8_t **octets);
void vici_session_sent(struct vici_session *session, size_t octets);

/*
 * What has come, in pieces of any size.  False: it is not what strongSwan says, of which error[ERROR_LINE_SIZE] has a line;
 * the session is good for nothing any more.
 */
bool vici_session_input(struct vici_session *session, const uint8_t *octets, size_t length,
			char error[ERROR_LINE_SIZE]);

#endif
