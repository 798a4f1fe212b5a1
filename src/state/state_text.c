/* SPDX-License-Identifier: BSD-3-Clause */
#include "state/state_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_writer.h"

static const char title[] = "ipsec-spi-agent state ";

uint64_t
state_checksum(uint64_t checksum, const char *octets, size_t length)
{
	const uint64_t prime = UINT64_C(0x100000001b3);

	for (size_t i = 0; i < length; i++)
		checksum = (checksum ^ (uint8_t)octets[i]) * prime;
	return checksum;
}

/* --- printing ---------------------------------------------------------------------------------- */

static const char hex_digits[] = "0123456789abcdef";

static void
put_hex(struct text_writer *writer, uint8_t octet)
{
	text_put_octet(writer, hex_digits[octet >> 4]);
	text_put_octet(writer, hex_digits[octet & 15]);
}

/* Quotes, backslashes and anything but printable ASCII as \xx. */
static void
put_text(struct text_writer *writer, const uint8_t *octets, size_t length)
{
	text_put_octet(writer, '"');
	for (size_t i = 0; i < length; i++) {
		if (octets[i] >= ' ' && octets[i] < 0x7f && octets[i] != '"' && octets[i] != '\\') {
			text_put_octet(writer, (char)octets[i]);
		} else {
			text_put_octet(writer, '\\');
			put_hex(writer, octets[i]);
		}
	}
	text_put_octet(writer, '"');
}

static void
put_value(struct text_writer *writer, const struct column *column, const void *row)
{
	struct column_value value = {.number = 0};

	column_get(column, row, &value);
	if (column->syntax->type != COLUMN_OCTETS) {
		text_put_unsigned(writer, value.number);
	} else if (column->syntax->format == COLUMN_FORMAT_TEXT) {
		put_text(writer, value.octets, value.length);
	} else {
		for (size_t i = 0; i < value.length; i++)
			put_hex(writer, value.octets[i]);
		if (value.length == 0)
			text_put_octet(writer, '-');
	}
}

static size_t
end_line(struct text_writer *writer)
{
	text_put_octet(writer, '\n');
	return writer->used;
}

size_t
state_print_head(char line[STATE_LINE_SIZE])
{
	struct text_writer writer = {line, STATE_LINE_SIZE, 0};

	text_put_string(&writer, title);
	text_put_unsigned(&writer, STATE_VERSION);
	return end_line(&writer);
}

size_t
state_print_table(const struct column_table *table, char line[STATE_LINE_SIZE])
{
	struct text_writer writer = {line, STATE_LINE_SIZE, 0};

	text_put_string(&writer, "table ");
	text_put_string(&writer, table->name);
	for (size_t i = 0; i < table->count; i++) {
		text_put_octet(&writer, ' ');
		text_put_string(&writer, table->columns[i].name);
	}
	return end_line(&writer);
}

size_t
state_print_row(const struct column_table *table, const void *row, char line[STATE_LINE_SIZE])
{
	struct text_writer writer = {line, STATE_LINE_SIZE, 0};

	text_put_string(&writer, table->name);
	for (size_t i = 0; i < table->count; i++) {
		text_put_octet(&writer, ' ');
		put_value(&writer, &table->columns[i], row);
	}
	return end_line(&writer);
}

size_t
state_print_end(size_t lines, uint64_t checksum, char line[STATE_LINE_SIZE])
{
	return (size_t)snprintf(line, STATE_LINE_SIZE, "end %zu %016" PRIx64 "\n", lines, checksum);
}

/* --- words of a line --------------------------------------------------------------------------- */

/* The rest of a line. */
struct words {
	const char *at, *end;
};

static bool
take_blank(struct words *words)
{
	if (words->at == words->end || *words->at != ' ')
		return false;
	words->at++;
	return true;
}

/* Up to the next blank. */
static size_t
take_word(struct words *words, const char **word)
{
	*word = words->at;
	while (words->at < words->end && *words->at != ' ')
		words->at++;
	return (size_t)(words->at - *word);
}

