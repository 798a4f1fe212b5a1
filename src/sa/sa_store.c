/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	SA_WORDS = sizeof(struct sa) / sizeof(uint64_t),
	MASK_WORDS = 2, /* at a record's beginning */
	MASK_BITS = 64,
	RECORD_MAX_WORDS = MASK_WORDS + SA_WORDS,
	TRIM_CHUNKS = 8,
};
_Static_assert(sizeof(struct sa) % sizeof(uint64_t) == 0, "an SA is whole words");
_Static_assert(SA_WORDS <= MASK_WORDS * MASK_BITS, "a bit for each word of an SA");

void
sa_store_free(struct sa_store *store)
{
	for (size_t i = 0; i < store->chunk_count; i++)
		free(store->chunks[i]);
	free(store->chunks);
	*store = (struct sa_store){0};
}

void
sa_store_clear(struct sa_store *store)
{
	store->used_words = 0;
}

bool
sa_store_trim_step(struct sa_store *store, const struct sa_store *like)
{
	const size_t enough = 2 * (like->used_words / SA_STORE_CHUNK_WORDS + 1);

	for (unsigned freed = 0; freed < TRIM_CHUNKS && store->chunk_count > enough; freed++)
		free(store->chunks[--store->chunk_count]);
	return store->chunk_count <= enough;
}

/* --- words ------------------------------------------------------------------------------------- */

static uint64_t
word_of(const struct sa *sa, unsigned index)
{
	uint64_t word;

	memcpy(&word, (const uint8_t *)sa + index * sizeof(word), sizeof(word));
	return word;
}

static uint64_t *
put_word(uint64_t *to, uint64_t word, uint64_t *mask, unsigned bit)
{
	*to = word;
	*mask |= (uint64_t)(word != 0) << bit;
	return to + (word != 0);
}

/* Four at a time, because most fours are all zero; within one without branches, which could not be foretold. */
static uint64_t *
pack(const struct sa *sa, unsigned first, unsigned count, uint64_t *mask, uint64_t *to)
{
	uint64_t present = 0;
	unsigned i = 0;

	for (; i + 4 <= count; i += 4) {
		const uint64_t words[4] = {word_of(sa, first + i), word_of(sa, first + i + 1),
					   word_of(sa, first + i + 2), word_of(sa, first + i + 3)};

		if ((words[0] | words[1] | words[2] | words[3]) == 0)
			continue;
		to = put_word(to, words[0], &present, i);
		to = put_word(to, words[1], &present, i + 1);
		to = put_word(to, words[2], &present, i + 2);
		to = put_word(to, words[3], &present, i + 3);
	}
	for (; i < count; i++)
		to = put_word(to, word_of(sa, first + i), &present, i);
	*mask = present;
	return to;
}

static const uint64_t *
unpack(struct sa *sa, unsigned first, uint64_t mask, const uint64_t *from)
{
	for (; mask != 0; mask &= mask - 1) {
		const unsigned index = first + (unsigned)__builtin_ctzll(mask);

		memcpy((uint8_t *)sa + index * sizeof(*from), from++, sizeof(*from));
	}
	return from;
}

/* --- records ----------------------------------------------------------------------------------- */

static int
grow(struct sa_store *store)
{
	if (store->chunk_count == store->chunk_room) {
		const size_t room = store->chunk_room ? 2 * store->chunk_room : 16;
		uint64_t **grown = reallocarray(store->chunks, room, sizeof(uint64_t *));

		if (!grown)
			return -ENOMEM;
		store->chunks = grown;
		store->chunk_room = room;
	}
	store->chunks[store->chunk_count] = malloc(SA_STORE_CHUNK_WORDS * sizeof(uint64_t));
	if (!store->chunks[store->chunk_count])
		return -ENOMEM;
	store->chunk_count++;
	return 0;
}

static uint64_t *
record_at(const struct sa_store *store, size_t place)
{
	return store->chunks[place / SA_STORE_CHUNK_WORDS] + place % SA_STORE_CHUNK_WORDS;
}

int
sa_store_add(struct sa_store *store, const struct sa *sa, uint32_t *place)
{
	const size_t left = SA_STORE_CHUNK_WORDS - store->used_words % SA_STORE_CHUNK_WORDS;
	uint64_t *record, *end;

	if (left < RECORD_MAX_WORDS)
		store->used_words += left;
	if (store->used_words > UINT32_MAX ||
	    (store->used_words / SA_STORE_CHUNK_WORDS == store->chunk_count && grow(store) < 0))
		return -ENOMEM;
	*place = (uint32_t)store->used_words;
	record = record_at(store, store->used_words);
	end = pack(sa, 0, MASK_BITS, &record[0], record + MASK_WORDS);
	end = pack(sa, MASK_BITS, SA_WORDS - MASK_BITS, &record[1], end);
	store->used_words += (size_t)(end - record);
	return 0;
}

void
sa_store_get(const struct sa_store *store, uint32_t place, struct sa *sa)
{
	const uint64_t *const record = record_at(store, place);
	const uint64_t *rest;

	sa_clear(sa);
	rest = unpack(sa, 0, record[0], record + MASK_WORDS);
	unpack(sa, MASK_BITS, record[1], rest);
}
