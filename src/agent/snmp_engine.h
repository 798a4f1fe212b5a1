/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SNMP_ENGINE_H
#define SNMP_ENGINE_H

/*
 * With -l, how others identify this SNMPv3 engine: its ID and boot count (RFC 3411, RFC 3414), which must survive a
 * restart, since a peer drops messages from an unknown engine, or with an old boot count; and its users, which are
 * those of the configuration.
 *
 * net-snmp would keep all three in its own file, but does not read that with -c, writes it only when it exits, and
 * prefers the users of that file to those of the configuration.
 */

#include "state/state_directory.h"

/* Before init_snmp(): continues with what the directory has, if anything.  NULL: there is none. */
void snmp_engine_recall(const struct state_directory *directory);
/* After init_snmp(), and before anything is sent: writes what the next start needs.  Errors are logged. */
void snmp_engine_keep(const struct state_directory *directory);

#endif
