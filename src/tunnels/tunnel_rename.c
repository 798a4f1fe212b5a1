/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_rename.h"

#include <stdlib.h>
#include <string.h>

/* What is under way; names are the new ones. */
struct tunnel_rename {
	struct tunnel_places *places;
	const struct tunnel_names *from;
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_names names;
	struct tunnel_row **named;
	unsigned phase;
	size_t at; /* in the list of the current phase */
};

/* --- rows that keep their names ---------------------------------------------------------------- */

/* For now no row has a name; those that keep theirs get it back. */
static void
forget_name(struct tunnel_rename *change, size_t number)
{
	struct tunnel_row *const row = change->places->named[number];

	if (row)
		row->named = false;
}

static void
keep_name(struct tunnel_rename *change, size_t number)
{
	const struct tunnel_places *const places = change->places;
	const size_t before = tunnel_names_find(&places->names, change->names.all[number].name);
	struct tunnel_row *const row = before < places->names.count ? places->named[before] : NULL;

	change->named[number] = row;
	if (row)
		row->named = true;
}

/* --- rows of new names ------------------------------------------------------------------------- */

static void
give_name(struct tunnel_rename *change, size_t number, struct tunnel_row *row)
{
	memcpy(row->tunnel.name, change->names.all[number].name, sizeof(row->tunnel.name));
	row->named = true;
	row->is_pair = false;
	change->named[number] = row;
	if (row->begun)
		tunnel_rows_remember(&change->places->rows, row);
}

/*
 * Numbered in the order of the configuration, unless it has a number already.  If there is no memory for a row, the
 * name has none; SAs that match it are then refused.
 */
static void
make_row(struct tunnel_rename *change, size_t number)
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

/* Until it has had an SA, a row shows the addresses of its name, if they are single ones. */
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
all_match(const struct tunnel_rename *change, const struct tunnel_row *row, size_t number)
{
	const struct tunnel_path *const all = change->places->paths.all;
	uint32_t i = row->first_path;

	while (i != TUNNEL_PATH_NONE && tunnel_names_match(&change->names, &all[i].key) == number)
		i = all[i].next;
	return i == TUNNEL_PATH_NONE;
}

/*
 * A path that its former name does not match any more gets a row without a name, in the table if it ever had keys, or
 * has policies.
 */
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
place_path(struct tunnel_rename *change, uint32_t path)
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

/* --- all of it --------------------------------------------------------------------------------- */

/* A row without name and path gets the path of the key that it shows, or is merged into the row that has it. */
static void
find_path(struct tunnel_places *places, struct tunnel_row *row)
{
	struct tunnel_paths *const paths = &places->paths;
	struct tunnel_row *other;
	struct tunnel_key key;
	uint32_t path;

	tunnel_row_key(row, &key);
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
	if (row->has_key || row->label[0] != '\0')
		tunnel_rows_remember(&places->rows, row);
	if (row->expected)
		return;
	while (!row->has_key && row->first_path != TUNNEL_PATH_NONE && free_path(places, row->first_path))
		;
	if (row->first_path != TUNNEL_PATH_NONE)
		return;
	if (row->has_key)
		find_path(places, row);
	else
		tunnel_rows_end(&places->rows, row);
}

/* --- all of it, in bounded steps --------------------------------------------------------------- */

static void
place_one_path(struct tunnel_rename *change, size_t number)
{
	if (change->places->paths.all[number].row)
		place_path(change, (uint32_t)number);
}

static void
show_one_name(struct tunnel_rename *change, size_t number)
{
	if (!change->named[number])
		make_row(change, number);
	if (change->named[number])
		show_name(change->named[number], &change->names.all[number]);
}

static void
tidy_one_row(struct tunnel_rename *change, size_t rank)
{
	tidy_row(change->places, change->places->rows.all[rank]);
}

