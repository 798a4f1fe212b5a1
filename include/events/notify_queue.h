/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NOTIFY_QUEUE_H
#define NOTIFY_QUEUE_H

/*
 * Notifications that wait for the master, in order, at most so many of them, and let out at a steady pace, one at
 * a time: the next goes when the one before is known to have arrived.  What is dropped or sent is marked in
 * the log that it came from.  Pure: no clock, no sockets.
 */

#include <stdbool.h>
#include <stdint.h>

#include "events/event.h"
#include "events/event_log.h"

struct notify_queue;

struct notify_queue_settings {
	uint32_t limit;	     /* waiting notifications; the oldest are dropped beyond */
	uint32_t per_second; /* at most, apart from a few that had to wait for their turn */
};

struct notify_queue_statistics {
	uint64_t sent, dropped;
	uint32_t waiting; /* with the one under way */
};

struct notification {
	struct event event;
	struct event_log *log; /* which it came from */
};

/* NULL: no memory. */
struct notify_queue *notify_queue_new(const struct notify_queue_settings *settings);
void notify_queue_free(struct notify_queue *queue); /* NULL is fine */
void notify_queue_configure(struct notify_queue *queue, const struct notify_queue_settings *settings);

/* Copies the event, which is in the log and EVENT_WAITING there.  The log must outlive what waits of it. */
void notify_queue_push(struct notify_queue *queue, struct event_log *log, const struct event *event);

/*
 * The notification to send now, which is then under way until its end is told by one of the functions below.
 * NULL: none, since none waits, or one is under way, or it is too soon; *wait_us is then for how long (0: not
 * a matter of time).  It is valid until then.
 */
const struct notification *notify_queue_take(struct notify_queue *queue, uint64_t now_us, uint64_t *wait_us);

/*
 * The end of the one under way, if there is one: it arrived or is given up (which is said by delivery), or has to
 * be sent again.
 */
void notify_queue_settle(struct notify_queue *queue, enum event_delivery delivery);
void notify_queue_return(struct notify_queue *queue);

/* The one under way, or NULL. */
const struct notification *notify_queue_under_way(const struct notify_queue *queue);
const struct notify_queue_statistics *notify_queue_statistics(const struct notify_queue *queue);

#endif
