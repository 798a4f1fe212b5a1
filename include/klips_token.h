/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_TOKEN_H
#define KLIPS_TOKEN_H

/* Numbers and words of ipsec_spi text, read and printed as the KLIPS kernels' printf() did. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of a line being read.  What takes something moves `at` behind it; what fails leaves it. */
struct klips_reader {
	const char *at, *end;
	bool short_times, long_times; /* add() or use() was read; addtime() or usetime() was read */
	const char *wrong;	      /* a closer word than klips_field.wrong about what failed, or NULL */
};

/* A line being printed; what does not fit in size is left out. */
struct klips_writer {
	char *text;
	size_t size, used;
	bool short_times; /* add() and use() rather than addtime() and usetime() */
};

bool klips_starts_with(const char *text, size_t length, const char *literal);
bool klips_take_literal(struct klips_reader *reader, const char *literal);
/* Decimal numbers are taken in the one spelling that printf() has for them: no "+", no zero in front. */
bool klips_take_unsigned(struct klips_reader *reader, uint64_t max, uint64_t *value);
/* %d or %Ld of a value of 32 or 64 bits: *value is its two's complement, in so many bits. */
bool klips_take_signed(struct klips_reader *reader, unsigned bits, uint64_t *value);
/*
 * %x, without "0x".  Either case and zeros in front are taken too, up to so many digits: kernels of Linux 2.2
 * printed bit=0x%x%08x.
 */
bool klips_take_hex(struct klips_reader *reader, unsigned max_digits, uint64_t *value);

void klips_put(struct klips_writer *writer, const char *octets, size_t length);
void klips_put_text(struct klips_writer *writer, const char *text);
void klips_put_unsigned(struct klips_writer *writer, uint64_t number);
void klips_put_signed(struct klips_writer *writer, int64_t number);
void klips_put_hex(struct klips_writer *writer, uint64_t number); /* with "0x" */

#endif
