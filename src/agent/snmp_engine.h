/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SNMP_ENGINE_H
#define SNMP_ENGINE_H

/*
 * With -l, what others know this SNMPv3 engine by: its ID and how often it has started (RFC 3411, RFC 3414), which must
 * outlive it, since whoever talks SNMPv3 with an engine drops what comes from another one, or from its past; and its
 * users, which are those of the configuration.
 *
 * net-snmp would keep all three in a file of its own, but does not read that with -c, writes it only at its end, and
 * prefers the users of that file to those of the configuration.
 */

#include "state/state_directory.h"

/* Before init_snmp(): goes on with what the directory has, if it has something.  NULL: there is none. */
void snmp_engine_recall(const struct state_directory *directory);
/* After init_snmp(), and before anything is sent: writes what the next start needs.  What goes wrong is logged. */
void snmp_engine_keep(const struct state_directory *directory);

#endif
