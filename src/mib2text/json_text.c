/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_text.h"

#include "base/utf8.h"

void
json_text_print(FILE *out, const uint8_t *text, size_t length)
{
	putc('"', out);
	for (size_t i = 0; i < length;) {
		const uint8_t c = text[i];
		size_t octets = 1;

		if (c == '"' || c == '\\') {
			fprintf(out, "\\%c", c);
		} else if (c < ' ' || c == 0x7f) {
			fprintf(out, "\\u%04x", c);
		} else if (c < 0x80) {
			putc(c, out);
		} else {
			octets = utf8_octets(text + i, length - i);
			if (octets == 2 && c == 0xc2 && text[i + 1] < 0xa0) /* some terminals obey these, too */
				fprintf(out, "\\u%04x", text[i + 1]);
			else if (octets > 0)
				fwrite(text + i, 1, octets, out);
			else
				fputs("\\ufffd", out);
			octets += octets == 0;
		}
		i += octets;
	}
	putc('"', out);
}
