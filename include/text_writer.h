/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TEXT_WRITER_H
#define TEXT_WRITER_H

/* Words and numbers, one after the other, into room that the caller has; as snprintf() would, but sooner done. */

#include <stddef.h>
#include <stdint.h>

/* What does not fit in size is left out.  No NUL is written but by text_end(). */
struct text_writer {
	char *text;
	size_t size, used;
};

void text_put(struct text_writer *writer, const char *octets, size_t length);
void text_put_string(struct text_writer *writer, const char *string);
void text_put_octet(struct text_writer *writer, char octet);
void text_put_unsigned(struct text_writer *writer, uint64_t number); /* %llu */
void text_put_signed(struct text_writer *writer, int64_t number);    /* %lld */
void text_put_hex(struct text_writer *writer, uint64_t number);	     /* %llx */

/* Puts a NUL behind all that was written, over its last octet if need be; size must not be 0.  The length. */
size_t text_end(struct text_writer *writer);

#endif
