/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_POLICIES_H
#define TUNNEL_POLICIES_H

/* Which policies are a tunnel's. */

#include <stdbool.h>

#include "sa/policy.h"
#include "tunnels/tunnel_names.h"

/*
 * What the SAs share that the policy uses, by its first template of ESP or AH; false: it uses none, or its template's
 * addresses fit several.
 */
bool tunnel_policy_key(const struct policy *policy, struct tunnel_key *key);

#endif
