/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_POLICY_H
#define XFRM_POLICY_H

/* XFRM's messages about policies (linux/xfrm.h) to struct policy_event: pure, no sockets, no allocation. */

#include <linux/netlink.h>
#include <stdbool.h>

#include "sa/policy.h"

/*
 * Parses any message of the groups XFRMNLGRP_POLICY and XFRMNLGRP_EXPIRE, or of a dump of policies, whose nlmsg_len
 * must lie within the buffer; a message about anything else is a POLICY_EVENT_NONE.  Returns false, with the reason as
 * static text in *reason, if it is malformed; *event is then unspecified.
 */
bool xfrm_policy_read(const struct nlmsghdr *message, struct policy_event *event, const char **reason);

#endif
