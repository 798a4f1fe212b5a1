/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_token.h"

bool
klips_take_unsigned(struct klips_reader *reader, uint64_t max, uint64_t *value)
{
	const char *at = reader->at;
	uint64_t number = 0;

	for (; at < reader->end; at++) {
		const unsigned digit = (unsigned)*at - '0';

		if (digit > 9)
			break;
		if (number >= UINT64_MAX / 10 && (number > UINT64_MAX / 10 || digit > UINT64_MAX % 10))
			return false;
		number = number * 10 + digit;
	}
	if (at == reader->at || (*reader->at == '0' && at - reader->at > 1) || number > max)
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

	if (!klips_take_unsigned(reader, negative ? lowest : lowest - 1, &number) || (negative && number == 0)) {
		reader->at = start;
		return false;
	}
	*value = negative ? 0 - number : number;
	if (bits < 64)
		*value &= (UINT64_C(1) << bits) - 1;
	return true;
}

/* The values of hexadecimal digits, with a bit that marks them as such. */
enum { IS_DIGIT = 0x10 };
static const uint8_t hex_digits[UINT8_MAX + 1] = {
	['0'] = 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,	    0x16, 0x17, 0x18, 0x19, ['A'] = 0x1a,
	0x1b,	      0x1c, 0x1d, 0x1e, 0x1f, ['a'] = 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
};

static unsigned
hex_digit(char c)
{
	return hex_digits[(unsigned char)c];
}

bool
klips_take_hex(struct klips_reader *reader, unsigned max_digits, uint64_t *value)
{
	const char *at = reader->at;
	uint64_t number = 0;

	for (; at < reader->end && (hex_digit(*at) & IS_DIGIT); at++) {
		if (at - reader->at >= (ptrdiff_t)max_digits)
			return false;
		number = number << 4 | (hex_digit(*at) & 0xf);
	}
	if (at == reader->at)
		return false;
	reader->at = at;
	*value = number;
	return true;
}

bool
klips_take_octet(struct klips_reader *reader, uint8_t *octet)
{
	unsigned high, low;

	if (reader->end - reader->at < 2)
		return false;
	high = hex_digit(reader->at[0]);
	low = hex_digit(reader->at[1]);
	if (!(high & low & IS_DIGIT))
		return false;
	reader->at += 2;
	*octet = (uint8_t)(high << 4 | (low & 0xf));
	return true;
}
