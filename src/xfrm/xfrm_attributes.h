/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_ATTRIBUTES_H
#define XFRM_ATTRIBUTES_H

/* The attributes of XFRM netlink messages (linux/xfrm.h, XFRMA_*), for the modules that parse such messages. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"
#include "xfrm_reading.h"

/*
 * Reads `length` octets of attributes into *sa, whose fixed part has been read, and the sequence numbers and the count
 * of unknown attributes into *result.  family is that of the SA, AF_INET or AF_INET6.  Returns NULL, or what is wrong,
 * as static text.
 */
const char *xfrm_attributes_read(const void *attributes, size_t length, uint16_t family, int64_t now_seconds,
				 struct sa *sa, struct xfrm_message_result *result);

/*
 * The value of the first attribute of that type among `length` octets of attributes, if it has at least `minimum`
 * octets; otherwise NULL.
 */
const void *xfrm_attributes_find(const void *attributes, size_t length, uint16_t type, size_t minimum,
				 size_t *value_length);

/* Whether none of them is cut short. */
bool xfrm_attributes_are_whole(const void *attributes, size_t length);

#endif
