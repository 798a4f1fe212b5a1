/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/decimal.h"

bool
decimal_read(const char *text, size_t length, uint64_t least, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	for (size_t i = 0; i < length; i++) {
		const unsigned digit = (unsigned)text[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (length == 0 || value < least || value > most)
		return false;
	*number = value;
	return true;
}
