/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HASH_TABLE_H
#define HASH_TABLE_H

/*
 * Finds records by their keys.  The caller owns the records: the table knows each only by its number, from 0 and
 * without large gaps, and only the caller can compare keys:
 *
 *	number = hash_table_first(table, hash_table_hash(table, key, sizeof(*key)));
 *	while (number != HASH_TABLE_NONE && !has_key(number, key))
 *		number = hash_table_next(table, number);
 *
 * A key may have several records.  Hashes are seeded, so that somebody who chooses keys, such as a peer that chooses
 * SPIs, cannot choose keys that collide.  Each call takes constant time, because the table grows by one chain with each
 * record.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HASH_TABLE_NONE = UINT32_MAX };

struct hash_table {
	uint32_t *heads; /* the first record of each chain */
	size_t chains, chains_room;
	size_t half; /* the largest power of two that is at most .chains */
	struct hash_link {
		uint32_t next, hash;
	} *links; /* the next record of the same chain, by record */
	size_t links_room;
	size_t used;
	uint64_t seed;
};

void hash_table_init(struct hash_table *table);
/* Empties the table but keeps its memory. */
void hash_table_clear(struct hash_table *table);
/* Frees the memory and empties the table. */
void hash_table_free(struct hash_table *table);

static inline uint64_t
hash_table_mix(uint64_t hash, const char *octets, size_t count)
{
	uint64_t word = 0;

	memcpy(&word, octets, count);
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 over the golden ratio, odd */
	return hash ^ (hash >> 32);
}

/* The hash of a key; keys are equal if all of their octets are. */
static inline uint32_t
hash_table_hash(const struct hash_table *table, const void *key, size_t octets)
{
	const char *at = key;
	uint64_t hash = table->seed | 1;

	for (; octets >= sizeof(hash); at += sizeof(hash), octets -= sizeof(hash))
		hash = hash_table_mix(hash, at, sizeof(hash));
	return (uint32_t)(octets > 0 ? hash_table_mix(hash, at, octets) : hash);
}

/* The records whose keys have that hash, in any order; HASH_TABLE_NONE: there is none, or no further one. */
uint32_t hash_table_first(const struct hash_table *table, uint32_t hash);
uint32_t hash_table_next(const struct hash_table *table, uint32_t number);

/* Adds a record that is not in the table.  False: no memory. */
bool hash_table_add(struct hash_table *table, uint32_t number, uint32_t hash);
/* Removes a record that is in the table. */
void hash_table_remove(struct hash_table *table, uint32_t number);

#endif
