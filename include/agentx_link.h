/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_LINK_H
#define AGENTX_LINK_H

/*
 * The connection to the AgentX master: net-snmp's subagent opens, pings and re-opens it; this sees to it that
 * that happens within two seconds, never blocks for long, and is said once rather than each time.
 */

#include <stdbool.h>

/* Before init_agent(). */
void agentx_link_prepare(const char *master);
/* Between init_agent(), which sets other defaults, and init_snmp(), which reads what the user wants. */
void agentx_link_set_defaults(void);
/* After init_snmp(): says so if there is no master yet. */
void agentx_link_report(void);
bool agentx_link_is_up(void);

#endif
