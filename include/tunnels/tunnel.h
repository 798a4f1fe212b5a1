/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_H
#define TUNNEL_H

/*
 * A tunnel as a plain value: a row of ipsecTunnelTable, as the agent serves it and mib2text rebuilds it.  Like struct
 * sa, it has a fixed size and owns no memory.
 */

#include <stdbool.h>
#include <stdint.h>

#include "ike/ike_sa.h"
#include "sa/sa.h"

enum { TUNNEL_NAME_SIZE = 65 }; /* 64 octets of UTF-8, and a NUL */
enum { TUNNEL_DESCR_SIZE = 160 };
enum { TUNNEL_SELECTORS_SIZE = 256 }; /* SnmpAdminString has at most 255 octets; and a NUL */
#define TUNNEL_NEVER_EXPIRES UINT32_MAX

/* Values of ipsecTunnelState. */
enum tunnel_state {
	TUNNEL_UP = 1, /* a usable SA in each direction, now or less than the grace time ago */
	TUNNEL_DOWN = 2,
	TUNNEL_LARVAL = 3,  /* down, but an SA waits for its keys */
	TUNNEL_UNKNOWN = 4, /* the source cannot be read, or the SAs of its other direction cannot be determined */
};

struct tunnel {
	uint32_t index;
	char name[TUNNEL_NAME_SIZE]; /* empty: none in the configuration */
	char descr[TUNNEL_DESCR_SIZE];
	/* From the IKE daemon; empty: not known. */
	char connection[IKE_NAME_SIZE], child[IKE_NAME_SIZE], remote_id[IKE_IDENTITY_SIZE];
	struct sa_address local, remote;
	uint32_t reqid, if_id;
	uint8_t state;		/* enum tunnel_state */
	int64_t since_seconds;	/* when it last came up or went down, since 1970 */
	uint32_t state_seconds; /* the same as an age, which does not jump when the clock is set */
	uint32_t ups, downs;
	/* The sums over all SAs that it ever had. */
	uint64_t in_bytes, out_bytes, in_packets, out_packets, in_errors, out_errors;
	uint32_t rekeys;
	uint32_t moves;	      /* how often either end got another address */
	uint32_t unseen_ends; /* SAs whose last packets, after the read before their end, are not known */
	uint32_t sas_in, sas_out;
	uint32_t inbound_index;	  /* of the tunnel that counts the inbound packets of this one; 0: this one itself */
	uint32_t expires_seconds; /* until the first hard limit of time; TUNNEL_NEVER_EXPIRES: there is none */
	char selectors[TUNNEL_SELECTORS_SIZE]; /* the traffic of its policies; empty: it has none */
	int64_t began_seconds;		       /* when the counters began, since 1970: ipsecTunnelDiscontinuityTime */
};

#endif
