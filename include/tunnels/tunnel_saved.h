/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_SAVED_H
#define TUNNEL_SAVED_H

/*
 * What tunnels hand on to those of the agent that comes next: rows, the paths of each, and of each SA where it belongs and what
 * of it has been counted.  An SA that the next agent finds again adds only what it has counted since; one that it does not
 * find is an unseen end, as after events that were lost (census_restore()).
 *
 * All of it has to be of one moment: nothing may be told to the census or the tunnels between the first and the last.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "census/census_sa.h"
#include "tunnels/tunnels.h"

struct tunnel_saved_row {
	struct tunnel tunnel;
	bool has_key;		      /* its addresses and numbers are those of an SA */
	bool is_pair;		      /* of two paths, one for each direction */
	int64_t since_us;	      /* monotonic */
	char label[TUNNEL_NAME_SIZE]; /* see struct tunnel_label */
};

struct tunnel_saved_path {
	uint32_t number; /* by which SAs name it */
	uint32_t index;	 /* of its tunnel */
	struct tunnel_key key;
	bool had_in, had_out;
};

enum { TUNNEL_SAVED_PATHS_MOST = 4000000 };

struct tunnel_saved_sa {
	uint32_t path; /* its number, plus one; 0: of none */
	uint8_t way, class, rank;
	uint64_t bytes, packets, errors; /* that its tunnel has counted */
};

/* False while something was found that may count or not; the end of the next survey tells. */
bool tunnels_can_be_saved(const struct tunnels *tunnels);
/* Takes what was found so far as what counts. */
void tunnels_settle(struct tunnels *tunnels);

/* By rank and number, from 0, to tunnels_count() and tunnels_path_count(), less one.  False: there is nothing to save there. */
bool tunnels_save_row(const struct tunnels *tunnels, size_t rank, struct tunnel_saved_row *row);
size_t tunnels_path_count(const struct tunnels *tunnels);
bool tunnels_save_path(const struct tunnels *tunnels, size_t number, struct tunnel_saved_path *path);
void tunnels_save_sa(const struct tunnels *tunnels, const struct census_sa *record, struct tunnel_saved_sa *sa);

/*
 * Before the census has been told anything: first rows, then paths, then SAs.  False: no memory, or it does not fit to what
 * is there, since the names are others now, for instance; an SA without its path goes on to count from here.
 */
bool tunnels_restore_row(struct tunnels *tunnels, const struct tunnel_saved_row *row);
bool tunnels_restore_path(struct tunnels *tunnels, const struct tunnel_saved_path *path);
void tunnels_restore_sa(struct tunnels *tunnels, struct census_sa *record, const struct tunnel_saved_sa *sa);
/* All is restored. */
void tunnels_restored(struct tunnels *tunnels);
/* Of SAs that are gone with the boot in which they lived: the counters of their tunnel go on, but not without a gap. */
void tunnels_restore_gap(struct tunnels *tunnels, const struct tunnel_saved_sa *sa);

#endif
