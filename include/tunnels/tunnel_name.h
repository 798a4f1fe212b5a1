/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NAME_H
#define TUNNEL_NAME_H

/* What distinguishes tunnels, and the names of some of them, as plain values. */

#include <stdbool.h>
#include <stdint.h>

#include "sa/sa.h"
#include "tunnels/tunnel.h"

/* What distinguishes tunnels; keys are compared by memcmp(). */
struct tunnel_key {
	struct sa_address local, remote;
	uint16_t port; /* of the remote end's UDP encapsulation, where there is another with the same rest; else 0 */
	uint32_t reqid, if_id;
};

static inline void
tunnel_key_make(struct tunnel_key *key, const struct sa_address *local, const struct sa_address *remote, uint32_t reqid,
		uint32_t if_id)
{
	_Static_assert(sizeof(*key) == 2 * sizeof(*local) + sizeof(key->port) + 2 * sizeof(reqid), "no padding");
	*key = (struct tunnel_key){.local = *local, .remote = *remote, .reqid = reqid, .if_id = if_id};
}

/* An address prefix; SA_ADDRESS_NONE: any address. */
struct tunnel_prefix {
	struct sa_address address; /* the bits after the prefix are 0 */
	uint8_t bits;
};

enum { TUNNEL_CONTEXT_SIZE = 33 }; /* RFC 3411: a context's name has at most 32 octets */

struct tunnel_name {
	char name[TUNNEL_NAME_SIZE];
	struct tunnel_prefix remote, local;
	bool has_reqid, has_if_id, has_context;
	uint32_t reqid, if_id;
	char context[TUNNEL_CONTEXT_SIZE]; /* the SNMP context in which it applies */
};

#endif
