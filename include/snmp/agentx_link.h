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

/* The session with the master, which is net-snmp's; NULL: there is none. */
struct snmp_session *agentx_link_session(void);
/* Which session it is: 1 for the first one, and counting. */
unsigned agentx_link_number(void);
/* Calls the function whenever the session came or went; NULL: nobody.  It must not use the session yet. */
void agentx_link_on_change(void (*changed)(void *data), void *data);

#endif
