/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_POLICIES_H
#define TUNNEL_POLICIES_H

/*
 * The policies of a tunnel: those whose template has the addresses, the reqid and the interface id of its SAs.  They
 * show its traffic and, if they are outbound, that it waits for SAs when it has none: the kernel then requests SAs for
 * exactly that template (net/xfrm/xfrm_state.c, xfrm_state_find()).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/row_list.h"
#include "sa/policy.h"
#include "tunnels/tunnel.h"
#include "tunnels/tunnel_names.h"

/*
 * The key of the SAs that the policy uses, from its first template of ESP or AH; false: it uses none, or its template's
 * addresses match several.
 */
bool tunnel_policy_key(const struct policy *policy, struct tunnel_key *key);

/* Inbound and outbound policies, by their keys. */
struct tunnel_policies {
	struct row_list policies, keys;	    /* in use, or vacant */
	struct hash_table by_index, by_key; /* of those in use */
	uint32_t vacant_policy, vacant_key;
};

void tunnel_policies_init(struct tunnel_policies *policies);
void tunnel_policies_free(struct tunnel_policies *policies);

/* Adds a policy, which must not be there yet.  If there is no memory, it is left out. */
void tunnel_policies_add(struct tunnel_policies *policies, const struct policy *policy, const struct tunnel_key *key);
void tunnel_policies_remove(struct tunnel_policies *policies, uint32_t index);

/*
 * The number of policies of that key that wait for SAs: outbound ones whose template specifies both addresses itself.
 */
uint32_t tunnel_policies_waiting(const struct tunnel_policies *policies, const struct tunnel_key *key);

/* The traffic of a tunnel, from local to remote, without duplicates, and up to a maximum number. */
enum { TUNNEL_SELECTORS_MOST = 32 };

struct tunnel_selectors {
	struct sa_selector all[TUNNEL_SELECTORS_MOST];
	size_t count;
	bool more; /* there may be more */
};

/* Adds those of that key. */
void tunnel_policies_collect(const struct tunnel_policies *policies, const struct tunnel_key *key,
			     struct tunnel_selectors *selectors);

/* In their order: "10.1.0.0/16 <> 10.2.0.0/16, ..."; three full stops replace those that have no room. */
void tunnel_selectors_print(struct tunnel_selectors *selectors, char text[TUNNEL_SELECTORS_SIZE]);

#endif
