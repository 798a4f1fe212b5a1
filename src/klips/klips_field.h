/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_FIELD_H
#define KLIPS_FIELD_H

/*
 * The word=value fields of ipsec_spi text, in one table.  Their order is that in which the kernels print them
 * (ipsec_proc.c of FreeS/WAN and Openswan); klips_text.c uses the table to parse and to print a line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klips_value.h"
#include "sa/sa.h"

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
	KLIPS_IS_DIR = 1,
	KLIPS_IS_LIFE = 2,
	KLIPS_REQUIRED = KLIPS_IS_DIR | KLIPS_IS_LIFE, /* in every line */
	KLIPS_MARKS_OPENSWAN = 4,		       /* a line that has it is from Openswan 2.4 or later */
	KLIPS_NAT = 8,				       /* FreeS/WAN 2: if NAT traversal is used; Openswan 2.4: always */
	KLIPS_PAIRED = 16,			       /* never without the other field of its attribute */
	KLIPS_ZERO_COUNTS = 32,			       /* printed even if the SA is from XFRM and the value is 0 */
};

extern const struct klips_field klips_fields[];
extern const size_t klips_fields_count; /* below 64 */

/*
 * The field with whose name and "=" the text begins, as an index of klips_fields; klips_fields_count: there is none.
 * Fields are in the table's order: `first` is where to look first.
 */
size_t klips_field_find(const char *text, size_t length, size_t first);

bool klips_field_is_zero(const struct klips_field *field, const struct sa *sa);

#endif
