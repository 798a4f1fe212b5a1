/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REPORTER_H
#define REPORTER_H

/*
 * The end of the way for all events of one view: each gets its number and time, is kept in the log, is queued for
 * notification if the policy says so, and is written to the system log if that is configured.
 */

#include "events/event.h"
#include "events/event_log.h"
#include "events/event_policy.h"
#include "events/notify_queue.h"

struct reporter {
	struct event_log *log;
	struct notify_queue *queue;
	struct event_policy policy;
	int64_t (*now_ms)(void); /* since 1970 */
	void (*say)(const char *line);
	void (*wake)(void *data); /* something waits in the queue */
	void *wake_data;
	/* NULL, or called for each event after it got its number. */
	void (*noted)(void *data, const struct event *event);
	void *noted_data;
};

/* The sink that leads to it. */
struct event_sink reporter_sink(struct reporter *reporter);

#endif
