/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/mib_value.h"

static const u_char asn_types[] = {
	[COLUMN_OCTETS] = ASN_OCTET_STR,  [COLUMN_INTEGER32] = ASN_INTEGER,   [COLUMN_UNSIGNED32] = ASN_UNSIGNED,
	[COLUMN_COUNTER32] = ASN_COUNTER, [COLUMN_COUNTER64] = ASN_COUNTER64,
};

void
mib_value_put(netsnmp_variable_list *varbind, const struct column *column, const void *row)
{
	const u_char type = asn_types[column->syntax->type];
	struct column_value value;
	struct counter64 wide;
	long narrow;

	column_get(column, row, &value);
	switch (type) {
	case ASN_OCTET_STR:
		snmp_set_var_typed_value(varbind, type, value.octets, value.length);
		break;
	case ASN_COUNTER64:
		wide.high = (u_long)(value.number >> 32);
		wide.low = (u_long)(value.number & UINT32_MAX);
		snmp_set_var_typed_value(varbind, type, &wide, sizeof(wide));
		break;
	case ASN_INTEGER:
		narrow = (int32_t)value.number;
		snmp_set_var_typed_value(varbind, type, &narrow, sizeof(narrow));
		break;
	case ASN_UNSIGNED: /* a gauge stays at its maximum, a counter wraps (RFC 2578, section 7.1) */
		narrow = value.number < UINT32_MAX ? (long)value.number : (long)UINT32_MAX;
		snmp_set_var_typed_value(varbind, type, &narrow, sizeof(narrow));
		break;
	default:
		narrow = (long)(uint32_t)value.number;
		snmp_set_var_typed_value(varbind, type, &narrow, sizeof(narrow));
		break;
	}
}
