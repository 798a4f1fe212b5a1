/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/standard_groups.h"

/*
 * Of libnetsnmpmibs, whose headers are not installed; each is agent/mibgroup/.../NAME.c of net-snmp.  init_snmp_mib's
 * sibling for snmpEnableAuthenTraps comes with it.  usmUser and vacm are left out: their tables can be
 * written, and who may ask is for the configuration file to say.
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
