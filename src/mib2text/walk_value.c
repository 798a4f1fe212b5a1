/* SPDX-License-Identifier: BSD-3-Clause */
#include "walk_value.h"

#include <string.h>

/* The text that is left to parse. */
struct cursor {
	const char *at, *end;
};

static bool
skip(struct cursor *cursor, const char *word)
{
	const size_t length = strlen(word);

	if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

static bool
at_end(const struct cursor *cursor)
{
	return cursor->at == cursor->end;
}

/* --- numbers ----------------------------------------------------------------------------------- */

/* An optional "-" and digits; also false if it exceeds 64 bits. */
static bool
read_digits(struct cursor *cursor, bool *negative, uint64_t *number)
{
	const char *start;

	*negative = skip(cursor, "-");
	*number = 0;
	for (start = cursor->at; !at_end(cursor) && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++) {
		const uint64_t digit = (uint64_t)(*cursor->at - '0');

		if (*number > (UINT64_MAX - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return cursor->at != start;
}

static const char *
fit(const struct column_syntax *syntax, bool negative, uint64_t number, uint64_t *result)
{
	static const char out_of_range[] = "is out of range";

	if (syntax->type == COLUMN_INTEGER32) {
		if (number > (uint64_t)INT32_MAX + negative)
			return out_of_range;
		*result = negative ? (uint32_t)-(int64_t)number : number;
		return NULL;
	}
	if (negative || (syntax->type != COLUMN_COUNTER64 && number > UINT32_MAX))
		return out_of_range;
	*result = number;
	return NULL;
}

/* "in(1)" or "in"; a number must be that of the label. */
static const char *
read_label(struct cursor *cursor, const struct column_syntax *syntax, uint64_t *result)
{
	for (const struct column_label *label = syntax->labels; label && label->label; label++) {
		struct cursor here = *cursor;
		bool negative;
		uint64_t number;

		if (!skip(&here, label->label))
			continue;
		if (skip(&here, "(")) {
			if (!read_digits(&here, &negative, &number) || !skip(&here, ")") || negative ||
			    number != (uint64_t)label->value)
				return "has a label that is not its number's";
		}
		if (!at_end(&here) && *here.at != ' ')
			continue;
		*cursor = here;
		*result = (uint32_t)label->value;
		return NULL;
	}
	return "is no number";
}

/* Units follow if the MIB is loaded; twice, if there is a DISPLAY-HINT, too. */
static void
skip_units(struct cursor *cursor, const char *units)
{
	for (unsigned i = 0; units && i < 2; i++) {
		struct cursor here = *cursor;

		if (!skip(&here, " ") || !skip(&here, units))
			return;
		*cursor = here;
	}
}

static const char *
read_number(struct cursor *cursor, const struct column_syntax *syntax, const char *units, uint64_t *result)
{
	static const char *const prefixes[] = {
		[COLUMN_INTEGER32] = "INTEGER: ",
		[COLUMN_UNSIGNED32] = "Gauge32: ",
		[COLUMN_COUNTER32] = "Counter32: ",
		[COLUMN_COUNTER64] = "Counter64: ",
	};
	const char *reason;
	bool negative;
	uint64_t number;
	struct cursor digits;

	skip(cursor, prefixes[syntax->type]); /* absent with -OQ and -Oq */
	digits = *cursor;
	if (read_digits(&digits, &negative, &number)) {
		*cursor = digits;
		reason = fit(syntax, negative, number, result);
	} else {
		reason = read_label(cursor, syntax, result);
	}
	if (reason)
		return reason;
	skip_units(cursor, units);
	skip(cursor, " ");
	return at_end(cursor) ? NULL : "has something after its number";
}

/* --- octets ------------------------------------------------------------------------------------ */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "C0 " or, at the end of a line or of the value, "C0". */
static bool
read_pair(struct cursor *cursor, uint8_t *octet)
{
	int high, low;

	if (cursor->end - cursor->at < 2)
		return false;
	high = hex_digit(cursor->at[0]);
	low = hex_digit(cursor->at[1]);
	if (high < 0 || low < 0)
		return false;
	if (cursor->end - cursor->at > 2 && cursor->at[2] != ' ' && cursor->at[2] != '\n')
		return false;
	*octet = (uint8_t)(high << 4 | low);
	cursor->at += 2;
	skip(cursor, " ");
	return true;
}

static const char cut_off[] = "is cut off";

/*
 * As many pairs as there are, over lines; with -OT each line also has its octets as text, "  [....]". *delimited: the
 * last line had that, so that no more pairs can follow it.
 */
static const char *
read_pairs(struct cursor *cursor, struct walk_value *value, bool *delimited)
{
	size_t line_start = 0;
	size_t count = 0;

	*delimited = false;
	for (;;) {
		uint8_t octet;

		if (read_pair(cursor, &octet)) {
			if (count == WALK_OCTETS_SIZE)
				return "is too long";
			value->octets[count++] = octet;
			*delimited = false;
			continue;
		}
		if (count > line_start && !*delimited && skip(cursor, "  [")) {
			if ((size_t)(cursor->end - cursor->at) < count - line_start)
				return cut_off;
			cursor->at += count - line_start;
			if (!skip(cursor, "]"))
				return cut_off;
			*delimited = true;
			continue;
		}
		if (!skip(cursor, "\n"))
			break;
		line_start = count;
	}
	value->value.octets = value->octets;
	value->value.length = count;
	return NULL;
}

static const char *
read_hex(struct cursor *cursor, struct walk_value *value)
{
	bool delimited;
	const char *const reason = read_pairs(cursor, value, &delimited);

	if (reason)
		return reason;
	return at_end(cursor) ? NULL : "is not in hexadecimal throughout";
}

/* Whether the bits set in octets are those in the list: "source(0) mode(3) " or, with -Oe, "0 3 ". */
static bool
lists_bits(struct cursor list, const uint8_t *octets, size_t count)
{
	for (size_t bit = 0; bit < count * 8; bit++) {
		struct cursor number = list;
		bool negative;
		uint64_t listed;

		if (!(octets[bit / 8] & (0x80u >> (bit % 8))))
			continue;
		while (!at_end(&number) && *number.at != ' ' && *number.at != '(')
			number.at++;
		if (skip(&number, "("))
			list.at = number.at;
		if (!at_end(&list) && *list.at == '0' && list.end - list.at > 1 && list.at[1] >= '0' &&
		    list.at[1] <= '9')
			return false;
		if (!read_digits(&list, &negative, &listed) || negative || listed != bit)
			return false;
		skip(&list, ")");
		skip(&list, " ");
	}
	return at_end(&list);
}

/* "FF E0 source(0) direction(1) ": with -Oe, it must be found out where the octets end and the numbers begin. */
static const char *
read_bits(struct cursor *cursor, struct walk_value *value)
{
	const char *const start = cursor->at;
	bool delimited;
	const char *const reason = read_pairs(cursor, value, &delimited);
	size_t fitting = 0, fits = 0;

	if (reason)
		return reason;
	if (delimited)
		return lists_bits(*cursor, value->octets, value->value.length) ? NULL
									       : "has bits that its list has not";
	for (size_t count = 0; count <= value->value.length; count++) {
		const char *const list = start + 3 * count < cursor->end ? start + 3 * count : cursor->end;

		if (lists_bits((struct cursor){list, cursor->end}, value->octets, count)) {
			fitting = count;
			fits++;
		}
	}
	/*
	 * If all octets are zero: the longest; none of the shorter ones fits then, because "00" is not the number of a
	 * bit.
	 */
	if (fits != 1)
		return "has bits that its list has not";
	value->value.length = fitting;
	return NULL;
}

/* The text between the quotes, up to the end of the value: each quote and each "\" in it is preceded by "\". */
static const char *
read_quoted(struct cursor *cursor, struct walk_value *value)
{
	size_t count = 0;

	skip(cursor, "\"");
	while (!skip(cursor, "\"")) {
		const bool escaped = skip(cursor, "\\");

		if (at_end(cursor))
			return "has no closing quote";
		if (count == WALK_OCTETS_SIZE)
			return "is too long";
		if (escaped && *cursor->at != '\\' && *cursor->at != '"')
			return "has a backslash before something else than a quote or a backslash";
		value->octets[count++] = (uint8_t)*cursor->at++;
	}
	value->value.octets = value->octets;
	value->value.length = count;
	return at_end(cursor) ? NULL : "has something after its closing quote";
}

/* Whether the text between the quotes consists of pairs of hexadecimal digits with a space after each. */
static bool
is_quoted_hex(struct cursor cursor)
{
	uint8_t octet;
	size_t count = 0;

	if (!skip(&cursor, "\""))
		return false;
	while (read_pair(&cursor, &octet) && cursor.at[-1] == ' ') {
		count++;
		skip(&cursor, "\n");
	}
	return count > 0 && skip(&cursor, "\"") && at_end(&cursor);
}

/* How many octets a quoted value in hexadecimal would have as text. */
static size_t
value_octets(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at) - 2;
}

static bool
is_text(const struct column_syntax *syntax)
{
	return syntax->format == COLUMN_FORMAT_TEXT;
}

/* A quoted value without a type (-OQ, -Oq), which is text or hexadecimal. */
static const char *
read_untyped(struct cursor *cursor, const struct column_syntax *syntax, size_t expected, struct walk_style *style,
	     struct walk_value *value)
{
	static const char ambiguous[] = "may be text or hexadecimal; save the walk without -OQ, -Oq and -OT";
	const bool is_octets = syntax->format == COLUMN_FORMAT_OCTETS;
	const bool is_hex = is_quoted_hex(*cursor);
	const char *reason;

	/* Texts have no such spaces, addresses and bits no such lengths; for others the length decides. */
	if (is_hex && !(is_octets && value_octets(cursor) == expected)) {
		if (!is_text(syntax) && syntax->format != COLUMN_FORMAT_BITS)
			style->hex_seen = true;
		skip(cursor, "\"");
		cursor->end--;
		reason = read_hex(cursor, value);
	} else {
		reason = read_quoted(cursor, value);
	}
	return !reason && is_octets && value->value.length != expected ? ambiguous : reason;
}

static const char *
read_bare(struct cursor *cursor, struct walk_value *value)
{
	const size_t length = (size_t)(cursor->end - cursor->at);

	if (length > WALK_OCTETS_SIZE)
		return "is too long";
	if (length > 0)
		memcpy(value->octets, cursor->at, length);
	value->value.octets = value->octets;
	value->value.length = length;
	return NULL;
}

/* DateAndTime by its DISPLAY-HINT (RFC 2579), "2026-11-24,8:1:33.0,+0:0"; the zone may be missing. */
static const char *
read_date(struct cursor *cursor, struct walk_value *value)
{
	static const char separators[] = {'-', '-', ',', ':', ':', '.', ',', ':'};
	uint8_t *octet = value->octets;

	for (size_t i = 0; i <= sizeof(separators); i++) {
		uint64_t number;
		bool negative;

		if (i == 7 && !at_end(cursor)) /* the sign of the zone */
			*octet++ = (uint8_t)*cursor->at++;
		if (!read_digits(cursor, &negative, &number) || negative || number > (i == 0 ? UINT16_MAX : UINT8_MAX))
			return "is no date and time";
		if (i == 0)
			*octet++ = (uint8_t)(number >> 8);
		*octet++ = (uint8_t)number;
		if (i == 6 && at_end(cursor))
			break;
		if (i < sizeof(separators) && !skip(cursor, (char[]){separators[i], '\0'}))
			return "is no date and time";
	}
	value->value.octets = value->octets;
	value->value.length = (size_t)(octet - value->octets);
	return at_end(cursor) ? NULL : "has something after its date and time";
}

/* A text's first value shows for the whole file whether texts are quoted. */
static const char *
read_text(struct cursor *cursor, const struct column_syntax *syntax, bool typed, struct walk_style *style,
	  struct walk_value *value)
{
	const bool quoted = *cursor->at == '"';

	if (is_text(syntax) && style->text == WALK_TEXT_UNKNOWN)
		style->text = quoted ? WALK_TEXT_QUOTED : WALK_TEXT_BARE;
	if (is_text(syntax) && quoted != (style->text == WALK_TEXT_QUOTED))
		return quoted ? "has quotes, which no text before it had" : "has no quotes";
	if (quoted)
		return typed ? read_quoted(cursor, value) : read_untyped(cursor, syntax, 0, style, value);
	return is_text(syntax) ? read_bare(cursor, value) : read_date(cursor, value);
}

static const char *
read_string(struct cursor *cursor, const struct column_syntax *syntax, size_t expected, struct walk_style *style,
	    struct walk_value *value)
{
	const bool has_hint = is_text(syntax) || syntax->format == COLUMN_FORMAT_DATE;
	const bool typed = skip(cursor, "STRING:");
	const char *reason;

	if (typed)
		skip(cursor, " ");
	value->value.octets = value->octets;
	value->value.length = 0;
	if (at_end(cursor))
		return has_hint ? NULL : "is missing";
	if (cursor->end - cursor->at == 2 && memcmp(cursor->at, "\"\"", 2) == 0)
		return NULL;
	if (has_hint)
		return read_text(cursor, syntax, typed, style, value);
	if (*cursor->at != '"')
		return "is no octet string";
	reason = typed ? read_quoted(cursor, value) : read_untyped(cursor, syntax, expected, style, value);
	if (!reason && memchr(value->value.octets, '.', value->value.length))
		style->dots_seen = true;
	return reason;
}

static const char *
read_octets(struct cursor *cursor, const struct column_syntax *syntax, size_t expected, struct walk_style *style,
	    struct walk_value *value)
{
	if (skip(cursor, "Hex-STRING:")) {
		skip(cursor, " ");
		if (!is_text(syntax))
			style->hex_seen = true;
		return read_hex(cursor, value);
	}
	if (syntax->format == COLUMN_FORMAT_BITS && skip(cursor, "BITS:")) {
		skip(cursor, " ");
		return read_bits(cursor, value);
	}
	return read_string(cursor, syntax, expected, style, value);
}

const char *
walk_value_read(const char *text, size_t length, const struct column_syntax *syntax, const char *units,
		size_t expected_octets, struct walk_style *style, struct walk_value *value)
{
	struct cursor cursor = {text, text + length};

	if (syntax->type != COLUMN_OCTETS)
		return read_number(&cursor, syntax, units, &value->value.number);
	return read_octets(&cursor, syntax, expected_octets, style, value);
}

/* --- where values end -------------------------------------------------------------------------- */

bool
walk_value_opens_quote(const char *text, size_t length)
{
	struct cursor cursor = {text, text + length};

	skip(&cursor, "STRING: ");
	return skip(&cursor, "\"") && !walk_value_closes_quote(cursor.at, (size_t)(cursor.end - cursor.at));
}

bool
walk_value_closes_quote(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			return true;
		if (text[i] == '\\')
			i++;
	}
	return false;
}

bool
walk_value_is_hex(const char *text, size_t length)
{
	struct cursor cursor = {text, text + length};

	return skip(&cursor, "Hex-STRING:") || skip(&cursor, "BITS:");
}

bool
walk_value_in_brackets(const char *text, size_t length)
{
	struct cursor cursor = {text, text + length};
	struct walk_value value;
	bool delimited;

	if (!memchr(text, '[', length) || !(skip(&cursor, "Hex-STRING: ") || skip(&cursor, "BITS: ")))
		return false;
	return read_pairs(&cursor, &value, &delimited) == cut_off;
}
