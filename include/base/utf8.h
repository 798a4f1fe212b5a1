/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The number of octets of the character at text (RFC 3629, section 4), or 0 if it is not valid; length is at least 1.
 */
size_t utf8_octets(const uint8_t *text, size_t length);

/* Whether the text is valid UTF-8 without control characters (U+0000 to U+001F, U+007F to U+009F). */
bool utf8_is_printable(const uint8_t *text, size_t length);

/* Makes it valid: each octet that is not part of such a character becomes a question mark. */
void utf8_make_printable(uint8_t *text, size_t length);

#endif
