/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NAME_INDEX_H
#define TUNNEL_NAME_INDEX_H

/*
 * Finds names without looking at all of them, by their text and by the SAs that they match.  Criteria are hashed by
 * shape, that is, by which of them a name has and how long its prefixes are.  The names of a configuration usually have
 * few shapes, so that a lookup costs a few hashes; if each has a different shape, it costs no more than looking at all
 * of them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tunnels/tunnel_name.h"

struct tunnel_name_index;

struct tunnel_name_index *tunnel_name_index_new(void); /* NULL: no memory */
void tunnel_name_index_free(struct tunnel_name_index *index);

/*
 * Adds the name at that number of all[], which must be the next one, by its text.  False: no memory, and it was not
 * added.
 */
bool tunnel_name_index_add(struct tunnel_name_index *index, const struct tunnel_name *all, size_t number);

/*
 * Adds, by their criteria, all names up to that number that were not added yet; the lookups below do not find later
 * ones.  False: no memory.
 */
bool tunnel_name_index_criteria(struct tunnel_name_index *index, const struct tunnel_name *all, size_t number);

/* The number of shapes. */
size_t tunnel_name_index_shapes(const struct tunnel_name_index *index);

/* The number of the first name that has the same text and applies in a context in which that one does, or count. */
size_t tunnel_name_index_called(const struct tunnel_name_index *index, const struct tunnel_name *all, size_t count,
				const struct tunnel_name *like);

/* The lowest number of a name without context that matches SAs of that key, or count. */
size_t tunnel_name_index_match(const struct tunnel_name_index *index, size_t count, const struct tunnel_key *key);

/* The lowest number of a name that matches everything that this one does, possibly its own. */
size_t tunnel_name_index_cover(const struct tunnel_name_index *index, size_t count, const struct tunnel_name *name);

#endif
