/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TURN_H
#define TURN_H

/*
 * Turns: work that is done bit by bit from the event loop, with a look at all sockets between two bits.  net-snmp's
 * alarms do not do for that: it goes on running those that are due until none is, and looks at no socket meanwhile.
 */

#include <stdbool.h>

/* Its owner keeps it where it is; all zero but for the first two is one that has not been asked for. */
struct turn {
	void (*take)(void *data);
	void *data;
	struct turn *next;
	bool asked;
	unsigned round; /* of turns_take() in which it was asked for */
};

/* It is taken once when the event loop has looked at its sockets. */
void turn_ask(struct turn *turn);
void turn_cancel(struct turn *turn);

/* Whether any has been asked for: the event loop must not sleep then. */
bool turns_are_asked(void);
/* Takes each that has been asked for before the call.  What is asked for meanwhile is for the next call. */
void turns_take(void);

#endif
