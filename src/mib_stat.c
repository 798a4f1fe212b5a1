/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsecStat: the kernel's own error counters, as scalars.  One that the kernel does not have is not there. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <string.h>

#include "mib_parts.h"
#include "mib_value.h"

/* objects(1) ipsecStat(5) */
static const oid group_suffix[] = {1, 5};
enum { GROUP_SUFFIX_LENGTH = 2 };
enum { OTHERS = XFRM_STAT_COUNTERS, SCALARS };

static bool
is_there(const struct xfrm_stat *stat, oid subid)
{
	return subid >= 1 && subid <= SCALARS && (subid - 1 == OTHERS || stat->known[subid - 1]);
}

static void
answer(netsnmp_variable_list *varbind, const struct xfrm_stat *stat, oid subid)
{
	struct column_value value;

	value.number = subid - 1 == OTHERS ? stat->others : stat->counters[subid - 1];
	mib_value_put(varbind, subid - 1 == OTHERS ? COLUMN_UNSIGNED32 : COLUMN_COUNTER64, &value);
}

/* What a name has behind the group's own; the lowest bits only, as in mib_sa_table.c. */
static size_t
suffix_of(const netsnmp_handler_registration *registration, const netsnmp_variable_list *varbind, oid suffix[2])
{
	const size_t root_length = registration->rootoid_len;
	size_t length = 0;

	if (varbind->name_length <= root_length ||
	    snmp_oid_compare(varbind->name, root_length, registration->rootoid, root_length) != 0)
		return 0;
	for (; length < varbind->name_length - root_length && length < 2; length++)
		suffix[length] = varbind->name[root_length + length] & UINT32_MAX;
	return varbind->name_length - root_length;
}

static void
answer_getnext(const struct xfrm_stat *stat, const netsnmp_handler_registration *registration,
	       netsnmp_request_info *request)
{
	oid suffix[2] = {0, 0}, name[MAX_OID_LEN];
	const size_t length = suffix_of(registration, request->requestvb, suffix);
	const size_t root_length = registration->rootoid_len;
	oid subid = length == 0 ? 1 : length == 1 ? suffix[0] : suffix[0] + 1;

	while (subid <= SCALARS && !is_there(stat, subid))
		subid++;
	if (subid > SCALARS)
		return; /* net-snmp goes on to what follows */
	memcpy(name, registration->rootoid, root_length * sizeof(oid));
	name[root_length] = subid;
	name[root_length + 1] = 0;
	snmp_set_var_objid(request->requestvb, name, root_length + 2);
	answer(request->requestvb, stat, subid);
}

static void
answer_get(const struct xfrm_stat *stat, const netsnmp_handler_registration *registration,
	   netsnmp_agent_request_info *info, netsnmp_request_info *request)
{
	oid suffix[2] = {0, 0};
	const size_t length = suffix_of(registration, request->requestvb, suffix);

	if (length == 0 || suffix[0] < 1 || suffix[0] > SCALARS)
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
	else if (length != 2 || suffix[1] != 0 || !is_there(stat, suffix[0]))
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
	else
		answer(request->requestvb, stat, suffix[0]);
}

static int
handle_stat(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration, netsnmp_agent_request_info *info,
	    netsnmp_request_info *requests)
{
	const struct xfrm_stat *const stat = stat_file_get(handler->myvoid);

	for (netsnmp_request_info *request = requests; request; request = request->next) {
		if (request->processed)
			continue;
		if (info->mode == MODE_GETNEXT)
			answer_getnext(stat, registration, request);
		else
			answer_get(stat, registration, info, request);
	}
	return SNMP_ERR_NOERROR;
}

bool
mib_stat_register(const struct mib_place *place, struct stat_file *file)
{
	oid root[MAX_OID_LEN];
	netsnmp_handler_registration *registration;

	memcpy(root, place->root, place->root_length * sizeof(oid));
	memcpy(root + place->root_length, group_suffix, sizeof(group_suffix));
	registration = netsnmp_create_handler_registration("ipsecStat", handle_stat, root,
							    place->root_length + GROUP_SUFFIX_LENGTH, HANDLER_CAN_RONLY);
	if (!registration)
		return false;
	registration->handler->myvoid = file;
	if (place->context[0] != '\0')
		registration->contextName = strdup(place->context);
	return netsnmp_register_handler(registration) == MIB_REGISTERED_OK;
}