/* Once for each row, not for each path: a name may match many. */
static void
follow_one_row(struct tunnel_rename *change, size_t rank)
{
	tunnel_paths_follow(&change->places->paths, change->places->rows.all[rank]);
}

static void
note_one_half(struct tunnel_rename *change, size_t number)
{
	struct tunnel_places *const places = change->places;

	if (places->paths.all[number].row)
		tunnel_halves_note(&places->halves, &places->paths, (uint32_t)number);
}

static size_t
count_old_names(const struct tunnel_rename *change)
{
	return change->places->names.count;
}

static size_t
count_names(const struct tunnel_rename *change)
{
	return change->names.count;
}

static size_t
count_paths(const struct tunnel_rename *change)
{
	return change->places->paths.count;
}

static size_t
count_rows(const struct tunnel_rename *change)
{
	return change->places->rows.count;
}

/* Each phase goes through one list, which may grow meanwhile; in this order. */
static const struct phase {
	size_t (*count)(const struct tunnel_rename *change);
	void (*take)(struct tunnel_rename *change, size_t at);
} phases[] = {
	{count_old_names, forget_name}, {count_names, keep_name},   {count_paths, place_one_path},
	{count_names, show_one_name},	{count_rows, tidy_one_row}, {count_rows, follow_one_row},
};
enum { PHASES = sizeof(phases) / sizeof(phases[0]), COPYING = 0, LAST = PHASES + 1, DONE };

static bool
copy_some(struct tunnel_rename *change, size_t budget)
{
	if (!tunnel_names_copy(&change->names, change->from, change->context, &change->at, budget))
		return false;
	if (change->at < change->from->count)
		return true;
	change->named = calloc(change->names.count + 1, sizeof(change->named[0]));
	if (!change->named)
		return false;
	tunnel_places_drop_emptied(change->places);
	change->at = 0;
	change->phase++;
	return true;
}

static void
go_on(struct tunnel_rename *change, size_t budget)
{
	const size_t cost = tunnel_names_cost(&change->names);

	while (change->phase < LAST) {
		const struct phase *const phase = &phases[change->phase - 1];

		while (change->at < phase->count(change)) {
			phase->take(change, change->at++);
			if (budget <= cost)
				return;
			budget -= cost;
		}
		change->at = 0;
		change->phase++;
	}
}

/* From here on, the new names apply. */
static void
finish(struct tunnel_rename *change, size_t budget)
{
	struct tunnel_places *const places = change->places;

	if (change->at == 0) {
		tunnel_rows_sweep(&places->rows);
		tunnel_names_free(&places->names);
		free(places->named);
		places->names = change->names;
		places->named = change->named;
		change->names = (struct tunnel_names){.count = 0};
		change->named = NULL;
	}
	for (; change->at < places->paths.count && budget > 0; budget--)
		note_one_half(change, change->at++);
	if (change->at == places->paths.count)
		change->phase = DONE;
}

struct tunnel_rename *
tunnel_rename_begin(struct tunnel_places *places, const struct tunnel_names *names, const char *context)
{
	struct tunnel_rename *const change = calloc(1, sizeof(*change));

	if (!change)
		return NULL;
	change->places = places;
	change->from = names;
	memcpy(change->context, context, strnlen(context, sizeof(change->context) - 1));
	return change;
}

enum tunnel_rename_step
tunnel_rename_step(struct tunnel_rename *change, size_t budget)
{
	if (change->phase == COPYING && !copy_some(change, budget))
		return TUNNEL_RENAME_FAILED;
	if (change->phase == COPYING)
		return TUNNEL_RENAME_MORE;
	if (change->phase < LAST)
		go_on(change, budget);
	else
		finish(change, budget);
	return change->phase == DONE ? TUNNEL_RENAME_DONE : TUNNEL_RENAME_MORE;
}

void
tunnel_rename_free(struct tunnel_rename *change)
{
	if (!change)
		return;
	tunnel_names_free(&change->names);
	free(change->named);
	free(change);
}
