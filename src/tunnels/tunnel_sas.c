/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_sas.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 2, MOST_ROOM = 64 };

struct tunnel_sa_block {
	uint32_t count, room;
	struct tunnel_sa_entry entries[];
};

void
tunnel_sas_free(struct tunnel_sas *sas)
{
	for (size_t i = 0; i < sas->count; i++)
		free(sas->blocks[i]);
	free(sas->blocks);
	*sas = (struct tunnel_sas){0};
}

/* --- places ------------------------------------------------------------------------------------ */

/* A block, and a place in it; past the end, the place after the last entry. */
struct place {
	size_t block;
	uint32_t entry;
};

/* Whether an entry precedes what is looked for. */
typedef bool before_function(const struct tunnel_sa_entry *entry, const void *wanted);

static bool
is_before_entry(const struct tunnel_sa_entry *entry, const void *wanted)
{
	const struct tunnel_sa_entry *const other = wanted;
	const int order = memcmp(entry->key.octets, other->key.octets, SA_KEY_SIZE);

	return order < 0 || (order == 0 && entry->path < other->path);
}

struct subids {
	const unsigned long *all;
	size_t count;
};

static bool
is_before_subids(const struct tunnel_sa_entry *entry, const void *wanted)
{
	const struct subids *const subids = wanted;

	return sa_key_compare_oid(&entry->key, subids->all, subids->count) < 0;
}

/* Where the first entry is that does not precede it: in the last block that begins before it, or after that. */
static struct place
find(const struct tunnel_sas *sas, before_function *is_before, const void *wanted)
{
	const struct tunnel_sa_block *block;
	struct place place = {0, 0};
	size_t high = sas->count;
	uint32_t end;

	while (place.block < high) {
		const size_t middle = place.block + (high - place.block) / 2;

		if (is_before(&sas->blocks[middle]->entries[0], wanted))
			place.block = middle + 1;
		else
			high = middle;
	}
	if (place.block == 0)
		return place;
	block = sas->blocks[--place.block];
	end = block->count;
	while (place.entry < end) {
		const uint32_t middle = place.entry + (end - place.entry) / 2;

		if (is_before(&block->entries[middle], wanted))
			place.entry = middle + 1;
		else
			end = middle;
	}
	return place;
}

/* The entry at that place or, after the last one of a block, the first of the next block; NULL: there is none. */
static const struct tunnel_sa_entry *
entry_at(const struct tunnel_sas *sas, struct place *place)
{
	if (place->block < sas->count && place->entry == sas->blocks[place->block]->count)
		*place = (struct place){place->block + 1, 0};
	return place->block < sas->count ? &sas->blocks[place->block]->entries[place->entry] : NULL;
}

/* --- blocks ------------------------------------------------------------------------------------ */

/* Inserts a new block there.  False: no memory. */
static bool
add_block(struct tunnel_sas *sas, size_t at, uint32_t room)
{
	struct tunnel_sa_block *const block = malloc(sizeof(*block) + room * sizeof(block->entries[0]));

	if (block && sas->count == sas->room) {
		const size_t more = sas->room ? 2 * sas->room : 1;
		struct tunnel_sa_block **const blocks = reallocarray(sas->blocks, more, sizeof(blocks[0]));

		if (!blocks) {
			free(block);
			return false;
		}
		sas->blocks = blocks;
		sas->room = more;
	}
	if (!block)
		return false;
	block->count = 0;
	block->room = room;
	memmove(sas->blocks + at + 1, sas->blocks + at, (sas->count - at) * sizeof(sas->blocks[0]));
	sas->blocks[at] = block;
	sas->count++;
	return true;
}

static bool
enlarge_block(struct tunnel_sas *sas, size_t at)
{
	struct tunnel_sa_block *const block = sas->blocks[at];
	const uint32_t room = 2 * block->room;
	struct tunnel_sa_block *const larger = realloc(block, sizeof(*block) + room * sizeof(block->entries[0]));

	if (!larger)
		return false;
	larger->room = room;
	sas->blocks[at] = larger;
	return true;
}

