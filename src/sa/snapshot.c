/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/index_sort.h"
#include "sa/sa_store.h"

/*
 * SAs stay in the source's order; their positions are sorted.  From one read to the next, a source has nearly the same
 * SAs in nearly the same order, so each SA is first compared with the one at its place in the previous snapshot.  If
 * they are the same, its rank among the SAs that are in both snapshots is known (`slots`); only the others (`strays`)
 * are sorted, and then inserted; `ranks` tells where, until it is rewritten.
 */

enum { FIRST_ROOM = 256 };
enum { AHEAD = 16 }; /* which entry is fetched into the caches while one is looked at */
static const uint32_t NONE = UINT32_MAX;

struct entry {
	struct sa_key key;
	uint32_t place; /* in the store */
};

enum phase { FILLING, SORTING, JOINING, SORTED };

struct snapshot {
	struct sa_store store;
	struct entry *entries; /* by position */
	uint32_t *ranks;       /* by position */
	uint32_t *order;       /* positions, by rank */
	uint32_t *strays;      /* positions */
	uint32_t *slots;       /* positions, by the rank in the previous snapshot */
	size_t room, slot_room;
	size_t count; /* of SAs added */
	size_t rows;  /* to answer from, once sorted */
	size_t stray_count;

	const struct snapshot *before;
	size_t expected; /* position in it of the SA that should come next */

	enum phase phase;
	struct index_sort sort;
	size_t joined_slots, joined_strays;
	bool in_doubt; /* whether the last row may share a SAID with the next */

	struct snapshot_counts counts;
};

/* --- memory ------------------------------------------------------------------------------------ */

struct snapshot *
snapshot_new(void)
{
	return calloc(1, sizeof(struct snapshot));
}

static void
free_arrays(struct snapshot *snapshot)
{
	free(snapshot->entries);
	free(snapshot->ranks);
	free(snapshot->order);
	free(snapshot->strays);
	free(snapshot->slots);
	snapshot->entries = NULL;
	snapshot->ranks = snapshot->order = snapshot->strays = snapshot->slots = NULL;
	snapshot->room = snapshot->slot_room = 0;
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	sa_store_free(&snapshot->store);
	free_arrays(snapshot);
	free(snapshot);
}

static void
make_empty(struct snapshot *snapshot)
{
	static const struct snapshot_counts none;

	sa_store_clear(&snapshot->store);
	snapshot->count = snapshot->rows = snapshot->stray_count = 0;
	snapshot->before = NULL;
	snapshot->expected = 0;
	snapshot->phase = FILLING;
	snapshot->counts = none;
}

bool
snapshot_trim_step(struct snapshot *snapshot, const struct snapshot *like)
{
	make_empty(snapshot);
	if (snapshot->room / 4 > like->count + FIRST_ROOM || snapshot->slot_room / 4 > like->count + FIRST_ROOM)
		free_arrays(snapshot);
	return sa_store_trim_step(&snapshot->store, &like->store);
}

static bool
resize(uint32_t **numbers, size_t room)
{
	uint32_t *grown = reallocarray(*numbers, room, sizeof(**numbers));

	if (grown)
		*numbers = grown;
	return grown != NULL;
}

static int
grow(struct snapshot *snapshot)
{
	const size_t room = snapshot->room ? 2 * snapshot->room : FIRST_ROOM;
	struct entry *entries = reallocarray(snapshot->entries, room, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	snapshot->entries = entries;
	if (!resize(&snapshot->ranks, room) || !resize(&snapshot->order, room) || !resize(&snapshot->strays, room))
		return -ENOMEM;
	snapshot->room = room;
	return 0;
}

void
snapshot_begin(struct snapshot *snapshot, const struct snapshot *like)
{
	make_empty(snapshot);
	if (!like || like->rows == 0)
		return;
	/* Without memory for them, it is sorted from scratch. */
	if (like->rows > snapshot->slot_room) {
		if (!resize(&snapshot->slots, like->rows))
			return;
		snapshot->slot_room = like->rows;
	}
	memset(snapshot->slots, 0xff, like->rows * sizeof(*snapshot->slots)); /* NONE */
	snapshot->before = like;
}

/* --- filling ----------------------------------------------------------------------------------- */

static void
count_sa(struct snapshot_counts *counts, const struct sa *sa)
{
	counts->total++;
	switch (sa->said.protocol) {
	case SA_PROTOCOL_ESP:
		counts->esp++;
		break;
	case SA_PROTOCOL_AH:
		counts->ah++;
		break;
	case SA_PROTOCOL_COMP:
		counts->comp++;
		break;
	case SA_PROTOCOL_IPIP:
	case SA_PROTOCOL_IPV6:
		counts->ipip++;
		break;
	default:
		counts->other++;
		break;
	}
	if (sa->direction == SA_DIRECTION_IN)
		counts->in++;
	else if (sa->direction == SA_DIRECTION_OUT)
		counts->out++;
	else
		counts->direction_unknown++;
}

static int
compare_keys(const struct sa_key *a, const struct sa_key *b)
{
	return memcmp(a->octets, b->octets, SA_KEY_SIZE);
}

static const struct entry *
entry_at(const struct snapshot *snapshot, size_t rank)
{
	return &snapshot->entries[snapshot->order[rank]];
}

/* The rank of the first row whose key is at least this one. */
static size_t
seek_key(const struct snapshot *snapshot, const struct sa_key *key, bool *exact)
{
	size_t low = 0, high = snapshot->rows;

	*exact = false;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = compare_keys(&entry_at(snapshot, middle)->key, key);

		if (order < 0) {
			low = middle + 1;
			continue;
		}
		high = middle;
		*exact |= order == 0;
	}
	return low;
}

