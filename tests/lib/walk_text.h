/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef WALK_TEXT_H
#define WALK_TEXT_H

/* Walks of ipsecSaTable as text, printed by net-snmp's own printer in any of its notations. */

#include "random_sa.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdio.h>

#include "mib2text/agent_state.h"
#include "mib/mib_oid.h"
#include "mib2text/mib_table.h"

struct text {
	char *octets;
	size_t length;
	FILE *stream;
};

static inline void
text_open(struct text *text)
{
	text->stream = open_memstream(&text->octets, &text->length);
	assert_non_null(text->stream);
}

static inline void
text_close(struct text *text)
{
	assert_int_equal(fclose(text->stream), 0);
}

static inline void
print_binding(FILE *stream, const struct mib_oid *name, const struct column_syntax *syntax,
	      const struct column_value *value)
{
	static const u_char types[] = {
		[COLUMN_OCTETS] = ASN_OCTET_STR,  [COLUMN_INTEGER32] = ASN_INTEGER,   [COLUMN_UNSIGNED32] = ASN_GAUGE,
		[COLUMN_COUNTER32] = ASN_COUNTER, [COLUMN_COUNTER64] = ASN_COUNTER64,
	};
	netsnmp_variable_list variable = {0};
	long number = syntax->type == COLUMN_INTEGER32 ? (int32_t)(uint32_t)value->number : (long)value->number;
	struct counter64 wide = {.high = value->number >> 32, .low = (uint32_t)value->number};

	variable.type = types[syntax->type];
	if (syntax->type == COLUMN_OCTETS) {
		snmp_set_var_value(&variable, value->octets, value->length);
	} else if (syntax->type == COLUMN_COUNTER64) {
		snmp_set_var_value(&variable, &wide, sizeof(wide));
	} else {
		snmp_set_var_value(&variable, &number, sizeof(number));
	}
	fprint_variable(stream, name->subids, name->length, &variable);
	snmp_free_var_internals(&variable);
}

static inline void
print_cell(FILE *stream, const struct sa *sa, size_t column)
{
	struct column_value value;
	struct sa_key key;
	struct mib_oid name;

	column_table_entry(&sa_table, &mib_default_root, &name);
	name.subids[name.length++] = column_subid(&sa_table, column_at(&sa_table, column));
	sa_key_make(&key, &sa->said);
	name.length += sa_key_to_oid(&key, name.subids + name.length);
	column_get(column_at(&sa_table, column), sa, &value);
	print_binding(stream, &name, column_at(&sa_table, column)->syntax, &value);
}

/* field: of struct agent_status, by its offset */
static inline void
print_scalar(FILE *stream, size_t field, uint64_t number, const char *octets)
{
	const struct column *const column = column_of_field(&agent_table, field);
	struct column_value value = {.number = number, .octets = (const uint8_t *)octets};
	struct mib_oid name;

	value.length = octets ? strlen(octets) : 0;
	column_table_entry(&agent_table, &mib_default_root, &name);
	name.subids[name.length++] = column_subid(&agent_table, column);
	name.subids[name.length++] = 0;
	print_binding(stream, &name, column->syntax, &value);
}

/* As "snmpbulkwalk -O<options>" of ipsecSaTable. */
static inline void
print_walk(struct text *text, const char *options, const struct sa *rows, size_t count)
{
	char copy[16];

	snprintf(copy, sizeof(copy), "%s", options);
	assert_null(snmp_out_options(copy, 0, NULL));
	text_open(text);
	for (size_t column = 0; column < columns_readable(&sa_table); column++) {
		for (size_t row = 0; row < count; row++)
			print_cell(text->stream, &rows[row], column);
	}
	text_close(text);
}

/* Back to snmpbulkwalk's behaviour without -O. */
static inline void
reset_options(void)
{
	static const int booleans[] = {
		NETSNMP_DS_LIB_PRINT_NUMERIC_ENUM, NETSNMP_DS_LIB_QUICK_PRINT,	       NETSNMP_DS_LIB_QUICKE_PRINT,
		NETSNMP_DS_LIB_PRINT_HEX_TEXT,	   NETSNMP_DS_LIB_PRINT_BARE_VALUE,    NETSNMP_DS_LIB_DONT_PRINT_UNITS,
		NETSNMP_DS_LIB_NUMERIC_TIMETICKS,  NETSNMP_DS_LIB_DONT_BREAKDOWN_OIDS, NETSNMP_DS_LIB_ESCAPE_QUOTES,
		NETSNMP_DS_LIB_EXTENDED_INDEX,	   NETSNMP_DS_LIB_2DIGIT_HEX_OUTPUT,
	};

	for (size_t i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++)
		netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, booleans[i], 0);
	netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_OID_OUTPUT_FORMAT, 0);
	netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_STRING_OUTPUT_FORMAT, NETSNMP_STRING_OUTPUT_GUESS);
	netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_HEX_OUTPUT_LENGTH, 16);
}

#endif
