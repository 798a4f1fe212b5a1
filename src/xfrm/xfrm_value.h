/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_VALUE_H
#define XFRM_VALUE_H

/* Values that occur in many of the kernel's structures, converted to ours. */

#include <stdbool.h>
#include <stdint.h>

#include "sa/sa.h"

struct xfrm_selector;

/* An address of that family, at any alignment.  False, *address then SA_ADDRESS_NONE: neither AF_INET nor AF_INET6. */
bool xfrm_address(struct sa_address *address, uint16_t family, const void *octets);

/*
 * A selector, whose addresses are of that family, whatever its own family field says.  False: of neither family, or a
 * prefix is longer than the address.
 */
bool xfrm_selector_read(struct sa_selector *to, uint16_t family, const struct xfrm_selector *from);

/* XFRM_MODE_* to enum sa_mode. */
uint8_t xfrm_mode(uint8_t mode);

/* The time from then to now, both of the wall clock; 0 if the clock was set back, or then is 0, which means never. */
uint64_t xfrm_elapsed_seconds(int64_t now_seconds, uint64_t then);

#endif
