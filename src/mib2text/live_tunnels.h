/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LIVE_TUNNELS_H
#define LIVE_TUNNELS_H

/*
 * The differences between one look at an agent's tunnels and the next: rates, changes, tunnels that came and went;
 * pure.
 *
 * An agent's counters change when it reads its kernel, which may be less often than we look.  So rates are computed
 * from the first looks at two reads, over the time between these reads; in between, they stay.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent_state.h"
#include "base/row_list.h"
#include "tunnel_order.h"
#include "tunnels/tunnel.h"

/* What can have changed since the previous look, one bit each. */
enum live_change {
	LIVE_CHANGED_DESCR = 1 << 0,
	LIVE_CHANGED_STATE = 1 << 1,
	LIVE_CHANGED_ERRORS = 1 << 2,
	LIVE_CHANGED_REKEYS = 1 << 3,
	LIVE_CHANGED_DOWNS = 1 << 4,
	LIVE_CHANGED_SAS = 1 << 5,
	LIVE_CHANGED_LOCAL = 1 << 6,
	LIVE_CHANGED_REMOTE = 1 << 7,
};

struct live_tunnel {
	struct tunnel tunnel;
	struct tunnel_rates rates;
	unsigned changes; /* of enum live_change; a new tunnel has all */
	/* The counters from which the next rates are computed. */
	uint64_t in_bytes, out_bytes, in_packets, out_packets;
};

/* Initialise to zero, except rows.row_size and before.row_size, which live_tunnels_init() sets. */
struct live_tunnels {
	struct row_list rows; /* of struct live_tunnel, by index */
	struct row_list before;
	size_t looks;
	size_t came, went; /* between the last look and the previous one */
	size_t up;
	/* Of the last of the agent's reads that was seen. */
	uint64_t read; /* its number */
	int64_t agent_start;
	uint64_t read_us;
};

void live_tunnels_init(struct live_tunnels *live);
void live_tunnels_free(struct live_tunnels *live);

/*
 * One look: tunnels[count] by ascending index, the agent's state at the end of it, and the time, by a monotonic clock.
 * False: no memory; the previous look stays.
 */
bool live_tunnels_look(struct live_tunnels *live, const struct tunnel *tunnels, size_t count,
		       const struct agent_state *state, uint64_t now_us);

/* Row numbers in the order of the key, or reversed; order has room for all rows. */
void live_tunnels_order(const struct live_tunnels *live, enum tunnel_key key, bool reversed, uint32_t *order);

#endif
