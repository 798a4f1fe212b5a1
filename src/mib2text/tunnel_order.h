/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_ORDER_H
#define TUNNEL_ORDER_H

/* The orders in which tunnels can be sorted; pure. */

#include <stdbool.h>
#include <stddef.h>

#include "tunnels/tunnel.h"

/* A tunnel's traffic per second, between two looks at it. */
struct tunnel_rates {
	bool known; /* otherwise there was only one look, or its counters were reset */
	double in_bits, out_bits, in_packets, out_packets;
};

enum tunnel_key {
	TUNNEL_BY_INDEX,
	TUNNEL_BY_DESCR,
	TUNNEL_BY_STATE,
	TUNNEL_BY_AGE,
	TUNNEL_BY_IN,
	TUNNEL_BY_OUT,
	TUNNEL_BY_IN_PACKETS,
	TUNNEL_BY_OUT_PACKETS,
	TUNNEL_BY_ERRORS,
	TUNNEL_BY_REKEYS,
	TUNNEL_BY_DOWNS,
	TUNNEL_BY_SAS,
	TUNNEL_BY_EXPIRES,
	TUNNEL_BY_LOCAL,
	TUNNEL_BY_REMOTE,
	TUNNEL_KEYS
};

/* "index", "descr" and so on; false: there is none of that name. */
bool tunnel_key_named(const char *name, enum tunnel_key *key);
const char *tunnel_key_name(enum tunnel_key key);

/*
 * As for qsort(): the most important tunnels come first, which are those that are not up, with the most traffic,
 * errors, rekeys or downs, or with the shortest time; equal ones are sorted by index.  The rates of both, or NULL
 * twice: then traffic is their total.
 */
int tunnel_compare(enum tunnel_key key, const struct tunnel *left, const struct tunnel_rates *left_rates,
		   const struct tunnel *right, const struct tunnel_rates *right_rates);

/* Sorts a listing, without rates. */
void tunnel_sort(enum tunnel_key key, struct tunnel *tunnels, size_t count);

#endif
