/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_paths.h"

#include <stdlib.h>
#include <string.h>

void
tunnel_paths_init(struct tunnel_paths *paths, struct tunnel_rows *rows)
{
	*paths = (struct tunnel_paths){.vacant = TUNNEL_PATH_NONE, .rows = rows};
	hash_table_init(&paths->hash);
}

void
tunnel_paths_free(struct tunnel_paths *paths)
{
	for (struct tunnel_found *found = paths->found, *next; found; found = next) {
		next = found->next;
		free(found);
	}
	free(paths->all);
	hash_table_free(&paths->hash);
}

/* --- by key ------------------------------------------------------------------------------------ */

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

/* --- in rows ----------------------------------------------------------------------------------- */

void
tunnel_path_show(const struct tunnel_path *path)
{
	tunnel_row_show_key(path->row, &path->key);
}

static void
join_row(struct tunnel_paths *paths, uint32_t number, struct tunnel_row *row)
{
	struct tunnel_path *const all = paths->all;

	all[number].row = row;
	row->stale_selectors = true;
	all[number].previous = TUNNEL_PATH_NONE;
	all[number].next = row->first_path;
	if (row->first_path != TUNNEL_PATH_NONE)
		all[row->first_path].previous = number;
	row->first_path = number;
}

/* The rest of a pair is not a pair; one that moves already has another path. */
static void
quit_row(struct tunnel_paths *paths, uint32_t number)
{
	struct tunnel_path *const all = paths->all, *const path = &all[number];

	path->row->stale_selectors = true;
	*(path->previous != TUNNEL_PATH_NONE ? &all[path->previous].next : &path->row->first_path) = path->next;
	if (path->next != TUNNEL_PATH_NONE)
		all[path->next].previous = path->previous;
	path->row->is_pair = path->row->is_pair && path->row->first_path != TUNNEL_PATH_NONE &&
			     all[path->row->first_path].next != TUNNEL_PATH_NONE;
}

void
tunnel_paths_move(struct tunnel_paths *paths, uint32_t number, struct tunnel_row *row)
{
	struct tunnel_path *const path = &paths->all[number];
	struct tunnel_row *const from = path->row;

	for (unsigned way = 0; way < WAYS; way++) {
		from->usable[way] -= path->usable[way];
		row->usable[way] += path->usable[way];
	}
	from->larval -= path->larval;
	row->larval += path->larval;
	from->living -= path->living;
	row->living += path->living;
	from->lent -= path->lends;
	row->lent += path->lends;
	from->borrowed -= path->borrows;
	row->borrowed += path->borrows;
	from->wanted -= path->wanted;
	row->wanted += path->wanted;
	quit_row(paths, number);
	join_row(paths, number, row);
	if (!row->has_key || path->usable[WAY_IN] + path->usable[WAY_OUT] > 0)
		tunnel_path_show(path);
	tunnel_rows_touch(paths->rows, from);
	tunnel_rows_touch(paths->rows, row);
}

struct departure {
	const struct tunnel_path *all;
	const struct tunnel_row *from;
};

static bool
has_moved(void *data, const struct tunnel_sa_entry *entry)
{
	const struct departure *const departure = data;

	return departure->all[entry->path].row != departure->from;
}

static void
take_along(void *data, const struct tunnel_sa_entry *entry)
{
	const struct departure *const departure = data;

	tunnel_sas_add(&departure->all[entry->path].row->sas, entry);
}

void
tunnel_paths_follow(const struct tunnel_paths *paths, struct tunnel_row *row)
{
	struct departure departure = {paths->all, row};

	tunnel_sas_sift(&row->sas, take_along, has_moved, &departure);
}

/* --- adding and removing ----------------------------------------------------------------------- */

uint32_t
tunnel_paths_add(struct tunnel_paths *paths, const struct tunnel_key *key, struct tunnel_row *row)
{
	const bool is_vacant = paths->vacant != TUNNEL_PATH_NONE;
	const uint32_t number = is_vacant ? paths->vacant : paths->count;

	if (!is_vacant && (paths->count == TUNNEL_PATHS_MOST || (paths->count == paths->room && !make_room(paths))))
		return TUNNEL_PATH_NONE;
	if (!hash_table_add(&paths->hash, number, hash_of(paths, key)))
		return TUNNEL_PATH_NONE;
	if (is_vacant)
		paths->vacant = paths->all[number].next;
	else
		paths->count++;
	paths->all[number] = (struct tunnel_path){.key = *key, .half = TUNNEL_NO_HALF, .successor = TUNNEL_PATH_NONE};
	join_row(paths, number, row);
	return number;
}

/* There is room for one that was there a moment ago. */
void
tunnel_paths_rekey(struct tunnel_paths *paths, uint32_t number, const struct tunnel_key *key)
{
	hash_table_remove(&paths->hash, number);
	paths->all[number].key = *key;
	hash_table_add(&paths->hash, number, hash_of(paths, key));
}

void
tunnel_paths_remove(struct tunnel_paths *paths, uint32_t number)
{
	quit_row(paths, number);
	paths->all[number].row->borrowed -= paths->all[number].borrows;
	hash_table_remove(&paths->hash, number);
	paths->all[number].row = NULL;
	paths->all[number].next = paths->vacant;
	paths->vacant = number;
}
