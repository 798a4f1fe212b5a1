/* SPDX-License-Identifier: BSD-3-Clause */

/* Where SAs belong: paths, their rows, and what stands in census_sa.tunnel. */

#include <string.h>

#include "tunnels_inside.h"

/* --- what the tunnels keep of an SA: census_sa.tunnel ------------------------------------------ */

bool
tunnels_is_placed(const struct census_sa *record)
{
	return record->tunnel >> 5 != 0;
}

struct place
tunnels_place_of(const struct census_sa *record)
{
	const uint32_t bits = record->tunnel;
	const struct place place = {(bits >> 5) - 1, bits & 1, bits >> 1 & 3, bits >> 3 & 3};

	return place;
}

static void
set_place(struct census_sa *record, const struct place *place)
{
	record->tunnel = (place->path + 1) << 5 | (uint32_t)place->rank << 3 | (uint32_t)place->class << 1 | place->way;
}

/*
 * Of a bundle ESP or, without that, AH sees each packet.  IPComp and IPIP secure nothing and are of no tunnel:
 * IPComp sees incoming packets only if they were made smaller, and may have a reqid of its own (libreswan); IPIP is what
 * XFRM makes itself beside IPComp.
 */
static uint8_t
rank_of(uint8_t protocol)
{
	return protocol == SA_PROTOCOL_ESP ? RANK_ESP : protocol == SA_PROTOCOL_AH ? RANK_AH : RANK_NONE;
}

static uint8_t
class_of(const struct sa *sa)
{
	if (sa->state == SA_STATE_LARVAL)
		return CLASS_LARVAL;
	return sa->state == SA_STATE_DEAD ? CLASS_DEAD : CLASS_USABLE;
}

/* --- paths and their rows ---------------------------------------------------------------------- */

static void
set_row_key(struct tunnel_row *row, const struct tunnel_key *key)
{
	row->tunnel.local = key->local;
	row->tunnel.remote = key->remote;
	row->tunnel.reqid = key->reqid;
	row->tunnel.if_id = key->if_id;
	row->has_key = true;
}

static void
join_row(struct tunnels *tunnels, uint32_t number, struct tunnel_row *row)
{
	struct tunnel_path *const all = tunnels->paths.all;

	all[number].row = row;
	all[number].previous = TUNNEL_PATH_NONE;
	all[number].next = row->first_path;
	if (row->first_path != TUNNEL_PATH_NONE)
		all[row->first_path].previous = number;
	row->first_path = number;
}

static void
quit_row(struct tunnels *tunnels, uint32_t number)
{
	struct tunnel_path *const all = tunnels->paths.all, *const path = &all[number];

	*(path->previous != TUNNEL_PATH_NONE ? &all[path->previous].next : &path->row->first_path) = path->next;
	if (path->next != TUNNEL_PATH_NONE)
		all[path->next].previous = path->previous;
}

uint32_t
tunnels_add_path(struct tunnels *tunnels, const struct tunnel_key *key, struct tunnel_row *row)
{
	const uint32_t number = tunnel_paths_add(&tunnels->paths, key, row, PATHS_MOST);

	if (number != TUNNEL_PATH_NONE)
		join_row(tunnels, number, row);
	return number;
}

void
tunnels_drop_path(struct tunnels *tunnels, uint32_t number)
{
	if (tunnels->paths.all[number].found)
		tunnels_settle_found(tunnels, number);
	quit_row(tunnels, number);
	tunnel_paths_remove(&tunnels->paths, number);
}

void
tunnels_move_path(struct tunnels *tunnels, uint32_t number, struct tunnel_row *row)
{
	struct tunnel_path *const path = &tunnels->paths.all[number];
	struct tunnel_row *const from = path->row;

	for (unsigned way = 0; way < WAYS; way++) {
		from->usable[way] -= path->usable[way];
		row->usable[way] += path->usable[way];
	}
	from->larval -= path->larval;
	row->larval += path->larval;
	from->living -= path->living;
	row->living += path->living;
	quit_row(tunnels, number);
	join_row(tunnels, number, row);
	if (!row->has_key || path->usable[WAY_IN] + path->usable[WAY_OUT] > 0)
		set_row_key(row, &path->key);
	tunnel_rows_touch(&tunnels->rows, from);
	tunnel_rows_touch(&tunnels->rows, row);
}

