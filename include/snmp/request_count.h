/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REQUEST_COUNT_H
#define REQUEST_COUNT_H

/*
 * The number of variables that were requested from the agent, of whatever kind and by whomever.  It is net-snmp's own
 * count (snmpInTotalReqVars), which includes what net-snmp answers itself.
 */

struct snmp_pdu;

/* It wraps at 2^32. */
unsigned request_count(void);
/* Counts a request that is answered without net-snmp. */
void request_count_add(const struct snmp_pdu *request);

#endif
