/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_SAS_H
#define TUNNEL_SAS_H

/*
 * The SAs of a row, in the order of their index: those that live and have keys.  Most rows have a few, but a name may stand
 * for a hundred thousand; so they are in short blocks, and none is far from where it is put or found.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa_key.h"

/* An SA, and the number of its path. */
struct tunnel_sa_entry {
	struct sa_key key;
	uint32_t path;
};

struct tunnel_sa_block;

/* Starts with all zero. */
struct tunnel_sas {
	struct tunnel_sa_block **blocks; /* in order, and none is empty */
	size_t count, room;		 /* of blocks */
};

void tunnel_sas_free(struct tunnel_sas *sas);

/* The same SA of the same path may be there more than once, while it changes.  Without memory it is not there. */
void tunnel_sas_add(struct tunnel_sas *sas, const struct tunnel_sa_entry *entry);
void tunnel_sas_remove(struct tunnel_sas *sas, const struct tunnel_sa_entry *entry);

/* The first whose index is not below these sub-identifiers, which may be any; NULL: there is none.  Valid until the next change. */
const struct sa_key *tunnel_sas_from(const struct tunnel_sas *sas, const unsigned long *subids, size_t count);

/* Takes those out that shall go, and gives each to take(); what that adds elsewhere may not be this one. */
void tunnel_sas_sift(struct tunnel_sas *sas, void (*take)(void *data, const struct tunnel_sa_entry *entry),
		     bool (*shall_go)(void *data, const struct tunnel_sa_entry *entry), void *data);

#endif
