/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_SAS_H
#define TUNNEL_SAS_H

/*
 * The SAs of a row that are alive and have keys, in the order of their index.  Most rows have a few, but a name may
 * match a hundred thousand; so they are in short blocks, and insertion and lookup are cheap.
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

/* Initialise to zero. */
struct tunnel_sas {
	struct tunnel_sa_block **blocks; /* in order, and none is empty */
	size_t count, room;		 /* number of blocks */
};

void tunnel_sas_free(struct tunnel_sas *sas);

/*
 * The same SA of the same path may be there more than once, while it changes.  If there is no memory, it is left out.
 */
void tunnel_sas_add(struct tunnel_sas *sas, const struct tunnel_sa_entry *entry);
void tunnel_sas_remove(struct tunnel_sas *sas, const struct tunnel_sa_entry *entry);

/*
 * The first entry whose index is at least these sub-identifiers, which need not be an index; NULL: there is none.
 * Valid until the next change.
 */
const struct sa_key *tunnel_sas_from(const struct tunnel_sas *sas, const unsigned long *subids, size_t count);

/* Removes the entries that match, and passes each to take(), which must not add to this list. */
void tunnel_sas_sift(struct tunnel_sas *sas, void (*take)(void *data, const struct tunnel_sa_entry *entry),
		     bool (*shall_go)(void *data, const struct tunnel_sa_entry *entry), void *data);

#endif
