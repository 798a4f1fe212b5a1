/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_LABEL_H
#define TUNNEL_LABEL_H

/*
 * An IKE daemon's name for a tunnel.  Like a name in the configuration, a label identifies its tunnel when addresses or
 * the reqid change, and when the daemon restarts.
 */

#include <stdbool.h>

#include "tunnels/tunnel.h"

struct tunnel_label {
	/*
	 * "/CONNECTION/CHILD", with the identity of the peer if the daemon has that child for several peers: unique to
	 * the tunnel.
	 */
	char name[TUNNEL_NAME_SIZE];
	char connection[IKE_NAME_SIZE], child[IKE_NAME_SIZE], remote_id[IKE_IDENTITY_SIZE];
	/* It is not known whether the daemon has that child for several peers: existing labels stay. */
	bool is_doubtful;
};

/*
 * The child's name is omitted if it is that of the connection.  many: the identity of the other end, if the daemon has
 * that child for several peers; otherwise NULL.
 */
void tunnel_label_make(struct tunnel_label *label, const char *connection, const char *child, const char *remote_id,
		       const char *many);

/* Whether a name by which a tunnel is remembered is a label; otherwise it is from the configuration. */
static inline bool
tunnel_label_is(const char *name)
{
	return name[0] == '/';
}

/*
 * Whether a name is, or may be, a label with an identity: it has a colon that is not followed by an address and port.
 * (The name of a connection may also have a colon, which looks the same.)
 */
bool tunnel_label_has_identity(const char *name);

#endif
