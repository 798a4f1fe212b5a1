/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNELS_INSIDE_H
#define TUNNELS_INSIDE_H

/* What tunnels.c, tunnel_place.c, tunnel_count.c and tunnels_configure.c share. */

#include "tunnel_paths.h"
#include "tunnel_rows.h"
#include "tunnels/tunnels.h"

struct tunnels {
	struct tunnel_rows rows;
	struct tunnel_paths paths;
	struct tunnel_settings settings;
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_row **named;  /* by the number of the name */
	struct tunnel_found *found; /* of all paths that have one */
	uint32_t emptied;	    /* paths whose last SA is gone, since the last tick */
	struct tunnel_listener listener;
	struct tunnels_statistics statistics;
};

/* --- where SAs belong: tunnel_place.c ---------------------------------------------------------- */

enum sa_class { CLASS_LARVAL, CLASS_USABLE, CLASS_DEAD };

/* Of the SAs of a bundle those of the highest rank count, see struct tunnel_path. */
enum sa_rank { RANK_NONE, RANK_AH, RANK_ESP };

/*
 * What census_sa.tunnel says, packed into 32 bits: 1 way, 2 class, 2 rank, and above them the number of the path plus
 * one.  Without a path the SA belongs to no tunnel, and may be one of those that are counted as unassigned.
 */
struct place {
	uint32_t path; /* TUNNEL_PATH_NONE: none */
	uint8_t way, class, rank;
};

enum { PATHS_MOST = (1 << 27) - 2 };
/* Without a path; of an heir, see is_heir(), what it has counted by the time it is assigned is not its own. */
enum { UNASSIGNED = 1, UNASSIGNED_HEIR = 2 };

bool tunnels_is_placed(const struct census_sa *record);
bool tunnels_is_unassigned(const struct census_sa *record);
struct place tunnels_place_of(const struct census_sa *record);

/* Puts the SA where it belongs as it is now, if anywhere. */
void tunnels_put(struct tunnels *tunnels, struct census_sa *record, const struct sa *sa);

/* An SA has left the place. */
void tunnels_leave(struct tunnels *tunnels, const struct place *place);

/* A path of that key, in that row.  TUNNEL_PATH_NONE: no memory. */
uint32_t tunnels_add_path(struct tunnels *tunnels, const struct tunnel_key *key, struct tunnel_row *row);

/* Frees the path, none of whose SAs lives and which is not in the list of those emptied; its row stays. */
void tunnels_drop_path(struct tunnels *tunnels, uint32_t number);

/* Frees those of the emptied paths that are still without SAs, and not all that is known of a tunnel without a name. */
void tunnels_drop_emptied(struct tunnels *tunnels);

/* Hands the path, and the SAs that live in it, to another row. */
void tunnels_move_path(struct tunnels *tunnels, uint32_t number, struct tunnel_row *row);

/* --- what they count: tunnel_count.c ----------------------------------------------------------- */

struct tunnel_figures tunnels_figures_of(const struct sa *sa);
struct tunnel_figures tunnels_figures_since(const struct census_sa *record, const struct sa *sa);

/* Adds them to the tunnel of the SA, if SAs of its rank count there. */
void tunnels_count_figures(struct tunnels *tunnels, const struct census_sa *record,
			   const struct tunnel_figures *figures);
/* The same of an SA that a read has, without our having heard of its birth: see struct tunnel_found. */
void tunnels_count_found(struct tunnels *tunnels, const struct census_sa *record, const struct tunnel_figures *figures);
/* Counts what was found of a path, which has it, unless something of a higher rank has counted the same. */
void tunnels_settle_found(struct tunnels *tunnels, uint32_t path);

#endif
