/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_READING_H
#define IKE_READING_H

/*
 * Parses the messages of strongSwan's vici into plain values (its vici README.md, "list-sas", "list-conns",
 * "ike-updown"). Pure.  Unknown elements are ignored, and elements beyond the room of the values are dropped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ike/ike_sa.h"

/* Values are valid during the call. */
struct ike_listener {
	/* Called after all of its children. */
	void (*sa)(void *data, const struct ike_sa *sa);
	/* Its .ike_id may be 0 if the daemon puts the number of an IKE SA after its children, which none does. */
	void (*child)(void *data, const struct ike_child *child);
	void (*configured)(void *data, const struct ike_configured_child *child);
	void *data;
};

/* Parses a list-sa event.  False: it is not a message; callbacks may have been called for its beginning. */
bool ike_read_sa(const uint8_t *message, size_t length, const struct ike_listener *listener);

/* Parses a list-conn event, in the same way. */
bool ike_read_connection(const uint8_t *message, size_t length, const struct ike_listener *listener);

/*
 * Parses an ike-updown event: the IKE SA, without its children, and whether it came up.  False: it does not contain
 * that.
 */
bool ike_read_updown(const uint8_t *message, size_t length, struct ike_sa *sa, bool *up);

#endif
