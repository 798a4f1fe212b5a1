/* SPDX-License-Identifier: BSD-3-Clause */
#include "census_table.h"

#include <stdlib.h>
#include <string.h>

#include "sa/sa_transform.h"

enum { CHUNK_RECORDS = 2048, TRIM_SHARE = 8 };

bool
census_table_init(struct census_table *table)
{
	*table = (struct census_table){.vacant = CENSUS_NO_RECORD};
	hash_table_init(&table->hash);
	table->transforms[0] = strdup("");
	return table->transforms[0] != NULL;
}

static void
free_chunks(struct census_sa **chunks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(chunks[i]);
	free(chunks);
}

void
census_table_free(struct census_table *table)
{
	free_chunks(table->chunks, table->chunk_count);
	hash_table_free(&table->hash);
	for (size_t i = 0; i < CENSUS_TRANSFORMS; i++)
		free(table->transforms[i]);
}

size_t
census_table_room(const struct census_table *table)
{
	return table->room;
}

size_t
census_table_used(const struct census_table *table)
{
	return table->hash.used;
}

struct census_sa *
census_table_at(const struct census_table *table, size_t number)
{
	return &table->chunks[number / CHUNK_RECORDS][number % CHUNK_RECORDS];
}

/* --- finding ----------------------------------------------------------------------------------- */

static uint32_t
hash_of(const struct census_table *table, const struct sa_key *key)
{
	return hash_table_hash(&table->hash, key, sizeof(*key));
}

/* Its number, or CENSUS_NO_RECORD. */
static uint32_t
find(const struct census_table *table, const struct sa_key *key)
{
	uint32_t number = hash_table_first(&table->hash, hash_of(table, key));

	while (number != CENSUS_NO_RECORD && !sa_key_equal(&census_table_at(table, number)->key, key))
		number = hash_table_next(&table->hash, number);
	return number;
}

struct census_sa *
census_table_find(const struct census_table *table, const struct sa_key *key)
{
	const uint32_t number = find(table, key);

	return number == CENSUS_NO_RECORD ? NULL : census_table_at(table, number);
}

/* --- records ----------------------------------------------------------------------------------- */

static bool
add_chunk(struct census_table *table)
{
	struct census_sa **chunks;

	if (table->room + CHUNK_RECORDS >= CENSUS_NO_RECORD)
		return false;
	chunks = reallocarray(table->chunks, table->chunk_count + 1, sizeof(chunks[0]));
	if (!chunks)
		return false;
	table->chunks = chunks;
	chunks[table->chunk_count] = calloc(CHUNK_RECORDS, sizeof(struct census_sa));
	if (!chunks[table->chunk_count])
		return false;
	table->chunk_count++;
	for (size_t i = table->room + CHUNK_RECORDS; i-- > table->room;) {
		census_table_at(table, i)->next = table->vacant;
		table->vacant = (uint32_t)i;
	}
	table->room += CHUNK_RECORDS;
	return true;
}

struct census_sa *
census_table_add(struct census_table *table, const struct sa_key *key)
{
	struct census_sa *record;
	uint32_t number;

	if (table->vacant == CENSUS_NO_RECORD && !add_chunk(table))
		return NULL;
	number = table->vacant;
	if (!hash_table_add(&table->hash, number, hash_of(table, key)))
		return NULL;
	record = census_table_at(table, number);
	table->vacant = record->next;
	*record = (struct census_sa){.key = *key, .life = CENSUS_DEAD, .next = CENSUS_NO_RECORD};
	return record;
}

void
census_table_remove(struct census_table *table, struct census_sa *record)
{
	const uint32_t number = find(table, &record->key);

	hash_table_remove(&table->hash, number);
	record->life = CENSUS_FREE;
	record->next = table->vacant;
	table->vacant = number;
}

/* --- the order of the last time ---------------------------------------------------------------- */

uint32_t
census_table_follow(struct census_table *table, uint32_t before, struct census_sa *record)
{
	struct census_sa *previous = before == CENSUS_NO_RECORD ? NULL : census_table_at(table, before);
	uint32_t number;

	if (previous && previous->next != CENSUS_NO_RECORD && census_table_at(table, previous->next) == record)
		return previous->next;
	number = find(table, &record->key);
	if (previous)
		previous->next = number;
	return number;
}

struct census_sa *
census_table_after(const struct census_table *table, uint32_t before, const struct sa_key *key)
{
	struct census_sa *record;
	uint32_t next;

	if (before == CENSUS_NO_RECORD)
		return NULL;
	next = census_table_at(table, before)->next;
	if (next == CENSUS_NO_RECORD)
		return NULL;
	record = census_table_at(table, next);
	return record->life != CENSUS_FREE && sa_key_equal(&record->key, key) ? record : NULL;
}

/* --- freeing memory ---------------------------------------------------------------------------- */

/* Copies what is left into new chunks; if there is no memory for them, nothing changes. */
void
census_table_trim(struct census_table *table)
{
	struct census_table smaller;

	if (table->chunk_count < TRIM_SHARE || table->hash.used > table->room / TRIM_SHARE)
		return;
	if (!census_table_init(&smaller))
		return;
	for (size_t i = 0; i < table->room; i++) {
		const struct census_sa *old = census_table_at(table, i);
		struct census_sa *copy = old->life == CENSUS_FREE ? NULL : census_table_add(&smaller, &old->key);

		if (old->life != CENSUS_FREE && !copy) {
			census_table_free(&smaller);
			return;
		}
		if (!copy)
			continue;
		*copy = *old;
		copy->next = CENSUS_NO_RECORD;
	}
	memcpy(smaller.transforms + 1, table->transforms + 1, sizeof(table->transforms) - sizeof(table->transforms[0]));
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): below, the table takes over all that the smaller one has. */
	memset(table->transforms + 1, 0, sizeof(table->transforms) - sizeof(table->transforms[0]));
	census_table_free(table);
	*table = smaller;
}

/* --- transforms -------------------------------------------------------------------------------- */

uint16_t
census_table_transform(struct census_table *table, const struct sa *sa)
{
	const uint64_t algorithms = SA_ATTR_BIT(SA_ATTR_ENCRYPTION) | SA_ATTR_BIT(SA_ATTR_AUTHENTICATION) |
				    SA_ATTR_BIT(SA_ATTR_COMPRESSION);
	char name[SA_TRANSFORM_TEXT_SIZE];
	uint16_t number;

	/* An expiry does not report the algorithms; a larval SA has none yet. */
	if (!(sa->reported & algorithms) && sa->said.protocol != SA_PROTOCOL_IPIP)
		return 0;
	sa_transform_print(sa, name);
	for (number = 1; number < CENSUS_TRANSFORMS && table->transforms[number]; number++) {
		if (strcmp(table->transforms[number], name) == 0)
			return number;
	}
	if (number == CENSUS_TRANSFORMS)
		return 0;
	table->transforms[number] = strdup(name);
	return table->transforms[number] ? number : 0;
}
