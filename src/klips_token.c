/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_token.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
klips_take_unsigned(struct klips_reader *reader, uint64_t max, uint64_t *value)
{
	const uint64_t most_tens = max / 10, most_units = max % 10;
	const char *at = reader->at;
	uint64_t number = 0;

	for (; at < reader->end && is_digit(*at); at++) {
		const unsigned digit = (unsigned)(*at - '0');

		if (number >= most_tens && (number > most_tens || digit > most_units))
			return false;
		number = number * 10 + digit;
	}
	if (at == reader->at || (*reader->at == '0' && at - reader->at > 1))
		return false;
	reader->at = at;
	*value = number;
	return true;
}

bool
klips_take_signed(struct klips_reader *reader, unsigned bits, uint64_t *value)
{
	const uint64_t lowest = UINT64_C(1) << (bits - 1);
	const char *const start = reader->at;
	const bool negative = klips_take_literal(reader, "-");
	uint64_t number;

	if (!klips_take_unsigned(reader, negative ? lowest : lowest - 1, &number) ||
	    (negative && number == 0)) {
		reader->at = start;
		return false;
	}
	*value = negative ? 0 - number : number;
	if (bits < 64)
		*value &= (UINT64_C(1) << bits) - 1;
	return true;
}

static int
hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
klips_take_hex(struct klips_reader *reader, unsigned max_digits, uint64_t *value)
{
	const char *at = reader->at;
	uint64_t number = 0;
	int digit;

	for (; at < reader->end && (digit = hex_digit(*at)) >= 0; at++) {
		if (at - reader->at >= (ptrdiff_t)max_digits)
			return false;
		number = number << 4 | (unsigned)digit;
	}
	if (at == reader->at)
		return false;
	reader->at = at;
	*value = number;
	return true;
}
