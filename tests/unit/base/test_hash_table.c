/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/hash_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"

/* Records with keys that differ in few bits, as addresses and SPIs do; and some keys that several records share. */
enum { RECORDS = 5000, KEYS = 4000, KEY_OCTETS = 13 };

struct record {
	char key[KEY_OCTETS];
	bool used;
};

static struct record records[RECORDS];

static void
make_key(char key[KEY_OCTETS], unsigned number)
{
	memset(key, 0, KEY_OCTETS);
	memcpy(key + 7, &number, sizeof(number));
}

static bool
has_key(uint32_t number, const char key[KEY_OCTETS])
{
	return memcmp(records[number].key, key, KEY_OCTETS) == 0;
}

static size_t
count_found(const struct hash_table *table, const char key[KEY_OCTETS])
{
	uint32_t number = hash_table_first(table, hash_table_hash(table, key, KEY_OCTETS));
	size_t found = 0;

	for (; number != HASH_TABLE_NONE; number = hash_table_next(table, number)) {
		assert_true(number < RECORDS && records[number].used);
		found += has_key(number, key);
	}
	return found;
}

static void
assert_finds_what_is_there(const struct hash_table *table)
{
	for (unsigned key_number = 0; key_number < KEYS; key_number += 1 + random_below(64)) {
		char key[KEY_OCTETS];
		size_t there = 0;

		make_key(key, key_number);
		for (uint32_t i = 0; i < RECORDS; i++)
			there += records[i].used && has_key(i, key);
		assert_int_equal(count_found(table, key), there);
	}
}

static void
change(struct hash_table *table, uint32_t number)
{
	struct record *const record = &records[number];

	if (record->used) {
		hash_table_remove(table, number);
	} else {
		make_key(record->key, random_below(KEYS));
		assert_true(hash_table_add(table, number, hash_table_hash(table, record->key, KEY_OCTETS)));
	}
	record->used = !record->used;
}

static void
finds_every_record_by_its_key(void **state)
{
	struct hash_table table;

	(void)state;
	random_seed(11);
	memset(records, 0, sizeof(records));
	hash_table_init(&table);
	assert_finds_what_is_there(&table);
	for (unsigned round = 0; round < 8; round++) {
		for (unsigned i = 0; i < RECORDS; i++)
			change(&table, random_below(RECORDS));
		assert_finds_what_is_there(&table);
	}
	hash_table_clear(&table);
	memset(records, 0, sizeof(records));
	assert_finds_what_is_there(&table);
	for (unsigned i = 0; i < RECORDS; i++)
		change(&table, random_below(RECORDS));
	assert_finds_what_is_there(&table);
	hash_table_free(&table);
	memset(records, 0, sizeof(records));
	assert_finds_what_is_there(&table);
	hash_table_clear(&table);
	change(&table, 7);
	assert_int_equal(count_found(&table, records[7].key), 1);
	hash_table_free(&table);
}

static void
grows_in_small_steps_and_keeps_chains_short(void **state)
{
	enum { MOST = 20, KEYS_IN_SERIES = 100000 };
	struct hash_table table;
	size_t longest = 0;

	(void)state;
	hash_table_init(&table);
	for (unsigned i = 0; i < KEYS_IN_SERIES; i++) {
		const size_t chains = table.chains;
		char key[KEY_OCTETS];

		make_key(key, i);
		assert_true(hash_table_add(&table, i, hash_table_hash(&table, key, KEY_OCTETS)));
		assert_true(table.chains <= chains + 1 || chains == 0);
	}
	assert_true(table.chains >= KEYS_IN_SERIES);
	for (size_t chain = 0; chain < table.chains; chain++) {
		size_t length = 0;

		for (uint32_t at = table.heads[chain]; at != HASH_TABLE_NONE; at = table.links[at].next)
			length++;
		if (length > longest)
			longest = length;
	}
	assert_in_range(longest, 1, MOST);
	hash_table_free(&table);
}

static void
hashes_differ_from_table_to_table_and_from_key_to_key(void **state)
{
	struct hash_table a, b;
	unsigned same = 0, twice = 0;

	(void)state;
	hash_table_init(&a);
	hash_table_init(&b);
	for (unsigned i = 0; i < 1000; i++) {
		char key[KEY_OCTETS], other[KEY_OCTETS];

		make_key(key, i);
		make_key(other, i + 1);
		same += hash_table_hash(&a, key, KEY_OCTETS) == hash_table_hash(&b, key, KEY_OCTETS);
		twice += hash_table_hash(&a, key, KEY_OCTETS) == hash_table_hash(&a, other, KEY_OCTETS);
	}
	assert_in_range(same, 0, 2);
	assert_in_range(twice, 0, 2);
	hash_table_free(&a);
	hash_table_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_record_by_its_key),
		cmocka_unit_test(grows_in_small_steps_and_keeps_chains_short),
		cmocka_unit_test(hashes_differ_from_table_to_table_and_from_key_to_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
