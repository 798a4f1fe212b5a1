/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_SA_H
#define IKE_SA_H

/*
 * What an IKE daemon reports, as plain values of fixed size that own no memory: an IKE SA (a row of ipsecIkeTable), a
 * child SA of one, and a child in the daemon's configuration.  Texts are printable UTF-8, truncated if they are too
 * long.
 */

#include <stdbool.h>
#include <stdint.h>

#include "sa/sa_address.h"

enum {
	IKE_NAME_SIZE = 65, /* 64 octets, and a NUL */
	IKE_IDENTITY_SIZE = 129,
	IKE_ALGORITHM_SIZE = 41,
	IKE_CHILDREN_SIZE = 129,
	IKE_SELECTORS_SIZE = 256,
};

/* Values of ipsecIkeState: strongSwan's states (its src/libcharon/sa/ike_sa.c, ike_sa_state_names). */
enum ike_state {
	IKE_STATE_OTHER = 0,
	IKE_CREATED = 1,
	IKE_CONNECTING = 2,
	IKE_ESTABLISHED = 3,
	IKE_PASSIVE = 4, /* of another node in a cluster */
	IKE_REKEYING = 5,
	IKE_REKEYED = 6, /* replaced by another one */
	IKE_DELETING = 7,
	IKE_DESTROYING = 8,
};

enum ike_role { IKE_INITIATOR = 1, IKE_RESPONDER = 2 };

#define IKE_NEVER UINT32_MAX

struct ike_sa {
	uint32_t id; /* the daemon's own number for it */
	char connection[IKE_NAME_SIZE];
	uint8_t version; /* IKE version, 1 or 2; 0: not known */
	uint8_t state;	 /* enum ike_state */
	uint8_t role;	 /* enum ike_role */
	struct sa_address local, remote;
	uint16_t local_port, remote_port;
	char local_id[IKE_IDENTITY_SIZE], remote_id[IKE_IDENTITY_SIZE];
	char eap_id[IKE_IDENTITY_SIZE]; /* of the remote end, by EAP or XAuth, if it differs from remote_id */
	char encryption[IKE_ALGORITHM_SIZE], integrity[IKE_ALGORITHM_SIZE], prf[IKE_ALGORITHM_SIZE];
	char dh_group[IKE_ALGORITHM_SIZE];
	bool nat_local, nat_remote;
	uint32_t age_seconds;			/* since it was established; 0 until then */
	int64_t since_seconds;			/* the same as a date, since 1970 */
	uint32_t rekey_seconds, reauth_seconds; /* until it is due; IKE_NEVER: never */
	uint32_t device;			/* which device of its peer's identity: from 1; 0: it is not up */
	uint32_t replacements; /* number of IKE SAs that this one has replaced, by rekeying or reauthentication */
	uint32_t children;     /* number of child SAs */
	char child_names[IKE_CHILDREN_SIZE]; /* each once, separated by ", " */
	/* What its current child SAs have counted. */
	uint64_t in_bytes, out_bytes, in_packets, out_packets;
};

/*
 * The identity of its peer: by EAP or XAuth, or otherwise by IKE; "": identities are left out.  Valid as long as the
 * value.
 */
static inline const char *
ike_sa_peer(const struct ike_sa *sa)
{
	return sa->eap_id[0] != '\0' ? sa->eap_id : sa->remote_id;
}

struct ike_child {
	uint32_t id;	 /* the daemon's number for it */
	uint32_t ike_id; /* of its IKE SA */
	char name[IKE_NAME_SIZE];
	uint32_t reqid;
	uint8_t protocol; /* enum sa_protocol; 0: it has no SAs in the kernel */
	uint32_t spi_in, spi_out, mark_in, mark_out, if_id_in, if_id_out;
	uint64_t in_bytes, out_bytes, in_packets, out_packets;
};

struct ike_configured_child {
	char connection[IKE_NAME_SIZE], name[IKE_NAME_SIZE];
	/* Those of the connection, if it specifies exactly one; otherwise SA_ADDRESS_NONE. */
	struct sa_address local, remote;
	/* The connection accepts any peer: it has no remote address, or a wildcard, a range or a subnet. */
	bool for_anyone;
	bool is_shunt;			    /* a pass or drop policy, which creates no SAs */
	char selectors[IKE_SELECTORS_SIZE]; /* "LOCAL <> REMOTE", separated by ", " */
};

#endif