/* Where the key is, or would be, in the snapshot before, mostly where it is expected. */
static size_t
seek_before(struct snapshot *snapshot, const struct sa_key *key, bool *exact)
{
	const struct snapshot *before = snapshot->before;
	const size_t expected = snapshot->expected;
	size_t rank;

	__builtin_prefetch(&before->entries[expected + AHEAD]);
	if (expected < before->count && before->ranks[expected] != NONE &&
	    sa_key_equal(&before->entries[expected].key, key)) {
		*exact = true;
		snapshot->expected = expected + 1;
		return before->ranks[expected];
	}
	rank = seek_key(before, key, exact);
	if (*exact)
		snapshot->expected = before->order[rank] + 1u;
	return rank;
}

/* If SAs share an index, only the first can take its slot; the others follow it. */
static void
classify(struct snapshot *snapshot, uint32_t position)
{
	size_t rank = 0;
	bool exact = false;

	if (snapshot->before)
		rank = seek_before(snapshot, &snapshot->entries[position].key, &exact);
	if (exact && snapshot->slots[rank] == NONE) {
		snapshot->slots[rank] = position;
		snapshot->ranks[position] = (uint32_t)rank; /* if nothing comes or goes */
		return;
	}
	snapshot->ranks[position] = (uint32_t)rank + exact;
	snapshot->strays[snapshot->stray_count++] = position;
}

int
snapshot_add(struct snapshot *snapshot, const struct sa *sa)
{
	const size_t position = snapshot->count;
	struct entry *entry;

	if (position >= NONE || (position == snapshot->room && grow(snapshot) < 0))
		return -ENOMEM;
	entry = &snapshot->entries[position];
	__builtin_prefetch(entry + AHEAD);
	if (sa_store_add(&snapshot->store, sa, &entry->place) < 0)
		return -ENOMEM;
	sa_key_make(&entry->key, &sa->said);
	classify(snapshot, (uint32_t)position);
	snapshot->count++;
	count_sa(&snapshot->counts, sa);
	return 0;
}

/* --- sorting ----------------------------------------------------------------------------------- */

static int
compare_positions(const void *context, uint32_t a, uint32_t b)
{
	const struct entry *entries = context;

	return compare_keys(&entries[a].key, &entries[b].key);
}

/* Whether two SAs differ in their qualifiers only, if at all. */
static bool
share_said(const struct sa_key *a, const struct sa_key *b)
{
	const size_t without_qualifier = 2 + (size_t)a->octets[1] + 1 + 4;

	return memcmp(a->octets, b->octets, without_qualifier) == 0;
}

/* Raises the qualifier above that of the last row if necessary; false if there is no such number. */
static bool
qualify(struct snapshot *snapshot, struct sa_key *key)
{
	const struct sa_key *last;
	struct sa_said said, last_said;

	if (snapshot->rows == 0)
		return true;
	last = &entry_at(snapshot, snapshot->rows - 1)->key;
	if (!share_said(last, key))
		return true;
	snapshot->in_doubt = true;
	if (compare_keys(last, key) < 0)
		return true;
	snapshot->counts.collisions++;
	sa_key_said(last, &last_said);
	if (last_said.qualifier == UINT32_MAX)
		return false;
	sa_key_said(key, &said);
	said.qualifier = last_said.qualifier + 1;
	sa_key_make(key, &said);
	return true;
}

/* Keeps the SA as the next row.  Two neighbours that have slots differ, as they did in the previous snapshot. */
static void
join(struct snapshot *snapshot, uint32_t position, bool stray)
{
	const bool doubt = snapshot->in_doubt || stray;

	snapshot->in_doubt = stray;
	if (doubt && !qualify(snapshot, &snapshot->entries[position].key)) {
		snapshot->ranks[position] = NONE;
		return;
	}
	snapshot->order[snapshot->rows] = position;
	snapshot->ranks[position] = (uint32_t)snapshot->rows++;
}

