/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRAP_SINKS_H
#define TRAP_SINKS_H

/*
 * net-snmp's directives for trap sinks, in our own configuration file.  With -l, notifications are sent to them; a
 * subagent's notifications go where its master's configuration says, so there these directives are errors.
 */

#include <stdbool.h>

/* Between init_agent() and init_snmp(). */
void trap_sinks_register(bool is_engine);
/* The number of trap sinks in the file that was read last. */
unsigned trap_sinks_count(void);

#endif
