/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_COUNT_H
#define TUNNEL_COUNT_H

/* What SAs count, and when it is added to their tunnel. */

#include "census/census_sa.h"
#include "sa/sa.h"
#include "tunnel_member.h"
#include "tunnel_paths.h"

struct tunnel_figures tunnel_figures_of(const struct sa *sa);
struct tunnel_figures tunnel_figures_since(const struct census_sa *record, const struct sa *sa);

/* Adds them to the tunnel of the SA, if SAs of its rank count there. */
void tunnel_count(struct tunnel_paths *paths, const struct tunnel_member *member, const struct tunnel_figures *figures);
/* The same for an SA that a read has shown, and whose birth was not announced: see struct tunnel_found. */
void tunnel_count_found(struct tunnel_paths *paths, const struct tunnel_member *member,
			const struct tunnel_figures *figures);
/* Adds what was found of a path, if anything was, unless SAs of a higher rank have counted the same packets. */
void tunnel_count_settle(struct tunnel_paths *paths, uint32_t number);
void tunnel_count_settle_all(struct tunnel_paths *paths);

#endif
