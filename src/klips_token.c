/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_token.h"

#include <string.h>

/* --- reading ----------------------------------------------------------------------------------- */

bool
klips_starts_with(const char *text, size_t length, const char *literal)
{
	return length >= strlen(literal) && memcmp(text, literal, strlen(literal)) == 0;
}

bool
klips_take_literal(struct klips_reader *reader, const char *literal)
{
	if (!klips_starts_with(reader->at, (size_t)(reader->end - reader->at), literal))
		return false;
	reader->at += strlen(literal);
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
klips_take_unsigned(struct klips_reader *reader, uint64_t max, uint64_t *value)
{
	const char *at = reader->at;
	uint64_t number = 0;

	for (; at < reader->end && is_digit(*at); at++) {
		const unsigned digit = (unsigned)(*at - '0');

		if (number > (max - digit) / 10 || digit > max)
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

	for (; at < reader->end && hex_digit(*at) >= 0; at++) {
		if (at - reader->at >= (ptrdiff_t)max_digits)
			return false;
		number = number << 4 | (unsigned)hex_digit(*at);
	}
	if (at == reader->at)
		return false;
	reader->at = at;
	*value = number;
	return true;
}

/* --- printing ---------------------------------------------------------------------------------- */

void
klips_put(struct klips_writer *writer, const char *octets, size_t length)
{
	const size_t room = writer->size - writer->used;

	if (length > room)
		length = room;
	memcpy(writer->text + writer->used, octets, length);
	writer->used += length;
}

void
klips_put_text(struct klips_writer *writer, const char *text)
{
	klips_put(writer, text, strlen(text));
}

static void
put_based(struct klips_writer *writer, uint64_t number, unsigned base)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number != 0);
	klips_put(writer, digits + first, sizeof(digits) - first);
}

void
klips_put_unsigned(struct klips_writer *writer, uint64_t number)
{
	put_based(writer, number, 10);
}

void
klips_put_hex(struct klips_writer *writer, uint64_t number)
{
	klips_put_text(writer, "0x");
	put_based(writer, number, 16);
}

void
klips_put_signed(struct klips_writer *writer, int64_t number)
{
	if (number < 0)
		klips_put_text(writer, "-");
	klips_put_unsigned(writer, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}
