/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LIVE_VIEW_H
#define LIVE_VIEW_H

/*
 * Tunnels on a terminal, redrawn in place, by ncurses.  There is at most one view, as there is one terminal: a signal
 * handler finds it without an argument.
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

/* The caller still owns agent.  Nothing is shown yet.  NULL: there is no memory, or the terminal cannot be used. */
struct live_view *live_view_open(const char *agent, unsigned interval_seconds, enum tunnel_key key);

/* Restores the terminal. */
void live_view_close(struct live_view *view);

/* The same for a signal handler, which must then end the process; does nothing if there is no view. */
void live_view_leave_by_signal(void);

/*
 * Readable when the user or the terminal has input: then call live_view_step(), which returns false when the view is
 * over.
 */
int live_view_fd(const struct live_view *view);
bool live_view_step(struct live_view *view);

/* Shows another look; message: a warning about it, or empty.  False: no memory. */
bool live_view_show(struct live_view *view, const struct tunnel *tunnels, size_t count, const struct agent_state *state,
		    const char *message);

/* Shows why there is no new look. */
void live_view_complain(struct live_view *view, const char *message);

/* Handles input until then, by the monotonic clock; false: the view is over. */
bool live_view_wait(struct live_view *view, uint64_t until_us);

#endif
