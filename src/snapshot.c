/* SPDX-License-Identifier: BSD-3-Clause */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * SAs stay in the source's order, in chunks that never move; what is sorted are small entries.  The sort is a
 * bottom-up merge sort, because that one can be interrupted anywhere and is stable.
 */

enum { CHUNK_SAS = 256, FIRST_RUN = 16, TRIM_CHUNKS = 16 };

struct chunk {
	struct sa sas[CHUNK_SAS];
};

struct entry {
	struct sa_key key;
	uint32_t position;
};

enum phase { FILLING, RUNNING, MERGING, QUALIFYING, SORTED };

struct snapshot {
	struct chunk **chunks;
	size_t chunk_count, chunk_room;

	struct entry *entries, *scratch;
	size_t entry_room;
	size_t count; /* of SAs added */
	size_t rows;  /* of entries to answer from, once sorted */

	enum phase phase;
	/* The merge under way: runs of `width`, the pair that begins at `pair`, and how far it has come. */
	size_t width, pair, left, right, out;
	size_t qualified; /* entries that have gone through qualify() */

	struct snapshot_counts counts;
};

struct snapshot *
snapshot_new(void)
{
	return calloc(1, sizeof(struct snapshot));
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t i = 0; i < snapshot->chunk_count; i++)
		free(snapshot->chunks[i]);
	free(snapshot->chunks);
	free(snapshot->entries);
	free(snapshot->scratch);
	free(snapshot);
}

void
snapshot_clear(struct snapshot *snapshot)
{
	static const struct snapshot_counts none;

	snapshot->count = 0;
	snapshot->rows = 0;
	snapshot->phase = FILLING;
	snapshot->counts = none;
}

bool
snapshot_trim_step(struct snapshot *snapshot, size_t count)
{
	const size_t chunks_needed = count / CHUNK_SAS + 1;

	for (unsigned freed = 0; freed < TRIM_CHUNKS && snapshot->chunk_count > chunks_needed; freed++)
		free(snapshot->chunks[--snapshot->chunk_count]);
	if (snapshot->chunk_count > chunks_needed)
		return false;
	if (snapshot->entry_room / 4 > chunks_needed * CHUNK_SAS) {
		free(snapshot->entries);
		free(snapshot->scratch);
		snapshot->entries = snapshot->scratch = NULL;
		snapshot->entry_room = 0;
	}
	return true;
}

/* --- filling ----------------------------------------------------------------------------------- */

