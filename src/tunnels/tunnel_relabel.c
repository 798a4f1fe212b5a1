/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "tunnel_place.h"
#include "tunnels/tunnel_label.h"
#include "tunnels/tunnels.h"
#include "tunnels_own.h"

/* --- rows -------------------------------------------------------------------------------------- */

static void
show_label(struct tunnel_row *row, const struct tunnel_label *label)
{
	memcpy(row->tunnel.connection, label->connection, sizeof(row->tunnel.connection));
	memcpy(row->tunnel.child, label->child, sizeof(row->tunnel.child));
	memcpy(row->tunnel.remote_id, label->remote_id, sizeof(row->tunnel.remote_id));
}

/* The index that a tunnel of that label has had; 0: none. */
static uint32_t
index_of(const struct tunnel_rows *rows, const struct tunnel_label *label)
{
	struct tunnel_identity identity;

	tunnel_identity_of_name(&identity, label->name);
	return tunnel_numbers_find(rows->numbers, &identity);
}

/* The row that has the label; NULL: none. */
static struct tunnel_row *
row_of(const struct tunnel_rows *rows, const struct tunnel_label *label)
{
	const uint32_t index = index_of(rows, label);
	const size_t rank = index > 0 ? tunnel_rows_seek(rows, index) : rows->count;
	struct tunnel_row *const row = rank < rows->count ? rows->all[rank] : NULL;

	return row && row->tunnel.index == index && !row->ended && strcmp(row->label, label->name) == 0 ? row : NULL;
}

static void
set_label(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_label *label)
{
	memcpy(row->label, label->name, sizeof(row->label));
	show_label(row, label);
	if (row->begun)
		tunnel_rows_relabel(rows, row);
}

/* A new row of that label.  NULL: no memory. */
static struct tunnel_row *
make_row(struct tunnel_rows *rows, const struct tunnel_label *label)
{
	struct tunnel_row *const row = tunnel_rows_new(rows);

	if (!row)
		return NULL;
	set_label(rows, row, label);
	if (tunnel_rows_begin(rows, row, 0))
		return row;
	tunnel_rows_end(rows, row);
	return NULL;
}

/* --- paths ------------------------------------------------------------------------------------- */

/* Otherwise, paths without SAs would accumulate in a row whose peer moves about. */
static void
drop_empty_paths(struct tunnel_places *places, const struct tunnel_row *row)
{
	const struct tunnel_path *const all = places->paths.all;

	for (uint32_t i = row->first_path; i != TUNNEL_PATH_NONE; i = all[i].next) {
		if (all[i].living == 0)
			tunnel_places_note_emptied(places, i);
	}
}

static void
move_path(struct tunnel_places *places, uint32_t path, struct tunnel_row *into)
{
	struct tunnel_row *const from = places->paths.all[path].row;

	from->is_pair = into->is_pair = false;
	drop_empty_paths(places, into);
	tunnel_paths_move(&places->paths, path, into);
	tunnel_paths_follow(&places->paths, from);
	tunnel_halves_note(&places->halves, &places->paths, path);
	if (from->first_path == TUNNEL_PATH_NONE && !from->expected)
		tunnel_rows_merge(&places->rows, from, into);
}

/* From now on its row shows other addresses: it has moved, and nothing else has shown that before. */
static void
note_move(struct tunnel_row *row, struct tunnel_path *path)
{
	const struct tunnel *const tunnel = &row->tunnel;

	if (!row->has_key || path->moved ||
	    (sa_address_equal(&tunnel->local, &path->key.local) &&
	     sa_address_equal(&tunnel->remote, &path->key.remote)))
		return;
	path->moved = true;
	row->tunnel.moves++;
}

/*
 * It continues in the row that had that label, or as a new one; the state that was reported for the label still
 * applies.
 */
static void
give_path(struct tunnel_places *places, uint32_t path, const struct tunnel_label *label)
{
	struct tunnel_rows *const rows = &places->rows;
	struct tunnel_row *const from = places->paths.all[path].row;
	struct tunnel_row *into = row_of(rows, label);

	if (into) {
		note_move(into, &places->paths.all[path]);
	} else {
		into = make_row(rows, label);
		if (into)
			tunnel_rows_inherit(rows, into, from);
	}
	if (into)
		move_path(places, path, into);
}

static bool
is_only_path(const struct tunnel_path *path)
{
	return path->next == TUNNEL_PATH_NONE && path->previous == TUNNEL_PATH_NONE;
}

static void
label_path(struct tunnel_places *places, uint32_t number, const struct tunnel_label *label)
{
	const struct tunnel_path *const path = &places->paths.all[number];
	struct tunnel_row *const row = path->row;
	const uint32_t index = index_of(&places->rows, label);

	if (!row->begun || row->ended)
		return;
	if (row->named || strcmp(row->label, label->name) == 0) {
		show_label(row, label);
		return;
	}
	if (label->is_doubtful && strcmp(row->tunnel.connection, label->connection) == 0 &&
	    strcmp(row->tunnel.child, label->child) == 0)
		return;
	if (!row->expected && (is_only_path(path) || row->is_pair) && (index == 0 || index == row->tunnel.index)) {
		set_label(&places->rows, row, label);
		tunnel_halves_note(&places->halves, &places->paths, number);
	} else {
		give_path(places, number, label);
	}
}

