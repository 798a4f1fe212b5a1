/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	HALF_WORDS = SA_HALF / sizeof(uint32_t),
	SECOND_HALF_WORDS = (offsetof(struct sa, said) - SA_HALF) / sizeof(uint32_t), /* that are stored */
	GROUP_WORDS = 16,							      /* whose bits are found at once */
	MASK_BITS = 64,
	MASKS = 2,
	MASKS_WORDS = MASKS * MASK_BITS / 32,
	RECORD_MAX_WORDS = 2 * MASKS_WORDS + HALF_WORDS + SECOND_HALF_WORDS,
	TRIM_CHUNKS = 8,
};
_Static_assert(HALF_WORDS < MASKS * MASK_BITS && SECOND_HALF_WORDS <= MASKS * MASK_BITS,
	       "a bit for each word of a half, and one more");
_Static_assert(2 * SA_HALF >= MASKS * MASK_BITS * sizeof(uint32_t), "the last group of the first half is in the SA");

/*
 * A record is a half of an SA, or both: of each a bit for each word, and the words that are not zero.  The last bit of the
 * first half says that there is the second.
 */
struct masks {
	uint64_t bits[MASKS];
};
static const uint64_t BOTH_HALVES = UINT64_C(1) << (MASK_BITS - 1);

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

/* Compilers have instructions for four words at a time. */
typedef uint32_t four __attribute__((vector_size(16)));

static inline four
zeros_of_four(const uint8_t *words, unsigned index, four bits)
{
	four word;

	memcpy(&word, words + index * sizeof(word), sizeof(word));
	return (four)(word == 0) & bits;
}

/* Which of 16 words are not zero: a bit each, that of the first is the lowest. */
static inline uint64_t
nonzero_of_group(const uint8_t *words)
{
	const four bits = {1, 2, 4, 8};
	const four zeros = zeros_of_four(words, 0, bits) | zeros_of_four(words, 1, bits << 4) |
			   zeros_of_four(words, 2, bits << 8) | zeros_of_four(words, 3, bits << 12);
	uint64_t halves[2];

	memcpy(halves, &zeros, sizeof(zeros));
	halves[0] |= halves[1];
	return 0xffff & ~(halves[0] | halves[0] >> 32);
}

static uint64_t
lowest(unsigned bits)
{
	return bits < MASK_BITS ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
}

/* Reads whole groups: what follows the words does not count. */
static struct masks
nonzero_of_half(const uint8_t *half, unsigned words)
{
	struct masks masks = {{0}};

	for (unsigned word = 0; word < words; word += GROUP_WORDS)
		masks.bits[word / MASK_BITS] |= nonzero_of_group(half + word * sizeof(uint32_t)) << word % MASK_BITS;
	masks.bits[0] &= lowest(words);
	masks.bits[1] &= words > MASK_BITS ? lowest(words - MASK_BITS) : 0;
	return masks;
}

/* The first words of a half; flag: 0 or BOTH_HALVES.  Where the next half goes. */
static uint32_t *
pack(const uint8_t *half, unsigned words, uint64_t flag, uint32_t *to)
{
	const struct masks masks = nonzero_of_half(half, words);
	struct masks head = masks;

	head.bits[MASKS - 1] |= flag;
	memcpy(to, &head, sizeof(head));
	to += MASKS_WORDS;
	for (unsigned mask = 0; mask < MASKS; mask++, half += MASK_BITS * sizeof(*to)) {
		for (uint64_t left = masks.bits[mask]; left != 0; left &= left - 1)
			memcpy(to++, half + (size_t)__builtin_ctzll(left) * sizeof(*to), sizeof(*to));
	}
	return to;
}

/* Where the next half is, if there is one. */
static const uint32_t *
unpack(uint8_t *half, const uint32_t *from, bool *both)
{
	struct masks masks;

	memcpy(&masks, from, sizeof(masks));
	*both = (masks.bits[MASKS - 1] & BOTH_HALVES) != 0;
	masks.bits[MASKS - 1] &= ~BOTH_HALVES;
	from += MASKS_WORDS;
	for (unsigned mask = 0; mask < MASKS; mask++, half += MASK_BITS * sizeof(*from)) {
		for (uint64_t left = masks.bits[mask]; left != 0; left &= left - 1)
			memcpy(half + (size_t)__builtin_ctzll(left) * sizeof(*from), from++, sizeof(*from));
	}
	return from;
}

static uint32_t *
pack_second_half(const struct sa *sa, uint32_t *record)
{
	uint8_t whole_groups[MASKS * MASK_BITS * sizeof(uint32_t)];

	memcpy(whole_groups, (const uint8_t *)sa + SA_HALF, SECOND_HALF_WORDS * sizeof(uint32_t));
	return pack(whole_groups, SECOND_HALF_WORDS, 0, record);
}

static uint32_t *
pack_sa(const struct sa *sa, uint32_t *record)
{
	const bool both = (sa->reported & ~SA_ATTRS_COMMON) != 0;

	record = pack((const uint8_t *)sa, HALF_WORDS, both ? BOTH_HALVES : 0, record);
	return both ? pack_second_half(sa, record) : record;
}

/* --- records ----------------------------------------------------------------------------------- */

static int
grow(struct sa_store *store)
{
	if (store->chunk_count == store->chunk_room) {
		const size_t room = store->chunk_room ? 2 * store->chunk_room : 16;
		uint32_t **grown = reallocarray(store->chunks, room, sizeof(uint32_t *));

		if (!grown)
			return -ENOMEM;
		store->chunks = grown;
		store->chunk_room = room;
	}
	store->chunks[store->chunk_count] = malloc(SA_STORE_CHUNK_WORDS * sizeof(uint32_t));
	if (!store->chunks[store->chunk_count])
		return -ENOMEM;
	store->chunk_count++;
	return 0;
}

/*
 * Records are mostly written and read one after the other, more of them than caches hold: by the time that what comes a
 * few later is needed, it is there.
 */
static void
prefetch_after(const uint32_t *record)
{
	enum { AHEAD_WORDS = 128 };

	__builtin_prefetch(record + AHEAD_WORDS);
}

static uint32_t *
record_at(const struct sa_store *store, size_t place)
{
	return store->chunks[place / SA_STORE_CHUNK_WORDS] + place % SA_STORE_CHUNK_WORDS;
}

int
sa_store_add(struct sa_store *store, const struct sa *sa, uint32_t *place)
{
	const size_t left = SA_STORE_CHUNK_WORDS - store->used_words % SA_STORE_CHUNK_WORDS;
	uint32_t *record;

	if (left < RECORD_MAX_WORDS)
		store->used_words += left;
	if (store->used_words > UINT32_MAX ||
	    (store->used_words / SA_STORE_CHUNK_WORDS == store->chunk_count && grow(store) < 0))
		return -ENOMEM;
	*place = (uint32_t)store->used_words;
	record = record_at(store, store->used_words);
	prefetch_after(record);
	store->used_words += (size_t)(pack_sa(sa, record) - record);
	return 0;
}

void
sa_store_get(const struct sa_store *store, uint32_t place, struct sa *sa)
{
	const uint32_t *const record = record_at(store, place), *rest;
	bool both;

	prefetch_after(record);
	sa_clear(sa);
	rest = unpack((uint8_t *)sa, record, &both);
	if (both)
		unpack((uint8_t *)sa + SA_HALF, rest, &both);
}
