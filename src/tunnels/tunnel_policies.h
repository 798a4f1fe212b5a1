/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_POLICIES_H
#define TUNNEL_POLICIES_H

/*
 * Which policies are a tunnel's: those whose template has the addresses, the reqid and the interface id of its SAs.  They
 * say what goes through it and, if they are for what goes out, that it waits for SAs where it has none: the kernel asks for
 * SAs of just that template then (net/xfrm/xfrm_state.c, xfrm_state_find()).
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
 * What the SAs share that the policy uses, by its first template of ESP or AH; false: it uses none, or its template's
 * addresses fit several.
 */
bool tunnel_policy_key(const struct policy *policy, struct tunnel_key *key);

/* Policies for what comes in and goes out, by their keys. */
struct tunnel_policies {
	struct row_list policies, keys;	    /* in use, or vacant */
	struct hash_table by_index, by_key; /* of those in use */
	uint32_t vacant_policy, vacant_key;
};

void tunnel_policies_init(struct tunnel_policies *policies);
void tunnel_policies_free(struct tunnel_policies *policies);

/* One of that key, which is not there yet.  Without memory it is not there. */
void tunnel_policies_add(struct tunnel_policies *policies, const struct policy *policy, const struct tunnel_key *key);
void tunnel_policies_remove(struct tunnel_policies *policies, uint32_t index);

/* How many of that key wait for SAs: those for what goes out whose template names both addresses itself. */
uint32_t tunnel_policies_waiting(const struct tunnel_policies *policies, const struct tunnel_key *key);

/* What goes through a tunnel, from local to remote, each once; at most so many. */
enum { TUNNEL_SELECTORS_MOST = 32 };

struct tunnel_selectors {
	struct sa_selector all[TUNNEL_SELECTORS_MOST];
	size_t count;
	bool more; /* there may be more */
};

/* Adds those of that key. */
void tunnel_policies_collect(const struct tunnel_policies *policies, const struct tunnel_key *key,
			     struct tunnel_selectors *selectors);

/* In their order: "10.1.0.0/16 <> 10.2.0.0/16, ..."; three full stops stand for those that have no room. */
void tunnel_selectors_print(struct tunnel_selectors *selectors, char text[TUNNEL_SELECTORS_SIZE]);

#endif
