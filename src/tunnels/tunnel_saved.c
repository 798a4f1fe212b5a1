/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_saved.h"

#include <stdlib.h>
#include <string.h>

#include "tunnel_count.h"
#include "tunnels_own.h"

/* --- saving ------------------------------------------------------------------------------------ */

bool
tunnels_can_be_saved(const struct tunnels *tunnels)
{
	return !tunnels->places.paths.found;
}

void
tunnels_settle(struct tunnels *tunnels)
{
	tunnel_count_settle_all(&tunnels->places.paths);
}

/* A row that is not a tunnel yet, or whose state was not reported, is found by the next agent as by this one. */
static bool
is_saved(const struct tunnel_row *row)
{
	return row->begun && row->settled && !row->ended;
}

bool
tunnels_save_row(const struct tunnels *tunnels, size_t rank, struct tunnel_saved_row *saved)
{
	const struct tunnel_row *const row = tunnels->places.rows.all[rank];

	if (!is_saved(row))
		return false;
	*saved = (struct tunnel_saved_row){.tunnel = row->tunnel,
					   .has_key = row->has_key,
					   .port = row->port,
					   .is_pair = row->is_pair,
					   .since_us = row->since_us};
	memcpy(saved->label, row->label, sizeof(saved->label));
	return true;
}

size_t
tunnels_path_count(const struct tunnels *tunnels)
{
	return tunnels->places.paths.count;
}

bool
tunnels_save_path(const struct tunnels *tunnels, size_t number, struct tunnel_saved_path *saved)
{
	const struct tunnel_path *const path = &tunnels->places.paths.all[number];

	if (!path->row || !is_saved(path->row) || number >= TUNNEL_SAVED_PATHS_MOST)
		return false;
	*saved = (struct tunnel_saved_path){.number = (uint32_t)number,
					    .index = path->row->tunnel.index,
					    .key = path->key,
					    .had_in = path->had[WAY_IN],
					    .had_out = path->had[WAY_OUT]};
	return true;
}

static uint64_t
less(uint64_t figure, uint64_t other)
{
	return figure > other ? figure - other : 0;
}

/* If the row of an SA is not saved, nothing of it has been counted. */
static void
take_back(const struct tunnel_row *row, unsigned way, struct tunnel_saved_sa *sa)
{
	const struct tunnel *const tunnel = &row->tunnel;

	sa->bytes = less(sa->bytes, way == WAY_IN ? tunnel->in_bytes : tunnel->out_bytes);
	sa->packets = less(sa->packets, way == WAY_IN ? tunnel->in_packets : tunnel->out_packets);
	sa->errors = less(sa->errors, way == WAY_IN ? tunnel->in_errors : tunnel->out_errors);
}

void
tunnels_save_sa(const struct tunnels *tunnels, const struct census_sa *record, struct tunnel_saved_sa *sa)
{
	const uint32_t note = record->notes[tunnels->note];
	struct tunnel_member member;
	const struct tunnel_row *row;

	*sa = (struct tunnel_saved_sa){.bytes = record->bytes, .packets = record->packets, .errors = record->errors};
	if (note == NOTE_UNASSIGNED)
		*sa = (struct tunnel_saved_sa){.path = 0};
	if (!tunnel_note_has_path(note))
		return;
	member = tunnel_member_unpack(note);
	row = tunnels->places.paths.all[member.path].row;
	if (!is_saved(row)) {
		take_back(row, member.way, sa);
		return;
	}
	sa->path = member.path + 1;
	sa->way = member.way;
	sa->class = member.class;
	sa->rank = member.rank;
}

/* --- restoring --------------------------------------------------------------------------------- */

static struct tunnel_row *
row_of_name(const struct tunnel_places *places, const char *name)
{
	const size_t number = tunnel_names_find(&places->names, name);

	return number < places->names.count ? places->named[number] : NULL;
}

static struct tunnel_row *
row_of_index(const struct tunnel_places *places, uint32_t index)
{
	const size_t rank = tunnel_rows_seek(&places->rows, index);

	return rank < places->rows.count && places->rows.all[rank]->tunnel.index == index ? places->rows.all[rank]
											  : NULL;
}

static void
key_of(const struct tunnel_saved_row *saved, struct tunnel_key *key)
{
	const struct tunnel *const tunnel = &saved->tunnel;

	tunnel_key_make(key, &tunnel->local, &tunnel->remote, tunnel->reqid, tunnel->if_id);
	key->port = saved->port;
}

/* The row that continues it: that of its name, or a new one.  NULL: a name matches it now, or there is no memory. */
static struct tunnel_row *
row_again(struct tunnel_places *places, const struct tunnel_saved_row *saved)
{
	const struct tunnel *const tunnel = &saved->tunnel;
	struct tunnel_row *row;
	struct tunnel_key key;

	if (tunnel->name[0] != '\0')
		return row_of_name(places, tunnel->name);
	key_of(saved, &key);
	if (tunnel_names_match(&places->names, &key) < places->names.count)
		return NULL;
	row = tunnel_rows_new(&places->rows);
	if (!row)
		return NULL;
	tunnel_row_show_key(row, &key);
	row->has_key = saved->has_key;
	memcpy(row->label, saved->label, sizeof(row->label));
	if (tunnel_rows_begin_again(&places->rows, row, tunnel->index))
		return row;
	tunnel_rows_end(&places->rows, row);
	return NULL;
}

