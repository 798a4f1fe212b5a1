/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_READING_H
#define XFRM_READING_H

/*
 * What xfrm_attributes, which walks the attributes of an XFRM message, shares with the modules that each parse one kind
 * of them: xfrm_algorithm and xfrm_replay.
 */

#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"

struct xfrm_message_result {
	const char *reason;	     /* static text; NULL: no error */
	unsigned unknown_attributes; /* attributes that this build does not know, and skips */
	/* An SA has one sequence number, but XFRM reports both and does not always say which one is used. */
	uint64_t sent_sequence, received_sequence;
};

struct xfrm_attribute;

/* Messages are only aligned to four octets, so everything is copied out before it is used. */
struct xfrm_reading {
	struct sa *sa;
	struct xfrm_message_result *result;
	uint16_t family; /* that of the SA: AF_INET or AF_INET6 */
	int64_t now_seconds;
	/* The current attribute, at least as long as the kernel's structure for it without any array at its end. */
	const struct xfrm_attribute *attribute;
	const uint8_t *value;
	size_t length;
};

/* Parses one attribute into *reading->sa.  Returns NULL, or what is wrong with the value, as static text. */
typedef const char *xfrm_reader(const struct xfrm_reading *reading);

static inline void
xfrm_report(const struct xfrm_reading *reading, enum sa_attribute attribute)
{
	reading->sa->reported |= SA_ATTR_BIT(attribute);
}

#endif
