/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_SHOWN_H
#define STATE_SHOWN_H

/*
 * The counters of each tunnel that were last shown, so that those of the next agent, after a kill, are never lower,
 * although the state file is older.  Each tunnel has a record of fixed size, which is written in place before anybody
 * sees the counters; no record crosses a page boundary, so that a kill leaves it either in its old or its new state.
 *
 * It is valid for one boot of the machine: that is as long as what was written is certain to be there without waiting
 * for a disk.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error_line.h"
#include "state/state_directory.h"
#include "tunnels/tunnel_counters.h"

struct state_shown;

/* Beyond this many tunnels, the record of another one makes room for each that is new. */
enum { STATE_SHOWN_MOST = 300000 };

/* Of that boot (empty: it is not known), without a file.  NULL: no memory. */
struct state_shown *state_shown_new(const char *boot);
void state_shown_free(struct state_shown *shown); /* NULL is fine */

/* Takes what the file "shown" of the directory has of this boot, if it has anything; before anything is noted. */
void state_shown_load(struct state_shown *shown, const struct state_directory *directory);
/* Has what is noted written there from now on.  False: error says why not. */
bool state_shown_keep(struct state_shown *shown, const struct state_directory *directory, char error[ERROR_LINE_SIZE]);
bool state_shown_is_kept(const struct state_shown *shown);

/* The tunnel of that context is about to be shown so.  False: that could not be written, with errno. */
bool state_shown_note(struct state_shown *shown, const char *context, const struct tunnel *tunnel);

/* What was last shown of the tunnel of that index; NULL: nothing.  Valid until something is noted. */
const struct tunnel_counters *state_shown_find(const struct state_shown *shown, const char *context, uint32_t index);

#endif
