/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_PLACE_H
#define TUNNEL_PLACE_H

/* Where SAs belong: rows, their paths and their names, and how SAs come and go there. */

#include "census/census_sa.h"
#include "sa/sa.h"
#include "tunnel_halves.h"
#include "tunnel_lenders.h"
#include "tunnel_member.h"
#include "tunnel_moves.h"
#include "tunnel_paths.h"
#include "tunnel_policies.h"
#include "tunnel_rows.h"
#include "tunnels/tunnel_names.h"
#include "tunnels/tunnel_news.h"

struct tunnel_places {
	struct tunnel_rows rows;
	struct tunnel_paths paths;
	struct tunnel_halves halves;
	struct tunnel_names names;
	struct tunnel_policies policies;
	struct tunnel_lenders lenders;
	struct tunnel_moves moves;
	struct tunnel_row **named; /* by the number of the name; NULL: there was no memory for it */
	uint32_t emptied;	   /* paths whose last SA is gone, since they were dropped last */
	struct tunnels_statistics statistics;
};

/* Without names.  The numbers must outlive the places. */
void tunnel_places_init(struct tunnel_places *places, struct tunnel_numbers *numbers,
			const struct tunnel_listener *listener);
void tunnel_places_free(struct tunnel_places *places);

/*
 * Puts the SA, whose note it is, where it belongs as it is now, if anywhere.  Whether it, or one with its SPI, was elsewhere
 * before: then it may go on from what that had counted.
 */
bool tunnel_places_put(struct tunnel_places *places, const struct census_sa *record, uint32_t *note,
		       const struct sa *sa);

/* An SA, which was that member to an earlier agent, is there again: that is no rekey. */
void tunnel_places_put_back(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key);

/* Paths that an earlier agent had, and that got no SA back, are emptied ones. */
void tunnel_places_note_empty(struct tunnel_places *places);

/* An SA, which was that member and has that index, is gone. */
void tunnel_places_leave(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key);

/* A policy has come (before is NULL), has changed, or is gone (after is NULL): tunnels that wait come and go by that. */
void tunnel_places_take_policy(struct tunnel_places *places, const struct policy *before, const struct policy *after);

/* The row's selectors are those of its policies from now on. */
void tunnel_places_print_selectors(const struct tunnel_places *places, struct tunnel_row *row);

/* The path, none of whose SAs lives, is one of the emptied ones from now on. */
void tunnel_places_note_emptied(struct tunnel_places *places, uint32_t number);

/* Frees the path, none of whose SAs lives and which is not in the list of those emptied; its row stays. */
void tunnel_places_drop_path(struct tunnel_places *places, uint32_t number);

/*
 * Frees those of the emptied paths that are still without SAs and policies, and not all that is known of a tunnel without a name; what
 * never became a tunnel goes with its path.
 */
void tunnel_places_drop_emptied(struct tunnel_places *places);

#endif
