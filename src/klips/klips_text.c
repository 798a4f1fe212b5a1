/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips/klips_text.h"

#include <string.h>

#include "klips_field.h"
#include "klips_said.h"
#include "klips_transform.h"

/* --- reading a line ---------------------------------------------------------------------------- */

struct line {
	struct klips_reader reader; /* number of octets left */
	const char *start;
	struct sa *sa;
	struct klips_text_result *result;
	enum klips_said_style said_style;
	size_t next;	 /* index of the field after the one parsed last, which is the most likely next one */
	uint64_t seen;	 /* bits: indices of klips_fields */
	uint64_t halves; /* SA_ATTR_BIT()s of attributes of which one of two fields was seen */
	unsigned traits; /* all attributes that were seen */
};

static bool
fail_at(struct line *line, const char *at, const char *reason)
{
	line->result->column = (size_t)(at - line->start) + 1;
	line->result->reason = reason;
	return false;
}

static bool
is_control(char octet)
{
	return (octet >= 0 && octet < ' ') || octet == 0x7f;
}

static bool
parse_head(struct line *line)
{
	struct klips_reader *const reader = &line->reader;

	return (klips_take_said(reader, line->sa, &line->said_style) && klips_take_transform(reader, line->sa)) ||
	       fail_at(line, reader->at, reader->wrong);
}

/* Skips an unknown field if it has the form of one: a word, "=", and any value. */
static bool
skip_unknown(struct line *line)
{
	struct klips_reader *const reader = &line->reader;
	const char *const name = reader->at;

	while (!klips_at_value_end(reader) && *reader->at != '=')
		reader->at++;
	if (reader->at == name || klips_at_value_end(reader))
		return fail_at(line, name, "not a word=value field");
	for (const char *at = name; at < reader->at; at++) {
		if (*at < '!' || *at > '~')
			return fail_at(line, at, "not a word=value field");
	}
	while (!klips_at_value_end(reader)) {
		if (is_control(*reader->at))
			return fail_at(line, reader->at, "a control character");
		reader->at++;
	}
	line->result->unknown_fields++;
	return true;
}

static void
note_field(struct line *line, size_t index)
{
	const struct klips_field *const field = &klips_fields[index];

	line->next = index + 1;
	line->seen |= UINT64_C(1) << index;
	line->traits |= field->traits;
	if (field->traits & KLIPS_PAIRED)
		line->halves ^= SA_ATTR_BIT(field->attribute);
	if (field->attribute >= 0)
		line->sa->reported |= SA_ATTR_BIT(field->attribute);
}

static bool
parse_value(struct line *line, const struct klips_field *field)
{
	struct klips_reader *const reader = &line->reader;

	if (!field->codec->parse(field, reader, line->sa) || !klips_at_value_end(reader))
		return fail_at(line, reader->at, reader->wrong ? reader->wrong : field->wrong);
	/* "in" includes a space. */
	if ((field->traits & KLIPS_IS_DIR) && line->sa->direction == SA_DIRECTION_IN &&
	    klips_starts_with(reader->at, (size_t)(reader->end - reader->at), "  "))
		reader->at++;
	return true;
}

static bool
parse_field(struct line *line)
{
	struct klips_reader *const reader = &line->reader;
	const size_t index = klips_field_find(reader->at, (size_t)(reader->end - reader->at), line->next);
	const struct klips_field *const field = &klips_fields[index];

	if (index == klips_fields_count)
		return skip_unknown(line);
	if (line->seen & UINT64_C(1) << index)
		return fail_at(line, reader->at, "the field stands twice");
	note_field(line, index);
	reader->at += field->name_length + 1;
	return parse_value(line, field);
}

static bool
parse_fields(struct line *line)
{
	struct klips_reader *const reader = &line->reader;

	while (klips_take_literal(reader, " ")) {
		if (!parse_field(line))
			return false;
	}
	if (reader->at < reader->end)
		return fail_at(line, reader->at, "no space before a field");
	return true;
}

/* Values that struct sa cannot distinguish cannot be printed back. */
static bool
check_set(struct line *line)
{
	if (!(line->traits & KLIPS_IS_DIR))
		return fail_at(line, line->reader.end, "no dir=");
	if (!(line->traits & KLIPS_IS_LIFE))
		return fail_at(line, line->reader.end, "no life(c,s,h)=");
	if (line->halves != 0)
		return fail_at(line, line->reader.end,
			       "half of a pair is missing: natsport= natdport=, reftable= refentry=");
	if (line->said_style == KLIPS_SAID_MANUAL && (line->reader.seen & KLIPS_LONG_TIMES))
		return fail_at(line, line->start, "addtime() or usetime() beside a SAID that has no 0x");
	return true;
}

static uint8_t
dialect_of(const struct line *line)
{
	if (line->said_style == KLIPS_SAID_MANUAL)
		return SA_DIALECT_MANUAL;
	if (line->reader.seen & KLIPS_SHORT_TIMES)
		return SA_DIALECT_FREESWAN1;
	return line->traits & KLIPS_MARKS_OPENSWAN ? SA_DIALECT_OPENSWAN : SA_DIALECT_FREESWAN2;
}

/* A real line is printable; other octets come from a torn read, or from a file that is not an ipsec_spi. */
static void
blame_control_octet(struct line *line)
{
	for (const char *at = line->start; at < line->reader.end; at++) {
		if (is_control(*at)) {
			fail_at(line, at, *at == '\0' ? "a NUL octet" : "a control character");
			return;
		}
	}
}

