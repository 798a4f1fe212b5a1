/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/turn.h"

#include <stddef.h>

/* There is one event loop, and net-snmp's callbacks lead to it from everywhere. */
static struct {
	struct turn *first, **end;
} asked = {NULL, &asked.first};

void
turn_ask(struct turn *turn)
{
	if (turn->asked)
		return;
	turn->asked = true;
	turn->next = NULL;
	*asked.end = turn;
	asked.end = &turn->next;
}

void
turn_cancel(struct turn *turn)
{
	struct turn **place = &asked.first;

	if (!turn->asked)
		return;
	while (*place != turn)
		place = &(*place)->next;
	*place = turn->next;
	if (asked.end == &turn->next)
		asked.end = place;
	turn->asked = false;
}

bool
turns_are_asked(void)
{
	return asked.first != NULL;
}

/* A mark ends the round; what is cancelled meanwhile is gone from the list, and the mark stays. */
void
turns_take(void)
{
	struct turn mark = {.take = NULL};

	turn_ask(&mark);
	while (asked.first != &mark) {
		struct turn *turn = asked.first;

		turn_cancel(turn);
		turn->take(turn->data);
	}
	turn_cancel(&mark);
}
