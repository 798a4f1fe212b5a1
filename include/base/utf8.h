/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many octets the character at text has (RFC 3629, section 4), or 0 where it is none; length is at least 1. */
size_t utf8_octets(const uint8_t *text, size_t length);

/* Whether all of it is UTF-8, without control characters (U+0000 to U+001F, U+007F to U+009F). */
bool utf8_is_printable(const uint8_t *text, size_t length);

/* Makes it so: a question mark for each octet of what is none of that. */
void utf8_make_printable(uint8_t *text, size_t length);

#endif
