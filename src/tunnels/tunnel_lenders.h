/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_LENDERS_H
#define TUNNEL_LENDERS_H

/*
 * Paths from an unspecified address: one inbound SA for packets of many peers, as Cilium creates it.  It serves every
 * path of its address family and reqid that has no inbound SA itself, and the packets are counted once, in its own row.
 */

#include "base/hash_table.h"
#include "tunnel_paths.h"

struct tunnel_lenders {
	struct hash_table hash; /* of the paths that lend, by family and reqid */
};

void tunnel_lenders_init(struct tunnel_lenders *lenders);
void tunnel_lenders_free(struct tunnel_lenders *lenders);

/* The usable SAs of the path have changed: it may begin or cease to lend, or borrow. */
void tunnel_lenders_note(struct tunnel_lenders *lenders, struct tunnel_paths *paths, uint32_t number);

/* The row that counts the inbound packets of this one; NULL: this one itself. */
const struct tunnel_row *tunnel_lenders_of(const struct tunnel_lenders *lenders, const struct tunnel_paths *paths,
					   const struct tunnel_row *row);

#endif