static bool
is_word(const char *word, size_t length, const char *expected)
{
	return length == strlen(expected) && memcmp(word, expected, length) == 0;
}

static bool
take_number(struct words *words, uint64_t *number)
{
	const char *word;
	const size_t length = take_word(words, &word);

	*number = 0;
	for (size_t i = 0; i < length; i++) {
		const uint64_t digit = (uint64_t)(uint8_t)word[i] - '0';

		if (digit > 9 || *number > (UINT64_MAX - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return length > 0;
}

static bool
take_hex(struct words *words, uint8_t *octet)
{
	unsigned value = 0;

	if (words->end - words->at < 2)
		return false;
	for (int i = 0; i < 2; i++) {
		const char *const digit = words->at[i] == '\0' ? NULL : strchr(hex_digits, words->at[i]);

		if (!digit)
			return false;
		value = value << 4 | (unsigned)(digit - hex_digits);
	}
	*octet = (uint8_t)value;
	words->at += 2;
	return true;
}

enum { VALUE_OCTETS = 256 };

static bool
take_octets(struct words *words, uint8_t octets[VALUE_OCTETS], size_t *length)
{
	*length = 0;
	if (words->at < words->end && *words->at == '-') {
		words->at++;
		return true;
	}
	while (words->at < words->end && *words->at != ' ') {
		if (*length == VALUE_OCTETS || !take_hex(words, &octets[*length]))
			return false;
		++*length;
	}
	return *length > 0;
}

static bool
take_text(struct words *words, uint8_t octets[VALUE_OCTETS], size_t *length)
{
	*length = 0;
	if (words->at == words->end || *words->at++ != '"')
		return false;
	while (words->at < words->end && *words->at != '"') {
		if (*length == VALUE_OCTETS)
			return false;
		octets[*length] = (uint8_t)*words->at++;
		if (octets[*length] == '\\' && !take_hex(words, &octets[*length]))
			return false;
		++*length;
	}
	return words->at++ < words->end;
}

/* --- lines ------------------------------------------------------------------------------------- */

/* A table of the text: the columns of its rows, NULL for an unknown one. */
struct layout {
	const struct column *columns[STATE_COLUMNS];
	size_t count; /* 0: the text has not had it yet */
};

enum { TABLES_MOST = 8 };

struct reading {
	const struct state_reader *reader;
	struct layout layouts[TABLES_MOST]; /* of the reader's tables */
};

static const struct column *
column_of(const struct column_table *table, const char *name, size_t length)
{
	for (size_t i = 0; i < table->count; i++) {
		if (is_word(name, length, table->columns[i].name))
			return &table->columns[i];
	}
	return NULL;
}

/* reader->count: there is none with that name. */
static size_t
table_of(const struct state_reader *reader, const char *word, size_t length)
{
	size_t i = 0;

	while (i < reader->count && !is_word(word, length, reader->tables[i]->name))
		i++;
	return i;
}

static const char *
read_table(struct reading *reading, struct words *words)
{
	const char *word;
	size_t length, number;
	struct layout *layout;

	if (!take_blank(words))
		return "names no table";
	length = take_word(words, &word);
	number = table_of(reading->reader, word, length);
	if (number == reading->reader->count)
		return NULL;
	layout = &reading->layouts[number];
	if (layout->count > 0)
		return "has a table twice";
	while (take_blank(words)) {
		if (layout->count == STATE_COLUMNS)
			return "has a table of too many columns";
		length = take_word(words, &word);
		layout->columns[layout->count++] = column_of(reading->reader->tables[number], word, length);
	}
	return layout->count > 0 ? NULL : "has a table without columns";
}

/* A value of an unknown column is skipped, whatever it is. */
static const char *
read_value(const struct column *column, void *row, struct words *words)
{
	static const char wrong[] = "has a value that is not of its column";
	struct column_value value = {.number = 0};
	uint8_t octets[VALUE_OCTETS];
	const char *word;
	bool is_good;

	value.octets = octets;
	if (!column) {
		is_good = words->at < words->end && *words->at == '"' ? take_text(words, octets, &value.length)
								      : take_word(words, &word) > 0;
		return is_good ? NULL : wrong;
	}
	if (column->syntax->type != COLUMN_OCTETS)
		is_good = take_number(words, &value.number);
	else if (column->syntax->format == COLUMN_FORMAT_TEXT)
		is_good = take_text(words, octets, &value.length);
	else
		is_good = take_octets(words, octets, &value.length);
	return is_good && column_set(column, row, &value) == NULL ? NULL : wrong;
}

static const char *
read_row(const struct reading *reading, size_t number, struct words *words)
{
	const struct layout *const layout = &reading->layouts[number];
	uint64_t row[STATE_ROW_SIZE / sizeof(uint64_t)] = {0};
	const char *wrong = layout->count > 0 ? NULL : "has a row before its table";

	for (size_t i = 0; i < layout->count && !wrong; i++)
		wrong = take_blank(words) ? read_value(layout->columns[i], row, words) : "has too few values";
	if (!wrong && words->at != words->end)
		wrong = "has too many values";
	return wrong ? wrong : reading->reader->take(reading->reader->data, reading->reader->tables[number], row);
}

static const char *
read_line(struct reading *reading, struct words *words)
{
	const char *word;
	const size_t length = take_word(words, &word);
	const size_t number = table_of(reading->reader, word, length);

	if (is_word(word, length, "table"))
		return read_table(reading, words);
	return number < reading->reader->count ? read_row(reading, number, words) : NULL;
}

/* --- a whole text ------------------------------------------------------------------------------ */

static const char *
check_head(const char *text, size_t length)
{
	struct words words = {text, memchr(text, '\n', length)};
	uint64_t version;

	if (!words.end || length < strlen(title) || memcmp(text, title, strlen(title)) != 0)
		return "is no state of this program";
	words.at += strlen(title);
	if (words.at > words.end || !take_number(&words, &version) || words.at != words.end)
		return "is no state of this program";
	return version == STATE_VERSION ? NULL : "is of another version";
}

/* The last line, which must be what is printed for the lines before it: *length is their length. */
static const char *
check_end(const char *text, size_t *length, size_t *lines)
{
	char expected[STATE_LINE_SIZE];
	size_t before = *length, end_length;

	*lines = 0;
	for (size_t i = 0; i < *length; i++)
		*lines += text[i] == '\n';
	if (*length == 0 || text[*length - 1] != '\n')
		return "is cut short";
	for (before--; before > 0 && text[before - 1] != '\n'; before--)
		;
	end_length = state_print_end(*lines - 1, state_checksum(STATE_CHECKSUM, text, before), expected);
	if (*length - before < 4 || memcmp(text + before, "end ", 4) != 0)
		return "is cut short";
	if (end_length != *length - before || memcmp(text + before, expected, end_length) != 0)
		return "is damaged: its checksum does not match";
	*length = before;
	return NULL;
}

const char *
state_read(const struct state_reader *reader, const char *text, size_t length, size_t *line_number)
{
	struct reading reading = {.reader = reader};
	const char *wrong, *const start = text, *line_end;
	size_t lines;

	*line_number = 1;
	wrong = check_head(text, length);
	if (wrong)
		return wrong;
	wrong = check_end(text, &length, &lines);
	if (wrong) {
		*line_number = lines;
		return wrong;
	}
	while ((line_end = memchr(text, '\n', length - (size_t)(text - start)))) {
		struct words words = {text, line_end};

		if (*line_number > 1)
			wrong = read_line(&reading, &words);
		if (wrong)
			return wrong;
		++*line_number;
		text = line_end + 1;
	}
	return NULL;
}
