/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_MESSAGE_H
#define XFRM_MESSAGE_H

/*
 * XFRM netlink messages (linux/xfrm.h) to struct sa: pure, no sockets, no allocation.  Key material is never copied out
 * of the message.
 */

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"
#include "xfrm_reading.h"

/*
 * Parses the SA in XFRM_MSG_NEWSA or XFRM_MSG_UPDSA, whose nlmsg_len must lie within the buffer. now_seconds is the
 * wall clock (time(2)), to which add and use times refer.  The direction is set only if the message contains it.
 * Returns false, with the reason, if the message is too short, malformed, or of another kind; *sa is then unspecified.
 */
bool xfrm_message_sa(const struct nlmsghdr *message, int64_t now_seconds, struct sa *sa,
		     struct xfrm_message_result *result);

/*
 * The same for an SA whose struct xfrm_usersa_info (info, of that size, at any alignment) and attributes are in
 * different places, as in XFRM_MSG_DELSA and XFRM_MSG_EXPIRE.
 */
bool xfrm_message_parts(const void *info, const void *attributes, size_t length, int64_t now_seconds, struct sa *sa,
			struct xfrm_message_result *result);

/* Sets a direction that was derived, and the sequence number that goes with it. */
void xfrm_message_set_direction(struct sa *sa, enum sa_direction direction, const struct xfrm_message_result *result);

#endif
