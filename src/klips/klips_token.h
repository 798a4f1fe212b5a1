/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_TOKEN_H
#define KLIPS_TOKEN_H

/* Numbers and words of ipsec_spi text, read as the KLIPS kernels' printf() prints them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text_writer.h"

/* What stands for a SAID that KLIPS could not print. */
#define KLIPS_SAID_ERROR " (error)"
/* addrtot.c has this word for an address of neither family; it is read as none. */
#define KLIPS_NO_ADDRESS "<invalid>"

/* What a line's spelling tells apart; bits of klips_reader.seen. */
enum klips_spelling {
	KLIPS_SHORT_TIMES = 1,	 /* add() or use() */
	KLIPS_LONG_TIMES = 2,	 /* addtime() or usetime() */
	KLIPS_NEGATIVE_LIFE = 4, /* a lifetime below 0, which is one from 2^63 on in %Ld */
	KLIPS_UNSIGNED_LIFE = 8, /* one from 2^63 on in %Lu */
};

/* A line being read, or a piece of one.  What takes something moves `at` behind it; what fails leaves it. */
struct klips_reader {
	const char *at, *end;
	unsigned seen;	   /* enum klips_spelling */
	const char *wrong; /* a closer word than klips_field.wrong about what failed, or NULL */
};

/* A line being printed. */
struct klips_writer {
	struct text_writer out;
	uint8_t dialect;  /* the one to print in; SA_DIALECT_NONE: whatever the SA has */
	bool short_times; /* add() and use() rather than addtime() and usetime() */
	bool as_it_came;  /* where kernels of one dialect differ, like the kernel that printed it */
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

/* Says what is wrong at reader->at; false. */
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

/* Decimal numbers are taken in the one spelling that printf() has for them: no "+", no zero in front. */
bool klips_take_unsigned(struct klips_reader *reader, uint64_t max, uint64_t *value);
/* %d or %Ld of a value of 32 or 64 bits: *value is its two's complement, in so many bits. */
bool klips_take_signed(struct klips_reader *reader, unsigned bits, uint64_t *value);
/* %x, without "0x".  Either case and zeros in front are taken too, up to so many digits. */
bool klips_take_hex(struct klips_reader *reader, unsigned max_digits, uint64_t *value);
/* %02x.  Either case is taken. */
bool klips_take_octet(struct klips_reader *reader, uint8_t *octet);

#endif
