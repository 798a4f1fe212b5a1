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
#include "tunnel_member.h"
#include "tunnel_rows.h"
#include "tunnels/tunnel_names.h"

struct tunnel_figures {
	uint64_t bytes, packets, errors;
};

/*
 * What a read found of SAs of a low rank: it counts when the read has been surveyed whole, and has brought none of a
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
	/* Only SAs of the highest rank count; the rank stays until nothing lives here any more. */
	uint8_t rank[WAYS];
	uint32_t usable[WAYS]; /* living SAs of that rank, neither larval nor dead */
	uint32_t larval, living;
	uint32_t wanted;	    /* policies for what goes out: while there are any, it stays */
	uint32_t newcomers;	    /* SAs that go out beside older ones, which they may take over from */
	struct sa_key newest;	    /* the last of them */
	uint32_t successor;	    /* the path to which a policy of this one has gone, or TUNNEL_PATH_NONE */
	bool moved;		    /* a tunnel has moved here, which is counted */
	bool lends, borrows;	    /* see tunnel_lenders.h */
	bool had[WAYS];		    /* usable SAs, whenever */
	bool was_read;		    /* a read has shown one of those that live, with its keys */
	uint32_t half;		    /* its place in struct tunnel_halves, or TUNNEL_NO_HALF */
	uint32_t previous, next;    /* of the same row; of a vacant place, the next vacant one */
	struct tunnel_found *found; /* or NULL */
	bool emptied;		    /* is in the list of those whose last SA is gone */
	uint32_t next_emptied;
};

enum { TUNNEL_NO_HALF = UINT32_MAX };

struct tunnel_paths {
	struct tunnel_path *all;
	uint32_t count, room; /* places in use or vacant */
	uint32_t vacant;
	struct hash_table hash; /* of those in use */
	struct tunnel_rows *rows;
	struct tunnel_found *found; /* of all paths that have one */
};

/* The rows, of which each path has one, must outlive the paths. */
void tunnel_paths_init(struct tunnel_paths *paths, struct tunnel_rows *rows);
void tunnel_paths_free(struct tunnel_paths *paths);

/* The number of the path, or TUNNEL_PATH_NONE. */
uint32_t tunnel_paths_find(const struct tunnel_paths *paths, const struct tunnel_key *key);

/* A new path, which must not be there yet, in that row; TUNNEL_PATH_NONE: no memory. */
uint32_t tunnel_paths_add(struct tunnel_paths *paths, const struct tunnel_key *key, struct tunnel_row *row);

/* The path, none of whose SAs lives, and of which nothing is found that does not count yet; its row stays. */
void tunnel_paths_remove(struct tunnel_paths *paths, uint32_t number);

/* Hands the path to another row, and what is counted of its SAs; the SAs themselves wait for tunnel_paths_follow(). */
void tunnel_paths_move(struct tunnel_paths *paths, uint32_t number, struct tunnel_row *row);

/* SAs of the row whose paths have been moved go after them. */
void tunnel_paths_follow(const struct tunnel_paths *paths, struct tunnel_row *row);

/* The row shows the path's addresses and numbers from now on. */
void tunnel_path_show(const struct tunnel_path *path);

#endif
