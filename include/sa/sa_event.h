/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_EVENT_H
#define SA_EVENT_H

/* What a source reports about the life of SAs between two reads, as a plain value. */

#include <stdbool.h>
#include <stdint.h>

#include "sa/sa.h"

enum sa_event_kind {
	SA_EVENT_NONE = 0, /* nothing about the life of an SA */
	SA_EVENT_NEW,
	/*
	 * Its limits, keys or encapsulation changed, or a larval SA got its keys.  .sa is what was requested: its
	 * counters are not those of an existing SA.
	 */
	SA_EVENT_UPDATED,
	SA_EVENT_DELETED, /* .sa has the final counters */
	/* .sa has the counters and a state, but no algorithms; if .hard, it is gone, and no deletion follows. */
	SA_EVENT_EXPIRED,
	SA_EVENT_FLUSHED, /* see sa_event_flushes(); the SAs are gone, and no deletions follow */
};

struct sa_event {
	enum sa_event_kind kind;
	bool hard;		  /* of SA_EVENT_EXPIRED: a hard limit; otherwise a soft one */
	uint8_t flushed_protocol; /* of SA_EVENT_FLUSHED: for sa_event_flushes() */
	struct sa sa;		  /* of all others */
};

/*
 * Whether an SA_EVENT_FLUSHED of .flushed_protocol affects SAs of that protocol (include/net/xfrm.h,
 * xfrm_id_proto_match()).
 */
bool sa_event_flushes(uint8_t flushed_protocol, uint8_t protocol);

#endif
