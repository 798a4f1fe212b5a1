/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NAME_INDEX_H
#define TUNNEL_NAME_INDEX_H

/*
 * Names found without looking at all of them: by what they are called, and by which SAs they stand for.  Criteria are hashed
 * by shape, that is, by which of them a name has and how long its prefixes are.  All names of a configuration have a few shapes, as
 * a rule, so that a look-up costs a few hashes; and if each has its own, not more than looking at all.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tunnels/tunnel_name.h"

struct tunnel_name_index;

struct tunnel_name_index *tunnel_name_index_new(void); /* NULL: no memory */
void tunnel_name_index_free(struct tunnel_name_index *index);

/* By what it is called, the name at that number of all[], which must be the next one.  False: no memory; it is not there then. */
bool tunnel_name_index_add(struct tunnel_name_index *index, const struct tunnel_name *all, size_t number);

/*
 * And by its criteria, all names up to that number that are not yet found by them; look-ups below know of none behind.  False: no
 * memory.
 */
bool tunnel_name_index_criteria(struct tunnel_name_index *index, const struct tunnel_name *all, size_t number);

/* How many shapes there are. */
size_t tunnel_name_index_shapes(const struct tunnel_name_index *index);

/* The number of the first name that is called so and holds in a context in which that one does, or count. */
size_t tunnel_name_index_called(const struct tunnel_name_index *index, const struct tunnel_name *all, size_t count,
				const struct tunnel_name *like);

/* The lowest number of a name without context that stands for SAs of that key, or count. */
size_t tunnel_name_index_match(const struct tunnel_name_index *index, size_t count, const struct tunnel_key *key);

/* The lowest number of a name that stands for all that this one does, itself included. */
size_t tunnel_name_index_cover(const struct tunnel_name_index *index, size_t count, const struct tunnel_name *name);

#endif
