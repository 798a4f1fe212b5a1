/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_READING_H
#define IKE_READING_H

/*
 * What the messages of strongSwan's vici say, as plain values (its vici README.md, "list-sas", "list-conns", "ike-updown").
 * Pure.  What is not known is left out, and no more is taken than the values have room for.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ike/ike_sa.h"

/* Values are valid during the call. */
struct ike_listener {
	/* After all of its children. */
	void (*sa)(void *data, const struct ike_sa *sa);
	/* Its .ike_id may be 0 where the daemon numbers an IKE SA behind its children, which none does. */
	void (*child)(void *data, const struct ike_child *child);
	void (*configured)(void *data, const struct ike_configured_child *child);
	void *data;
};

/* A list-sa event.  False: it is no message; what was told until then was read from its beginning. */
bool ike_read_sa(const uint8_t *message, size_t length, const struct ike_listener *listener);

/* A list-conn event; the same. */
bool ike_read_connection(const uint8_t *message, size_t length, const struct ike_listener *listener);

/* An ike-updown event: which IKE SA, without its children, and whether it came up.  False: it does not say that. */
bool ike_read_updown(const uint8_t *message, size_t length, struct ike_sa *sa, bool *up);

#endif
