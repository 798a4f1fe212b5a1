/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NOTIFIER_H
#define NOTIFIER_H

/*
 * Sends the notifications of a queue from net-snmp's event loop: a subagent to the AgentX master, one after the other,
 * each confirmed by the master's response; an SNMP agent (-l) to the trap sinks.
 *
 * A notification is lost or duplicated only if that cannot be avoided.  When the connection breaks while one is
 * unanswered, the next master is asked for its uptime.  If it is the same master, which hung, the notification is in
 * its end of the old connection, and it will process it; another master gets it again.
 */

#include <stdbool.h>
#include <stddef.h>

#include "events/notify_queue.h"

struct agentx_link;
struct notifier;

/*
 * root: of the MIB; link: to the master, NULL: to trap sinks.  Queue and root must outlive the notifier; the link may
 * end before it.  NULL: no memory.
 */
struct notifier *notifier_new(struct notify_queue *queue, const unsigned long *root, size_t root_length,
			      struct agentx_link *link);
void notifier_free(struct notifier *notifier); /* NULL is allowed */

/* Something waits in the queue, and is sent after the event loop has had its turn.  data: the notifier. */
void notifier_wake(void *data);

#endif
