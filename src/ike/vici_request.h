/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VICI_REQUEST_H
#define VICI_REQUEST_H

/*
 * All that is ever sent to an IKE daemon.  None of it changes anything there: registrations for events, and requests
 * for two lists.  There is no other way to build a packet, and tests/unit/ike/test_vici_request.c checks the list.
 */

#include <stddef.h>
#include <stdint.h>

enum vici_request {
	/* Registrations; lists are streamed as events, so those come first. */
	VICI_HEAR_LIST_CONN,
	VICI_HEAR_LIST_SA,
	VICI_HEAR_IKE_UPDOWN,
	VICI_HEAR_IKE_REKEY,
	VICI_HEAR_CHILD_UPDOWN,
	VICI_HEAR_CHILD_REKEY,
	VICI_LIST_CONNS,
	VICI_LIST_SAS,
	VICI_REQUESTS
};

enum { VICI_REQUEST_SIZE = 32 };

/* The packet, preceded by its length; returns the number of octets. */
size_t vici_request_build(enum vici_request request, uint8_t packet[VICI_REQUEST_SIZE]);

/* The command or event in it. */
const char *vici_request_name(enum vici_request request);

#endif
