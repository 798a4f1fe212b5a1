/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_rename.h"

#include <stdlib.h>
#include <string.h>

/* What is under way; the names are those that are to be. */
struct change {
	struct tunnel_places *places;
	struct tunnel_names names;
	struct tunnel_row **named;
};

/* --- rows that keep their names ---------------------------------------------------------------- */

static int
compare_names(const void *left, const void *right)
{
	return strcmp((*(struct tunnel_row *const *)left)->tunnel.name,
		      (*(struct tunnel_row *const *)right)->tunnel.name);
}

static int
compare_with_name(const void *name, const void *row)
{
	return strcmp(name, (*(struct tunnel_row *const *)row)->tunnel.name);
}

/* Rows whose name is not among the new ones have none from now on; their names still stand there. */
static void
keep_names(struct change *change)
{
	struct tunnel_row **const old = change->places->named;
	size_t old_count = 0;

	for (size_t i = 0; i < change->places->names.count; i++) {
		if (old[i])
			old[old_count++] = old[i];
	}
	if (old_count == 0)
		return;
	qsort(old, old_count, sizeof(*old), compare_names);
	for (size_t i = 0; i < old_count; i++)
		old[i]->named = false;
	for (size_t i = 0; i < change->names.count; i++) {
		struct tunnel_row **const found =
			bsearch(change->names.all[i].name, old, old_count, sizeof(*old), compare_with_name);

		change->named[i] = found ? *found : NULL;
		if (found)
			(*found)->named = true;
	}
}

/* --- rows of new names ------------------------------------------------------------------------- */

static void
give_name(struct change *change, size_t number, struct tunnel_row *row)
{
	memcpy(row->tunnel.name, change->names.all[number].name, sizeof(row->tunnel.name));
	row->named = true;
	row->is_pair = false;
	change->named[number] = row;
	if (row->begun)
		tunnel_rows_remember(&change->places->rows, row);
}

/*
 * Numbered by the order of the configuration, unless it has a number already.  Without memory for a row the name stays without
 * one; SAs that it stands for are then refused.
 */
static void
make_row(struct change *change, size_t number)
{
	struct tunnel_rows *const rows = &change->places->rows;
	struct tunnel_row *const row = tunnel_rows_new(rows);

	if (!row)
		return;
	give_name(change, number, row);
	if (tunnel_rows_begin(rows, row, (uint32_t)number + 1))
		return;
	change->named[number] = NULL;
	tunnel_rows_end(rows, row);
}

/* Until it has had an SA, a row shows what its name says, where that is one address. */
static void
show_name(struct tunnel_row *row, const struct tunnel_name *name)
{
	static const struct sa_address any;
	const bool one_remote = name->remote.bits == 8 * sa_address_octets(name->remote.address.type);
	const bool one_local = name->local.bits == 8 * sa_address_octets(name->local.address.type);

	if (row->has_key)
		return;
	row->tunnel.remote = one_remote ? name->remote.address : any;
	row->tunnel.local = one_local ? name->local.address : any;
	row->tunnel.reqid = name->reqid;
	row->tunnel.if_id = name->if_id;
}

/* --- paths ------------------------------------------------------------------------------------- */

static bool
all_match(const struct change *change, const struct tunnel_row *row, size_t number)
{
	const struct tunnel_path *const all = change->places->paths.all;
	uint32_t i = row->first_path;

	while (i != TUNNEL_PATH_NONE && tunnel_names_match(&change->names, &all[i].key) == number)
		i = all[i].next;
	return i == TUNNEL_PATH_NONE;
}

/* Of a name that does not mean this path any more: it gets a row without one, in the table if it ever had keys, or has policies. */
static bool
free_path(struct tunnel_places *places, uint32_t number)
{
	const struct tunnel_path *const path = &places->paths.all[number];
	struct tunnel_row *const row = tunnel_rows_new(&places->rows);

	if (!row)
		return false;
	tunnel_row_show_key(row, &path->key);
	if ((path->had[WAY_IN] || path->had[WAY_OUT] || path->wanted > 0) &&
	    !tunnel_rows_begin(&places->rows, row, 0)) {
		tunnel_rows_end(&places->rows, row);
		return false;
	}
	tunnel_paths_move(&places->paths, number, row);
	return true;
}

