/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RANDOM_SA_H
#define RANDOM_SA_H

/*
 * SAs with something in every column, for tests that carry them around: at random but the same in every run, or as
 * a fuzzer's octets have it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mib/columns.h"
#include "random_values.h"
#include "sa/sa.h"
#include "sa/sa_key.h"

/* Octets of an address now and then all printable, as snmpbulkwalk then prints them as text. */
static inline void
random_octets(uint8_t *octets, size_t length)
{
	static const uint8_t odd[] = {'\n', '\r', '"', '\\', '.', ' ', '0', 'A', '\t', 'z'};
	const unsigned kind = random_below(3);

	for (size_t i = 0; i < length; i++)
		octets[i] = kind == 0 ? odd[random_below(sizeof(odd))]
				      : (uint8_t)(kind == 1 ? 32 + random_below(95) : random_below(256));
}

static inline size_t
random_length(const struct column *column, const struct sa *sa)
{
	static const size_t of_address[] = {0, 4, 16};

	if (column->offset == offsetof(struct sa, replay_bitmap))
		return 8;
	if (column->offset == offsetof(struct sa, iv))
		return sa->iv_bits / 8u;
	if (column->offset == offsetof(struct sa, ref_uses))
		return column_known(column, sa) ? sizeof(sa->ref_uses) : 0;
	if (column->offset == offsetof(struct sa, selector.src))
		return strcmp(column->syntax->name, "InetAddress") == 0
			       ? of_address[random_below(3)]
			       : sa_address_octets(sa->selector.src.address.type);
	if (column->offset == offsetof(struct sa, selector.dst))
		return strcmp(column->syntax->name, "InetAddress") == 0
			       ? of_address[random_below(3)]
			       : sa_address_octets(sa->selector.dst.address.type);
	if (column->syntax->labels)
		return (SA_ATTR_COUNT + 7) / 8;
	if (column->syntax->is_text)
		return column->size ? random_below(column->size) : 0;
	return of_address[random_below(3)];
}

static inline void
random_value(const struct column *column, const struct sa *sa, struct column_value *value)
{
	const struct column_label *label = column->syntax->labels;

	if (column->syntax->type == COLUMN_OCTETS) {
		value->length = random_length(column, sa);
		random_octets(value->scratch, value->length);
		for (size_t i = 0; column->syntax->is_text && i < value->length; i++)
			value->scratch[i] = (uint8_t)('!' + random_below(94));
		if (column->syntax->is_text && value->length > 0 && value->scratch[0] == '"')
			value->scratch[0] = 'x'; /* or it could not be told from a quoted text */
		if (label)
			value->scratch[0] |= 0x80; /* an agent's own report is never all printable */
		value->octets = value->scratch;
	} else if (label) {
		size_t count = 0;

		while (label[count].label)
			count++;
		value->number = (uint64_t)label[random_below((unsigned)count)].value;
	} else if (column->offset == offsetof(struct sa, iv_bits)) {
		value->number = 8 * random_below(SA_IV_MAX_OCTETS + 1);
	} else {
		value->number = random64() & (column->size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * column->size) - 1);
	}
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
	for (size_t i = 0; i < columns_count; i++) {
		struct column_value value;

		random_value(&columns[i], sa, &value);
		assert_null(column_set(&columns[i], sa, &value));
	}
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

/* The first column that the two SAs differ in, "the index", or NULL. */
static inline const char *
differing_column(const struct sa *a, const struct sa *b)
{
	if (random_sa_compare(a, b) != 0)
		return "the index";
	for (size_t i = 0; i < columns_count; i++) {
		struct column_value x, y;

		column_get(&columns[i], a, &x);
		column_get(&columns[i], b, &y);
		if (columns[i].syntax->type != COLUMN_OCTETS
			    ? x.number != y.number
			    : x.length != y.length || (x.length > 0 && memcmp(x.octets, y.octets, x.length) != 0))
			return columns[i].name;
	}
	return NULL;
}

/* Every column of the two is the same. */
static inline void
assert_same_sa(const struct sa *actual, const struct sa *expected)
{
	const char *const name = differing_column(actual, expected);

	if (name)
		fail_msg("%s is not the same", name);
}

#endif
