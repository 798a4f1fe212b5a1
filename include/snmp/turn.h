/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TURN_H
#define TURN_H

/*
 * Turns: work that is done in bounded steps from the event loop, with a look at all sockets between two steps.
 * net-snmp's alarms are unsuitable: net-snmp runs those that are due until none is left, without a look at the sockets.
 */

#include <stdbool.h>

/* Must not move; initialise to zero, except the first two members. */
struct turn {
	void (*take)(void *data);
	void *data;
	struct turn *next;
	bool requested;
	unsigned round; /* number of the turns_take() call in which it was requested */
};

/* Requests a turn, which is taken once, when the event loop has looked at its sockets. */
void turn_request(struct turn *turn);
void turn_cancel(struct turn *turn);

/* Whether any turn is requested: the event loop must not sleep then. */
bool turns_are_requested(void);
/* Takes each turn that was requested before the call.  Turns requested meanwhile are for the next call. */
void turns_take(void);

#endif
