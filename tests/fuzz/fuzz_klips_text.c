/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What klips_text reads, it prints; that it reads again as the same struct sa, and prints as the same octets.
 * What it converts to another dialect it can read, too, and nothing in there is made up.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klips/klips_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool truth, const char *wrong, const char *line)
{
	if (truth)
		return;
	fprintf(stderr, "%s: %s\n", wrong, line);
	abort();
}

static void
check_formats(const struct sa *sa)
{
	for (unsigned format = KLIPS_TEXT_OPENSWAN; format <= KLIPS_TEXT_MANUAL; format++) {
		char once[KLIPS_TEXT_LINE_SIZE], twice[KLIPS_TEXT_LINE_SIZE];
		const size_t length = klips_text_print(sa, (enum klips_text_format)format, once);
		struct klips_text_result result;
		struct sa again;

		expect(klips_text_parse(once, length - 1, &again, &result), "does not parse as converted", once);
		expect((again.reported & ~sa->reported) == 0, "the conversion has made something up", once);
		klips_text_print(&again, (enum klips_text_format)format, twice);
		expect(strcmp(once, twice) == 0, "converts otherwise the second time", once);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char once[KLIPS_TEXT_LINE_SIZE], twice[KLIPS_TEXT_LINE_SIZE];
	struct klips_text_result result;
	struct sa sa, again;
	size_t length;

	if (size > 0 && data[size - 1] == '\n') /* a file has one line */
		size--;
	if (!klips_text_parse((const char *)data, size, &sa, &result)) {
		expect(result.reason != NULL, "refused without a reason", "");
		expect(result.column >= 1 && result.column <= size + 1, "refused at no column", result.reason);
		return 0;
	}
	expect(result.reason == NULL, "accepted with a reason", "");
	length = klips_text_print(&sa, KLIPS_TEXT_AUTO, once);
	expect(length < sizeof(once) && strlen(once) == length && once[length - 1] == '\n', "is no line", once);
	expect(klips_text_parse(once, length - 1, &again, &result), "does not parse as printed", once);
	expect(result.unknown_fields == 0, "has printed something unknown", once);
	/* The parser zeroes the whole of *sa, padding too. */
	expect(memcmp(&sa, &again, sizeof(sa)) == 0, "means something else as printed", once);
	klips_text_print(&again, KLIPS_TEXT_AUTO, twice);
	expect(strcmp(once, twice) == 0, "prints otherwise the second time", once);
	check_formats(&sa);
	return 0;
}
