/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_paths.h"

#include <stdlib.h>
#include <string.h>

void
tunnel_paths_init(struct tunnel_paths *paths)
{
	*paths = (struct tunnel_paths){.vacant = TUNNEL_PATH_NONE};
	hash_table_init(&paths->hash);
}

void
tunnel_paths_free(struct tunnel_paths *paths)
{
	free(paths->all);
	hash_table_free(&paths->hash);
}

static uint32_t
hash_of(const struct tunnel_paths *paths, const struct tunnel_key *key)
{
	return hash_table_hash(&paths->hash, key, sizeof(*key));
}

uint32_t
tunnel_paths_find(const struct tunnel_paths *paths, const struct tunnel_key *key)
{
	uint32_t number = hash_table_first(&paths->hash, hash_of(paths, key));

	while (number != TUNNEL_PATH_NONE && memcmp(&paths->all[number].key, key, sizeof(*key)) != 0)
		number = hash_table_next(&paths->hash, number);
	return number;
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
	const bool is_vacant = paths->vacant != TUNNEL_PATH_NONE;
	const uint32_t number = is_vacant ? paths->vacant : paths->count;

	if (!is_vacant && (paths->count == most || (paths->count == paths->room && !make_room(paths))))
		return TUNNEL_PATH_NONE;
	if (!hash_table_add(&paths->hash, number, hash_of(paths, key)))
		return TUNNEL_PATH_NONE;
	if (is_vacant)
		paths->vacant = paths->all[number].next;
	else
		paths->count++;
	paths->all[number] = (struct tunnel_path){.key = *key, .row = row};
	return number;
}

void
tunnel_paths_remove(struct tunnel_paths *paths, uint32_t number)
{
	hash_table_remove(&paths->hash, number);
	paths->all[number].row = NULL;
	paths->all[number].next = paths->vacant;
	paths->vacant = number;
}
