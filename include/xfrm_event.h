/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_EVENT_H
#define XFRM_EVENT_H

/* What the kernel tells of itself about SAs (groups XFRMNLGRP_SA and XFRMNLGRP_EXPIRE): pure, as
 * xfrm_message.h. */

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "sa.h"
#include "xfrm_message.h"

enum xfrm_event_kind {
	XFRM_EVENT_OTHER = 0, /* nothing about the life of an SA */
	XFRM_EVENT_NEW,
	XFRM_EVENT_UPDATED,
	XFRM_EVENT_DELETED, /* .sa has the final counters */
	XFRM_EVENT_EXPIRED, /* .sa has the counters, but no algorithms; if .hard, it is gone, without a
			       deletion */
	XFRM_EVENT_FLUSHED, /* see xfrm_event_flushes(); the SAs are gone, without a deletion for each */
};

struct xfrm_event {
	enum xfrm_event_kind kind;
	bool hard;                         /* of XFRM_EVENT_EXPIRED: a hard limit; else a soft one */
	uint8_t flushed;                   /* of XFRM_EVENT_FLUSHED: for xfrm_event_flushes() */
	struct sa sa;                      /* of the others; the direction only if the message tells it */
	struct xfrm_message_result result; /* also for xfrm_message_set_direction() */
};

/*
 * Reads any message of those groups, whose nlmsg_len must lie within the buffer.  Returns false, with the
 * reason in event->result, where it is malformed; *event is then unspecified.
 */
bool xfrm_event_read(const struct nlmsghdr *message, int64_t now_seconds, struct xfrm_event *event);

/* Whether an XFRM_EVENT_FLUSHED is about SAs of that protocol. */
bool xfrm_event_flushes(const struct xfrm_event *event, uint8_t protocol);

#endif
