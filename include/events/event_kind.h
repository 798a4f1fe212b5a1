/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_KIND_H
#define EVENT_KIND_H

/* How events of each kind are treated, in one table. */

#include <stdbool.h>
#include <stdint.h>

struct event_kind_info {
	bool has_notification;
	bool is_change; /* routine changes of SAs, which must not displace other events from the log */
	/* The columns that its notification carries, by number; 0 ends them. */
	uint8_t columns[20];
};

/* kind: enum event_kind */
const struct event_kind_info *event_kind_info(uint8_t kind);

#endif
