/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COLUMNS_H
#define COLUMNS_H

/*
 * The columns of a table, as a table, and that of ipsecSaTable.  The agent answers from it, mib2text rebuilds struct sa
 * by it, JSON takes its keys and labels from it, and a test compares it with mibs/IPSEC-SPI-MIB.txt.  A row is
 * a struct sa here, and a struct of another kind in other tables (see tunnel_columns.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"

/* What a value is on the wire (SMIv2, RFC 2578). */
enum column_type {
	COLUMN_OCTETS,	   /* OCTET STRING, and all that is built on it */
	COLUMN_INTEGER32,  /* Integer32, enumerations */
	COLUMN_UNSIGNED32, /* Unsigned32, Gauge32 */
	COLUMN_COUNTER32,
	COLUMN_COUNTER64, /* Counter64, and the local convention on it */
};

struct column_label {
	int32_t value;
	const char *label; /* NULL ends the list */
};

/* A row of the SYNTAX clauses that the table uses. */
struct column_syntax {
	const char *name; /* as the MIB file has it: "Counter64", "SnmpAdminString", "INTEGER", "BITS" */
	uint8_t type;	  /* enum column_type */
	bool is_text;	  /* printable, rather than octets */
	const struct column_label *labels; /* of enumerations and BITS, else NULL */
};

/* A value on its way between a row and an SNMP varbind.  octets may point into the row or scratch. */
struct column_value {
	uint64_t number;       /* the integer types; Integer32 as its two's complement */
	const uint8_t *octets; /* COLUMN_OCTETS, of .length */
	size_t length;
	uint8_t scratch[128];
};

struct column;

/* How a field is read and written.  set returns NULL, or what is wrong with the value. */
struct column_codec {
	void (*get)(const struct column *column, const void *row, struct column_value *value);
	const char *(*set)(const struct column *column, void *row, const struct column_value *value);
};

struct column {
	const char *name;
	const struct column_syntax *syntax;
	const struct column_codec *codec;
	const char *units; /* the UNITS clause, or NULL */
	int16_t attribute; /* the enum sa_attribute that says whether it is known; -1: always known */
	uint16_t offset;   /* of the field in the row's struct */
	uint16_t size;	   /* of the field: an integer's width, a text's room with its NUL */
};

/* Column n of the table has sub-identifier COLUMN_FIRST_SUBID + n; 1 to 5 are the index. */
enum { COLUMN_FIRST_SUBID = 6 };
extern const struct column columns[];
extern const size_t columns_count;

/* The column of that sub-identifier, or NULL. */
const struct column *column_by_subid(unsigned long subid);

/* row and value must both live for as long as value->octets is used. */
void column_get(const struct column *column, const void *row, struct column_value *value);

/*
 * Puts a value from outside into the field.  Returns NULL, or a static text that says what is wrong with the
 * value.  A value that is derived from others (a name, a length) is accepted and changes nothing.  The columns
 * of an SA have to be set in the table's order, because a mask is checked against its address.
 */
const char *column_set(const struct column *column, void *row, const struct column_value *value);

/* Whether the source reported this column of this SA. */
bool column_known(const struct column *column, const struct sa *sa);

/* The label of an enumeration's number, or NULL. */
const char *column_label(const struct column *column, int64_t number);

#endif
