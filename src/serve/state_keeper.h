/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_KEEPER_H
#define STATE_KEEPER_H

/*
 * Keeps the state of all views in a state file, from net-snmp's event loop: reads it once, and writes it soon after
 * important events, at intervals, and at the end.  Errors are logged, once; the agent works without the file.
 */

#include "events/event.h"
#include "state/state_directory.h"
#include "state_view.h"

struct state_keeper;

/* Reads the state in the directory (NULL: there is none), which must outlive the keeper.  NULL: no state is kept. */
struct state_keeper *state_keeper_open(const struct state_directory *directory, uint32_t interval_seconds);

/* All of these do nothing if the keeper is NULL. */

/* Restores these numbers from the state of that context, and saves them from now on; they must outlive the keeper. */
void state_keeper_add(struct state_keeper *keeper, const char *context, struct tunnel_numbers *numbers);

/* While a view is written, in bounded steps, nothing may change in it. */
struct state_hold {
	void (*hold)(void *data, bool held);
	void *data;
};
/* The same for everything else in the view whose numbers were added last.  True: its SAs continue where they were. */
bool state_keeper_complete(struct state_keeper *keeper, const struct state_view *complete,
			   const struct state_hold *holder);

/* Removes identities in contexts that are not served from what the file had. */
void state_keeper_forget_identities(struct state_keeper *keeper);

/* All views exist.  Writes at once, so that numbers of events are reserved before there are any. */
void state_keeper_begin(struct state_keeper *keeper);

/* Writes nothing until it is configured, because views are about to change, in bounded steps. */
void state_keeper_pause(struct state_keeper *keeper);
void state_keeper_configure(struct state_keeper *keeper, uint32_t interval_seconds);

/* The tunnel of that context is about to be shown so: no later agent may show less. */
void state_keeper_show(struct state_keeper *keeper, const char *context, const struct tunnel *tunnel);

/* An event has been reported; data: the keeper. */
void state_keeper_note(void *data, const struct event *event);

/* Writes the final state. */
void state_keeper_close(struct state_keeper *keeper);

#endif
