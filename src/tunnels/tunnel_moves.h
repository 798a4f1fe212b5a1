/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_MOVES_H
#define TUNNEL_MOVES_H

/*
 * What has recently left one path or arrived at another, identified by what stays the same when an end of a tunnel gets
 * another address: an SA by its SPI (MOBIKE, RFC 4555), or a policy by its selector (another address after
 * reauthentication).  The last few thousand traces are remembered.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/row_list.h"
#include "sa/policy.h"
#include "sa/sa_key.h"
#include "tunnel_paths.h"
#include "tunnel_policies.h"

/* Compared and hashed as octets; unused octets are 0. */
struct tunnel_trace {
	uint32_t reqid, if_id;
	uint32_t spi;
	uint32_t mark, mark_mask;
	uint8_t arrived; /* otherwise it has left */
	uint8_t way, protocol, is_policy;
	struct sa_selector selector;
};

struct tunnel_moves {
	struct row_list traces; /* when it is full, the oldest is overwritten */
	struct hash_table hash;
	uint32_t next;
	uint32_t reads; /* the number of reads that have ended */
};

void tunnel_moves_init(struct tunnel_moves *moves);
void tunnel_moves_free(struct tunnel_moves *moves);

/*
 * The trace of an SA of a path, or of a policy; false: it identifies nothing, since it has no reqid, or an SPI that
 * people choose (RFC 4303, section 2.1, reserves those below 256).
 */
bool tunnel_trace_of_sa(struct tunnel_trace *trace, const struct tunnel_path *path, unsigned way,
			const struct sa_key *key);
bool tunnel_trace_of_policy(struct tunnel_trace *trace, const struct policy *policy);

/* Records that it has left that path, or arrived there. */
void tunnel_moves_note(struct tunnel_moves *moves, const struct tunnel_paths *paths, struct tunnel_trace *trace,
		       bool arrived, uint32_t path);

/*
 * The other path that it has left or arrived at; TUNNEL_PATH_NONE: none, or several, or the path is gone.  The arrival of a
 * policy is forgotten after the next read: one that has been there for longer is another tunnel's.
 */
uint32_t tunnel_moves_find(const struct tunnel_moves *moves, const struct tunnel_paths *paths,
			   struct tunnel_trace *trace, bool arrived, uint32_t other_than);

/* Whether it has left another path of the tunnel that is now there; that path may be gone. */
bool tunnel_moves_has_left(const struct tunnel_moves *moves, const struct tunnel_path *now_at,
			   struct tunnel_trace *trace);

#endif