static bool
join_step(struct snapshot *snapshot, size_t budget)
{
	const size_t slots = snapshot->before ? snapshot->before->rows : 0;
	const uint32_t *strays = snapshot->sort.numbers;

	for (; budget > 0; budget--) {
		const bool any_stray = snapshot->joined_strays < snapshot->stray_count;

		if (any_stray && snapshot->ranks[strays[snapshot->joined_strays]] <= snapshot->joined_slots)
			join(snapshot, strays[snapshot->joined_strays++], true);
		else if (snapshot->joined_slots == slots)
			return true;
		else if (snapshot->slots[snapshot->joined_slots++] != NONE)
			join(snapshot, snapshot->slots[snapshot->joined_slots - 1], false);
	}
	return false;
}

/* Nothing has come or gone: every row has the rank that it had, and the slots are the order. */
static bool
is_as_before(const struct snapshot *snapshot)
{
	return snapshot->before && snapshot->stray_count == 0 && snapshot->count == snapshot->before->rows;
}

static void
sort_as_before(struct snapshot *snapshot)
{
	memcpy(snapshot->order, snapshot->slots, snapshot->count * sizeof(*snapshot->order));
	snapshot->rows = snapshot->count;
	snapshot->before = NULL;
	snapshot->phase = SORTED;
}

bool
snapshot_sort_step(struct snapshot *snapshot, size_t budget)
{
	switch (snapshot->phase) {
	case FILLING:
		if (is_as_before(snapshot)) {
			sort_as_before(snapshot);
			break;
		}
		index_sort_begin(&snapshot->sort, snapshot->strays, snapshot->order, snapshot->stray_count,
				 compare_positions, snapshot->entries);
		snapshot->phase = SORTING;
		break;
	case SORTING:
		if (!index_sort_step(&snapshot->sort, budget))
			break;
		snapshot->strays = snapshot->sort.numbers;
		snapshot->order = snapshot->sort.scratch;
		snapshot->joined_slots = snapshot->joined_strays = 0;
		snapshot->in_doubt = false;
		snapshot->phase = JOINING;
		break;
	case JOINING:
		if (!join_step(snapshot, budget))
			break;
		snapshot->before = NULL;
		snapshot->phase = SORTED;
		break;
	case SORTED:
		break;
	}
	return snapshot->phase == SORTED;
}

/* --- reading ----------------------------------------------------------------------------------- */

const struct snapshot_counts *
snapshot_counts(const struct snapshot *snapshot)
{
	return &snapshot->counts;
}

size_t
snapshot_count(const struct snapshot *snapshot)
{
	return snapshot->rows;
}

/* The key has the qualifier that it got by sorting. */
static void
get_sa(const struct snapshot *snapshot, size_t position, struct sa *sa)
{
	const struct entry *entry = &snapshot->entries[position];

	sa_store_get(&snapshot->store, entry->place, sa);
	sa_key_said(&entry->key, &sa->said);
	sa->position = (uint32_t)position;
}

void
snapshot_at(const struct snapshot *snapshot, size_t rank, struct sa *sa)
{
	get_sa(snapshot, snapshot->order[rank], sa);
}

const struct sa_key *
snapshot_key_at(const struct snapshot *snapshot, size_t rank)
{
	return &entry_at(snapshot, rank)->key;
}

size_t
snapshot_positions(const struct snapshot *snapshot)
{
	return snapshot->count;
}

const struct sa_key *
snapshot_in_order(const struct snapshot *snapshot, size_t position, struct sa *sa)
{
	get_sa(snapshot, position, sa);
	return snapshot->ranks[position] == NONE ? NULL : &snapshot->entries[position].key;
}

/* For incomplete indexes, such as the requests with which a walk begins. */
static size_t
seek_oid(const struct snapshot *snapshot, const unsigned long *subids, size_t count)
{
	size_t low = 0, high = snapshot->rows;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (sa_key_compare_oid(&entry_at(snapshot, middle)->key, subids, count) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
snapshot_seek(const struct snapshot *snapshot, const unsigned long *subids, size_t count, size_t guess, bool *exact)
{
	struct sa_key key;

	*exact = false;
	if (!sa_key_from_oid(subids, count, &key))
		return seek_oid(snapshot, subids, count);
	for (unsigned back = 0; back <= 1 && back <= guess; back++) {
		if (guess - back < snapshot->rows && sa_key_equal(&entry_at(snapshot, guess - back)->key, &key)) {
			*exact = true;
			return guess - back;
		}
	}
	return seek_key(snapshot, &key, exact);
}
