/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POLICY_H
#define POLICY_H

/*
 * A policy of the kernel's security policy database (RFC 4301, section 4.4.1) as a plain value, and what a source
 * reports about policies.  Like struct sa, it has a fixed size, owns no memory, and may be compared by memcmp(), since
 * unused octets are 0.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"

/* Values of ipsecPolicyDirection.  Policies of sockets let an IKE daemon's own packets pass. */
enum policy_direction { POLICY_IN = 1, POLICY_OUT, POLICY_FORWARD, POLICY_SOCKET_IN, POLICY_SOCKET_OUT };
enum policy_action { POLICY_ALLOW = 1, POLICY_BLOCK };
enum policy_type { POLICY_MAIN = 1, POLICY_SUB };

enum { POLICY_TEMPLATES_MOST = 6 }; /* net/xfrm.h, XFRM_MAX_DEPTH */

/* The properties that an SA must have for a policy to use it. */
struct policy_template {
	struct sa_address src, dst;
	uint8_t src_prefix_length, dst_prefix_length; /* below the address's length: any address in that prefix */
	uint8_t protocol, mode;			      /* enum sa_protocol, enum sa_mode */
	bool own_ends;				      /* otherwise the addresses are those of the traffic */
	bool optional;				      /* traffic passes without such an SA, too */
	uint32_t reqid;				      /* 0: any, in an inbound policy */
	uint32_t spi;				      /* 0: any */
};

struct policy {
	uint32_t index; /* the kernel's number for it, not 0 */
	uint8_t direction, action, type;
	uint8_t template_count; /* 0: allowed traffic passes in the clear */
	uint32_t priority;	/* the lowest number takes precedence */
	uint32_t flags;		/* XFRM_POLICY_* (linux/xfrm.h) */
	uint32_t mark, mark_mask, if_id;
	struct sa_selector selector;
	int64_t added_seconds, used_seconds; /* since 1970; 0: never */
	struct policy_template templates[POLICY_TEMPLATES_MOST];
};

/* The used octets at the beginning of a policy: the templates after .template_count are 0. */
static inline size_t
policy_octets(const struct policy *policy)
{
	return offsetof(struct policy, templates) + policy->template_count * sizeof(policy->templates[0]);
}

/* The direction of the SAs that it uses. */
static inline enum sa_direction
policy_sa_direction(const struct policy *policy)
{
	return policy->direction == POLICY_OUT || policy->direction == POLICY_SOCKET_OUT ? SA_DIRECTION_OUT
											 : SA_DIRECTION_IN;
}

enum policy_event_kind {
	POLICY_EVENT_NONE = 0, /* nothing about a policy */
	POLICY_EVENT_READ,     /* a read has it: it may be older than what events say */
	POLICY_EVENT_SET,      /* it is new, or has changed */
	POLICY_EVENT_GONE,     /* .policy has the index, and its last state */
	POLICY_EVENT_FLUSHED,  /* all policies of .policy.type are gone, except those of sockets */
};

struct policy_event {
	enum policy_event_kind kind;
	struct policy policy;
};

#endif