/* The row to which SAs of that key belong; NULL: to none, or no memory. */
static struct tunnel_row *
row_for(struct tunnels *tunnels, const struct tunnel_key *key, uint8_t class)
{
	const size_t name = tunnel_names_match(&tunnels->settings.names, key);
	struct tunnel_row *row;

	if (name < tunnels->settings.names.count)
		return tunnels->named[name];
	if (class == CLASS_LARVAL)
		return NULL;
	row = tunnel_rows_add(&tunnels->rows, 0);
	if (row)
		set_row_key(row, key);
	return row;
}

/* The path of that key, which is made if it has to be; TUNNEL_PATH_NONE: to no tunnel, or no memory. */
static uint32_t
path_for(struct tunnels *tunnels, const struct tunnel_key *key, uint8_t class)
{
	uint32_t number = tunnel_paths_find(&tunnels->paths, key);
	struct tunnel_row *row;

	if (number != TUNNEL_PATH_NONE)
		return number;
	row = row_for(tunnels, key, class);
	if (row)
		number = tunnels_add_path(tunnels, key, row);
	if (row && number == TUNNEL_PATH_NONE && !row->named) {
		tunnel_rows_end(&tunnels->rows, row);
		tunnel_rows_sweep(&tunnels->rows);
	}
	if (number == TUNNEL_PATH_NONE && class != CLASS_LARVAL)
		tunnels->statistics.refused++;
	return number;
}

static void
make_key(struct tunnel_key *key, const struct sa *sa, unsigned way)
{
	if (way == WAY_OUT)
		tunnel_key_make(key, &sa->src, &sa->said.dst, sa->reqid, sa->if_id);
	else
		tunnel_key_make(key, &sa->said.dst, &sa->src, sa->reqid, sa->if_id);
}

/* Which way an SA goes that does not tell: where a tunnel, or a name, is for one way and not for the other. */
static bool
guess_way(const struct tunnels *tunnels, const struct sa *sa, uint8_t *way)
{
	struct tunnel_key in, out;
	bool may_go_in, may_go_out;

	make_key(&in, sa, WAY_IN);
	make_key(&out, sa, WAY_OUT);
	may_go_in = tunnel_paths_find(&tunnels->paths, &in) != TUNNEL_PATH_NONE;
	may_go_out = tunnel_paths_find(&tunnels->paths, &out) != TUNNEL_PATH_NONE;
	if (may_go_in == may_go_out) {
		may_go_in = tunnel_names_match(&tunnels->settings.names, &in) < tunnels->settings.names.count;
		may_go_out = tunnel_names_match(&tunnels->settings.names, &out) < tunnels->settings.names.count;
	}
	*way = may_go_out ? WAY_OUT : WAY_IN;
	return may_go_in != may_go_out;
}

static bool
find_way(const struct tunnels *tunnels, const struct census_sa *record, const struct sa *sa, uint8_t *way)
{
	const uint8_t direction = sa->direction != SA_DIRECTION_UNKNOWN ? sa->direction : record->direction;

	if (direction != SA_DIRECTION_UNKNOWN) {
		*way = direction == SA_DIRECTION_OUT ? WAY_OUT : WAY_IN;
		return true;
	}
	if (tunnels_is_placed(record)) {
		*way = tunnels_place_of(record).way;
		return true;
	}
	return guess_way(tunnels, sa, way);
}

/* Where the SA belongs as it is now; its path is TUNNEL_PATH_NONE if to no tunnel. */
static struct place
find_place(struct tunnels *tunnels, const struct census_sa *record, const struct sa *sa)
{
	struct place place = {TUNNEL_PATH_NONE, 0, class_of(sa), rank_of(sa->said.protocol)};
	struct tunnel_key key;

	if (place.rank == RANK_NONE || !find_way(tunnels, record, sa, &place.way))
		return place;
	make_key(&key, sa, place.way);
	if (tunnels_is_placed(record)) {
		/* Mostly it is where it was. */
		place.path = tunnels_place_of(record).path;
		if (memcmp(&tunnels->paths.all[place.path].key, &key, sizeof(key)) == 0)
			return place;
	}
	place.path = path_for(tunnels, &key, place.class);
	return place;
}

