/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/utf8.h"

static size_t
multibyte_octets(const uint8_t *text, size_t length)
{
	static const struct {
		uint8_t first_low, first_high, second_low, second_high, octets;
	} forms[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (text[0] < forms[i].first_low || text[0] > forms[i].first_high || length < forms[i].octets)
			continue;
		if (text[1] < forms[i].second_low || text[1] > forms[i].second_high)
			return 0;
		for (size_t j = 2; j < forms[i].octets; j++) {
			if ((text[j] & 0xc0) != 0x80)
				return 0;
		}
		return forms[i].octets;
	}
	return 0;
}

size_t
utf8_octets(const uint8_t *text, size_t length)
{
	return text[0] < 0x80 ? 1 : multibyte_octets(text, length);
}

/* The number of octets of the character at text; 0 for a control character or an invalid one. */
static size_t
printable_octets(const uint8_t *text, size_t length)
{
	if (text[0] < ' ' || text[0] == 0x7f)
		return 0;
	if (text[0] == 0xc2 && length > 1 && text[1] < 0xa0)
		return 0;
	return utf8_octets(text, length);
}

bool
utf8_is_printable(const uint8_t *text, size_t length)
{
	size_t octets;

	for (size_t i = 0; i < length; i += octets) {
		octets = printable_octets(text + i, length - i);
		if (octets == 0)
			return false;
	}
	return true;
}

void
utf8_make_printable(uint8_t *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		const size_t octets = printable_octets(text + i, length - i);

		if (octets == 0)
			text[i] = '?';
		i += octets > 0 ? octets : 1;
	}
}
