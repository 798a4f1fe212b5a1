/* SPDX-License-Identifier: BSD-3-Clause */
#include "notify_varbinds.h"

#include <string.h>

#include "events/event_columns.h"
#include "events/event_kind.h"
#include "snmp/mib_value.h"

static bool
add_kind(netsnmp_variable_list **list, uint8_t kind, const oid *root, size_t root_length)
{
	static const oid snmp_trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}; /* RFC 3418 */
	oid name[MAX_OID_LEN];

	memcpy(name, root, root_length * sizeof(oid));
	name[root_length] = 0;
	name[root_length + 1] = kind;
	return snmp_varlist_add_variable(list, snmp_trap_oid, OID_LENGTH(snmp_trap_oid), ASN_OBJECT_ID, name,
					 (root_length + 2) * sizeof(oid)) != NULL;
}

static bool
add_column(netsnmp_variable_list **list, const struct event *event, uint8_t number, const oid *root, size_t root_length)
{
	const struct column *const column = column_by_subid(&event_table, number);
	size_t length = root_length;
	netsnmp_variable_list *varbind;
	oid name[MAX_OID_LEN];

	memcpy(name, root, root_length * sizeof(oid));
	memcpy(name + length, event_table.suffix, event_table.suffix_length * sizeof(oid));
	length += event_table.suffix_length;
	name[length++] = number;
	name[length++] = event->number;
	varbind = snmp_varlist_add_variable(list, name, length, ASN_NULL, NULL, 0);
	if (!varbind)
		return false;
	mib_value_put(varbind, column, event);
	return true;
}

netsnmp_variable_list *
notify_varbinds(const struct event *event, const unsigned long *root, size_t root_length)
{
	const uint8_t *carried = event_kind_info(event->kind)->columns;
	netsnmp_variable_list *list = NULL;
	bool done = add_kind(&list, event->kind, root, root_length);

	for (; done && *carried; carried++)
		done = add_column(&list, event, *carried, root, root_length);
	if (done)
		return list;
	snmp_free_varbind(list);
	return NULL;
}
