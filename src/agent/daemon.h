/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DAEMON_H
#define DAEMON_H

/*
 * Becoming a daemon: in the background from the start, so that nothing has to survive a fork (timers and AgentX
 * sessions do not), while the command that was typed ends only when it is known whether the daemon runs.
 */

#include <stdbool.h>

/*
 * Returns in the daemon to be, which has a session of its own, still the standard streams of who started it, and
 * stays in the same folder, so that relative names go on to mean the same.  The calling process waits, and exits with
 * status 0 after daemon_is_ready(), or with 1 if the daemon ends before that.  False: errno says why it cannot be.
 */
bool daemon_begin(void);

/* Lets go of the standard streams, of standard error only if nothing is logged there, and of who waits. */
void daemon_is_ready(bool logs_to_stderr);

#endif
