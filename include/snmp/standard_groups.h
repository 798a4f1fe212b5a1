/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STANDARD_GROUPS_H
#define STANDARD_GROUPS_H

/*
 * What every SNMP agent serves in addition to its own tree (RFC 3418: system, sysORTable, snmp; RFC 3411: snmpEngine;
 * RFC 3412: snmpMPDStats; RFC 3414: usmStats).  A subagent leaves all of that to its master.
 *
 * To be called after init_agent() and before init_snmp(): it also brings snmpd.conf's directives for them (sysDescr,
 * sysContact, sysLocation, sysName, sysServices, sysObjectID).
 */
void standard_groups_register(void);

#endif