/* Moves the second half of a full block to a new one, and adjusts the place if it is there. */
static bool
split_block(struct tunnel_sas *sas, struct place *place)
{
	struct tunnel_sa_block *block, *after;

	if (!add_block(sas, place->block + 1, MOST_ROOM))
		return false;
	block = sas->blocks[place->block];
	after = sas->blocks[place->block + 1];
	after->count = block->count / 2;
	block->count -= after->count;
	memcpy(after->entries, block->entries + block->count, after->count * sizeof(block->entries[0]));
	if (place->entry > block->count)
		*place = (struct place){place->block + 1, place->entry - block->count};
	return true;
}

static void
drop_block_if_empty(struct tunnel_sas *sas, size_t at)
{
	if (sas->blocks[at]->count > 0)
		return;
	free(sas->blocks[at]);
	sas->count--;
	memmove(sas->blocks + at, sas->blocks + at + 1, (sas->count - at) * sizeof(sas->blocks[0]));
	if (sas->count == 0)
		tunnel_sas_free(sas);
}

/* --- SAs that come and go ---------------------------------------------------------------------- */

static bool
make_room(struct tunnel_sas *sas, struct place *place)
{
	const struct tunnel_sa_block *block;

	if (sas->count == 0)
		return add_block(sas, 0, FIRST_ROOM);
	block = sas->blocks[place->block];
	if (block->count < block->room)
		return true;
	return block->room < MOST_ROOM ? enlarge_block(sas, place->block) : split_block(sas, place);
}

void
tunnel_sas_add(struct tunnel_sas *sas, const struct tunnel_sa_entry *entry)
{
	struct place place = find(sas, is_before_entry, entry);
	struct tunnel_sa_block *block;

	if (!make_room(sas, &place))
		return;
	block = sas->blocks[place.block];
	memmove(block->entries + place.entry + 1, block->entries + place.entry,
		(block->count - place.entry) * sizeof(block->entries[0]));
	block->entries[place.entry] = *entry;
	block->count++;
}

void
tunnel_sas_remove(struct tunnel_sas *sas, const struct tunnel_sa_entry *entry)
{
	struct place place = find(sas, is_before_entry, entry);
	const struct tunnel_sa_entry *const found = entry_at(sas, &place);
	struct tunnel_sa_block *block;

	if (!found || found->path != entry->path || !sa_key_equal(&found->key, &entry->key))
		return;
	block = sas->blocks[place.block];
	block->count--;
	memmove(block->entries + place.entry, block->entries + place.entry + 1,
		(block->count - place.entry) * sizeof(block->entries[0]));
	drop_block_if_empty(sas, place.block);
}

void
tunnel_sas_sift(struct tunnel_sas *sas, void (*take)(void *data, const struct tunnel_sa_entry *entry),
		bool (*shall_go)(void *data, const struct tunnel_sa_entry *entry), void *data)
{
	for (size_t i = sas->count; i-- > 0;) {
		struct tunnel_sa_block *const block = sas->blocks[i];
		uint32_t kept = 0;

		for (uint32_t j = 0; j < block->count; j++) {
			if (shall_go(data, &block->entries[j]))
				take(data, &block->entries[j]);
			else
				block->entries[kept++] = block->entries[j];
		}
		block->count = kept;
		drop_block_if_empty(sas, i);
	}
}

/* --- queries ----------------------------------------------------------------------------------- */

const struct sa_key *
tunnel_sas_from(const struct tunnel_sas *sas, const unsigned long *subids, size_t count)
{
	const struct subids wanted = {subids, count};
	struct place place = find(sas, is_before_subids, &wanted);
	const struct tunnel_sa_entry *const found = entry_at(sas, &place);

	return found ? &found->key : NULL;
}
