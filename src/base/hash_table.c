/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/hash_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Linear hashing (W. Litwin, 1980): chain n is split into n and n + .half, one chain after the other. */

enum { FIRST_CHAINS = 64 };

void
hash_table_init(struct hash_table *table)
{
	*table = (struct hash_table){.used = 0};
	/* Never blocks; early at boot, a randomised address has to suffice. */
	if (getrandom(&table->seed, sizeof(table->seed), GRND_NONBLOCK) < 0)
		table->seed = (uintptr_t)table;
}

void
hash_table_free(struct hash_table *table)
{
	free(table->heads);
	free(table->links);
	*table = (struct hash_table){.seed = table->seed};
}

void
hash_table_clear(struct hash_table *table)
{
	if (table->chains > 0)
		memset(table->heads, 0xff, table->chains * sizeof(table->heads[0])); /* HASH_TABLE_NONE */
	table->used = 0;
}

static uint32_t *
head_of(const struct hash_table *table, uint32_t hash)
{
	const size_t chain = hash & (2 * table->half - 1);

	return &table->heads[chain < table->chains ? chain : chain - table->half];
}

static uint32_t
seek(const struct hash_table *table, uint32_t number, uint32_t hash)
{
	while (number != HASH_TABLE_NONE && table->links[number].hash != hash)
		number = table->links[number].next;
	return number;
}

uint32_t
hash_table_first(const struct hash_table *table, uint32_t hash)
{
	return table->used > 0 ? seek(table, *head_of(table, hash), hash) : HASH_TABLE_NONE;
}

uint32_t
hash_table_next(const struct hash_table *table, uint32_t number)
{
	return seek(table, table->links[number].next, table->links[number].hash);
}

/* --- growing ----------------------------------------------------------------------------------- */

static bool
make_room_for_chains(struct hash_table *table, size_t chains)
{
	const size_t room = 2 * chains;
	uint32_t *heads;

	if (chains <= table->chains_room)
		return true;
	heads = reallocarray(table->heads, room, sizeof(*heads));
	if (!heads)
		return false;
	table->heads = heads;
	table->chains_room = room;
	return true;
}

static bool
begin(struct hash_table *table)
{
	if (!make_room_for_chains(table, FIRST_CHAINS))
		return false;
	memset(table->heads, 0xff, FIRST_CHAINS * sizeof(table->heads[0])); /* HASH_TABLE_NONE */
	table->chains = table->half = FIRST_CHAINS;
	return true;
}

static bool
make_room_for_link(struct hash_table *table, uint32_t number)
{
	size_t room = table->links_room;
	struct hash_link *links;

	if (number < room)
		return true;
	while (number >= room)
		room += room / 2 + FIRST_CHAINS;
	links = reallocarray(table->links, room, sizeof(*links));
	if (!links)
		return false;
	table->links = links;
	table->links_room = room;
	return true;
}

static void
push(struct hash_table *table, uint32_t number)
{
	uint32_t *const head = head_of(table, table->links[number].hash);

	table->links[number].next = *head;
	*head = number;
}

/* If there is no memory for more chains, they become longer. */
static void
split_chain(struct hash_table *table)
{
	uint32_t number, next;

	if (!make_room_for_chains(table, table->chains + 1))
		return;
	number = table->heads[table->chains - table->half];
	table->heads[table->chains - table->half] = table->heads[table->chains] = HASH_TABLE_NONE;
	if (++table->chains == 2 * table->half)
		table->half = table->chains;
	for (; number != HASH_TABLE_NONE; number = next) {
		next = table->links[number].next;
		push(table, number);
	}
}

/* --- records ----------------------------------------------------------------------------------- */

bool
hash_table_add(struct hash_table *table, uint32_t number, uint32_t hash)
{
	if ((table->chains == 0 && !begin(table)) || !make_room_for_link(table, number))
		return false;
	table->links[number].hash = hash;
	push(table, number);
	if (++table->used > table->chains)
		split_chain(table);
	return true;
}

void
hash_table_remove(struct hash_table *table, uint32_t number)
{
	uint32_t *place = head_of(table, table->links[number].hash);

	while (*place != number)
		place = &table->links[*place].next;
	*place = table->links[number].next;
	table->used--;
}
