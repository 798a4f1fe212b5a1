/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRAP_SINKS_H
#define TRAP_SINKS_H

/*
 * net-snmp's words for trap sinks, in our own configuration file.  An engine of its own (-l) sends to them; a
 * subagent's notifications go where its master's configuration says, so there the words are errors.
 */

#include <stdbool.h>

/* Between init_agent() and init_snmp(). */
void trap_sinks_register(bool is_engine);
/* How many the file that was read last has. */
unsigned trap_sinks_count(void);

#endif
