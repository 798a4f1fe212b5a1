/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TEXT_WRITER_H
#define TEXT_WRITER_H

/* Words and numbers, one after the other, into room that the caller has; as snprintf() would, but sooner done. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What does not fit in size is left out.  No NUL is written but by text_end(). */
struct text_writer {
	char *text;
	size_t size, used;
};

static inline void
text_put(struct text_writer *writer, const char *octets, size_t length)
{
	const size_t room = writer->size - writer->used;

	if (length > room)
		length = room;
	memcpy(writer->text + writer->used, octets, length);
	writer->used += length;
}

static inline void
text_put_string(struct text_writer *writer, const char *string)
{
	text_put(writer, string, strlen(string));
}

static inline void
text_put_octet(struct text_writer *writer, char octet)
{
	if (writer->used < writer->size)
		writer->text[writer->used++] = octet;
}

void text_put_unsigned(struct text_writer *writer, uint64_t number); /* %llu */
void text_put_signed(struct text_writer *writer, int64_t number);    /* %lld */
void text_put_hex(struct text_writer *writer, uint64_t number);	     /* %llx */

/* Puts a NUL behind all that was written, over its last octet if need be; size must not be 0.  The length. */
size_t text_end(struct text_writer *writer);

#endif
