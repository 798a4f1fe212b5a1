/* SPDX-License-Identifier: BSD-3-Clause */
#include "terminal_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/*
 * Marks of direction, and other invisible characters (Unicode, general category Cf): they make text look like another.
 */
static bool
is_invisible(wchar_t c)
{
	static const struct {
		wchar_t first, last;
	} ranges[] = {{0xad, 0xad},	{0x61c, 0x61c},	  {0x180e, 0x180e}, {0x200b, 0x200f},  {0x2028, 0x202e},
		      {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	}
	return false;
}

static bool
is_harmless(wchar_t c)
{
	return iswprint((wint_t)c) && wcwidth(c) >= 0 && !is_invisible(c);
}

/* The number of octets of the next character, at least 1; wide is 0 if it is invalid. */
static size_t
next_character(const char *text, size_t length, wchar_t *wide)
{
	mbstate_t state = {0};
	const size_t octets = mbrtowc(wide, text, length, &state);

	if (octets >= 1 && octets <= length)
		return octets;
	*wide = 0;
	return 1;
}

void
terminal_text_escape(const char *text, char *out, size_t size)
{
	const char *const end = text + strlen(text);
	size_t used = 0;

	while (text < end) {
		wchar_t wide;
		size_t octets = next_character(text, (size_t)(end - text), &wide);
		char escaped[16];
		const char *put = text;
		size_t length = octets;

		if (!is_harmless(wide)) {
			const int written =
				wide > 0x7f ? snprintf(escaped, sizeof(escaped), "\\u%04lx", (unsigned long)wide)
					    : snprintf(escaped, sizeof(escaped), "\\x%02x", (unsigned char)*text);

			put = escaped;
			length = (size_t)written;
		}
		if (used + length >= size)
			break;
		memcpy(out + used, put, length);
		used += length;
		text += octets;
	}
	out[used] = '\0';
}

/* The number of columns of the next character, and its octets. */
static size_t
next_width(const char *text, const char *end, size_t *octets)
{
	wchar_t wide;
	int own;

	*octets = next_character(text, (size_t)(end - text), &wide);
	own = wide ? wcwidth(wide) : 1;
	return own < 0 ? *octets : (size_t)own;
}

size_t
terminal_text_width(const char *text)
{
	const char *const end = text + strlen(text);
	size_t width = 0, octets;

	for (; text < end; text += octets)
		width += next_width(text, end, &octets);
	return width;
}

void
terminal_text_cut(char *text, size_t columns)
{
	char *const end = text + strlen(text);
	size_t width = 0, octets;

	for (; text < end; text += octets) {
		width += next_width(text, end, &octets);
		if (width > columns)
			break;
	}
	*text = '\0';
}