static void
place_path(struct change *change, uint32_t path)
{
	struct tunnel_row *const from = change->places->paths.all[path].row;
	const size_t number = tunnel_names_match(&change->names, &change->places->paths.all[path].key);

	if (number == change->names.count) {
		if (from->named)
			free_path(change->places, path);
		return;
	}
	if (!change->named[number]) {
		if (!from->named && from->begun && all_match(change, from, number))
			give_name(change, number, from);
		else
			make_row(change, number);
	}
	if (!change->named[number] || change->named[number] == from)
		return;
	tunnel_paths_move(&change->places->paths, path, change->named[number]);
	if (!from->named)
		tunnel_paths_follow(&change->places->paths, from);
	if (!from->named && from->first_path == TUNNEL_PATH_NONE)
		tunnel_rows_merge(&change->places->rows, from, change->named[number]);
}

static void
place_paths(struct change *change)
{
	const struct tunnel_paths *const paths = &change->places->paths;

	for (uint32_t i = 0; i < paths->count; i++) {
		if (paths->all[i].row)
			place_path(change, i);
	}
}

/* --- all of it --------------------------------------------------------------------------------- */

/* A row without name and path gets the path of what it shows, or goes on in the row that has that. */
static void
find_path(struct tunnel_places *places, struct tunnel_row *row)
{
	struct tunnel_paths *const paths = &places->paths;
	struct tunnel_row *other;
	struct tunnel_key key;
	uint32_t path;

	tunnel_key_make(&key, &row->tunnel.local, &row->tunnel.remote, row->tunnel.reqid, row->tunnel.if_id);
	path = tunnel_paths_find(paths, &key);
	if (path == TUNNEL_PATH_NONE) {
		if (tunnel_paths_add(paths, &key, row) == TUNNEL_PATH_NONE)
			tunnel_rows_end(&places->rows, row);
		return;
	}
	other = paths->all[path].row;
	if (other->begun) {
		tunnel_rows_merge(&places->rows, row, other);
	} else {
		tunnel_paths_move(paths, path, row);
		tunnel_paths_follow(paths, other);
		tunnel_rows_merge(&places->rows, other, row);
	}
}

/* A row that lost its name lingers, if it ever had an SA. */
static void
tidy_row(struct tunnel_places *places, struct tunnel_row *row)
{
	tunnel_rows_touch(&places->rows, row);
	row->several = false;
	if (row->named || row->ended)
		return;
	memset(row->tunnel.name, 0, sizeof(row->tunnel.name));
	if (row->has_key)
		tunnel_rows_remember(&places->rows, row);
	while (!row->has_key && row->first_path != TUNNEL_PATH_NONE && free_path(places, row->first_path))
		;
	if (row->first_path != TUNNEL_PATH_NONE)
		return;
	if (row->has_key)
		find_path(places, row);
	else
		tunnel_rows_end(&places->rows, row);
}

static void
apply(struct change *change)
{
	struct tunnel_places *const places = change->places;

	tunnel_places_drop_emptied(places);
	keep_names(change);
	place_paths(change);
	for (size_t i = 0; i < change->names.count; i++) {
		if (!change->named[i])
			make_row(change, i);
		if (change->named[i])
			show_name(change->named[i], &change->names.all[i]);
	}
	for (size_t i = 0; i < places->rows.count; i++)
		tidy_row(places, places->rows.all[i]);
	/* Once for each, not for each path: a name may stand for many. */
	for (size_t i = 0; i < places->rows.count; i++)
		tunnel_paths_follow(&places->paths, places->rows.all[i]);
	tunnel_rows_sweep(&places->rows);
	for (uint32_t i = 0; i < places->paths.count; i++) {
		if (places->paths.all[i].row)
			tunnel_halves_note(&places->halves, &places->paths, i);
	}
}

bool
tunnel_rename(struct tunnel_places *places, struct tunnel_names *names)
{
	struct change change = {.places = places, .names = *names};

	change.named = calloc(names->count + 1, sizeof(change.named[0]));
	if (!change.named)
		return false;
	apply(&change);
	tunnel_names_free(&places->names);
	free(places->named);
	places->names = change.names;
	places->named = change.named;
	return true;
}
