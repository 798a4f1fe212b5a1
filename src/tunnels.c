/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels.h"

#include <stdlib.h>
#include <string.h>

#include "tunnels_inside.h"

/* --- what the tunnels keep of an SA: census_sa.tunnel ------------------------------------------ */

enum sa_class { CLASS_LARVAL, CLASS_USABLE, CLASS_DEAD };

/*
 * Packed into 32 bits: 1 way, 2 class, 2 rank, and above them the number of the path plus one.  No path at all: the SA
 * belongs to no tunnel, and has no place but, maybe, among those that are counted as unassigned.
 */
struct place {
	uint32_t path; /* TUNNEL_PATH_NONE: none */
	uint8_t way, class, rank;
};

enum { PATHS_MOST = (1 << 27) - 2 };
/* Without a path; of an heir, see is_heir(), what it has counted by the time it is assigned is not its own. */
enum { UNASSIGNED = 1, UNASSIGNED_HEIR = 2 };

static bool
is_placed(const struct census_sa *record)
{
	return record->tunnel >> 5 != 0;
}

static struct place
place_of(const struct census_sa *record)
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
 * Of a bundle ESP or, without that, AH sees each packet; IPComp sees only what it could make smaller.  Tunnels
 * without any of them have no security, and XFRM makes such SAs itself, beside those of IPComp.
 */
enum { RANK_MOST = 3 };

static uint8_t
rank_of(uint8_t protocol)
{
	switch (protocol) {
	case SA_PROTOCOL_ESP:
		return RANK_MOST;
	case SA_PROTOCOL_AH:
		return 2;
	case SA_PROTOCOL_COMP:
		return 1;
	default:
		return 0;
	}
}

static uint8_t
class_of(const struct sa *sa)
{
	if (sa->state == SA_STATE_LARVAL)
		return CLASS_LARVAL;
	return sa->state == SA_STATE_DEAD ? CLASS_DEAD : CLASS_USABLE;
}

/* --- paths and their rows ---------------------------------------------------------------------- */

void
tunnel_row_set_key(struct tunnel_row *row, const struct tunnel_key *key)
{
	row->tunnel.local = key->local;
	row->tunnel.remote = key->remote;
	row->tunnel.reqid = key->reqid;
	row->tunnel.if_id = key->if_id;
	row->has_key = true;
}

static void
add_figures(struct tunnels *tunnels, struct tunnel_row *row, unsigned way, const struct tunnel_figures *figures)
{
	struct tunnel *const tunnel = &row->tunnel;

	*(way == WAY_IN ? &tunnel->in_bytes : &tunnel->out_bytes) += figures->bytes;
	*(way == WAY_IN ? &tunnel->in_packets : &tunnel->out_packets) += figures->packets;
	*(way == WAY_IN ? &tunnel->in_errors : &tunnel->out_errors) += figures->errors;
	/* Those of the time before the agent are no news. */
	if (figures->errors > 0 && row->settled) {
		row->new_errors += figures->errors;
		tunnel_rows_touch(&tunnels->rows, row);
	}
}

