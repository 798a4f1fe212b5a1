/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_LABEL_H
#define TUNNEL_LABEL_H

/*
 * What an IKE daemon calls a tunnel.  A label holds its tunnel together where a name of the configuration does not: over other
 * addresses, another reqid, a daemon that was started again.
 */

#include <stdbool.h>

#include "tunnels/tunnel.h"

struct tunnel_label {
	/* What tells it from others: "/CONNECTION/CHILD", and what a daemon has many times. */
	char name[TUNNEL_NAME_SIZE];
	char connection[IKE_NAME_SIZE], child[IKE_NAME_SIZE], remote_id[IKE_IDENTITY_SIZE];
	/* Nobody knows whether the daemon has it many times: what is labelled so already stays. */
	bool is_doubtful;
};

/*
 * The child's name is left out of the label's where it is the connection's, too.  many: who the other end is, where the daemon has the
 * child many times; else NULL.
 */
void tunnel_label_make(struct tunnel_label *label, const char *connection, const char *child, const char *remote_id,
		       const char *many);

/* Whether a name among those that tunnels are known by is a label's; it is one of the configuration's else. */
static inline bool
tunnel_label_is(const char *name)
{
	return name[0] == '/';
}

/*
 * Whether a name is a label with an identity in it, or may be: one with a colon, behind which there is no address and port.  (A
 * connection's name may have a colon, too: that cannot be told apart.)
 */
bool tunnel_label_has_identity(const char *name);

#endif
