/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NET_SNMP_H
#define NET_SNMP_H

/* Starts net-snmp's library, has it read its configuration again, and stops it, as this daemon needs it. */

#include <stdbool.h>

#include "base/error_line.h"
#include "options.h"
#include "serve/settings.h"
#include "state/state_directory.h"

/* The destination of the log, until the daemon leaves its terminal. */
void net_snmp_start_log(const struct options *options);
/* The daemon runs: it leaves the terminal, unless the log goes there. */
void net_snmp_leave_terminal(const struct options *options);

/*
 * Reads the configuration, and opens the listening sockets and the state directory: the caller must close *state, or it
 * is NULL if no state is kept, which has been logged unless it was requested.  options->listen_on defaults to the
 * file's agentaddress.  The options must stay.  False: error[ERROR_LINE_SIZE] says why.
 */
bool net_snmp_start(struct options *options, struct settings *settings, struct state_directory **state,
		    char error[ERROR_LINE_SIZE]);
/* Reads the configuration again.  Returns the number of its errors, which are in the log. */
unsigned net_snmp_read_again(struct settings *settings);
void net_snmp_stop(void);

#endif