static int
grow_entries(struct snapshot *snapshot)
{
	const size_t room = snapshot->entry_room ? 2 * snapshot->entry_room : CHUNK_SAS;
	struct entry *grown = reallocarray(snapshot->entries, room, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	snapshot->entries = grown;
	/* Nothing in it is of use while filling, so it need not be copied. */
	free(snapshot->scratch);
	snapshot->scratch = reallocarray(NULL, room, sizeof(*grown));
	if (!snapshot->scratch) {
		snapshot->entry_room = 0;
		return -ENOMEM;
	}
	snapshot->entry_room = room;
	return 0;
}

static int
grow_chunks(struct snapshot *snapshot)
{
	if (snapshot->chunk_count == snapshot->chunk_room) {
		const size_t room = snapshot->chunk_room ? 2 * snapshot->chunk_room : 8;
		struct chunk **grown = reallocarray(snapshot->chunks, room, sizeof(struct chunk *));

		if (!grown)
			return -ENOMEM;
		snapshot->chunks = grown;
		snapshot->chunk_room = room;
	}
	snapshot->chunks[snapshot->chunk_count] = malloc(sizeof(struct chunk));
	if (!snapshot->chunks[snapshot->chunk_count])
		return -ENOMEM;
	snapshot->chunk_count++;
	return 0;
}

static struct sa *
sa_at_position(const struct snapshot *snapshot, size_t position)
{
	return &snapshot->chunks[position / CHUNK_SAS]->sas[position % CHUNK_SAS];
}

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

int
snapshot_add(struct snapshot *snapshot, const struct sa *sa)
{
	const size_t position = snapshot->count;
	struct entry *entry;
	struct sa *copy;

	if (position >= UINT32_MAX)
		return -ENOMEM;
	if (position == snapshot->entry_room && grow_entries(snapshot) < 0)
		return -ENOMEM;
	if (position / CHUNK_SAS == snapshot->chunk_count && grow_chunks(snapshot) < 0)
		return -ENOMEM;
	copy = sa_at_position(snapshot, position);
	*copy = *sa;
	copy->position = (uint32_t)position;
	entry = &snapshot->entries[position];
	sa_key_make(&entry->key, &sa->said);
	entry->position = (uint32_t)position;
	snapshot->count++;
	count_sa(&snapshot->counts, sa);
	return 0;
}

/* --- sorting ----------------------------------------------------------------------------------- */

static int
compare_entries(const struct entry *a, const struct entry *b)
{
	return memcmp(a->key.octets, b->key.octets, SA_KEY_SIZE);
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
sort_first_run(struct entry *entries, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct entry moving = entries[i];
		size_t at = i;

		for (; at > 0 && compare_entries(&moving, &entries[at - 1]) < 0; at--)
			entries[at] = entries[at - 1];
		entries[at] = moving;
	}
}

static void
begin_pair(struct snapshot *snapshot, size_t pair)
{
	snapshot->pair = pair;
	snapshot->left = snapshot->out = pair;
	snapshot->right = smaller(pair + snapshot->width, snapshot->count);
}

/* Merges at most budget entries of the pair under way; returns what is left of the budget. */
static size_t
merge_some(struct snapshot *snapshot, size_t budget)
{
	const size_t left_end = smaller(snapshot->pair + snapshot->width, snapshot->count);
	const size_t right_end = smaller(snapshot->pair + 2 * snapshot->width, snapshot->count);
	const struct entry *from = snapshot->entries;

	while (snapshot->out < right_end && budget > 0) {
		const bool take_left = snapshot->left < left_end &&
				       (snapshot->right >= right_end ||
					compare_entries(&from[snapshot->left], &from[snapshot->right]) <= 0);

		snapshot->scratch[snapshot->out++] = from[take_left ? snapshot->left++ : snapshot->right++];
		budget--;
	}
	if (snapshot->out == right_end)
		begin_pair(snapshot, right_end);
	return budget;
}

static bool
merge_step(struct snapshot *snapshot, size_t budget)
{
	while (snapshot->width < snapshot->count) {
		struct entry *merged = snapshot->scratch;

		while (snapshot->pair < snapshot->count) {
			if (budget == 0)
				return false;
			budget = merge_some(snapshot, budget);
		}
		snapshot->scratch = snapshot->entries;
		snapshot->entries = merged;
		snapshot->width *= 2;
		begin_pair(snapshot, 0);
	}
	return true;
}

/* The first runs are sorted in place, one insertion sort each. */
static bool
first_runs_step(struct snapshot *snapshot, size_t budget)
{
	while (snapshot->pair < snapshot->count) {
		const size_t run = smaller(FIRST_RUN, snapshot->count - snapshot->pair);

		if (budget < run)
			return false;
		sort_first_run(snapshot->entries + snapshot->pair, run);
		snapshot->pair += run;
		budget -= run;
	}
	return true;
}

/* Whether two SAs are told apart by their qualifiers alone, if at all. */
static bool
share_said(const struct entry *a, const struct entry *b)
{
	const size_t without_qualifier = 2 + (size_t)a->key.octets[1] + 1 + 4;

	return memcmp(a->key.octets, b->key.octets, without_qualifier) == 0;
}

/* Keeps the entry as row number snapshot->rows, with a qualifier above that of its predecessor. */
static void
qualify(struct snapshot *snapshot, const struct entry *entry)
{
	struct entry *row = &snapshot->entries[snapshot->rows];
	struct sa *sa = sa_at_position(snapshot, entry->position);
	const uint32_t position = entry->position;

	if (snapshot->rows > 0 && share_said(&row[-1], entry) && compare_entries(&row[-1], entry) >= 0) {
		const uint32_t taken = sa_at_position(snapshot, row[-1].position)->said.qualifier;

		snapshot->counts.collisions++;
		if (taken == UINT32_MAX)
			return;
		sa->said.qualifier = taken + 1;
		sa_key_make(&row->key, &sa->said);
	} else {
		row->key = entry->key;
	}
	row->position = position;
	snapshot->rows++;
}

static bool
qualify_step(struct snapshot *snapshot, size_t budget)
{
	for (; snapshot->qualified < snapshot->count; snapshot->qualified++, budget--) {
		const struct entry entry = snapshot->entries[snapshot->qualified];

		if (budget == 0)
			return false;
		qualify(snapshot, &entry);
	}
	return true;
}

bool
snapshot_sort_step(struct snapshot *snapshot, size_t budget)
{
	switch (snapshot->phase) {
	case FILLING:
		snapshot->pair = 0;
		snapshot->phase = RUNNING;
		break;
	case RUNNING:
		if (first_runs_step(snapshot, budget)) {
			snapshot->width = FIRST_RUN;
			begin_pair(snapshot, 0);
			snapshot->phase = MERGING;
		}
		break;
	case MERGING:
		if (merge_step(snapshot, budget)) {
			snapshot->qualified = 0;
			snapshot->phase = QUALIFYING;
		}
		break;
	case QUALIFYING:
		if (qualify_step(snapshot, budget))
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

const struct sa *
snapshot_at(const struct snapshot *snapshot, size_t rank)
{
	if (rank >= snapshot->rows)
		return NULL;
	return sa_at_position(snapshot, snapshot->entries[rank].position);
}

const struct sa_key *
snapshot_key_at(const struct snapshot *snapshot, size_t rank)
{
	return rank < snapshot->rows ? &snapshot->entries[rank].key : NULL;
}

const struct sa *
snapshot_in_order(const struct snapshot *snapshot, size_t position)
{
	return position < snapshot->count ? sa_at_position(snapshot, position) : NULL;
}

size_t
snapshot_seek(const struct snapshot *snapshot, const unsigned long *subids, size_t count, bool *exact)
{
	size_t low = 0, high = snapshot->rows;

	*exact = false;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = sa_key_compare_oid(&snapshot->entries[middle].key, subids, count);

		if (order < 0) {
			low = middle + 1;
			continue;
		}
		high = middle;
		if (order == 0)
			*exact = true;
	}
	return low;
}

const struct sa *
snapshot_find(const struct snapshot *snapshot, const struct sa_said *said)
{
	unsigned long subids[SA_INDEX_MAX_SUBIDS];
	struct sa_key key;
	size_t rank;
	bool exact;

	sa_key_make(&key, said);
	rank = snapshot_seek(snapshot, subids, sa_key_to_oid(&key, subids), &exact);
	return exact ? snapshot_at(snapshot, rank) : NULL;
}
