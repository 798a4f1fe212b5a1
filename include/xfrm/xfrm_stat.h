/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_STAT_H
#define XFRM_STAT_H

/* The kernel's own counters of packets that XFRM dropped, /proc/net/xfrm_stat (net/xfrm/xfrm_proc.c): pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { XFRM_STAT_COUNTERS = 32 };

/* Their names as the kernel has them; number n is ipsecStat n + 1. */
extern const char *const xfrm_stat_names[XFRM_STAT_COUNTERS];

struct xfrm_stat {
	bool known[XFRM_STAT_COUNTERS]; /* a kernel may lack some */
	uint64_t counters[XFRM_STAT_COUNTERS];
	uint32_t others; /* counters that have no name here */
};

/* Reads the whole file's text.  What is no line of a name and a number is passed over. */
void xfrm_stat_read(struct xfrm_stat *stat, const char *text, size_t length);

#endif
