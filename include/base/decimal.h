/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DECIMAL_H
#define DECIMAL_H

/* Numbers as people write them: digits and nothing else, whatever the locale. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads all of the text.  False, *number untouched: it is no such number, or none from least to most. */
bool decimal_read(const char *text, size_t length, uint64_t least, uint64_t most, uint64_t *number);

#endif
