/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_LENDERS_H
#define TUNNEL_LENDERS_H

/*
 * Paths that come from an unspecified address: one SA that takes in what many peers send, as Cilium makes it.  It serves
 * every path of its address family and reqid that lacks one of its own, and counts what comes in by it once, in its own row.
 */

#include "base/hash_table.h"
#include "tunnel_paths.h"

struct tunnel_lenders {
	struct hash_table hash; /* of the paths that lend, by family and reqid */
};

void tunnel_lenders_init(struct tunnel_lenders *lenders);
void tunnel_lenders_free(struct tunnel_lenders *lenders);

/* The usable SAs of the path have changed: it may lend now, or not any more, or borrow. */
void tunnel_lenders_note(struct tunnel_lenders *lenders, struct tunnel_paths *paths, uint32_t number);

/* The row that counts what comes in for this one; NULL: this one does. */
const struct tunnel_row *tunnel_lenders_of(const struct tunnel_lenders *lenders, const struct tunnel_paths *paths,
					   const struct tunnel_row *row);

#endif
