/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NOTIFY_QUEUE_H
#define NOTIFY_QUEUE_H

/*
 * Notifications that wait for the master, in order and up to a maximum number, and are released at a steady pace, one
 * at a time: the next one goes when the previous one is known to have arrived.  Each is marked as sent or dropped in
 * the log that it came from.  Pure: no clock, no sockets.
 */

#include <stdbool.h>
#include <stdint.h>

#include "events/event.h"
#include "events/event_log.h"

struct notify_queue;

struct notify_queue_settings {
	uint32_t limit;	     /* waiting notifications; above that, the oldest are dropped */
	uint32_t per_second; /* the maximum, apart from a few that had to wait for their turn */
};

struct notify_queue_statistics {
	uint64_t sent, dropped;
	uint32_t waiting; /* including the one under way */
};

struct notification {
	struct event event;
	struct event_log *log; /* the log that it came from */
};

/* NULL: no memory. */
struct notify_queue *notify_queue_new(const struct notify_queue_settings *settings);
void notify_queue_free(struct notify_queue *queue); /* NULL is allowed */
void notify_queue_configure(struct notify_queue *queue, const struct notify_queue_settings *settings);

/* Copies the event, which is in the log and EVENT_WAITING there.  The log must exist while its events wait. */
void notify_queue_push(struct notify_queue *queue, struct event_log *log, const struct event *event);

/*
 * The notification to send now, which is then under way until one of the functions below reports its end. NULL: none is
 * waiting, or one is under way, or it is too soon; *wait_us is then how long to wait (0: time does not matter).  It is
 * valid until that end.
 */
const struct notification *notify_queue_take(struct notify_queue *queue, uint64_t now_us, uint64_t *wait_us);

/* Ends the one under way, if there is one: it arrived or is given up (as delivery says), or must be sent again. */
void notify_queue_settle(struct notify_queue *queue, enum event_delivery delivery);
void notify_queue_return(struct notify_queue *queue);

/* See event_forget_identity(): of all that wait; the one under way is sent as it is. */
void notify_queue_forget_identities(struct notify_queue *queue);

/* The one under way, or NULL. */
const struct notification *notify_queue_under_way(const struct notify_queue *queue);
const struct notify_queue_statistics *notify_queue_statistics(const struct notify_queue *queue);

#endif
