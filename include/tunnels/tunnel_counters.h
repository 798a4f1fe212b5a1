/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_COUNTERS_H
#define TUNNEL_COUNTERS_H

/* The counters of a tunnel as a plain value, without what else is in its row. */

#include <stdint.h>

#include "tunnels/tunnel.h"

struct tunnel_counters {
	int64_t began_seconds; /* only counters that began at one time can be compared */
	uint64_t in_bytes, out_bytes, in_packets, out_packets, in_errors, out_errors;
	uint32_t ups, downs, rekeys, moves, unseen_ends;
};

/* All octets of *counters are set. */
void tunnel_counters_of(struct tunnel_counters *counters, const struct tunnel *tunnel);

/* Raises each counter of the tunnel to what is given, where it is lower. */
void tunnel_counters_raise(struct tunnel *tunnel, const struct tunnel_counters *counters);

#endif