/* Counts what was found of a path, unless it is known by now that something of a higher rank has counted the same. */
static void
settle_found(struct tunnels *tunnels, uint32_t number)
{
	struct tunnel_path *const path = &tunnels->paths.all[number];
	struct tunnel_found *const found = path->found;
	struct tunnel_found **link = &tunnels->found;

	for (unsigned way = 0; way < WAYS; way++) {
		if (found->rank[way] > 0 && found->rank[way] >= path->rank[way])
			add_figures(tunnels, path->row, way, &found->figures[way]);
	}
	while (*link != found)
		link = &(*link)->next;
	*link = found->next;
	path->found = NULL;
	free(found);
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
		settle_found(tunnels, number);
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
		tunnel_row_set_key(row, &path->key);
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
		tunnel_row_set_key(row, key);
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
	if (is_placed(record)) {
		*way = place_of(record).way;
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

	if (place.rank == 0 || !find_way(tunnels, record, sa, &place.way))
		return place;
	make_key(&key, sa, place.way);
	if (is_placed(record)) {
		/* Mostly it is where it was. */
		place.path = place_of(record).path;
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
		tunnel_row_set_key(row, &path->key);
		if (is_new && place->way == WAY_OUT && row->settled && row->tunnel.state == TUNNEL_UP)
			row->tunnel.rekeys++;
	}
	tunnel_rows_touch(&tunnels->rows, row);
}

static void
leave(struct tunnels *tunnels, const struct place *place)
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
			settle_found(tunnels, place->path);
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

static bool
is_unassigned(const struct census_sa *record)
{
	return record->tunnel == UNASSIGNED || record->tunnel == UNASSIGNED_HEIR;
}

static void
set_unassigned(struct tunnels *tunnels, struct census_sa *record, const struct place *place)
{
	const bool shall_be = place->path == TUNNEL_PATH_NONE && place->rank > 0 && place->class != CLASS_LARVAL;

	tunnels->statistics.unassigned += (uint32_t)shall_be - (uint32_t)is_unassigned(record);
	if (shall_be != is_unassigned(record))
		record->tunnel = shall_be ? UNASSIGNED : 0;
}

/* Puts the SA where it belongs now.  It enters there first, so that a path that stays its own is not left empty. */
static void
put(struct tunnels *tunnels, struct census_sa *record, const struct sa *sa)
{
	const struct place place = find_place(tunnels, record, sa);
	const bool was_placed = is_placed(record);
	const struct place before = place_of(record);

	if (was_placed && before.path == place.path && before.way == place.way && before.class == place.class)
		return;
	if (place.path != TUNNEL_PATH_NONE)
		enter(tunnels, &place, !was_placed || before.class == CLASS_LARVAL);
	if (was_placed) {
		leave(tunnels, &before);
		record->tunnel = 0;
	}
	set_unassigned(tunnels, record, &place);
	if (place.path != TUNNEL_PATH_NONE)
		set_place(record, &place);
}

/* --- what SAs count ---------------------------------------------------------------------------- */

static struct tunnel_figures
figures_of(const struct sa *sa)
{
	return (struct tunnel_figures){sa->life[SA_LIFE_BYTES].current, sa->life[SA_LIFE_PACKETS].current,
				       census_errors(sa)};
}

static struct tunnel_figures
figures_since(const struct census_sa *record, const struct sa *sa)
{
	struct tunnel_figures figures = figures_of(sa);

	figures.bytes -= record->bytes;
	figures.packets -= record->packets;
	figures.errors = figures.errors > record->errors ? figures.errors - record->errors : 0;
	return figures;
}

static void
count(struct tunnels *tunnels, const struct census_sa *record, const struct tunnel_figures *figures)
{
	const struct place place = place_of(record);
	const struct tunnel_path *const path = &tunnels->paths.all[place.path];

	if (place.rank == path->rank[place.way])
		add_figures(tunnels, path->row, place.way, figures);
}

/* Without memory it counts at once. */
static struct tunnel_found *
found_in(struct tunnels *tunnels, uint32_t path)
{
	struct tunnel_found *found = tunnels->paths.all[path].found;

	if (found)
		return found;
	found = calloc(1, sizeof(*found));
	if (!found)
		return NULL;
	found->path = path;
	found->next = tunnels->found;
	tunnels->found = found;
	tunnels->paths.all[path].found = found;
	return found;
}

/* An SA that a read has, without our having heard of its birth. */
static void
count_found(struct tunnels *tunnels, const struct census_sa *record, const struct tunnel_figures *figures)
{
	const struct place place = place_of(record);
	struct tunnel_found *found = place.rank == RANK_MOST ? NULL : found_in(tunnels, place.path);

	if (!found) {
		count(tunnels, record, figures);
		return;
	}
	if (place.rank > found->rank[place.way])
		found->figures[place.way] = (struct tunnel_figures){.bytes = 0};
	if (place.rank >= found->rank[place.way]) {
		found->rank[place.way] = place.rank;
		found->figures[place.way].bytes += figures->bytes;
		found->figures[place.way].packets += figures->packets;
		found->figures[place.way].errors += figures->errors;
	}
}

/* The soonest time at which a limit ends the SA, by the clock against which its birth is told. */
static void
note_limits(struct tunnels *tunnels, const struct census_sa *record, const struct sa *sa)
{
	const struct sa_lifetime *const add = &sa->life[SA_LIFE_ADD], *const use = &sa->life[SA_LIFE_USE];
	const struct place place = place_of(record);
	struct tunnel_row *const row = tunnels->paths.all[place.path].row;

	if (place.class != CLASS_USABLE || record->born_seconds == 0)
		return;
	if (add->hard > 0 && add->hard < UINT32_MAX)
		tunnel_row_limit(&tunnels->rows, row, (int64_t)record->born_seconds + (int64_t)add->hard);
	if (use->hard > 0 && use->hard < UINT32_MAX && use->current > 0 && add->current >= use->current)
		tunnel_row_limit(&tunnels->rows, row,
				 (int64_t)(record->born_seconds + add->current - use->current + use->hard));
}

/*
 * What an SA counts when it is told to be new is of its own, unless it is older than that: then it goes on for another,
 * whose counters it was given (XFRMA_LTIME_VAL), as IKE daemons do when a peer's address changes.
 */
static bool
is_heir(const struct sa *sa, bool attended)
{
	enum { AGE_OF_THE_NEW = 2 }; /* seconds are rounded, and telling takes a while */

	return attended && sa->life[SA_LIFE_ADD].current > AGE_OF_THE_NEW;
}

/* --- the census's observer --------------------------------------------------------------------- */

static void
on_born(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	const struct tunnel_figures figures = figures_of(sa);
	struct tunnels *const tunnels = data;

	put(tunnels, record, sa);
	if (is_unassigned(record) && is_heir(sa, attended))
		record->tunnel = UNASSIGNED_HEIR;
	if (!is_placed(record))
		return;
	if (!attended)
		count_found(tunnels, record, &figures);
	else if (!is_heir(sa, attended))
		count(tunnels, record, &figures);
	note_limits(tunnels, record, sa);
}

static void
on_seen(void *data, struct census_sa *record, const struct sa *sa)
{
	struct tunnels *const tunnels = data;
	const bool was_counted = is_placed(record) || record->tunnel == UNASSIGNED_HEIR;
	const struct tunnel_figures figures = was_counted ? figures_since(record, sa) : figures_of(sa);

	put(tunnels, record, sa);
	if (!is_placed(record))
		return;
	count(tunnels, record, &figures);
	note_limits(tunnels, record, sa);
}

static void
on_gone(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	struct tunnels *const tunnels = data;
	const bool unseen = end == CENSUS_FLUSHED || end == CENSUS_UNATTENDED;
	struct tunnel_row *row;
	struct place place;

	(void)sa;
	if (is_placed(record)) {
		place = place_of(record);
		row = tunnels->paths.all[place.path].row;
		row->tunnel.unseen_ends += unseen && place.class != CLASS_LARVAL;
		row->incomplete = row->incomplete || end == CENSUS_UNATTENDED;
		leave(tunnels, &place);
	} else if (is_unassigned(record)) {
		tunnels->statistics.unassigned--;
		tunnels->statistics.unassigned_ends += (record->packets | record->bytes) > 0;
	}
}

static void
on_surveyed(void *data)
{
	struct tunnels *const tunnels = data;

	while (tunnels->found)
		settle_found(tunnels, tunnels->found->path);
	tunnel_rows_surveyed(&tunnels->rows);
}

static const struct census_observer observer = {
	.born = on_born,
	.seen = on_seen,
	.gone = on_gone,
	.surveyed = on_surveyed,
};

/* --- time -------------------------------------------------------------------------------------- */

void
tunnels_drop_emptied(struct tunnels *tunnels)
{
	while (tunnels->emptied != TUNNEL_PATH_NONE) {
		const uint32_t number = tunnels->emptied;
		struct tunnel_path *const path = &tunnels->paths.all[number];

		tunnels->emptied = path->next_emptied;
		path->emptied = false;
		if (path->living == 0 && (path->row->named || path->next != TUNNEL_PATH_NONE ||
					  path->previous != TUNNEL_PATH_NONE))
			tunnels_drop_path(tunnels, number);
	}
}

static void
end_rows(struct tunnels *tunnels, const struct tunnel_time *now)
{
	struct tunnel_row *row;

	while ((row = tunnel_rows_over(&tunnels->rows, &tunnels->settings, now->us))) {
		while (row->first_path != TUNNEL_PATH_NONE)
			tunnels_drop_path(tunnels, row->first_path);
		tunnel_rows_end(&tunnels->rows, row);
	}
	tunnel_rows_sweep(&tunnels->rows);
}

static bool
is_several(const struct tunnels *tunnels, const struct tunnel_row *row)
{
	const struct tunnel_path *const all = tunnels->paths.all;
	unsigned several = 0;

	for (uint32_t i = row->first_path; i != TUNNEL_PATH_NONE; i = all[i].next)
		several += all[i].usable[WAY_IN] > 0 && all[i].usable[WAY_OUT] > 0;
	return several > 1;
}

/* Says which names stand for several tunnels, when it is known first what there is. */
static void
look_for_several(struct tunnels *tunnels)
{
	if (!tunnels->look_for_several || tunnels->rows.surveys == 0)
		return;
	tunnels->look_for_several = false;
	for (size_t i = 0; i < tunnels->settings.names.count; i++) {
		const struct tunnel_row *const row = tunnels->named[i];

		if (row && tunnels->listener.news && is_several(tunnels, row))
			tunnels->listener.news(tunnels->listener.data, TUNNEL_IS_SEVERAL, &row->tunnel);
	}
}

uint64_t
tunnels_tick(struct tunnels *tunnels, const struct tunnel_time *now)
{
	tunnel_rows_tick(&tunnels->rows, &tunnels->settings, now);
	tunnels_drop_emptied(tunnels);
	end_rows(tunnels, now);
	look_for_several(tunnels);
	return tunnel_rows_due_us(&tunnels->rows, &tunnels->settings, now->us);
}

/* --- what others ask --------------------------------------------------------------------------- */

size_t
tunnels_count(const struct tunnels *tunnels)
{
	return tunnels->rows.count;
}

size_t
tunnels_count_up(const struct tunnels *tunnels)
{
	return tunnels->rows.up;
}

uint32_t
tunnels_index_at(const struct tunnels *tunnels, size_t rank)
{
	return tunnels->rows.all[rank]->tunnel.index;
}

void
tunnels_at(const struct tunnels *tunnels, size_t rank, const struct tunnel_time *now, struct tunnel *tunnel)
{
	tunnel_row_show(&tunnels->rows, tunnels->rows.all[rank], now, tunnel);
}

size_t
tunnels_seek(const struct tunnels *tunnels, uint64_t index)
{
	return tunnel_rows_seek(&tunnels->rows, index);
}

const char *
tunnels_name_of(const struct tunnels *tunnels, const struct census_sa *record)
{
	return is_placed(record) ? tunnels->paths.all[place_of(record).path].row->tunnel.name : "";
}

const struct tunnels_statistics *
tunnels_statistics(const struct tunnels *tunnels)
{
	return &tunnels->statistics;
}

/* --- beginning and end ------------------------------------------------------------------------- */

void
tunnel_settings_init(struct tunnel_settings *settings)
{
	*settings = (struct tunnel_settings){
		.grace_seconds = 5,
		.linger_seconds = 86400,
		.errors_per_minute = 10,
		.quiet_seconds = 600,
	};
}

struct tunnels *
tunnels_new(struct census *census, const struct tunnel_settings *settings, const char *context,
	    const struct tunnel_listener *listener)
{
	struct tunnels *tunnels = calloc(1, sizeof(*tunnels));

	if (!tunnels)
		return NULL;
	tunnels->listener = *listener;
	tunnels->emptied = TUNNEL_PATH_NONE;
	memcpy(tunnels->context, context, strnlen(context, sizeof(tunnels->context) - 1));
	tunnel_rows_init(&tunnels->rows, &tunnels->listener);
	if (!tunnel_paths_init(&tunnels->paths) || !tunnels_configure(tunnels, settings)) {
		tunnels_free(tunnels);
		return NULL;
	}
	census_observe(census, &observer, tunnels);
	return tunnels;
}

void
tunnels_free(struct tunnels *tunnels)
{
	if (!tunnels)
		return;
	for (struct tunnel_found *found = tunnels->found, *next; found; found = next) {
		next = found->next;
		free(found);
	}
	tunnel_rows_free(&tunnels->rows);
	tunnel_paths_free(&tunnels->paths);
	tunnel_names_free(&tunnels->settings.names);
	free(tunnels->named);
	free(tunnels);
}
