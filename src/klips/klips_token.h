/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_TOKEN_H
#define KLIPS_TOKEN_H

/* Numbers and words of ipsec_spi text, parsed as the KLIPS kernels' printf() prints them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text_writer.h"

/* Printed in place of a SAID that KLIPS could not print. */
#define KLIPS_SAID_ERROR " (error)"
/* addrtot.c prints this for an address of neither family; it is read as none. */
#define KLIPS_NO_ADDRESS "<invalid>"

/* Properties of a line's spelling; bits of klips_reader.seen. */
enum klips_spelling {
	KLIPS_SHORT_TIMES = 1,	 /* add() or use() */
	KLIPS_LONG_TIMES = 2,	 /* addtime() or usetime() */
	KLIPS_NEGATIVE_LIFE = 4, /* a negative lifetime, which is one of 2^63 or more in %Ld */
	KLIPS_UNSIGNED_LIFE = 8, /* one of 2^63 or more in %Lu */
};

/*
 * A line, or a part of one, that is being parsed.  A function that parses something moves `at` past it; one that fails
 * leaves it.
 */
struct klips_reader {
	const char *at, *end;
	unsigned seen;	   /* enum klips_spelling */
	const char *wrong; /* a more specific reason than klips_field.wrong, or NULL */
};

/* A line being printed. */
struct klips_writer {
	struct text_writer out;
	uint8_t dialect;  /* the dialect to print in; SA_DIALECT_NONE: all that the SA has */
	bool short_times; /* add() and use() instead of addtime() and usetime() */
	bool as_it_came;  /* where kernels of one dialect differ, as the original kernel did */
};

static inline bool
klips_starts_with(const char *text, size_t length, const char *literal)
{
	return length >= strlen(literal) && memcmp(text, literal, strlen(literal)) == 0;
}

static inline bool
klips_take_literal(struct klips_reader *reader, const char *literal)
{
	if (!klips_starts_with(reader->at, (size_t)(reader->end - reader->at), literal))
		return false;
	reader->at += strlen(literal);
	return true;
}

/* Sets the reason for an error at reader->at; returns false. */
static inline bool
klips_fail(struct klips_reader *reader, const char *wrong)
{
	reader->wrong = wrong;
	return false;
}

/* Whether a field's value ends here. */
static inline bool
klips_at_value_end(const struct klips_reader *reader)
{
	return reader->at == reader->end || *reader->at == ' ';
}

/* The next such octet, or the end. */
static inline const char *
klips_find_octet(const struct klips_reader *reader, char octet)
{
	const size_t length = (size_t)(reader->end - reader->at);
	const char *const found = length > 0 ? memchr(reader->at, octet, length) : NULL;

	return found ? found : reader->end;
}

/* Decimal numbers are accepted only as printf() spells them: no "+", no leading zeros. */
bool klips_take_unsigned(struct klips_reader *reader, uint64_t max, uint64_t *value);
/* %d or %Ld of a value of 32 or 64 bits: *value is its two's complement, in that number of bits. */
bool klips_take_signed(struct klips_reader *reader, unsigned bits, uint64_t *value);
/* %x, without "0x".  Either case and leading zeros are accepted, up to that number of digits. */
bool klips_take_hex(struct klips_reader *reader, unsigned max_digits, uint64_t *value);
/* %02x.  Either case is accepted. */
bool klips_take_octet(struct klips_reader *reader, uint8_t *octet);

#endif
