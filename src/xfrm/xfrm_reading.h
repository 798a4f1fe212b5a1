/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_READING_H
#define XFRM_READING_H

/*
 * Between xfrm_attributes, which walks the attributes of an XFRM message, and the modules that read one of
 * them each: xfrm_algorithm and xfrm_replay.
 */

#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"

struct xfrm_message_result {
	const char *reason;	     /* static text; NULL: no error */
	unsigned unknown_attributes; /* attributes this build does not know: skipped */
	/* An SA has one sequence number, but XFRM keeps both and does not always say which is the used one.
	 */
	uint64_t sent_sequence, received_sequence;
};

struct xfrm_attribute;

/*
 * Messages are aligned to four octets only, so that everything is copied out before it is looked at.
 */
struct xfrm_reading {
	struct sa *sa;
	struct xfrm_message_result *result;
	uint16_t family; /* the SA's: AF_INET or AF_INET6 */
	int64_t now_seconds;
	/* The attribute it has come to: no shorter than what the kernel's structure for it has before any
	 * array. */
	const struct xfrm_attribute *attribute;
	const uint8_t *value;
	size_t length;
};

/* Reads one attribute into *reading->sa.  Returns NULL, or what is wrong with the value, as static text. */
typedef const char *xfrm_reader(const struct xfrm_reading *reading);

static inline void
xfrm_report(const struct xfrm_reading *reading, enum sa_attribute attribute)
{
	reading->sa->reported |= SA_ATTR_BIT(attribute);
}

#endif