/* --- queries ----------------------------------------------------------------------------------- */

bool
tunnels_label(struct tunnels *tunnels, const struct sa_key *key, const struct tunnel_label *label)
{
	const struct census_sa *const record = census_find(tunnels->census, key);
	const uint32_t note = record ? record->notes[tunnels->note] : NOTE_NONE;

	if (!tunnel_note_has_path(note))
		return false;
	if (!tunnels->rename)
		label_path(&tunnels->places, tunnel_member_unpack(note).path, label);
	return true;
}

void
tunnels_label_path(struct tunnels *tunnels, const struct tunnel_key *key, const struct tunnel_label *label)
{
	const uint32_t path = tunnel_paths_find(&tunnels->places.paths, key);

	if (path != TUNNEL_PATH_NONE && !tunnels->rename)
		label_path(&tunnels->places, path, label);
}

void
tunnels_forget_identities(struct tunnels *tunnels)
{
	struct tunnel_rows *const rows = &tunnels->places.rows;

	for (size_t i = 0; i < rows->count; i++)
		tunnel_rows_forget_identity(rows, rows->all[i]);
	tunnel_numbers_forget_identities(rows->numbers);
}

void
tunnels_labelled(struct tunnels *tunnels)
{
	if (!tunnels->rename)
		tunnel_rows_sweep(&tunnels->places.rows);
}

void
tunnels_await_labels(struct tunnels *tunnels, bool await)
{
	tunnels->places.rows.awaits_labels = await;
}

void
tunnels_expect_begin(struct tunnels *tunnels)
{
	struct tunnel_rows *const rows = &tunnels->places.rows;

	tunnels->expecting = !tunnels->rename;
	if (!tunnels->expecting)
		return;
	tunnel_rows_sweep(rows);
	for (size_t i = 0; i < rows->count; i++)
		rows->all[i]->expected_still = false;
}

/* A name in the configuration has its row already, which shows whether it is up. */
static bool
has_name(const struct tunnels *tunnels, const struct sa_address *local, const struct sa_address *remote)
{
	const struct tunnel_names *const names = &tunnels->places.names;

	return remote->type != SA_ADDRESS_NONE && tunnel_names_match_ends(names, local, remote) < names->count;
}

/* A row that waits for its first SA, because of the policy that the daemon has created, is the same tunnel. */
static struct tunnel_row *
row_that_waits(struct tunnel_places *places, const struct tunnel_expected *expected)
{
	for (size_t i = 0; i < places->rows.count; i++) {
		struct tunnel_row *const row = places->rows.all[i];

		if (row->wanted == 0 || row->living > 0 || row->named || row->ended || row->label[0] != '\0' ||
		    !sa_address_equal(&row->tunnel.remote, &expected->remote))
			continue;
		if (row->stale_selectors)
			tunnel_places_print_selectors(places, row);
		if (strcmp(row->tunnel.selectors, expected->selectors) == 0)
			return row;
	}
	return NULL;
}

static void
show_expected(struct tunnel_row *row, const struct tunnel_expected *expected)
{
	if (!row->has_key) {
		row->tunnel.local = expected->local;
		row->tunnel.remote = expected->remote;
	}
	if (row->living == 0 && row->wanted == 0)
		snprintf(row->tunnel.selectors, sizeof(row->tunnel.selectors), "%s", expected->selectors);
}

void
tunnels_expect(struct tunnels *tunnels, const struct tunnel_label *label, const struct tunnel_expected *expected)
{
	struct tunnel_rows *const rows = &tunnels->places.rows;
	struct tunnel_row *row, *waiting = NULL;

	tunnels->expecting = tunnels->expecting && !tunnels->rename;
	if (!tunnels->expecting || has_name(tunnels, &expected->local, &expected->remote))
		return;
	row = row_of(rows, label);
	if (!row || row->first_path == TUNNEL_PATH_NONE)
		waiting = row_that_waits(&tunnels->places, expected);
	if (waiting) {
		label_path(&tunnels->places, waiting->first_path, label);
		row = row_of(rows, label);
	}
	if (!row)
		row = make_row(rows, label);
	if (!row || row->named)
		return;
	row->expected = row->expected_still = true;
	show_expected(row, expected);
	tunnel_rows_touch(rows, row);
}

void
tunnels_expect_end(struct tunnels *tunnels)
{
	struct tunnel_rows *const rows = &tunnels->places.rows;

	if (!tunnels->expecting || tunnels->rename)
		return;
	for (size_t i = 0; i < rows->count; i++) {
		struct tunnel_row *const row = rows->all[i];

		if (!row->expected || row->expected_still)
			continue;
		row->expected = false;
		/* It lingers, if it ever had an SA. */
		if (!row->has_key && row->first_path == TUNNEL_PATH_NONE && !row->named)
			tunnel_rows_end(rows, row);
		else
			tunnel_rows_touch(rows, row);
	}
	tunnel_rows_sweep(rows);
}
