/* SPDX-License-Identifier: BSD-3-Clause */
#include "census_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "sa/sa_transform.h"

enum { CHUNK_RECORDS = 2048, FIRST_HEADS = 1024, TRIM_SHARE = 8 };

bool
census_table_init(struct census_table *table)
{
	*table = (struct census_table){.vacant = CENSUS_NO_RECORD, .head_mask = FIRST_HEADS - 1};
	/* A peer chooses SPIs; it shall not choose our chains. */
	if (getrandom(&table->seed, sizeof(table->seed), 0) < 0)
		table->seed = (uintptr_t)table;
	table->seed |= 1;
	table->heads = malloc(FIRST_HEADS * sizeof(table->heads[0]));
	table->transforms[0] = strdup("");
	if (!table->heads || !table->transforms[0]) {
		census_table_free(table);
		return false;
	}
	memset(table->heads, 0xff, FIRST_HEADS * sizeof(table->heads[0]));
	return true;
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
	free(table->heads);
	for (size_t i = 0; i < CENSUS_TRANSFORMS; i++)
		free(table->transforms[i]);
}

size_t
census_table_room(const struct census_table *table)
{
	return table->room;
}

struct census_sa *
census_table_at(const struct census_table *table, size_t number)
{
	return &table->chunks[number / CHUNK_RECORDS][number % CHUNK_RECORDS];
}

/* --- hashing ----------------------------------------------------------------------------------- */

static uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

static uint32_t *
head_of(const struct census_table *table, const struct sa_key *key)
{
	uint64_t words[4] = {0};
	uint64_t hash = table->seed;

	_Static_assert(sizeof(words) >= SA_KEY_SIZE, "a key fits");
	memcpy(words, key->octets, SA_KEY_SIZE);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = mix(hash, words[i]);
	return &table->heads[(hash * table->seed >> 20) & table->head_mask];
}

static bool
has_key(const struct census_sa *record, const struct sa_key *key)
{
	return sa_key_equal(&record->key, key);
}

struct census_sa *
census_table_find(const struct census_table *table, const struct sa_key *key)
{
	uint32_t number = *head_of(table, key);

	while (number != CENSUS_NO_RECORD) {
		struct census_sa *record = census_table_at(table, number);

		if (has_key(record, key))
			return record;
		number = record->chain;
	}
	return NULL;
}

static void
link_record(struct census_table *table, uint32_t number)
{
	struct census_sa *record = census_table_at(table, number);
	uint32_t *head = head_of(table, &record->key);

	record->chain = *head;
	*head = number;
}

/* A table that cannot grow still works, only slower. */
static void
resize_heads(struct census_table *table, size_t count)
{
	uint32_t *heads = malloc(count * sizeof(heads[0]));

	if (!heads)
		return;
	memset(heads, 0xff, count * sizeof(heads[0]));
	free(table->heads);
	table->heads = heads;
	table->head_mask = count - 1;
	for (uint32_t i = 0; i < table->room; i++) {
		if (census_table_at(table, i)->life != CENSUS_FREE)
			link_record(table, i);
	}
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
		census_table_at(table, i)->chain = table->vacant;
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
	if (table->used > table->head_mask)
		resize_heads(table, 2 * (table->head_mask + 1));
	number = table->vacant;
	record = census_table_at(table, number);
	table->vacant = record->chain;
	*record = (struct census_sa){.key = *key, .life = CENSUS_DEAD, .next = CENSUS_NO_RECORD};
	link_record(table, number);
	table->used++;
	return record;
}

void
census_table_remove(struct census_table *table, struct census_sa *record)
{
	uint32_t *link = head_of(table, &record->key);
	uint32_t number;

	while (census_table_at(table, *link) != record)
		link = &census_table_at(table, *link)->chain;
	number = *link;
	*link = record->chain;
	record->life = CENSUS_FREE;
	record->chain = table->vacant;
	table->vacant = number;
	table->used--;
}

/* --- the order of the last time ---------------------------------------------------------------- */

static uint32_t
number_of(const struct census_table *table, const struct census_sa *record)
{
	uint32_t number = *head_of(table, &record->key);

	while (census_table_at(table, number) != record)
		number = census_table_at(table, number)->chain;
	return number;
}

uint32_t
census_table_follow(struct census_table *table, uint32_t before, struct census_sa *record)
{
	struct census_sa *previous = before == CENSUS_NO_RECORD ? NULL : census_table_at(table, before);
	uint32_t number;

	if (previous && previous->next != CENSUS_NO_RECORD && census_table_at(table, previous->next) == record)
		return previous->next;
	number = number_of(table, record);
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
	return record->life != CENSUS_FREE && has_key(record, key) ? record : NULL;
}

/* --- giving back memory ------------------------------------------------------------------------ */

/* Copies what is left into new chunks; where there is no memory for that, all stays as it is. */
void
census_table_trim(struct census_table *table)
{
	struct census_table smaller;

	if (table->chunk_count < TRIM_SHARE || table->used > table->room / TRIM_SHARE)
		return;
	if (!census_table_init(&smaller))
		return;
	for (size_t i = 0; i < table->room; i++) {
		const struct census_sa *old = census_table_at(table, i);
		struct census_sa *copy = old->life == CENSUS_FREE ? NULL : census_table_add(&smaller, &old->key);
		const uint32_t chain = copy ? copy->chain : 0;

		if (old->life != CENSUS_FREE && !copy) {
			census_table_free(&smaller);
			return;
		}
		if (!copy)
			continue;
		*copy = *old;
		copy->chain = chain;
		copy->next = CENSUS_NO_RECORD;
	}
	memcpy(smaller.transforms + 1, table->transforms + 1, sizeof(table->transforms) - sizeof(table->transforms[0]));
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

	/* An expiry does not tell the algorithms; a larval SA has none yet. */
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
