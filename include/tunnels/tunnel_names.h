/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NAMES_H
#define TUNNEL_NAMES_H

/* The tunnels that the configuration names: what follows the word "tunnel", and which SAs match a name. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tunnels/tunnel_name.h"

/* In the order of the configuration: the first match applies. */
struct tunnel_names {
	struct tunnel_name *all;
	size_t count, room;
	struct tunnel_name_index *index; /* of all of them; NULL: there are none */
};

/* Tunnels without a name are numbered from here on, in the order in which they appear. */
enum { TUNNEL_NAMES_MAX = 10000, TUNNELS_FIRST_UNNAMED };

/*
 * Parses "NAME remote ADDRESS[/PREFIX] [local ADDRESS[/PREFIX]] [reqid N] [if-id N] [context NAME]" and appends it. A
 * NAME with blanks is in double quotes.  NULL, or a static text that says what is wrong with it.
 */
const char *tunnel_names_add(struct tunnel_names *names, const char *line);

/*
 * Appends copies of the names in `from` that apply in a context, without the context, in their order, from *at on; at
 * most `budget` of them.  The copy is complete when *at is from->count.  False: no memory.
 */
bool tunnel_names_copy(struct tunnel_names *to, const struct tunnel_names *from, const char *context, size_t *at,
		       size_t budget);

void tunnel_names_free(struct tunnel_names *names);

/* The number of the first name without a context that matches, or names->count. */
size_t tunnel_names_match(const struct tunnel_names *names, const struct tunnel_key *key);

/* The same, if only the addresses are known. */
size_t tunnel_names_match_ends(const struct tunnel_names *names, const struct sa_address *local,
			       const struct sa_address *remote);

/* The number of an earlier name that matches everything that this one would match, or names->count. */
size_t tunnel_names_shadow(const struct tunnel_names *names, size_t number);

/* The number of the first name with that text, or names->count. */
size_t tunnel_names_find(const struct tunnel_names *names, const char *name);

/* The cost of either of the first two, in hash table lookups. */
size_t tunnel_names_cost(const struct tunnel_names *names);

#endif
