/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_PATHS_H
#define TUNNEL_PATHS_H

/*
 * Paths: the SAs of one tunnel as the kernel sees it, that is, with the same struct tunnel_key.  A tunnel that the
 * configuration names may have several.  Paths are found by key in constant time, and by a number that does not change.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "tunnel_member.h"
#include "tunnel_rows.h"
#include "tunnels/tunnel_names.h"

struct tunnel_figures {
	uint64_t bytes, packets, errors;
};

/*
 * What a read found for SAs of a low rank: it counts when the survey of the read has ended, and has found no SA of a
 * higher rank, which would have counted the same packets.
 */
struct tunnel_found {
	uint32_t path;
	uint8_t rank[WAYS];
	struct tunnel_figures figures[WAYS];
	struct tunnel_found *next;
};

struct tunnel_path {
	struct tunnel_key key;
	struct tunnel_row *row; /* NULL: the place is vacant */
	/* Only SAs of the highest rank count; the rank stays until no SA is alive here any more. */
	uint8_t rank[WAYS];
	uint32_t usable[WAYS]; /* SAs of that rank that are alive, neither larval nor dead */
	uint32_t larval, living;
	uint16_t port;		    /* of the peer's UDP encapsulation, as its SAs had it last; 0: none, or not known */
	uint32_t wanted;	    /* outbound policies: while there are any, the path stays */
	uint32_t newcomers;	    /* outbound SAs next to older ones, from which they may take over */
	struct sa_key newest;	    /* the last of them */
	uint32_t successor;	    /* the path to which a policy of this one has moved, or TUNNEL_PATH_NONE */
	bool moved;		    /* a tunnel has moved here, and the move was counted */
	bool deserted;		    /* a tunnel has moved away, and no SA has come since */
	bool lends, borrows;	    /* see tunnel_lenders.h */
	bool had[WAYS];		    /* whether it ever had usable SAs */
	bool was_read;		    /* a read has shown one of its living SAs, with keys */
	uint32_t half;		    /* its place in struct tunnel_halves, or TUNNEL_NO_HALF */
	uint32_t previous, next;    /* of the same row; of a vacant place, the next vacant one */
	struct tunnel_found *found; /* or NULL */
	bool emptied;		    /* is in the list of paths whose last SA is gone */
	uint32_t next_emptied;
};

enum { TUNNEL_NO_HALF = UINT32_MAX };

struct tunnel_paths {
	struct tunnel_path *all;
	uint32_t count, room; /* places in use or vacant */
	uint32_t vacant;
	struct hash_table hash; /* number of those in use */
	struct tunnel_rows *rows;
	struct tunnel_found *found; /* of all paths that have one */
};

/* The rows must outlive the paths; each path has one. */
void tunnel_paths_init(struct tunnel_paths *paths, struct tunnel_rows *rows);
void tunnel_paths_free(struct tunnel_paths *paths);

/* The number of the path, or TUNNEL_PATH_NONE. */
uint32_t tunnel_paths_find(const struct tunnel_paths *paths, const struct tunnel_key *key);

/* Adds a path, whose key must not be there yet, to that row; TUNNEL_PATH_NONE: no memory. */
uint32_t tunnel_paths_add(struct tunnel_paths *paths, const struct tunnel_key *key, struct tunnel_row *row);

/* It has that key from now on, which no other path has. */
void tunnel_paths_rekey(struct tunnel_paths *paths, uint32_t number, const struct tunnel_key *key);

/* Removes a path that has no living SAs, and nothing found that is not counted yet; its row stays. */
void tunnel_paths_remove(struct tunnel_paths *paths, uint32_t number);

/*
 * Moves the path, and what is counted of its SAs, to another row; the SAs themselves are moved by
 * tunnel_paths_follow().
 */
void tunnel_paths_move(struct tunnel_paths *paths, uint32_t number, struct tunnel_row *row);

/* Moves SAs of the row whose paths have moved. */
void tunnel_paths_follow(const struct tunnel_paths *paths, struct tunnel_row *row);

/* From now on, the row shows the path's addresses and numbers. */
void tunnel_path_show(const struct tunnel_path *path);

#endif
