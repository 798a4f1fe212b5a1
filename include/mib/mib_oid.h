/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_OID_H
#define MIB_OID_H

/* Object identifiers as plain arrays, and where IPSEC-SPI-MIB is in their tree. */

#include <stdbool.h>
#include <stddef.h>

enum {
	MIB_OID_MAX_SUBIDS = 128, /* RFC 2578, section 3.5 */
	/* leaves room for a root, the path to a column and an index */
	MIB_ROOT_MAX_SUBIDS = 100,
	MIB_OID_TEXT_SIZE = MIB_OID_MAX_SUBIDS * sizeof(".4294967295"),
};

struct mib_oid {
	size_t length;
	unsigned long subids[MIB_OID_MAX_SUBIDS];
};

/* ipsecSpiMIB, unless the site moved it (oid-root): see the MIB file on who owns that number. */
extern const struct mib_oid mib_default_root;

/* Parses ".1.3.6" or "1.3.6", of exactly this length.  False, and *oid is undefined: it is anything else. */
bool mib_oid_parse(const char *text, size_t length, struct mib_oid *oid);

/* The same, up to the NUL, for a root: it must have at least two arcs, and leave room for what follows it. */
bool mib_oid_parse_root(const char *text, struct mib_oid *root);

/*
 * Appends the arcs with which the text begins, ".9999.4301" or nothing.  Returns their end, which is neither "." nor a
 * digit; NULL: a "." without a number, a number of more than 32 bits, or too many numbers.
 */
const char *mib_oid_append(struct mib_oid *oid, const char *text, const char *end);

/* Prints ".1.3.6", truncated if it does not fit.  Returns the length printed. */
size_t mib_oid_print(const unsigned long *subids, size_t count, char *text, size_t size);

/* Negative, 0 or positive, like snmp_oid_compare(). */
int mib_oid_compare(const unsigned long *a, size_t a_count, const unsigned long *b, size_t b_count);

#endif
