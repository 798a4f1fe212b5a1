/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_KEEPER_H
#define STATE_KEEPER_H

/*
 * Keeps the state of all views in a state file, from net-snmp's event loop: reads it once, writes it soon after what
 * matters, at intervals, and at the end.  What goes wrong is logged, once; the agent works without.
 */

#include "events/event.h"
#include "state/state_directory.h"
#include "state_view.h"

struct state_keeper;

/* Reads what the directory (NULL: there is none) has; it must outlive the keeper.  NULL: nothing is kept. */
struct state_keeper *state_keeper_open(const struct state_directory *directory, uint32_t interval_seconds);

/* All of these do nothing where the keeper is NULL. */

/*
 * Gives these numbers what the file has of that context, and keeps them from now on; they must outlive the keeper.
 */
void state_keeper_add(struct state_keeper *keeper, const char *context, struct tunnel_numbers *numbers);

/* While a view is written, bit by bit, nothing may change in it. */
struct state_hold {
	void (*hold)(void *data, bool held);
	void *data;
};
/* The same of all else that belongs to the view whose numbers were added last.  True: its SAs go on where they were. */
bool state_keeper_complete(struct state_keeper *keeper, const struct state_view *complete,
			   const struct state_hold *holder);

/* What the file had of identities in contexts that are not served is not kept any more. */
void state_keeper_forget_identities(struct state_keeper *keeper);

/* All views are there.  Writes at once, so that numbers of events are reserved before there are any. */
void state_keeper_begin(struct state_keeper *keeper);

/* Writes nothing until it is configured, because views are about to change, bit by bit. */
void state_keeper_pause(struct state_keeper *keeper);
void state_keeper_configure(struct state_keeper *keeper, uint32_t interval_seconds);

/* An event has been told; data: the keeper. */
void state_keeper_note(void *data, const struct event *event);

/* Writes how it ends. */
void state_keeper_close(struct state_keeper *keeper);

#endif
