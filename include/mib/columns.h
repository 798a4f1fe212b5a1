/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COLUMNS_H
#define COLUMNS_H

/*
 * The columns of a table of the MIB, or the scalars of a group, as a table.  The agent answers from it, mib2text
 * rebuilds rows with it, JSON takes its keys and labels from it, and a test compares it with mibs/IPSEC-SPI-MIB.txt. A
 * row is a plain struct: see sa_columns.h, tunnel_columns.h, event_columns.h, agent_status.h and stat_columns.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib/mib_oid.h"

/* What a value is on the wire (SMIv2, RFC 2578). */
enum column_type {
	COLUMN_OCTETS,	   /* OCTET STRING, and all types based on it */
	COLUMN_INTEGER32,  /* Integer32, enumerations */
	COLUMN_UNSIGNED32, /* Unsigned32, Gauge32 */
	COLUMN_COUNTER32,
	COLUMN_COUNTER64, /* Counter64, and the textual conventions based on it */
};

/* What a value means, and so how it is printed and parsed. */
enum column_format {
	COLUMN_FORMAT_NUMBER, /* the integer types; with labels, an enumeration */
	/* Of COLUMN_OCTETS: */
	COLUMN_FORMAT_TEXT,    /* printable */
	COLUMN_FORMAT_OCTETS,  /* hexadecimal */
	COLUMN_FORMAT_ADDRESS, /* InetAddress of 0, 4 or 16 octets */
	COLUMN_FORMAT_DATE,    /* DateAndTime (RFC 2579) */
	COLUMN_FORMAT_BITS,    /* BITS; labels name them */
};

struct column_label {
	int32_t value;
	const char *label; /* NULL ends the list */
};

/* A SYNTAX clause: see column_syntax.h for those that several tables use. */
struct column_syntax {
	const char *name; /* as in the MIB file: "Counter64", "SnmpAdminString", "INTEGER", "BITS" */
	enum column_type type;
	enum column_format format;
	const struct column_label *labels; /* of enumerations and BITS, otherwise NULL */
};

/* A value between a row and an SNMP varbind.  octets may point into the row or scratch. */
struct column_value {
	uint64_t number;       /* the integer types; Integer32 as its two's complement */
	const uint8_t *octets; /* COLUMN_OCTETS, of .length */
	size_t length;
	uint8_t scratch[128];
};

struct column;

/* How a field is read and written: see column_codec.h. */
struct column_codec {
	void (*get)(const struct column *column, const void *row, struct column_value *value);
	/* NULL, or what is wrong with the value. */
	const char *(*set)(const struct column *column, void *row, const struct column_value *value);
	/* For octets whose number is given by preceding columns: that number.  NULL: it is not given. */
	size_t (*octets)(const struct column *column, const void *row);
};

enum { COLUMN_ALWAYS = -1, COLUMN_IF_ANY = -2 };

struct column {
	const char *name;
	const struct column_syntax *syntax;
	const struct column_codec *codec;
	const char *units; /* the UNITS clause, or NULL */
	/*
	 * The bit that says whether the value is known, of the uint64_t with which the row's struct begins;
	 * COLUMN_ALWAYS: it always is; COLUMN_IF_ANY: it is a text that is empty only if it is not known.
	 */
	int16_t attribute;
	uint16_t offset; /* of the field in the row's struct */
	uint16_t size;	 /* of the field: the width of an integer, the room for a text with its NUL */
};

/* For rows of such a table: offset and size of a member. */
#define COLUMN_FIELD(row, member) offsetof(row, member), sizeof(((row *)0)->member)

struct column_table {
	const char *name;	      /* as in the MIB; for scalars, that of their group */
	const struct column *columns; /* column n has the sub-identifier n + 1; the columns of the index come first */
	size_t count;
	size_t index_columns; /* number of columns of the index that cannot be read (SMIv2, not-accessible) */
	size_t row_size;      /* of the struct */
	/* The path to the columns below the MIB's root: objects(1), table, entry(1); or objects(1), group. */
	unsigned long suffix[3];
	size_t suffix_length;
};

#define COLUMN_COUNT(columns) (sizeof(columns) / sizeof((columns)[0]))

/* The readable column with that sub-identifier, or NULL. */
static inline const struct column *
column_by_subid(const struct column_table *table, unsigned long subid)
{
	return subid > table->index_columns && subid <= table->count ? &table->columns[subid - 1] : NULL;
}

static inline unsigned long
column_subid(const struct column_table *table, const struct column *column)
{
	return (unsigned long)(column - table->columns) + 1;
}

/* The readable column of that rank, from 0, and how many there are. */
static inline const struct column *
column_at(const struct column_table *table, size_t rank)
{
	return &table->columns[table->index_columns + rank];
}

static inline size_t
columns_readable(const struct column_table *table)
{
	return table->count - table->index_columns;
}

/* The column of that field, given by its offset; there must be one. */
const struct column *column_of_field(const struct column_table *table, size_t offset);

/* The identifier that precedes the sub-identifier of a column. */
void column_table_entry(const struct column_table *table, const struct mib_oid *root, struct mib_oid *entry);

/* row and value must both exist for as long as value->octets is used. */
static inline void
column_get(const struct column *column, const void *row, struct column_value *value)
{
	column->codec->get(column, row, value);
}

/*
 * Stores a value from outside in the field.  Returns NULL, or a static text that says what is wrong with the value.  A
 * value that is derived from others (a name, a length) is accepted and changes nothing.  The columns of a row must be
 * set in the table's order, because a mask is checked against its address.
 */
static inline const char *
column_set(const struct column *column, void *row, const struct column_value *value)
{
	return column->codec->set(column, row, value);
}

/*
 * The number of octets that the value must have, unless it is empty, according to preceding columns; 0: they do not
 * say.
 */
static inline size_t
column_octets(const struct column *column, const void *row)
{
	return column->codec->octets ? column->codec->octets(column, row) : 0;
}

/* Whether this column of this row is known. */
static inline bool
column_known(const struct column *column, const void *row)
{
	if (column->attribute == COLUMN_IF_ANY)
		return ((const char *)row)[column->offset] != '\0';
	return column->attribute == COLUMN_ALWAYS || (*(const uint64_t *)row >> column->attribute & 1) != 0;
}

/* The label of a value of an enumeration, or NULL. */
const char *column_label(const struct column_syntax *syntax, int64_t number);

#endif
