/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef WALK_VALUE_H
#define WALK_VALUE_H

/*
 * Parses values as net-snmp's tools print them (snmplib/mib.c, sprint_realloc_by_type() and what it calls), with and
 * without MIB file, and with -Oe, -OQ, -Oq, -OT, -OU and -Ox.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib/columns.h"

/* What a file's values so far show about how it was printed. */
struct walk_style {
	/* With its MIB loaded, a text has no quotes, because it has a DISPLAY-HINT. */
	enum { WALK_TEXT_UNKNOWN, WALK_TEXT_QUOTED, WALK_TEXT_BARE } text;
	bool hex_seen;	/* octets in hexadecimal, so that -Oa was not used, which prints "." for many octets */
	bool dots_seen; /* octets as text, with a "." that would be such an octet */
};

enum { WALK_OCTETS_SIZE = 256 };

struct walk_value {
	struct column_value value; /* its octets point into this struct */
	uint8_t octets[WALK_OCTETS_SIZE];
};

/*
 * Parses a value of that syntax.  expected_octets: how many an OCTET STRING should have, if that is known, which
 * decides whether "30 31 " are two octets or six.  Returns NULL, or a static text that says what is wrong.
 */
const char *walk_value_read(const char *text, size_t length, const struct column_syntax *syntax, const char *units,
			    size_t expected_octets, struct walk_style *style, struct walk_value *value);

/* Whether the value opens a quote that this line does not close, and whether a later line closes it. */
bool walk_value_opens_quote(const char *text, size_t length);
bool walk_value_closes_quote(const char *line, size_t length);

/* Whether the value may continue in the next line, if that is not a variable binding: it is in hexadecimal. */
bool walk_value_is_hex(const char *text, size_t length);

/* Whether it does continue there: it is in hexadecimal, and does not end in what -OT shows of it as text. */
bool walk_value_in_brackets(const char *text, size_t length);

#endif
