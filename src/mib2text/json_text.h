/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A text as a JSON string (RFC 8259, section 7), in quotes.  What is not UTF-8 is replaced by U+FFFD. */
void json_text_print(FILE *out, const uint8_t *text, size_t length);

#endif