bool
klips_text_parse(const char *text, size_t length, struct sa *sa, struct klips_text_result *result)
{
	struct line line = {.start = text, .sa = sa, .result = result};

	sa_clear(sa);
	*result = (struct klips_text_result){0};
	if (length > 0 && text[length - 1] == '\r')
		length--;
	line.reader.at = text;
	line.reader.end = text + length;
	if (length > KLIPS_TEXT_LINE_SIZE - 2)
		return fail_at(&line, text + KLIPS_TEXT_LINE_SIZE - 2, "the line is longer than any SA's");
	if (length == 0)
		return fail_at(&line, text, "the line is empty");
	/* The exact dialect is known at the end; until then it only matters that the SA is not from XFRM. */
	sa->dialect = SA_DIALECT_FREESWAN2;
	if (!parse_head(&line) || !parse_fields(&line) || !check_set(&line)) {
		blame_control_octet(&line);
		return false;
	}
	sa->dialect = dialect_of(&line);
	return true;
}

/* --- printing a line --------------------------------------------------------------------------- */

/* The dialect to print in; SA_DIALECT_NONE: all fields. */
static uint8_t
target_dialect(const struct sa *sa, enum klips_text_format format)
{
	switch (format) {
	case KLIPS_TEXT_MANUAL:
		return SA_DIALECT_MANUAL;
	case KLIPS_TEXT_OPENSWAN:
		return SA_DIALECT_OPENSWAN;
	case KLIPS_TEXT_FREESWAN:
		return sa->dialect == SA_DIALECT_FREESWAN1 ? SA_DIALECT_FREESWAN1 : SA_DIALECT_FREESWAN2;
	case KLIPS_TEXT_AUTO:
		break;
	}
	return SA_DIALECT_NONE;
}

static bool
nat_is_used(const struct sa *sa)
{
	return sa->nat_encap != SA_NAT_NONE && sa->nat_encap != SA_NAT_NA;
}

static bool
is_printed(const struct klips_field *field, const struct sa *sa, uint8_t target)
{
	const bool from_xfrm = sa->dialect == SA_DIALECT_NONE;

	if (target != SA_DIALECT_NONE && !(field->dialects & KLIPS_DIALECT_BIT(target)))
		return false;
	if (field->traits & KLIPS_REQUIRED)
		return true;
	if ((field->traits & KLIPS_NAT) && target == SA_DIALECT_FREESWAN2 && !nat_is_used(sa))
		return false;
	if ((field->traits & KLIPS_NAT) && from_xfrm)
		return true;
	if (!sa_reports(sa, (enum sa_attribute)field->attribute))
		return false;
	return !from_xfrm || (field->traits & KLIPS_ZERO_COUNTS) || !klips_field_is_zero(field, sa);
}

static void
print_head(const struct sa *sa, uint8_t spelling, struct klips_writer *writer)
{
	klips_put_said_in_line(writer, sa, spelling == SA_DIALECT_MANUAL ? KLIPS_SAID_MANUAL : KLIPS_SAID_KERNEL);
	text_put_octet(&writer->out, ' ');
	klips_put_transform(writer, sa);
	text_put_octet(&writer->out, ':');
}

size_t
klips_text_print(const struct sa *sa, enum klips_text_format format, char line[KLIPS_TEXT_LINE_SIZE])
{
	const uint8_t target = target_dialect(sa, format);
	const uint8_t spelling = target == SA_DIALECT_NONE ? sa->dialect : target;
	struct klips_writer writer = {
		.out = {.text = line, .size = KLIPS_TEXT_LINE_SIZE - 2}, /* end of line and NUL */
		.dialect = target,
		.as_it_came = spelling == sa->dialect,
		.short_times = spelling == SA_DIALECT_MANUAL || spelling == SA_DIALECT_FREESWAN1,
	};

	print_head(sa, spelling, &writer);
	for (size_t i = 0; i < klips_fields_count; i++) {
		const struct klips_field *field = &klips_fields[i];

		if (!is_printed(field, sa, target))
			continue;
		text_put_octet(&writer.out, ' ');
		text_put_string(&writer.out, field->name);
		text_put_octet(&writer.out, '=');
		field->codec->print(field, sa, &writer);
	}
	writer.out.size++;
	text_put_octet(&writer.out, '\n');
	line[writer.out.used] = '\0';
	return writer.out.used;
}

size_t
klips_said_print(const struct sa_said *said, char text[KLIPS_SAID_TEXT_SIZE])
{
	struct text_writer writer = {.text = text, .size = KLIPS_SAID_TEXT_SIZE};

	klips_put_said(&writer, said, sa_protocol_name(said->protocol), KLIPS_SAID_MANUAL);
	return text_end(&writer);
}

/* --- formats ----------------------------------------------------------------------------------- */

bool
klips_text_format_named(const char *name, enum klips_text_format *format)
{
	static const char *const names[] = {
		[KLIPS_TEXT_AUTO] = "auto",
		[KLIPS_TEXT_OPENSWAN] = "openswan",
		[KLIPS_TEXT_FREESWAN] = "freeswan",
		[KLIPS_TEXT_MANUAL] = "manual",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0) {
			*format = (enum klips_text_format)i;
			return true;
		}
	}
	return false;
}
