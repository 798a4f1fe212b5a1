/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_JSON_H
#define SA_JSON_H

/*
 * SAs as one JSON document (RFC 8259): {"agent": {...}, "units": {...}, "sas": [{...}, ...]}, one line per SA.
 *
 * The keys are the names of the MIB's objects, those of the index first, then the columns in their order.  Numbers are
 * numbers, exact over all 64 bits; enumerations are their labels; addresses are text; other octets are hexadecimal
 * digits; BITS are a list of labels.  null is what the source did not report, or the agent did not serve.  "units" has
 * the UNITS of every object that has one.
 */

#include <stddef.h>
#include <stdio.h>

#include "agent_state.h"
#include "ike/ike_sa.h"
#include "mib/policy_columns.h"
#include "sa/sa.h"
#include "tunnels/tunnel.h"

/* Errors stay in the stream (ferror). */
void sa_json_print(FILE *out, const struct agent_state *state, const struct sa *sas, size_t count);

/* The same for IKE SAs: {"agent": {...}, "units": {...}, "ikeSas": [{...}, ...]}. */
void ike_json_print(FILE *out, const struct agent_state *state, const struct ike_sa *sas, size_t count);

/* The same for tunnels: {"agent": {...}, "units": {...}, "tunnels": [{...}, ...]}. */
void tunnel_json_print(FILE *out, const struct agent_state *state, const struct tunnel *tunnels, size_t count);

/* And for policies: {"agent": {...}, "units": {...}, "policies": [{...}, ...]}. */
void policy_json_print(FILE *out, const struct agent_state *state, const struct policy_row *policies, size_t count);

#endif
