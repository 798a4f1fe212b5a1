/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_KIND_H
#define EVENT_KIND_H

/* What is done with an event of a kind: one table of the kinds. */

#include <stdbool.h>
#include <stdint.h>

struct event_kind_info {
	bool has_notification;
	bool is_change; /* everyday life of SAs, which must not push the rest out of the log */
	/* The columns that its notification carries, by number; 0 ends them. */
	uint8_t columns[20];
};

/* kind: enum event_kind */
const struct event_kind_info *event_kind_info(uint8_t kind);

#endif
