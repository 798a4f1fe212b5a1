/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/turn.h"

#include <stddef.h>

/* There is one event loop, and net-snmp's callbacks lead to it from everywhere. */
static struct {
	struct turn *first, **end;
	unsigned round; /* counts calls of turns_take() */
} requested = {NULL, &requested.first, 0};

void
turn_request(struct turn *turn)
{
	if (turn->requested)
		return;
	turn->requested = true;
	turn->round = requested.round;
	turn->next = NULL;
	*requested.end = turn;
	requested.end = &turn->next;
}

void
turn_cancel(struct turn *turn)
{
	struct turn **place = &requested.first;

	if (!turn->requested)
		return;
	while (*place != turn)
		place = &(*place)->next;
	*place = turn->next;
	if (requested.end == &turn->next)
		requested.end = place;
	turn->requested = false;
}

bool
turns_are_requested(void)
{
	return requested.first != NULL;
}

void
turns_take(void)
{
	const unsigned round = requested.round++;

	while (requested.first && requested.first->round == round) {
		struct turn *turn = requested.first;

		turn_cancel(turn);
		turn->take(turn->data);
	}
}
