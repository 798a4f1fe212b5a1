/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_PATHS_H
#define TUNNEL_PATHS_H

/*
 * Paths: what SAs share that are of one tunnel as the kernel sees it, that is, one struct tunnel_key.  A tunnel that the
 * configuration names may have several.  Paths are found by key in constant time, and by a number that stays theirs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "tunnels/tunnel_names.h"

struct tunnel_row;

struct tunnel_figures {
	uint64_t bytes, packets, errors;
};

/*
 * What a read found of SAs of a low rank: it counts when the read has been surveyed whole, and has brought none of a
 * higher rank, which would have counted the same packets.
 */
struct tunnel_found {
	uint32_t path;
	uint8_t rank[2]; /* by enum tunnel_way */
	struct tunnel_figures figures[2];
	struct tunnel_found *next;
};

enum tunnel_way { WAY_IN, WAY_OUT, WAYS };

struct tunnel_path {
	struct tunnel_key key;
	struct tunnel_row *row; /* NULL: the place is vacant */
	/*
	 * A packet that goes through a bundle of SAs is counted by each.  Of a path only those of the highest
	 * rank count, see rank_of() in tunnel_place.c; the rank stays until nothing lives here any more.
	 */
	uint8_t rank[WAYS];
	uint32_t usable[WAYS]; /* living SAs of that rank, neither larval nor dead */
	uint32_t larval, living;
	uint32_t previous, next;    /* of the same row; of a vacant place, the next vacant one */
	struct tunnel_found *found; /* or NULL */
	bool emptied;		    /* is in tunnels.emptied */
	uint32_t next_emptied;
};

enum { TUNNEL_PATH_NONE = HASH_TABLE_NONE };

struct tunnel_paths {
	struct tunnel_path *all;
	uint32_t count, room; /* places in use or vacant */
	uint32_t vacant;
	struct hash_table hash; /* of those in use */
};

void tunnel_paths_init(struct tunnel_paths *paths);
void tunnel_paths_free(struct tunnel_paths *paths);

/* The number of the path, or TUNNEL_PATH_NONE. */
uint32_t tunnel_paths_find(const struct tunnel_paths *paths, const struct tunnel_key *key);

/* A new path, which must not be there yet; TUNNEL_PATH_NONE: no memory, or more than `most` paths. */
uint32_t tunnel_paths_add(struct tunnel_paths *paths, const struct tunnel_key *key, struct tunnel_row *row,
			  uint32_t most);
void tunnel_paths_remove(struct tunnel_paths *paths, uint32_t number);

#endif
