/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/request_count.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

unsigned
request_count(void)
{
	return snmp_get_statistic(STAT_SNMPINTOTALREQVARS);
}

void
request_count_add(const netsnmp_pdu *request)
{
	snmp_increment_statistic_by(STAT_SNMPINTOTALREQVARS, count_varbinds(request->variables));
}
