/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_entries.h"

#include <string.h>

#include "klips_token.h"

void
klips_entries_begin(struct klips_entries *entries, klips_entry_taker *take, void *data)
{
	entries->take = take;
	entries->data = data;
	entries->entry.text = NULL;
	entries->line = entries->lines[0];
	entries->line_length = 0;
	entries->line_number = 0;
	entries->line_too_long = false;
}

/* --- the blanks of a line ---------------------------------------------------------------------- */

struct margin {
	size_t octets;
	unsigned columns;
};

static bool
is_blank(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r';
}

/* A blank at the beginning belongs to the SAID that KLIPS could not print. */
static struct margin
margin_of(const char *line, size_t length)
{
	struct margin margin = {0};

	if (length == 0 || !is_blank(line[0]) || klips_starts_with(line, length, KLIPS_SAID_ERROR))
		return margin;
	for (; margin.octets < length && is_blank(line[margin.octets]); margin.octets++)
		margin.columns = line[margin.octets] == '\t' ? (margin.columns | 7) + 1 : margin.columns + 1;
	return margin;
}

static size_t
trimmed(const char *text, size_t length)
{
	while (length > 0 && is_blank(text[length - 1]))
		length--;
	return length;
}

/* --- entries ----------------------------------------------------------------------------------- */

static bool
give_entry(struct klips_entries *entries)
{
	const bool wanted = !entries->entry.text || entries->take(entries->data, &entries->entry);

	entries->entry.text = NULL;
	return wanted;
}

/* The line that is complete begins an entry; the next one goes into the other half. */
static void
begin_entry(struct klips_entries *entries, struct margin margin)
{
	const size_t length = entries->line_length - margin.octets;

	entries->entry = (struct klips_entry){
		.text = entries->line + margin.octets,
		.length = length,
		.first_length = length,
		.skipped = margin.octets,
		.first_line = entries->line_number,
		.last_line = entries->line_number,
		.too_long = entries->line_too_long,
	};
	entries->indent = margin.columns;
	entries->line = entries->lines[entries->line == entries->lines[0]];
}

/* A value that was wrapped continues, as that of life(c,s,h)= does; anything else is another word. */
static bool
goes_on(const char *text, size_t length, const char *line, size_t line_length)
{
	const char *const end = memchr(line, ' ', line_length);
	const size_t word = end ? (size_t)(end - line) : line_length;

	return length > 0 && strchr(")=>,", text[length - 1]) && !memchr(line, '=', word);
}

static void
join_line(struct klips_entries *entries, struct margin margin)
{
	struct klips_entry *const entry = &entries->entry;
	char *const text = entries->lines[entries->line == entries->lines[0]] + entry->skipped;
	const char *const line = entries->line + margin.octets;
	const size_t length = entries->line_length - margin.octets;

	entry->last_line = entries->line_number;
	entry->length = trimmed(text, entry->length);
	if (entry->first_length > entry->length)
		entry->first_length = entry->length;
	if (entry->skipped + entry->length + 1 + length > KLIPS_TEXT_LINE_SIZE)
		entry->too_long = true;
	if (entry->too_long)
		return;
	if (!goes_on(text, entry->length, line, length))
		text[entry->length++] = ' ';
	memcpy(text + entry->length, line, length);
	entry->length += length;
}

static bool
end_line(struct klips_entries *entries)
{
	const struct margin margin = margin_of(entries->line, entries->line_length);
	const bool joins = entries->entry.text && !entries->line_too_long && margin.columns > entries->indent &&
			   margin.octets < entries->line_length;
	bool wanted = true;

	entries->line_number++;
	if (joins) {
		join_line(entries, margin);
	} else {
		wanted = give_entry(entries);
		begin_entry(entries, margin);
	}
	entries->line_length = 0;
	entries->line_too_long = false;
	return wanted;
}

static void
keep_part(struct klips_entries *entries, const char *part, size_t length)
{
	if (entries->line_too_long || length > KLIPS_TEXT_LINE_SIZE - entries->line_length) {
		entries->line_too_long = true;
		return;
	}
	memcpy(entries->line + entries->line_length, part, length);
	entries->line_length += length;
}

bool
klips_entries_feed(struct klips_entries *entries, const char *octets, size_t length)
{
	while (length > 0) {
		const char *const end = memchr(octets, '\n', length);
		const size_t part = end ? (size_t)(end - octets) : length;

		keep_part(entries, octets, part);
		if (!end)
			return true;
		if (!end_line(entries))
			return false;
		octets += part + 1;
		length -= part + 1;
	}
	return true;
}

bool
klips_entries_in_line(const struct klips_entries *entries)
{
	return entries->line_length > 0 && !entries->line_too_long;
}

bool
klips_entries_end(struct klips_entries *entries)
{
	const bool unended = entries->line_length > 0 || entries->line_too_long;

	return (!unended || end_line(entries)) && give_entry(entries);
}
