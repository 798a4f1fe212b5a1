/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TEXT_WRITER_H
#define TEXT_WRITER_H

/* Appends words and numbers to a buffer of the caller's; as snprintf() would, but faster. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What does not fit in size is dropped.  Only text_end() writes a NUL. */
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

/* Puts a NUL after the text, over its last octet if the buffer is full; size must not be 0.  Returns the length. */
size_t text_end(struct text_writer *writer);

#endif
