/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RANDOM_SA_H
#define RANDOM_SA_H

/*
 * SAs with something in every column, for tests that convert them: random but the same in every run, or determined by a
 * fuzzer's octets.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date_and_time.h"
#include "mib/column_codec.h"
#include "mib/sa_columns.h"
#include "random_values.h"
#include "sa/sa.h"
#include "sa/sa_key.h"

/* The octets of an address are now and then all printable: snmpbulkwalk then prints them as text. */
static inline void
random_octets(uint8_t *octets, size_t length)
{
	static const uint8_t odd[] = {'\n', '\r', '"', '\\', '.', ' ', '0', 'A', '\t', 'z'};
	const unsigned kind = random_below(3);

	for (size_t i = 0; i < length; i++)
		octets[i] = kind == 0 ? odd[random_below(sizeof(odd))]
				      : (uint8_t)(kind == 1 ? 32 + random_below(95) : random_below(256));
}

/*
 * A word contains nothing with a special meaning in a saved walk; a text also contains characters that are hard to
 * print.
 */
static inline size_t
random_text(const struct column *column, uint8_t *text)
{
	static const char letters[] = "aZ09 \"\\.-=:#";
	const bool is_word = column->codec == &column_word_codec;
	const size_t most = sizeof(((struct column_value *)0)->scratch);
	const size_t length = column->size ? random_below(column->size < most ? column->size : (unsigned)most) : 0;

	if (column->codec == &column_decimal_codec)
		return (size_t)snprintf((char *)text, most, "%" PRIu64, random64());
	for (size_t i = 0; i < length; i++)
		text[i] = is_word ? (uint8_t)('!' + random_below(94))
				  : (uint8_t)letters[random_below(sizeof(letters) - 1)];
	if (is_word && length > 0 && text[0] == '"')
		text[0] = 'x'; /* or it could not be told from a quoted text */
	if (!is_word && length > 1 && random_below(2))
		memcpy(text, "\xc3\xa9", 2);
	return length;
}

static inline size_t
random_address_octets(uint8_t *octets)
{
	static const size_t lengths[] = {0, 4, 16};
	const size_t length = lengths[random_below(3)];

	random_octets(octets, length);
	return length;
}

static inline uint64_t
random_column_number(const struct column *column)
{
	size_t labels = 0;

	for (; column->syntax->labels && column->syntax->labels[labels].label; labels++)
		;
	if (labels > 0)
		return (uint64_t)column->syntax->labels[random_below((unsigned)labels)].value;
	if (strcmp(column->name, "ipsecSaIvBits") == 0)
		return 8 * random_below(SA_IV_MAX_OCTETS + 1);
	return random64() & (column->size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * column->size) - 1);
}

/* A value that the column of the row can have. */
static inline void
random_value(const struct column *column, const void *row, struct column_value *value)
{
	value->octets = value->scratch;
	value->length = 0;
	switch (column->syntax->format) {
	case COLUMN_FORMAT_NUMBER:
		value->number = random_column_number(column);
		break;
	case COLUMN_FORMAT_TEXT:
		value->length = random_text(column, value->scratch);
		break;
	case COLUMN_FORMAT_OCTETS:
		value->length = column_octets(column, row);
		random_octets(value->scratch, value->length);
		break;
	case COLUMN_FORMAT_ADDRESS:
		value->length = random_address_octets(value->scratch);
		break;
	case COLUMN_FORMAT_DATE:
		value->length = DATE_AND_TIME_OCTETS;
		date_and_time((int64_t)(random64() >> 32) * 1000, value->scratch);
		break;
	case COLUMN_FORMAT_BITS:
		value->length = (SA_ATTR_COUNT + 7) / 8;
		random_octets(value->scratch, value->length);
		value->scratch[0] |= 0x80; /* an agent's own report is never all printable */
		value->scratch[SA_ATTR_TUNNEL / 8] |= (uint8_t)(0x80 >> SA_ATTR_TUNNEL % 8); /* which it always knows */
		break;
	}
}

/* Something in every column except the index, which the row has already. */
static inline void
random_row(const struct column_table *table, void *row)
{
	for (size_t i = 0; i < columns_readable(table); i++) {
		struct column_value value;

		random_value(column_at(table, i), row, &value);
		assert_null(column_set(column_at(table, i), row, &value));
	}
}

/* The value of the SA's column if it is not known. */
static inline void
forget_column(const struct column *column, struct sa *sa)
{
	if (column->attribute != COLUMN_ALWAYS)
		sa->reported &= ~SA_ATTR_BIT(column->attribute);
	memset((uint8_t *)sa + column->offset, 0, column->size);
}

/* Whether the column of the two rows is the same. */
static inline bool
is_same_value(const struct column *column, const void *a, const void *b)
{
	struct column_value x, y;

	column_get(column, a, &x);
	column_get(column, b, &y);
	if (column->syntax->type != COLUMN_OCTETS)
		return x.number == y.number;
	return x.length == y.length && (x.length == 0 || memcmp(x.octets, y.octets, x.length) == 0);
}

/* The first column that the two rows differ in, or NULL. */
static inline const char *
differing_column(const struct column_table *table, const void *a, const void *b)
{
	for (size_t i = 0; i < table->count; i++) {
		if (!is_same_value(&table->columns[i], a, b))
			return table->columns[i].name;
	}
	return NULL;
}

static inline void
random_said(struct sa_said *said)
{
	static const uint8_t protocols[] = {4, 41, 50, 51, 61, 108, 0, 255};

	*said = (struct sa_said){.dst.type = (uint8_t)random_below(3)};
	random_octets(said->dst.octets, sa_address_octets(said->dst.type));
	said->protocol = protocols[random_below(sizeof(protocols))];
	said->spi = (uint32_t)random64();
	said->qualifier = random_below(3) ? 0 : (uint32_t)random64();
}

static inline void
random_sa(struct sa *sa)
{
	*sa = (struct sa){0};
	random_said(&sa->said);
	random_row(&sa_table, sa);
}

static inline int
random_sa_compare(const void *left, const void *right)
{
	const struct sa *const a = left;
	const struct sa *const b = right;
	struct sa_key x, y;

	sa_key_make(&x, &a->said);
	sa_key_make(&y, &b->said);
	return memcmp(x.octets, y.octets, sizeof(x.octets));
}

/* count SAs in the order of the index, no two with the same; for free(). */
static inline struct sa *
random_table(size_t count)
{
	struct sa *const table = calloc(count + 1, sizeof(*table));
	bool unique = false;

	assert_non_null(table);
	for (size_t i = 0; i < count; i++)
		random_sa(&table[i]);
	while (!unique) {
		qsort(table, count, sizeof(*table), random_sa_compare);
		unique = true;
		for (size_t i = 1; i < count; i++) {
			if (random_sa_compare(&table[i - 1], &table[i]) == 0) {
				random_sa(&table[i]);
				unique = false;
			}
		}
	}
	return table;
}

/* Every column of the two is the same. */
static inline void
assert_same_sa(const struct sa *actual, const struct sa *expected)
{
	const char *const name = differing_column(&sa_table, actual, expected);

	if (name)
		fail_msg("%s is not the same", name);
}

#endif