bool
tunnels_restore_row(struct tunnels *tunnels, const struct tunnel_saved_row *saved)
{
	struct tunnel_places *const places = &tunnels->places;
	struct tunnel_row *const row = row_again(places, saved);
	struct tunnel_key key;
	struct tunnel before;

	if (!row || row->settled)
		return false;
	before = row->tunnel;
	row->tunnel = saved->tunnel;
	row->tunnel.index = before.index;
	memcpy(row->tunnel.descr, before.descr, sizeof(before.descr));
	row->is_pair = saved->is_pair && !row->named;
	row->settled = true;
	row->since_us = saved->since_us;
	tunnel_rows_take_state(&places->rows, row, before.state == TUNNEL_UP);
	if (saved->has_key) {
		key_of(saved, &key);
		tunnel_row_show_key(row, &key);
	}
	tunnel_rows_touch(&places->rows, row);
	return true;
}

bool
tunnels_restore_shown(struct tunnels *tunnels, uint32_t index, const struct tunnel_counters *shown)
{
	struct tunnel_row *const row = row_of_index(&tunnels->places, index);

	return row && row->settled && row->tunnel.began_seconds == shown->began_seconds &&
	       tunnel_row_show_least(row, shown);
}

static bool
make_room(struct tunnels *tunnels, uint32_t number)
{
	const size_t room = (size_t)number + 1 + number / 2;
	uint32_t *restored;

	if (number < tunnels->restored_room)
		return true;
	if (number >= TUNNEL_SAVED_PATHS_MOST)
		return false;
	restored = reallocarray(tunnels->restored, room, sizeof(*restored));
	if (!restored)
		return false;
	memset(restored + tunnels->restored_room, 0xff, (room - tunnels->restored_room) * sizeof(*restored));
	tunnels->restored = restored;
	tunnels->restored_room = room;
	return true;
}

/* The same name of the configuration must still match it. */
static bool
belongs_to(const struct tunnel_places *places, const struct tunnel_key *key, const struct tunnel_row *row)
{
	const size_t name = tunnel_names_match(&places->names, key);

	return row->named ? name < places->names.count && places->named[name] == row : name == places->names.count;
}

bool
tunnels_restore_path(struct tunnels *tunnels, const struct tunnel_saved_path *saved)
{
	struct tunnel_places *const places = &tunnels->places;
	struct tunnel_row *const row = row_of_index(places, saved->index);
	uint32_t number;

	if (!row || !row->settled || !belongs_to(places, &saved->key, row) ||
	    tunnel_paths_find(&places->paths, &saved->key) != TUNNEL_PATH_NONE || !make_room(tunnels, saved->number))
		return false;
	number = tunnel_paths_add(&places->paths, &saved->key, row);
	if (number == TUNNEL_PATH_NONE)
		return false;
	places->paths.all[number].had[WAY_IN] = saved->had_in;
	places->paths.all[number].had[WAY_OUT] = saved->had_out;
	tunnels->restored[saved->number] = number;
	return true;
}

static uint32_t
path_again(const struct tunnels *tunnels, const struct tunnel_saved_sa *sa)
{
	return sa->path > 0 && sa->path - 1 < tunnels->restored_room ? tunnels->restored[sa->path - 1]
								     : TUNNEL_PATH_NONE;
}

void
tunnels_restore_sa(struct tunnels *tunnels, struct census_sa *record, const struct tunnel_saved_sa *sa)
{
	const struct tunnel_member member = {.path = path_again(tunnels, sa),
					     .way = sa->way & 1,
					     .class = sa->class == CLASS_DEAD ? CLASS_DEAD : CLASS_USABLE,
					     .rank = sa->rank == RANK_AH ? RANK_AH : RANK_ESP};
	uint32_t *const note = &record->notes[tunnels->note];
	struct sa_said said;

	if (member.path != TUNNEL_PATH_NONE) {
		tunnel_places_put_back(&tunnels->places, &member, &record->key);
		*note = tunnel_member_pack(&member);
		return;
	}
	sa_key_said(&record->key, &said);
	if (said.protocol != SA_PROTOCOL_ESP && said.protocol != SA_PROTOCOL_AH)
		return;
	tunnels->places.statistics.unassigned++;
	*note = NOTE_UNASSIGNED_HEIR;
}

void
tunnels_restore_gap(struct tunnels *tunnels, const struct tunnel_saved_sa *sa)
{
	const uint32_t path = path_again(tunnels, sa);
	struct tunnel_row *row;

	if (path == TUNNEL_PATH_NONE)
		return;
	row = tunnels->places.paths.all[path].row;
	row->tunnel.unseen_ends++;
	row->tunnel.began_seconds = 0; /* the next tick sets it */
}

/* By now a path of a pair may have a different name. */
static void
check_pairs(const struct tunnel_places *places)
{
	for (size_t i = 0; i < places->rows.count; i++) {
		struct tunnel_row *const row = places->rows.all[i];

		row->is_pair = row->is_pair && row->first_path != TUNNEL_PATH_NONE &&
			       places->paths.all[row->first_path].next != TUNNEL_PATH_NONE;
	}
}

void
tunnels_restored(struct tunnels *tunnels)
{
	check_pairs(&tunnels->places);
	tunnel_places_note_empty(&tunnels->places);
	free(tunnels->restored);
	tunnels->restored = NULL;
	tunnels->restored_room = 0;
}
