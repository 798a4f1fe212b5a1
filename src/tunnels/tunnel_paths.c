/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_paths.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FIRST_HEADS = 64 };

bool
tunnel_paths_init(struct tunnel_paths *paths)
{
	*paths = (struct tunnel_paths){.vacant = TUNNEL_PATH_NONE, .head_mask = FIRST_HEADS - 1};
	/* A peer may choose its address; it shall not choose our chains. */
	if (getrandom(&paths->seed, sizeof(paths->seed), GRND_NONBLOCK) < 0)
		paths->seed = (uintptr_t)paths;
	paths->heads = malloc(FIRST_HEADS * sizeof(paths->heads[0]));
	if (paths->heads)
		memset(paths->heads, 0xff, FIRST_HEADS * sizeof(paths->heads[0]));
	return paths->heads != NULL;
}

void
tunnel_paths_free(struct tunnel_paths *paths)
{
	free(paths->all);
	free(paths->heads);
}

static uint32_t *
head_of(const struct tunnel_paths *paths, const struct tunnel_key *key)
{
	uint32_t words[sizeof(*key) / sizeof(uint32_t)];
	uint64_t hash = paths->seed | 1;

	_Static_assert(sizeof(*key) % sizeof(uint32_t) == 0, "a key is whole words");
	memcpy(words, key, sizeof(*key));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return &paths->heads[hash & paths->head_mask];
}

uint32_t
tunnel_paths_find(const struct tunnel_paths *paths, const struct tunnel_key *key)
{
	uint32_t number = *head_of(paths, key);

	while (number != TUNNEL_PATH_NONE && memcmp(&paths->all[number].key, key, sizeof(*key)) != 0)
		number = paths->all[number].chain;
	return number;
}

static void
enchain(struct tunnel_paths *paths, uint32_t number)
{
	uint32_t *const head = head_of(paths, &paths->all[number].key);

	paths->all[number].chain = *head;
	*head = number;
}

/* As many heads as paths; without memory for that, chains are longer. */
static void
spread(struct tunnel_paths *paths)
{
	const size_t heads = 2 * ((size_t)paths->head_mask + 1);
	uint32_t *const more = malloc(heads * sizeof(*more));

	if (!more)
		return;
	memset(more, 0xff, heads * sizeof(*more));
	free(paths->heads);
	paths->heads = more;
	paths->head_mask = (uint32_t)(heads - 1);
	for (uint32_t i = 0; i < paths->count; i++) {
		if (paths->all[i].row)
			enchain(paths, i);
	}
}

static bool
make_room(struct tunnel_paths *paths)
{
	const uint32_t room = paths->room ? paths->room + paths->room / 2 : 16;
	struct tunnel_path *const all = reallocarray(paths->all, room, sizeof(*all));

	if (!all)
		return false;
	paths->all = all;
	paths->room = room;
	return true;
}

uint32_t
tunnel_paths_add(struct tunnel_paths *paths, const struct tunnel_key *key, struct tunnel_row *row, uint32_t most)
{
	uint32_t number = paths->vacant;

	if (number != TUNNEL_PATH_NONE) {
		paths->vacant = paths->all[number].chain;
	} else {
		if (paths->count == most || (paths->count == paths->room && !make_room(paths)))
			return TUNNEL_PATH_NONE;
		number = paths->count++;
	}
	paths->all[number] = (struct tunnel_path){.key = *key, .row = row};
	enchain(paths, number);
	if (paths->used++ > paths->head_mask)
		spread(paths);
	return number;
}

void
tunnel_paths_remove(struct tunnel_paths *paths, uint32_t number)
{
	uint32_t *link = head_of(paths, &paths->all[number].key);

	while (*link != number)
		link = &paths->all[*link].chain;
	*link = paths->all[number].chain;
	paths->all[number].row = NULL;
	paths->all[number].chain = paths->vacant;
	paths->vacant = number;
	paths->used--;
}
