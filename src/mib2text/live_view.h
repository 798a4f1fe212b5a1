/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LIVE_VIEW_H
#define LIVE_VIEW_H

/*
 * Tunnels on a terminal, redrawn in place, by ncurses.  There is one at most, as there is one terminal: what a signal has
 * to put back is found without an argument.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent_state.h"
#include "tunnel_order.h"
#include "tunnels/tunnel.h"

struct live_view;

/* Whether standard input and output are a terminal on which lines can be redrawn. */
bool live_view_is_possible(void);

/* agent stays the caller's.  Nothing is shown yet.  NULL: there is no memory, or the terminal cannot be had. */
struct live_view *live_view_open(const char *agent, unsigned interval_seconds, enum tunnel_key key);

/* Puts the terminal back as it was. */
void live_view_close(struct live_view *view);

/* The same for a signal's handler, which then has to end the process; does nothing where there is no view. */
void live_view_leave_by_signal(void);

/* Readable when the user or the terminal wants something: then live_view_step(), which says false when it is over. */
int live_view_fd(const struct live_view *view);
bool live_view_step(struct live_view *view);

/* Shows one more look; message: what is doubtful about it, or empty.  False: no memory. */
bool live_view_show(struct live_view *view, const struct tunnel *tunnels, size_t count, const struct agent_state *state,
		    const char *message);

/* Shows why there is no other look. */
void live_view_complain(struct live_view *view, const char *message);

/* Serves the user until then, by the monotonic clock; false: it is over. */
bool live_view_wait(struct live_view *view, uint64_t until_us);

#endif
