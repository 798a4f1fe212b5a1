/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/text_writer.h"

void
text_put_unsigned(struct text_writer *writer, uint64_t number)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	text_put(writer, digits + first, sizeof(digits) - first);
}

void
text_put_signed(struct text_writer *writer, int64_t number)
{
	if (number < 0)
		text_put_octet(writer, '-');
	text_put_unsigned(writer, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void
text_put_hex(struct text_writer *writer, uint64_t number)
{
	char digits[16];
	size_t first = sizeof(digits);

	do {
		digits[--first] = "0123456789abcdef"[number & 0xf];
		number >>= 4;
	} while (number != 0);
	text_put(writer, digits + first, sizeof(digits) - first);
}

size_t
text_end(struct text_writer *writer)
{
	if (writer->used == writer->size)
		writer->used--;
	writer->text[writer->used] = '\0';
	return writer->used;
}
