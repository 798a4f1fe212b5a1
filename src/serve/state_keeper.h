/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_KEEPER_H
#define STATE_KEEPER_H

/*
 * Keeps the state of all views in a state file, from net-snmp's event loop: reads it once, writes it soon after a
 * change and at the end.  What goes wrong is logged, once; the agent works without.
 */

#include "state/state_directory.h"
#include "tunnels/tunnel_numbers.h"

struct state_keeper;

/* Reads what the directory (NULL: there is none) has; it must outlive the keeper.  NULL: nothing is kept. */
struct state_keeper *state_keeper_open(const struct state_directory *directory);

/*
 * Gives these numbers what the file has of that context, and keeps them from now on; they must outlive the keeper.  Does
 * nothing where the keeper is NULL.
 */
void state_keeper_add(struct state_keeper *keeper, const char *context, struct tunnel_numbers *numbers);

/* Writes what has not been written.  NULL is fine. */
void state_keeper_close(struct state_keeper *keeper);

#endif
