/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_place.h"

#include <string.h>

#include "snmp/agentx_link.h"

_Static_assert(sizeof(oid) == sizeof(unsigned long), "our sub-identifiers are net-snmp's");

netsnmp_handler_registration *
mib_registration(const struct mib_place *place, const struct column_table *table, Netsnmp_Node_Handler *handler)
{
	netsnmp_handler_registration *registration;
	const size_t root_length = place->root_length + table->suffix_length;
	oid root[MAX_OID_LEN];

	memcpy(root, place->root, place->root_length * sizeof(oid));
	memcpy(root + place->root_length, table->suffix, table->suffix_length * sizeof(oid));
	registration = netsnmp_create_handler_registration(table->name, handler, root, root_length, HANDLER_CAN_RONLY);
	if (!registration)
		return NULL;
	registration->contextName = place->context[0] == '\0' ? NULL : strdup(place->context);
	if ((registration->contextName || place->context[0] == '\0') &&
	    (!place->link || agentx_link_claim_part(place->link, table->name, place->context, root, root_length)))
		return registration;
	netsnmp_handler_registration_free(registration);
	return NULL;
}
