/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/standard_groups.h"

/*
 * From libnetsnmpmibs, whose headers are not installed; each is in agent/mibgroup/.../NAME.c of net-snmp.
 * init_snmp_mib also brings snmpEnableAuthenTraps.  usmUser and vacm are omitted: their tables are writable, and access
 * is a matter of the configuration file.
 */
void init_system_mib(void);
void init_sysORTable(void);
void init_snmp_mib(void);
void init_snmpEngine(void);
void init_snmpMPDStats(void);
void init_usmStats(void);

void
standard_groups_register(void)
{
	init_system_mib();
	init_sysORTable();
	init_snmp_mib();
	init_snmpEngine();
	init_snmpMPDStats();
	init_usmStats();
}
