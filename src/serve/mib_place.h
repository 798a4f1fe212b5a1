/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_PLACE_H
#define MIB_PLACE_H

/* The place of a MIB: its root and SNMP context. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "mib/columns.h"

struct agentx_link;

struct mib_place {
	const unsigned long *root; /* of the whole MIB */
	size_t root_length;
	const char *context;	  /* SNMP context; "" is the default one */
	struct agentx_link *link; /* to the master; NULL: there is none */
};

/*
 * A registration of the table in that place, for GET and GETNEXT, which is also claimed from the master; the caller
 * passes it to net-snmp.  NULL: no memory.
 */
netsnmp_handler_registration *mib_registration(const struct mib_place *place, const struct column_table *table,
					       Netsnmp_Node_Handler *handler);

#endif
