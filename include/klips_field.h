/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_FIELD_H
#define KLIPS_FIELD_H

/*
 * The word=value fields of ipsec_spi text: one table, in the order in which the kernels print them
 * (ipsec_proc.c of FreeS/WAN and Openswan), which klips_text.c walks to read and to print a line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klips_value.h"
#include "sa.h"

/* Dialects as bits of klips_field.dialects. */
#define KLIPS_DIALECT_BIT(dialect) (1u << (dialect))
enum {
	KLIPS_IN_FREESWAN1 = KLIPS_DIALECT_BIT(SA_DIALECT_FREESWAN1),
	KLIPS_IN_FREESWAN2 = KLIPS_DIALECT_BIT(SA_DIALECT_FREESWAN2),
	KLIPS_IN_OPENSWAN = KLIPS_DIALECT_BIT(SA_DIALECT_OPENSWAN),
	KLIPS_IN_MANUAL = KLIPS_DIALECT_BIT(SA_DIALECT_MANUAL),
	KLIPS_IN_ALL = KLIPS_IN_FREESWAN1 | KLIPS_IN_FREESWAN2 | KLIPS_IN_OPENSWAN | KLIPS_IN_MANUAL,
};

enum klips_field_trait {
	KLIPS_REQUIRED = 1,	  /* in every line */
	KLIPS_MARKS_OPENSWAN = 2, /* a line that has it comes from Openswan 2.4 on */
	KLIPS_NAT = 4,		  /* FreeS/WAN 2: where NAT traversal is used; Openswan 2.4: always */
	KLIPS_ZERO_COUNTS = 8,	  /* printed even where it is an XFRM SA's and 0 */
};

struct klips_field {
	const char *name;
	const struct klips_codec *codec;
	int8_t attribute;      /* enum sa_attribute, or -1: the codec sees to sa.reported itself */
	uint8_t dialects;      /* those that have the field */
	uint8_t traits;	       /* enum klips_field_trait */
	uint16_t offset, size; /* of the value in struct sa */
	const char *wrong;     /* what to say where it does not parse */
};

extern const struct klips_field klips_fields[];
extern const size_t klips_fields_count; /* below 64 */

/* The field of that name, or NULL.  A line has them in the table's order: `hint` is where to look first. */
const struct klips_field *klips_field_find(const char *name, size_t length, size_t hint);

bool klips_field_is_zero(const struct klips_field *field, const struct sa *sa);

#endif
