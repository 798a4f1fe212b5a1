/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_DIRECTION_H
#define XFRM_DIRECTION_H

/*
 * The directions of SAs that neither the kernel nor a device reports, derived from policies and from the addresses of
 * this host.  No sockets; filled with the messages of two dumps before each read.
 */

#include "host_addresses.h"
#include "sa/sa.h"
#include "xfrm_templates.h"

struct xfrm_direction {
	struct xfrm_templates *templates;
	struct host_addresses *addresses;
};

bool xfrm_direction_init(struct xfrm_direction *direction); /* false: no memory; it must be freed all the same */
void xfrm_direction_free(struct xfrm_direction *direction);
void xfrm_direction_clear(struct xfrm_direction *direction);

/*
 * The first of these that implies in and not out, or out and not in; otherwise unknown:
 *
 *  - policies whose template has both addresses of the SA;
 *  - the addresses of this host's interfaces: in if the destination is one, else out if the source is;
 *  - local routes: in if the destination has one, out if the source has;
 *  - policies whose template has prefixes of the SA's addresses, the longest first.
 *
 * Certain evidence comes before evidence that covers much.  docs/architecture.md has the same table.
 */
enum sa_direction xfrm_direction_of(const struct xfrm_direction *direction, const struct sa *sa);

#endif