/* --- SAs that come and go ---------------------------------------------------------------------- */

static void
raise_rank(struct tunnel_path *path, const struct place *place)
{
	path->row->usable[place->way] -= path->usable[place->way];
	path->usable[place->way] = 0;
	path->rank[place->way] = place->rank;
}

static void
enter(struct tunnels *tunnels, const struct place *place, bool is_new)
{
	struct tunnel_path *const path = &tunnels->paths.all[place->path];
	struct tunnel_row *const row = path->row;

	path->living++;
	row->living++;
	if (place->class == CLASS_LARVAL) {
		path->larval++;
		row->larval++;
	} else if (place->rank > path->rank[place->way]) {
		raise_rank(path, place);
	}
	if (place->class == CLASS_USABLE && place->rank == path->rank[place->way]) {
		path->usable[place->way]++;
		row->usable[place->way]++;
		set_row_key(row, &path->key);
		if (is_new && place->way == WAY_OUT && row->settled && row->tunnel.state == TUNNEL_UP)
			row->tunnel.rekeys++;
	}
	tunnel_rows_touch(&tunnels->rows, row);
}

void
tunnels_leave(struct tunnels *tunnels, const struct place *place)
{
	struct tunnel_path *const path = &tunnels->paths.all[place->path];
	struct tunnel_row *const row = path->row;

	path->living--;
	row->living--;
	if (place->class == CLASS_LARVAL) {
		path->larval--;
		row->larval--;
	} else if (place->class == CLASS_USABLE && place->rank == path->rank[place->way]) {
		path->usable[place->way]--;
		row->usable[place->way]--;
	}
	if (path->living == 0) {
		if (path->found)
			tunnels_settle_found(tunnels, place->path);
		memset(path->rank, 0, sizeof(path->rank));
		/* It is found by its SAs for a while yet, see tunnels_name_of(). */
		if (!path->emptied) {
			path->emptied = true;
			path->next_emptied = tunnels->emptied;
			tunnels->emptied = place->path;
		}
	}
	tunnel_rows_touch(&tunnels->rows, row);
}

bool
tunnels_is_unassigned(const struct census_sa *record)
{
	return record->tunnel == UNASSIGNED || record->tunnel == UNASSIGNED_HEIR;
}

static void
set_unassigned(struct tunnels *tunnels, struct census_sa *record, const struct place *place)
{
	const bool shall_be =
		place->path == TUNNEL_PATH_NONE && place->rank != RANK_NONE && place->class != CLASS_LARVAL;

	tunnels->statistics.unassigned += (uint32_t)shall_be - (uint32_t)tunnels_is_unassigned(record);
	if (shall_be != tunnels_is_unassigned(record))
		record->tunnel = shall_be ? UNASSIGNED : 0;
}

/* It enters there first, so that a path that stays its own is not left empty. */
void
tunnels_put(struct tunnels *tunnels, struct census_sa *record, const struct sa *sa)
{
	const struct place place = find_place(tunnels, record, sa);
	const bool was_placed = tunnels_is_placed(record);
	const struct place before = tunnels_place_of(record);

	if (was_placed && before.path == place.path && before.way == place.way && before.class == place.class)
		return;
	if (place.path != TUNNEL_PATH_NONE)
		enter(tunnels, &place, !was_placed || before.class == CLASS_LARVAL);
	if (was_placed) {
		tunnels_leave(tunnels, &before);
		record->tunnel = 0;
	}
	set_unassigned(tunnels, record, &place);
	if (place.path != TUNNEL_PATH_NONE)
		set_place(record, &place);
}

/* --- paths that are of no use any more ---------------------------------------------------------- */

void
tunnels_drop_emptied(struct tunnels *tunnels)
{
	while (tunnels->emptied != TUNNEL_PATH_NONE) {
		const uint32_t number = tunnels->emptied;
		struct tunnel_path *const path = &tunnels->paths.all[number];

		tunnels->emptied = path->next_emptied;
		path->emptied = false;
		if (path->living == 0 &&
		    (path->row->named || path->next != TUNNEL_PATH_NONE || path->previous != TUNNEL_PATH_NONE))
			tunnels_drop_path(tunnels, number);
	}
}
