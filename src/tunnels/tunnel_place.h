/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_PLACE_H
#define TUNNEL_PLACE_H

/* Where SAs belong: rows, their paths and their names, and how SAs arrive and leave. */

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
	uint32_t emptied;	   /* paths whose last SA has gone, since such paths were last dropped */
	struct tunnels_statistics statistics;
};

/* Starts without names.  The numbers must outlive the places. */
void tunnel_places_init(struct tunnel_places *places, struct tunnel_numbers *numbers,
			const struct tunnel_listener *listener);
void tunnel_places_free(struct tunnel_places *places);

/*
 * Puts the SA with that note where it belongs now, if anywhere.  Returns whether it, or one with its SPI, has moved
 * there from elsewhere: then it continues from what that had counted.
 */
bool tunnel_places_put(struct tunnel_places *places, const struct census_sa *record, uint32_t *note,
		       const struct sa *sa);

/*
 * Where the SA of that member and index was before, if it is the same by its SPI: its index there.  False: it was nowhere, or too
 * long ago to know.
 */
bool tunnel_places_was_at(const struct tunnel_places *places, const struct tunnel_member *member,
			  const struct sa_key *key, struct sa_key *before);

/* Restores an SA that was that member for an earlier agent; this is not a rekey. */
void tunnel_places_put_back(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key);

/* Records the paths of an earlier agent that got no SA back as emptied. */
void tunnel_places_note_empty(struct tunnel_places *places);

/* Removes an SA that was that member and has that index. */
void tunnel_places_leave(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key);

/*
 * A policy has appeared (before is NULL), has changed, or has disappeared (after is NULL); tunnels that wait begin and
 * end accordingly.
 */
void tunnel_places_take_policy(struct tunnel_places *places, const struct policy *before, const struct policy *after);

/* Sets the row's selectors to those of its policies. */
void tunnel_places_print_selectors(const struct tunnel_places *places, struct tunnel_row *row);

/* Records the path, which has no living SAs, as emptied. */
void tunnel_places_note_emptied(struct tunnel_places *places, uint32_t number);

/* Frees a path that has no living SAs and is not in the list of emptied ones; its row stays. */
void tunnel_places_drop_path(struct tunnel_places *places, uint32_t number);

/*
 * Frees emptied paths that still have no SAs and policies, except the only path of a tunnel without a name; a row that
 * never became a tunnel ends with its path.
 */
void tunnel_places_drop_emptied(struct tunnel_places *places);

#endif
