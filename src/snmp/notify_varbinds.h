/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NOTIFY_VARBINDS_H
#define NOTIFY_VARBINDS_H

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "events/event.h"

/*
 * snmpTrapOID.0, and the columns of the event that its kind carries, as instances of ipsecEventTable's columns.  The
 * caller must free the list; NULL: no memory.
 */
netsnmp_variable_list *notify_varbinds(const struct event *event, const unsigned long *root, size_t root_length);

#endif
