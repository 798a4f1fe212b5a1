/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_TEXT_H
#define KLIPS_TEXT_H

/*
 * The text of /proc/net/ipsec_spi, one line per SA, to and from struct sa.  Both directions are pure: no files, no
 * allocation, no state.  The format is that of the KLIPS kernels' own printer (ipsec_proc.c of FreeS/WAN and Openswan)
 * and of ipsec_spi(5); docs/ipsec_spi-text.md describes it field by field.
 */

#include <stdbool.h>
#include <stddef.h>

#include "sa/sa.h"

enum { KLIPS_TEXT_LINE_SIZE = 2048 }; /* no struct sa prints longer, including "\n" and NUL */

struct klips_text_result {
	size_t column;		 /* of the error, in octets from 1 */
	const char *reason;	 /* static text; NULL: no error */
	unsigned unknown_fields; /* word=value fields that were skipped */
};

/*
 * Parses one line (without its end; a CR there is removed) into *sa, which is completely overwritten.  Returns false,
 * with column and reason, if SAID, transform, dir= or life(c,s,h)= is missing, if a known field is invalid, does not
 * fit or occurs twice, or if the values could not be printed back; *sa is then unspecified.  A line that is spelt and
 * ordered as by the kernels prints back unchanged under KLIPS_TEXT_AUTO, except for unknown fields: those are counted
 * and dropped.
 */
bool klips_text_parse(const char *line, size_t length, struct sa *sa, struct klips_text_result *result);

enum klips_text_format {
	KLIPS_TEXT_AUTO,     /* each SA in the spelling of its source, with every field; XFRM's as openswan */
	KLIPS_TEXT_OPENSWAN, /* Openswan 2.4 and later */
	KLIPS_TEXT_FREESWAN, /* FreeS/WAN 2.x; text of FreeS/WAN 1.x stays as it is */
	KLIPS_TEXT_MANUAL,   /* ipsec_spi(5) */
};

/* The format of that name, "auto", "openswan", "freeswan" or "manual".  False: there is none. */
bool klips_text_format_named(const char *name, enum klips_text_format *format);

/*
 * Prints one line with its "\n" and a NUL.  Returns the length without the NUL; it always fits.  The formats other than
 * AUTO omit what their dialect does not have; none of them invents a field.
 */
size_t klips_text_print(const struct sa *sa, enum klips_text_format format, char line[KLIPS_TEXT_LINE_SIZE]);

/*
 * Prints a SAID as ipsec_spi(5) spells it: "esp.9a35fc02@192.0.2.1", "esp:9a35fc02@2001:db8::1".  Some have a name:
 * "%trap" and the other shunts, "%passthrough4".  One without an address is such a shunt, or one whose address KLIPS
 * could not print ("esp:100@<invalid>") or, if the SPI is 0, of which it could print nothing (" (error)").  Returns the
 * length, which is below KLIPS_SAID_TEXT_SIZE.
 */
enum { KLIPS_SAID_TEXT_SIZE = 72 };
size_t klips_said_print(const struct sa_said *said, char text[KLIPS_SAID_TEXT_SIZE]);

#endif
