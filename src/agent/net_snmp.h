/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NET_SNMP_H
#define NET_SNMP_H

/* net-snmp's library, started, read again and stopped as this daemon needs it. */

#include <stdbool.h>

#include "base/error_line.h"
#include "options.h"
#include "serve/settings.h"
#include "state/state_directory.h"

/* Where the log goes, until the daemon leaves its terminal. */
void net_snmp_start_log(const struct options *options);
/* The daemon runs: it lets go of the terminal, unless its user wants the log there. */
void net_snmp_leave_terminal(const struct options *options);

/*
 * Reads the configuration, and opens what is listened on, and where state is kept: *state is the caller's to close, or NULL
 * if nothing is kept, which has been logged where it was not asked for.  options->listen_on, if it is not given,
 * is what the file has as agentaddress.  The options must stay.  False: error[ERROR_LINE_SIZE] says why.
 */
bool net_snmp_start(struct options *options, struct settings *settings, struct state_directory **state,
		    char error[ERROR_LINE_SIZE]);
/* Reads the configuration again.  How many errors it has, which are in the log. */
unsigned net_snmp_read_again(struct settings *settings);
void net_snmp_stop(void);

#endif
