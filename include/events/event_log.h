/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

/*
 * The last events of one view, by number, in two rings, so that births and deaths of SAs (event_kind_info.is_change)
 * never displace more important events; neither do expiries of SAs that never had keys, unless they are notified. Pure:
 * no clock, no sockets.
 */

#include <stdbool.h>
#include <stdint.h>

#include "events/event.h"

struct event_log;

/* How many events each ring keeps; 0: none. */
struct event_log_sizes {
	uint32_t events, changes;
};
enum { EVENT_LOG_MAX = 100000 };

/* context: the SNMP context of the view, which must outlive the log.  NULL: no memory. */
struct event_log *event_log_new(const char *context, const struct event_log_sizes *sizes);
void event_log_free(struct event_log *log); /* NULL is allowed */
/* Keeps the newest events.  False: no memory, and nothing has changed. */
bool event_log_resize(struct event_log *log, const struct event_log_sizes *sizes);

/* The numbers of the last event, and of the last one that was notified, from which the next agent continues. */
struct event_numbers {
	uint32_t last, last_notified;
};
struct event_numbers event_log_numbers(const struct event_log *log);
void event_log_follow_on(struct event_log *log, const struct event_numbers *numbers);

/*
 * Gives the event the next number, the log's context and, with EVENT_WAITING as its .delivery, the number of the one
 * notified before it; keeps a copy.
 */
void event_log_add(struct event_log *log, struct event *event);
/* Does nothing if the event is not kept any more. */
void event_log_set_delivery(struct event_log *log, uint32_t number, enum event_delivery delivery);

/* See event_forget_identity(): of all events. */
void event_log_forget_identities(struct event_log *log);

/* The event with the lowest number above that one; NULL: there is none.  Valid until the log changes. */
const struct event *event_log_after(const struct event_log *log, uint32_t number);

#endif
