/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_SA_H
#define IKE_SA_H

/*
 * What an IKE daemon tells, as plain values of fixed size that own no memory: an IKE SA (a row of ipsecIkeTable), a child SA of
 * one, and a child as it is configured.  Texts are printable UTF-8; what does not fit is cut off.
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
	IKE_PASSIVE = 4, /* of a cluster's other node */
	IKE_REKEYING = 5,
	IKE_REKEYED = 6, /* another has taken its place */
	IKE_DELETING = 7,
	IKE_DESTROYING = 8,
};

enum ike_role { IKE_INITIATOR = 1, IKE_RESPONDER = 2 };

#define IKE_NEVER UINT32_MAX

struct ike_sa {
	uint32_t id; /* the daemon's own number for it */
	char connection[IKE_NAME_SIZE];
	uint8_t version; /* of IKE: 1 or 2; 0: not known */
	uint8_t state;	 /* enum ike_state */
	uint8_t role;	 /* enum ike_role */
	struct sa_address local, remote;
	uint16_t local_port, remote_port;
	char local_id[IKE_IDENTITY_SIZE], remote_id[IKE_IDENTITY_SIZE];
	char eap_id[IKE_IDENTITY_SIZE]; /* of the remote, by EAP or XAuth, where it differs from remote_id */
	char encryption[IKE_ALGORITHM_SIZE], integrity[IKE_ALGORITHM_SIZE], prf[IKE_ALGORITHM_SIZE];
	char dh_group[IKE_ALGORITHM_SIZE];
	bool nat_local, nat_remote;
	uint32_t age_seconds;			/* since it was established; 0 until then */
	int64_t since_seconds;			/* the same as a date, since 1970 */
	uint32_t rekey_seconds, reauth_seconds; /* until it is due; IKE_NEVER: it is not */
	uint32_t device;       /* which one of those that its peer has under one identity: from 1 on; 0: it is not up */
	uint32_t replacements; /* of IKE SAs to this peer, by rekeying or reauthentication */
	uint32_t children;     /* child SAs */
	char child_names[IKE_CHILDREN_SIZE]; /* each once, with ", " between */
	/* What its child SAs have counted that it has now. */
	uint64_t in_bytes, out_bytes, in_packets, out_packets;
};

/* Who its peer is: by EAP or XAuth, or else by IKE; "": identities are left out.  Lives as long as the value. */
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
	/* Of the connection, where it names exactly one; else SA_ADDRESS_NONE. */
	struct sa_address local, remote;
	/* The connection is for whoever comes: it has no remote address, or one that is a wildcard, a range or a subnet. */
	bool for_anyone;
	bool is_shunt;			    /* it lets pass or drops, and makes no SAs */
	char selectors[IKE_SELECTORS_SIZE]; /* "LOCAL <> REMOTE", with ", " between pairs */
};

#endif
