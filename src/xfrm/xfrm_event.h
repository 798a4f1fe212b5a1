/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_EVENT_H
#define XFRM_EVENT_H

/*
 * The kernel's multicast messages about SAs (groups XFRMNLGRP_SA and XFRMNLGRP_EXPIRE) to struct sa_event: pure, like
 * xfrm_message.h.
 */

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "sa/sa_event.h"
#include "xfrm_message.h"

/*
 * Parses any message of those groups, whose nlmsg_len must lie within the buffer.  The direction is set only if the
 * message contains it; *result is also for xfrm_message_set_direction().  Returns false, with the reason in *result, if
 * the message is malformed; *event is then unspecified.
 */
bool xfrm_event_read(const struct nlmsghdr *message, int64_t now_seconds, struct sa_event *event,
		     struct xfrm_message_result *result);

#endif
