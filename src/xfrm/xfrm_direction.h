/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_DIRECTION_H
#define XFRM_DIRECTION_H

/*
 * Which way SAs go, where the kernel does not tell: by the policy whose template an SA matches, else by which
 * end is an address of this host.  No sockets; filled with the messages of two dumps before each read.
 */

#include <linux/netlink.h>

#include "sa/sa.h"
#include "xfrm_policy.h"

struct xfrm_direction;

struct xfrm_direction *xfrm_direction_new(void); /* NULL: no memory */
void xfrm_direction_free(struct xfrm_direction *direction);

/* Forgets everything, and gives back memory that was of little use. */
void xfrm_direction_clear(struct xfrm_direction *direction);

/* 0, or -ENOMEM. */
int xfrm_direction_add_template(struct xfrm_direction *direction, const struct xfrm_policy_template *template);
int xfrm_direction_add_address(struct xfrm_direction *direction, const struct sa_address *address);

/* After the last address. */
void xfrm_direction_sort_addresses(struct xfrm_direction *direction);

/*
 * In or out by policy; where policies of both directions, or none, match: in if the destination is local,
 * else out if the source is; else unknown.  Takes constant time, but for templates whose addresses are
 * ranges: of those that have the same reqid, protocol and mode only the first few hundred are looked at.
 */
enum sa_direction xfrm_direction_of(const struct xfrm_direction *direction, const struct sa *sa);

/* The local address in RTM_NEWADDR (linux/if_addr.h); false: there is none, or the message is malformed. */
bool xfrm_direction_read_address(const struct nlmsghdr *message, struct sa_address *address);

#endif
