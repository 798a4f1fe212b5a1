/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file of entries: however it is sliced they are the same, and have all of its lines.  What klips_text reads of an entry, it
 * prints; that it reads again as the same struct sa, and prints as the same octets.  What it converts to another dialect it
 * can read, too, and nothing in there is made up.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "klips/klips_entries.h"
#include "klips/klips_text.h"

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

/* length: of octets that no other follows, so that a sanitizer sees reads beyond them. */
static void
check_entry(const char *text, size_t length)
{
	char once[KLIPS_TEXT_LINE_SIZE], twice[KLIPS_TEXT_LINE_SIZE];
	struct klips_text_result result;
	struct sa sa, again;
	size_t printed;

	if (!klips_text_parse(text, length, &sa, &result)) {
		expect(result.reason != NULL, "refused without a reason", "");
		expect(result.column >= 1 && result.column <= length + 1, "refused at no column", result.reason);
		return;
	}
	expect(result.reason == NULL, "accepted with a reason", "");
	printed = klips_text_print(&sa, KLIPS_TEXT_AUTO, once);
	expect(printed < sizeof(once) && strlen(once) == printed && once[printed - 1] == '\n', "is no line", once);
	expect(klips_text_parse(once, printed - 1, &again, &result), "does not parse as printed", once);
	expect(result.unknown_fields == 0, "has printed something unknown", once);
	/* The parser zeroes the whole of *sa, padding too. */
	expect(memcmp(&sa, &again, sizeof(sa)) == 0, "means something else as printed", once);
	klips_text_print(&again, KLIPS_TEXT_AUTO, twice);
	expect(strcmp(once, twice) == 0, "prints otherwise the second time", once);
	check_formats(&sa);
}

/* --- files ------------------------------------------------------------------------------------- */

struct reading {
	const char *at, *end; /* what of the file has not come as an entry yet */
	uint64_t lines, sum;  /* the sum tells entries apart */
	bool checks;
};

static const char *
line_end(const struct reading *reading)
{
	const char *const end = memchr(reading->at, '\n', (size_t)(reading->end - reading->at));

	return end ? end : reading->end;
}

static void
check_lines(struct reading *reading, const struct klips_entry *entry)
{
	const char *const line = reading->at;
	const size_t length = (size_t)(line_end(reading) - line);

	expect(entry->first_line == reading->lines + 1 && entry->last_line >= entry->first_line, "a line is missing",
	       "");
	for (; reading->lines < entry->last_line; reading->lines++) {
		expect(reading->at < reading->end, "a line is there twice", "");
		reading->at = line_end(reading) + (line_end(reading) < reading->end);
	}
	expect(entry->first_length <= entry->length && entry->skipped + entry->length <= KLIPS_TEXT_LINE_SIZE,
	       "has a length that none can have", "");
	expect(entry->skipped + entry->first_length <= length, "the first line has become longer", "");
	expect(memcmp(entry->text, line + entry->skipped, entry->first_length) == 0, "the first line is another", "");
	expect(entry->too_long || entry->last_line > entry->first_line || entry->skipped + entry->length == length,
	       "the only line has become shorter", "");
	expect(memchr(entry->text, '\n', entry->length) == NULL, "is no line", "");
}

static bool
take(void *data, const struct klips_entry *entry)
{
	struct reading *const reading = data;
	char *copy = malloc(entry->length + 1);

	if (reading->checks) {
		check_lines(reading, entry);
		expect(copy != NULL, "out of memory", "");
		memcpy(copy, entry->text, entry->length);
		check_entry(copy, entry->length);
	}
	for (size_t i = 0; i < entry->length; i++)
		reading->sum = reading->sum * 31 + (uint8_t)entry->text[i];
	reading->sum = (reading->sum * 31 + entry->last_line) * 31 + entry->first_length;
	free(copy);
	return true;
}

static struct reading
read_in_slices(const char *file, size_t size, size_t slice, bool checks)
{
	struct reading reading = {.at = file, .end = file + size, .checks = checks};
	struct klips_entries entries;

	klips_entries_begin(&entries, take, &reading);
	for (size_t at = 0; at < size; at += slice)
		klips_entries_feed(&entries, file + at, size - at < slice ? size - at : slice);
	klips_entries_end(&entries);
	expect(!checks || reading.at == reading.end, "the last line is missing", "");
	return reading;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *const file = (const char *)data;
	const struct reading whole = read_in_slices(file, size, size + 1, true);

	for (size_t slice = 1; slice < size && slice < 64; slice *= 3)
		expect(read_in_slices(file, size, slice, false).sum == whole.sum, "is something else in slices", "");
	return 0;
}
