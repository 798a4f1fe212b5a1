/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COLUMNS_H
#define COLUMNS_H

/*
 * The one table of ipsecSaTable's columns.  The agent answers from it, mib2text rebuilds struct sa by
 * it, JSON takes its keys and labels from it, and a test compares it with mibs/IPSEC-SPI-MIB.txt.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa.h"

enum column_syntax {
	COLUMN_TEXT,	   /* SnmpAdminString */
	COLUMN_OCTETS,	   /* OCTET STRING */
	COLUMN_BITS,	   /* BITS */
	COLUMN_ADDRESS,	   /* InetAddress */
	COLUMN_ENUM,	   /* INTEGER { label(n) ... }, or a textual convention of that kind */
	COLUMN_UNSIGNED32, /* Unsigned32, Gauge32 */
	COLUMN_INTEGER32,  /* Integer32 */
	COLUMN_COUNTER32,  /* Counter32 */
	COLUMN_COUNTER64,  /* Counter64 and the conventions on it */
};

struct column_label {
	uint32_t value;
	const char *label;
};

/* A value on its way between struct sa and an SNMP varbind.  octets may point into the struct sa or scratch. */
struct column_value {
	uint64_t number;       /* the integer syntaxes; Integer32 as its two's complement */
	const uint8_t *octets; /* the octet string syntaxes, of .length */
	size_t length;
	uint8_t scratch[128];
};

struct column {
	uint8_t subid;
	uint8_t syntax;	   /* enum column_syntax */
	int8_t attribute;  /* the enum sa_attribute that says whether it is known; -1: always known */
	uint16_t offset;   /* of the field in struct sa */
	uint16_t size;	   /* of the field: integers by their width, text by its room */
	const char *name;
	const char *mib_syntax; /* the SYNTAX clause's type name in the MIB */
	const char *units;	/* the UNITS clause, or NULL */
	const struct column_label *labels; /* of enumerations, ended by a NULL label; else NULL */
	/* What is computed rather than a field; NULL: the field at offset.  No derived column can be set. */
	void (*derive)(const struct sa *sa, struct column_value *value);
};

enum { COLUMN_FIRST_SUBID = 6 }; /* 1 to 5 are the index */
extern const struct column columns[];
extern const size_t columns_count;
extern const struct column_label column_attribute_labels[]; /* bits of ipsecSaReported: enum sa_attribute */

/* The column of that sub-identifier, or NULL. */
const struct column *column_by_subid(unsigned long subid);

/* sa and value must both live for as long as value->octets is used. */
void column_get(const struct column *column, const struct sa *sa, struct column_value *value);

/*
 * Puts a value from outside into the field.  Returns NULL, or a static text that says what is wrong with the value
 * (too long, out of range, not an enumeration's number).  A derived column is accepted and ignored.
 */
const char *column_set(const struct column *column, struct sa *sa, const struct column_value *value);

/* Whether the source reported this column of this SA. */
bool column_known(const struct column *column, const struct sa *sa);

#endif
