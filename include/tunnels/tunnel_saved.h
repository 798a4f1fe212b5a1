/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_SAVED_H
#define TUNNEL_SAVED_H

/*
 * What tunnels pass on to the next agent: rows, the paths of each, and for each SA its path and what has been counted
 * of it.  When the next agent finds the SA, it adds only what was counted since; an SA that it does not find is an
 * unseen end, as after lost events (census_restore()).
 *
 * The data must be consistent: between the first call and the last, neither the census nor the tunnels may change.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "census/census_sa.h"
#include "tunnels/tunnel_counters.h"
#include "tunnels/tunnels.h"

struct tunnel_saved_row {
	struct tunnel tunnel;
	bool has_key;		      /* its addresses and numbers are those of an SA */
	uint16_t port;		      /* of its key, see struct tunnel_key */
	bool is_pair;		      /* of two paths, one for each direction */
	int64_t since_us;	      /* monotonic */
	char label[TUNNEL_NAME_SIZE]; /* see struct tunnel_label */
};

struct tunnel_saved_path {
	uint32_t number; /* by which SAs refer to it */
	uint32_t index;	 /* of its tunnel */
	struct tunnel_key key;
	bool had_in, had_out;
};

enum { TUNNEL_SAVED_PATHS_MOST = 4000000 };

struct tunnel_saved_sa {
	uint32_t path; /* its number, plus one; 0: no path */
	uint8_t way, class, rank;
	uint64_t bytes, packets, errors; /* that its tunnel has counted */
};

/* False while it is undecided whether something that was found counts; the end of the next survey decides. */
bool tunnels_can_be_saved(const struct tunnels *tunnels);
/* Counts what was found so far. */
void tunnels_settle(struct tunnels *tunnels);

/*
 * By rank and number, from 0, to tunnels_count() - 1 and tunnels_path_count() - 1.  False: there is nothing to save
 * there.
 */
bool tunnels_save_row(const struct tunnels *tunnels, size_t rank, struct tunnel_saved_row *row);
size_t tunnels_path_count(const struct tunnels *tunnels);
bool tunnels_save_path(const struct tunnels *tunnels, size_t number, struct tunnel_saved_path *path);
void tunnels_save_sa(const struct tunnels *tunnels, const struct census_sa *record, struct tunnel_saved_sa *sa);

/*
 * Before any event or read: first rows, then paths, then SAs.  False: no memory, or it does not fit the current
 * configuration, for example because names have changed; an SA without its path counts from here on.
 */
bool tunnels_restore_row(struct tunnels *tunnels, const struct tunnel_saved_row *row);
/* That row never shows less than these counters, which were shown after it was saved. */
bool tunnels_restore_shown(struct tunnels *tunnels, uint32_t index, const struct tunnel_counters *shown);
bool tunnels_restore_path(struct tunnels *tunnels, const struct tunnel_saved_path *path);
void tunnels_restore_sa(struct tunnels *tunnels, struct census_sa *record, const struct tunnel_saved_sa *sa);
/* Everything has been restored. */
void tunnels_restored(struct tunnels *tunnels);
/*
 * For SAs that are gone because the machine was rebooted: the counters of their tunnel continue, with a discontinuity.
 */
void tunnels_restore_gap(struct tunnels *tunnels, const struct tunnel_saved_sa *sa);

#endif
