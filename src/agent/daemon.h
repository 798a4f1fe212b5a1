/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DAEMON_H
#define DAEMON_H

/*
 * Becoming a daemon: in the background from the start, because timers and AgentX sessions do not survive a fork, while
 * the command returns only when it is known whether the daemon runs.
 */

#include <stdbool.h>

/*
 * Returns in the future daemon, which has a new session, still uses the standard streams of the caller, and stays in
 * the same directory, so that relative names keep their meaning.  The calling process waits, and exits with status 0
 * after daemon_is_ready(), or with 1 if the daemon ends before that.  False: errno says why.
 */
bool daemon_begin(void);

/* Closes the standard streams, standard error only if nothing is logged there, and lets the waiting process exit. */
void daemon_is_ready(bool logs_to_stderr);

#endif
