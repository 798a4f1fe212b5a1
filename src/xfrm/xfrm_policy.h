/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_POLICY_H
#define XFRM_POLICY_H

/* XFRM policies, as far as they tell which way an SA goes: pure, from netlink messages (linux/xfrm.h). */

#include <linux/netlink.h>
#include <stdint.h>

#include "sa/sa.h"

enum { XFRM_POLICY_MAX_TEMPLATES = 6 }; /* net/xfrm.h, XFRM_MAX_DEPTH */

/* What an SA has to be like for a policy to use it. */
struct xfrm_policy_template {
	struct sa_address src, dst;
	uint8_t src_prefix_length, dst_prefix_length; /* below the address's length: any address in there */
	uint8_t protocol, mode;			      /* enum sa_protocol, enum sa_mode */
	uint8_t direction;			      /* enum sa_direction: of the policy */
	uint32_t reqid;				      /* 0: any */
};

/*
 * The templates of XFRM_MSG_NEWPOLICY or XFRM_MSG_UPDPOLICY.  Returns how many, or -1 with what is wrong, as
 * static text.
 */
int xfrm_policy_templates(const struct nlmsghdr *message,
			  struct xfrm_policy_template templates[XFRM_POLICY_MAX_TEMPLATES], const char **reason);

#endif
