/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_MESSAGE_H
#define XFRM_MESSAGE_H

/*
 * XFRM netlink messages (linux/xfrm.h) to struct sa: pure, no sockets, no allocation.  Key material is never
 * copied out of the message.
 */

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#include "sa.h"

struct xfrm_message_result {
	const char *reason;	/* static text; NULL: no error */
	unsigned unknown_attributes; /* attributes this build does not know: skipped */
};

/*
 * Reads the SA out of XFRM_MSG_NEWSA or XFRM_MSG_UPDSA, whose nlmsg_len must lie within the buffer.
 * now_seconds is the wall clock (time(2)), against which add and use times are told.  The direction
 * is set only if the message itself tells it.  Returns false, with the reason, where the message is too short,
 * malformed, or of another kind.
 */
bool xfrm_message_sa(const struct nlmsghdr *message, int64_t now_seconds, struct sa *sa,
		     struct xfrm_message_result *result);

#endif
