/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REQUEST_COUNT_H
#define REQUEST_COUNT_H

/*
 * How many variables the agent was asked for, whatever they were, and by whomever.  It is net-snmp's own count
 * (snmpInTotalReqVars), in which it puts what it answers itself.
 */

struct snmp_pdu;

/* It wraps at 2^32. */
unsigned request_count(void);
/* A request that net-snmp does not get to see is answered. */
void request_count_add(const struct snmp_pdu *request);

#endif
