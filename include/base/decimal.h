/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DECIMAL_H
#define DECIMAL_H

/* Decimal numbers as people write them: only digits, whatever the locale. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parses the whole text.  False, *number unchanged: it is not a number, or not from least to most. */
bool decimal_read(const char *text, size_t length, uint64_t least, uint64_t most, uint64_t *number);

#endif
