/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_value.h"

/* In both spellings; the first match applies, so "addtime" precedes "add". */
static const struct life_name {
	uint8_t kind;  /* enum sa_lifetime_kind */
	uint8_t times; /* enum klips_spelling, or 0: the same in both spellings */
	const char *name;
} life_names[] = {
	{SA_LIFE_ALLOC, 0, "alloc("},
	{SA_LIFE_BYTES, 0, "bytes("},
	{SA_LIFE_ADD, KLIPS_LONG_TIMES, "addtime("},
	{SA_LIFE_ADD, KLIPS_SHORT_TIMES, "add("},
	{SA_LIFE_USE, KLIPS_LONG_TIMES, "usetime("},
	{SA_LIFE_USE, KLIPS_SHORT_TIMES, "use("},
	{SA_LIFE_PACKETS, 0, "packets("},
};

enum { LIFE_NAMES = sizeof(life_names) / sizeof(life_names[0]) };

static const struct life_name *
take_life_name(struct klips_reader *reader)
{
	for (size_t i = 0; i < LIFE_NAMES; i++) {
		if (klips_take_literal(reader, life_names[i].name))
			return &life_names[i];
	}
	return NULL;
}

/* %Lu; or %Ld, which FreeS/WAN 1 used, for counters that overflowed. */
static bool
take_count(struct klips_reader *reader, uint64_t *count)
{
	if (klips_take_unsigned(reader, UINT64_MAX, count)) {
		reader->seen |= *count > INT64_MAX ? KLIPS_UNSIGNED_LIFE : 0;
		return true;
	}
	reader->seen |= KLIPS_NEGATIVE_LIFE;
	return klips_take_signed(reader, 64, count);
}

static bool
take_triple(struct klips_reader *reader, struct sa_lifetime *life)
{
	return take_count(reader, &life->current) && klips_take_literal(reader, ",") &&
	       take_count(reader, &life->soft) && klips_take_literal(reader, ",") && take_count(reader, &life->hard) &&
	       klips_take_literal(reader, ")");
}

static bool
stands_beside(const struct klips_reader *reader, unsigned one, unsigned other)
{
	return (reader->seen & one) && (reader->seen & other);
}

/* What is wrong with a lifetime of that name at this place, or NULL. */
static const char *
wrong_with(const struct life_name *name, const struct klips_reader *reader, const struct sa *sa)
{
	if (sa_reports(sa, SA_ATTR_ALLOC + name->kind))
		return "a lifetime stands twice";
	if (stands_beside(reader, KLIPS_SHORT_TIMES, KLIPS_LONG_TIMES))
		return "add() and use() stand beside addtime() or usetime()";
	return NULL;
}

/* Parses one lifetime.  False: reader->at is where the error is. */
static bool
take_life(struct klips_reader *reader, struct sa *sa)
{
	const char *const start = reader->at;
	const struct life_name *const name = take_life_name(reader);

	if (!name)
		return false;
	reader->seen |= name->times;
	reader->wrong = wrong_with(name, reader, sa);
	if (reader->wrong) {
		reader->at = start;
		return false;
	}
	if (!take_triple(reader, &sa->life[name->kind])) {
		reader->wrong = "a lifetime is not three numbers of 64 bits: (c,s,h)";
		return false;
	}
	if (stands_beside(reader, KLIPS_NEGATIVE_LIFE, KLIPS_UNSIGNED_LIFE)) {
		reader->at = start;
		reader->wrong = "a lifetime below 0 stands beside one that is no signed number of 64 bits";
		return false;
	}
	sa->reported |= SA_ATTR_BIT(SA_ATTR_ALLOC + name->kind);
	return true;
}

static bool
parse_life(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	while (!klips_at_value_end(reader)) {
		if (!take_life(reader, sa))
			return false;
	}
	if (reader->seen & KLIPS_NEGATIVE_LIFE)
		sa->reported |= SA_ATTR_BIT(SA_ATTR_SIGNED_LIFE);
	return true;
}

/* For an SA from XFRM, as KLIPS prints it: no triple of zeros except the age, which every SA has. */
static bool
life_is_printed(const struct sa *sa, unsigned kind)
{
	const struct sa_lifetime *life = &sa->life[kind];

	if (!sa_reports(sa, SA_ATTR_ALLOC + kind))
		return false;
	return sa->dialect != SA_DIALECT_NONE || kind == SA_LIFE_ADD || (life->current | life->soft | life->hard) != 0;
}

static void
put_count(struct klips_writer *writer, bool is_signed, uint64_t count)
{
	if (is_signed)
		text_put_signed(&writer->out, (int64_t)count);
	else
		text_put_unsigned(&writer->out, count);
}

static void
print_life(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	const bool is_signed = writer->as_it_came && sa_reports(sa, SA_ATTR_SIGNED_LIFE);
	const unsigned other_times = writer->short_times ? KLIPS_LONG_TIMES : KLIPS_SHORT_TIMES;

	(void)field;
	for (size_t i = 0; i < LIFE_NAMES; i++) {
		const struct life_name *name = &life_names[i];
		const struct sa_lifetime *life = &sa->life[name->kind];

		if (name->times == other_times || !life_is_printed(sa, name->kind))
			continue;
		text_put_string(&writer->out, name->name);
		put_count(writer, is_signed, life->current);
		text_put_octet(&writer->out, ',');
		put_count(writer, is_signed, life->soft);
		text_put_octet(&writer->out, ',');
		put_count(writer, is_signed, life->hard);
		text_put_octet(&writer->out, ')');
	}
}

const struct klips_codec klips_life_codec = {parse_life, print_life, NULL};
