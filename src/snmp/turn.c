/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/turn.h"

#include <stddef.h>

/* There is one event loop, and net-snmp's callbacks lead to it from everywhere. */
static struct {
	struct turn *first, **end;
	unsigned round; /* counts calls of turns_take() */
} asked = {NULL, &asked.first, 0};

void
turn_ask(struct turn *turn)
{
	if (turn->asked)
		return;
	turn->asked = true;
	turn->round = asked.round;
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

void
turns_take(void)
{
	const unsigned round = asked.round++;

	while (asked.first && asked.first->round == round) {
		struct turn *turn = asked.first;

		turn_cancel(turn);
		turn->take(turn->data);
	}
}
