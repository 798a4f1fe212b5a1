/* SPDX-License-Identifier: BSD-3-Clause */

#include "tunnel_place.h"

#include <stdlib.h>
#include <string.h>

#include "tunnel_count.h"

void
tunnel_places_init(struct tunnel_places *places, struct tunnel_numbers *numbers, const struct tunnel_listener *listener)
{
	*places = (struct tunnel_places){.emptied = TUNNEL_PATH_NONE};
	tunnel_rows_init(&places->rows, numbers, listener);
	tunnel_paths_init(&places->paths, &places->rows);
	tunnel_halves_init(&places->halves);
	tunnel_policies_init(&places->policies);
	tunnel_lenders_init(&places->lenders);
	tunnel_moves_init(&places->moves);
}

void
tunnel_places_free(struct tunnel_places *places)
{
	for (uint32_t i = 0; i < places->paths.count; i++) {
		struct tunnel_row *const row = places->paths.all[i].row;

		/* It has no other path. */
		if (row && !row->begun)
			tunnel_rows_end(&places->rows, row);
	}
	tunnel_halves_free(&places->halves);
	tunnel_policies_free(&places->policies);
	tunnel_lenders_free(&places->lenders);
	tunnel_moves_free(&places->moves);
	tunnel_rows_free(&places->rows);
	tunnel_paths_free(&places->paths);
	tunnel_names_free(&places->names);
	free(places->named);
}

/* --- which row, and which path ----------------------------------------------------------------- */

/* The row to which SAs of that key belong; NULL: to none, or no memory. */
static struct tunnel_row *
row_for(struct tunnel_places *places, const struct tunnel_key *key, uint8_t class)
{
	const size_t name = tunnel_names_match(&places->names, key);

	if (name < places->names.count)
		return places->named[name];
	return class == CLASS_LARVAL ? NULL : tunnel_rows_new(&places->rows);
}

/* The path of that key, which is made if it has to be; TUNNEL_PATH_NONE: to no tunnel, or no memory. */
static uint32_t
path_for(struct tunnel_places *places, const struct tunnel_key *key, uint8_t class)
{
	uint32_t number = tunnel_paths_find(&places->paths, key);
	struct tunnel_row *row;

	if (number != TUNNEL_PATH_NONE)
		return number;
	row = row_for(places, key, class);
	if (row)
		number = tunnel_paths_add(&places->paths, key, row);
	if (number != TUNNEL_PATH_NONE && !row->named)
		tunnel_path_show(&places->paths.all[number]);
	if (row && number == TUNNEL_PATH_NONE && !row->named)
		tunnel_rows_end(&places->rows, row);
	if (number == TUNNEL_PATH_NONE && class != CLASS_LARVAL)
		places->statistics.refused++;
	return number;
}

/* --- which way --------------------------------------------------------------------------------- */

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
guess_way(const struct tunnel_places *places, const struct sa *sa, uint8_t *way)
{
	struct tunnel_key in, out;
	bool may_go_in, may_go_out;

	make_key(&in, sa, WAY_IN);
	make_key(&out, sa, WAY_OUT);
	may_go_in = tunnel_paths_find(&places->paths, &in) != TUNNEL_PATH_NONE;
	may_go_out = tunnel_paths_find(&places->paths, &out) != TUNNEL_PATH_NONE;
	if (may_go_in == may_go_out) {
		may_go_in = tunnel_names_match(&places->names, &in) < places->names.count;
		may_go_out = tunnel_names_match(&places->names, &out) < places->names.count;
	}
	*way = may_go_out ? WAY_OUT : WAY_IN;
	return may_go_in != may_go_out;
}

/* Daemons try by such SAs what the kernel can do (libreswan 5). */
static bool
is_between_nobody(const struct sa *sa)
{
	return sa_address_is_unspecified(&sa->src) && sa_address_is_unspecified(&sa->said.dst);
}

static bool
find_way(const struct tunnel_places *places, const struct census_sa *record, uint32_t note, const struct sa *sa,
	 uint8_t *way)
{
	const uint8_t direction = sa->direction != SA_DIRECTION_UNKNOWN ? sa->direction : record->direction;

	if (direction != SA_DIRECTION_UNKNOWN) {
		*way = direction == SA_DIRECTION_OUT ? WAY_OUT : WAY_IN;
		return true;
	}
	if (tunnel_note_has_path(note)) {
		*way = tunnel_member_unpack(note).way;
		return true;
	}
	return guess_way(places, sa, way);
}

/* As what the SA belongs where as it is now; its path is TUNNEL_PATH_NONE if to no tunnel. */
static struct tunnel_member
find_place(struct tunnel_places *places, const struct census_sa *record, uint32_t note, const struct sa *sa)
{
	struct tunnel_member member = tunnel_member_of(sa);
	struct tunnel_key key;

	if (is_between_nobody(sa))
		member.rank = RANK_NONE;
	if (member.rank == RANK_NONE || !find_way(places, record, note, sa, &member.way))
		return member;
	make_key(&key, sa, member.way);
	if (tunnel_note_has_path(note)) {
		/* Mostly it is where it was. */
		member.path = tunnel_member_unpack(note).path;
		if (memcmp(&places->paths.all[member.path].key, &key, sizeof(key)) == 0)
			return member;
	}
	member.path = path_for(places, &key, member.class);
	return member;
}

/* --- tunnels that move ------------------------------------------------------------------------- */

/* It may be another tunnel's next address: it has no past of its own. */
static bool
is_young(const struct tunnel_row *row, const struct tunnel_row *other)
{
	return !row->begun ||
	       (row->tunnel.downs == 0 && row->tunnel.ups <= 1 && row->tunnel.index > other->tunnel.index);
}

static bool
may_move(const struct tunnel_places *places, uint32_t from, uint32_t to)
{
	const struct tunnel_path *const a = &places->paths.all[from], *const b = &places->paths.all[to];
	const bool is_alone = b->previous == TUNNEL_PATH_NONE && b->next == TUNNEL_PATH_NONE;

	return a->key.reqid == b->key.reqid && a->key.if_id == b->key.if_id && a->row->begun && !a->row->is_pair &&
	       !b->row->is_pair &&
	       (a->row == b->row || (!a->row->named && !b->row->named && is_alone && is_young(b->row, a->row)));
}

/* The tunnel goes on by the other path, and with what that has counted by now.  A name has both paths already. */
static void
move_tunnel(struct tunnel_places *places, uint32_t from, uint32_t to)
{
	struct tunnel_paths *const paths = &places->paths;
	struct tunnel_path *const path = &paths->all[to];
	struct tunnel_row *const row = paths->all[from].row, *const other = path->row;

	if (!may_move(places, from, to) || (row == other && path->moved))
		return;
	paths->all[from].moved = false; /* it may come back */
	paths->all[from].successor = TUNNEL_PATH_NONE;
	path->moved = true;
	if (row != other) {
		tunnel_paths_move(paths, to, row);
		tunnel_paths_follow(paths, other);
		tunnel_rows_merge(&places->rows, other, row);
	}
	tunnel_rows_move(&places->rows, row, &path->key);
	tunnel_halves_note(&places->halves, paths, from);
	tunnel_halves_note(&places->halves, paths, to);
}

/*
 * An SA that comes with the SPI of one that has left another path is that one, unless too long ago: it has been told to be
 * down.  The path that it has left, or TUNNEL_PATH_NONE.
 */
static uint32_t
left_by(const struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key)
{
	const struct tunnel_path *const all = places->paths.all;
	struct tunnel_trace trace;
	uint32_t from;

	if (member->class != CLASS_USABLE || !tunnel_trace_of_sa(&trace, &all[member->path], member->way, key))
		return TUNNEL_PATH_NONE;
	from = tunnel_moves_find(&places->moves, &places->paths, &trace, false, member->path);
	if (from != TUNNEL_PATH_NONE && all[from].row->settled && all[from].row->tunnel.state != TUNNEL_UP)
		from = TUNNEL_PATH_NONE;
	return from;
}

static void
note_arrival(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key)
{
	struct tunnel_trace trace;

	if (member->class == CLASS_USABLE &&
	    tunnel_trace_of_sa(&trace, &places->paths.all[member->path], member->way, key))
		tunnel_moves_note(&places->moves, &places->paths, &trace, true, member->path);
}

/* It may have come elsewhere before it was missed here, as a read finds it; or its policy has.  Whether the SA itself has. */
static bool
note_departure(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key)
{
	const struct tunnel_path *const path = &places->paths.all[member->path];
	const bool is_left = path->usable[WAY_IN] + path->usable[WAY_OUT] == 0;
	uint32_t by_sa = TUNNEL_PATH_NONE, to = path->successor;
	struct tunnel_trace trace;

	if (member->class != CLASS_USABLE)
		return false;
	if (tunnel_trace_of_sa(&trace, path, member->way, key)) {
		tunnel_moves_note(&places->moves, &places->paths, &trace, false, member->path);
		by_sa = tunnel_moves_find(&places->moves, &places->paths, &trace, true, member->path);
	}
	if (to == TUNNEL_PATH_NONE)
		to = by_sa;
	if (is_left && to != TUNNEL_PATH_NONE && places->paths.all[to].row)
		move_tunnel(places, member->path, to);
	return by_sa != TUNNEL_PATH_NONE;
}

/* A policy says of its tunnel that it is at another address from now on; while both have SAs, nobody knows yet. */
static void
follow_policy(struct tunnel_places *places, uint32_t from, uint32_t to)
{
	struct tunnel_path *const path = from == TUNNEL_PATH_NONE ? NULL : &places->paths.all[from];

	if (!path || to == TUNNEL_PATH_NONE || from == to)
		return;
	path->successor = to;
	if (path->usable[WAY_IN] + path->usable[WAY_OUT] == 0)
		move_tunnel(places, from, to);
}

/* --- SAs that come and go ---------------------------------------------------------------------- */

static void
raise_rank(struct tunnel_path *path, const struct tunnel_member *member)
{
	path->row->usable[member->way] -= path->usable[member->way];
	path->usable[member->way] = 0;
	path->rank[member->way] = member->rank;
}

/* It is found by its SAs for a while yet, see tunnels_of(). */
void
tunnel_places_note_emptied(struct tunnel_places *places, uint32_t number)
{
	struct tunnel_path *const path = &places->paths.all[number];

	tunnel_count_settle(&places->paths, number);
	memset(path->rank, 0, sizeof(path->rank));
	if (path->emptied)
		return;
	path->emptied = true;
	path->next_emptied = places->emptied;
	places->emptied = number;
}

/* Nothing that carries packets is left of what never was a tunnel: all that it has counted goes with it. */
static void
forget(struct tunnel_path *path)
{
	path->row->tunnel = (struct tunnel){.state = TUNNEL_DOWN};
	path->row->stale_selectors = true;
	tunnel_path_show(path);
	memset(path->had, 0, sizeof(path->had));
}

/* It is a tunnel by itself: the other path of its row may be half of another one. */
static void
leave_pair(struct tunnel_places *places, uint32_t number)
{
	const struct tunnel_path *const path = &places->paths.all[number];
	const uint32_t other = path->next != TUNNEL_PATH_NONE ? path->next : path->previous;
	struct tunnel_row *row;

	path->row->is_pair = false;
	if (places->paths.all[other].living == 0) {
		tunnel_places_note_emptied(places, other);
		return;
	}
	row = tunnel_rows_new(&places->rows);
	if (!row)
		return;
	tunnel_row_show_key(row, &places->paths.all[other].key);
	if (!tunnel_rows_begin(&places->rows, row, 0)) {
		tunnel_rows_end(&places->rows, row);
		return;
	}
	tunnel_paths_move(&places->paths, other, row);
	tunnel_paths_follow(&places->paths, path->row);
	tunnel_halves_note(&places->halves, &places->paths, other);
}

/*
 * An SA that goes out is a rekey if it takes over from another: from one that is gone already, or that goes while the new one
 * stays.  Two that live side by side are none (see leave_way_out()).
 */
static void
note_new(struct tunnel_path *path, const struct sa_key *key, bool had_one)
{
	if (path->usable[WAY_OUT] > 1) {
		path->newcomers++;
		path->newest = *key;
	} else if (had_one || path->row->usable[WAY_OUT] == 1) {
		path->row->tunnel.rekeys++;
	}
}

/* It has gone while others stay: one of these has taken over, unless it was the newest itself, or has moved. */
static void
leave_way_out(struct tunnel_path *path, const struct sa_key *key, bool has_moved)
{
	if (path->newcomers == 0)
		return;
	path->newcomers--;
	if (path->usable[WAY_OUT] == 0)
		path->newcomers = 0;
	else if (!has_moved && !sa_key_equal(&path->newest, key))
		path->row->tunnel.rekeys++;
}

/* A usable SA in each direction is a tunnel at once; of a pair of paths, the row shows the one that goes out. */
static void
carry(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key, bool is_new)
{
	struct tunnel_path *const path = &places->paths.all[member->path];
	struct tunnel_row *const row = path->row;
	const bool had_one = path->had[WAY_OUT];

	path->usable[member->way]++;
	row->usable[member->way]++;
	path->had[member->way] = true;
	if (row->is_pair && path->had[WAY_IN] && path->had[WAY_OUT])
		leave_pair(places, member->path);
	if (!row->is_pair || member->way == WAY_OUT)
		tunnel_path_show(path);
	tunnel_lenders_note(&places->lenders, &places->paths, member->path);
	if (tunnel_row_carries(row))
		tunnel_rows_begin(&places->rows, row, 0);
	if (is_new && member->way == WAY_OUT && row->settled && row->tunnel.state == TUNNEL_UP)
		note_new(path, key, had_one);
}

static void
enter(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key, bool is_new)
{
	struct tunnel_path *const path = &places->paths.all[member->path];
	struct tunnel_row *const row = path->row;

	path->living++;
	row->living++;
	if (member->class == CLASS_LARVAL) {
		path->larval++;
		row->larval++;
	} else if (member->rank > path->rank[member->way]) {
		raise_rank(path, member);
	}
	if (member->class == CLASS_USABLE && member->rank == path->rank[member->way])
		carry(places, member, key, is_new);
	if (member->class != CLASS_LARVAL)
		tunnel_sas_add(&row->sas, &(struct tunnel_sa_entry){*key, member->path});
	tunnel_halves_note(&places->halves, &places->paths, member->path);
	tunnel_rows_touch(&places->rows, row);
}

void
tunnel_places_put_back(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key)
{
	struct tunnel_path *const path = &places->paths.all[member->path];

	path->was_read = path->was_read || member->class == CLASS_USABLE;
	enter(places, member, key, false);
}

void
tunnel_places_note_empty(struct tunnel_places *places)
{
	for (uint32_t i = 0; i < places->paths.count; i++) {
		if (places->paths.all[i].row && places->paths.all[i].living == 0)
			tunnel_places_note_emptied(places, i);
	}
}

void
tunnel_places_leave(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key)
{
	struct tunnel_path *const path = &places->paths.all[member->path];
	struct tunnel_row *const row = path->row;
	const bool goes_out =
		member->way == WAY_OUT && member->class == CLASS_USABLE && member->rank == path->rank[WAY_OUT];
	bool has_moved;

	path->living--;
	row->living--;
	if (member->class == CLASS_LARVAL) {
		path->larval--;
		row->larval--;
	} else if (member->class == CLASS_USABLE && member->rank == path->rank[member->way]) {
		path->usable[member->way]--;
		row->usable[member->way]--;
		tunnel_lenders_note(&places->lenders, &places->paths, member->path);
	}
	if (member->class != CLASS_LARVAL)
		tunnel_sas_remove(&row->sas, &(struct tunnel_sa_entry){*key, member->path});
	has_moved = note_departure(places, member, key);
	if (goes_out)
		leave_way_out(path, key, has_moved);
	if (path->living == 0)
		tunnel_places_note_emptied(places, member->path);
	if (path->usable[WAY_IN] + path->usable[WAY_OUT] == 0)
		path->was_read = false;
	if (!row->begun && path->usable[WAY_IN] + path->usable[WAY_OUT] == 0)
		forget(path);
	tunnel_halves_note(&places->halves, &places->paths, member->path);
	tunnel_rows_touch(&places->rows, row);
}

static void
note_unassigned(struct tunnel_places *places, uint32_t *note, const struct tunnel_member *member)
{
	const bool shall_be = member->rank != RANK_NONE && member->class != CLASS_LARVAL;

	places->statistics.unassigned += (uint32_t)shall_be - (uint32_t)tunnel_note_is_unassigned(*note);
	if (!shall_be)
		*note = NOTE_NONE;
	else if (*note != NOTE_UNASSIGNED_HEIR)
		*note = NOTE_UNASSIGNED;
}

/* It enters there first, so that a path that stays its own is not left empty.  Whether it was in another path before. */
static bool
move_to(struct tunnel_places *places, const struct sa_key *key, uint32_t *note, const struct tunnel_member *member)
{
	const struct tunnel_member before = tunnel_member_unpack(*note);
	const bool had_path = tunnel_note_has_path(*note);
	uint32_t from = TUNNEL_PATH_NONE;

	if (had_path && before.path == member->path && before.way == member->way && before.class == member->class)
		return false;
	if (member->path != TUNNEL_PATH_NONE) {
		const bool is_other = had_path && before.path != member->path;

		from = !is_other		   ? left_by(places, member, key)
		       : before.way == member->way ? before.path
						   : TUNNEL_PATH_NONE;

		if (from != TUNNEL_PATH_NONE)
			move_tunnel(places, from, member->path);
		enter(places, member, key, (!had_path || before.class == CLASS_LARVAL) && from == TUNNEL_PATH_NONE);
		note_arrival(places, member, key);
	}
	if (had_path) {
		tunnel_places_leave(places, &before, key);
		*note = NOTE_NONE;
	}
	if (member->path == TUNNEL_PATH_NONE) {
		note_unassigned(places, note, member);
		return false;
	}
	places->statistics.unassigned -= tunnel_note_is_unassigned(*note);
	*note = tunnel_member_pack(member);
	return from != TUNNEL_PATH_NONE;
}

bool
tunnel_places_put(struct tunnel_places *places, const struct census_sa *record, uint32_t *note, const struct sa *sa)
{
	const struct tunnel_member member = find_place(places, record, *note, sa);
	const bool has_moved = move_to(places, &record->key, note, &member);
	struct tunnel_path *path;

	if (member.path == TUNNEL_PATH_NONE || member.class != CLASS_USABLE || !record->was_read)
		return has_moved;
	path = &places->paths.all[member.path];
	if (path->was_read)
		return has_moved;
	path->was_read = true;
	tunnel_halves_note(&places->halves, &places->paths, member.path);
	return has_moved;
}

/* --- policies ---------------------------------------------------------------------------------- */

/* Which are a tunnel's; those for what is passed on say the same as those for what comes in. */
static bool
is_of_tunnel(const struct policy *policy, struct tunnel_key *key)
{
	return policy && (policy->direction == POLICY_IN || policy->direction == POLICY_OUT) &&
	       tunnel_policy_key(policy, key);
}

/* A tunnel that has policies waits for SAs from then on, and has its row. */
static void
follow_policies(struct tunnel_places *places, const struct tunnel_key *key)
{
	const uint32_t wanted = tunnel_policies_waiting(&places->policies, key);
	const uint32_t number =
		wanted > 0 ? path_for(places, key, CLASS_USABLE) : tunnel_paths_find(&places->paths, key);
	struct tunnel_path *path;
	struct tunnel_row *row;

	if (number == TUNNEL_PATH_NONE)
		return;
	path = &places->paths.all[number];
	row = path->row;
	row->wanted += wanted - path->wanted;
	path->wanted = wanted;
	row->stale_selectors = true;
	if (wanted > 0 && !row->has_key)
		tunnel_path_show(path);
	if (wanted > 0)
		tunnel_rows_begin(&places->rows, row, 0);
	else if (path->living == 0)
		tunnel_places_note_emptied(places, number);
	tunnel_rows_touch(&places->rows, row);
}

static uint32_t
path_of_policy(const struct tunnel_places *places, const struct policy *policy)
{
	struct tunnel_key key;

	return tunnel_policy_key(policy, &key) ? tunnel_paths_find(&places->paths, &key) : TUNNEL_PATH_NONE;
}

/* One that is there again with another template is the same policy as before. */
static void
trace_policies(struct tunnel_places *places, const struct policy *before, const struct policy *after)
{
	struct tunnel_trace old, new;
	const bool was = before && tunnel_trace_of_policy(&old, before),
		   is = after && tunnel_trace_of_policy(&new, after);
	const uint32_t from = was ? path_of_policy(places, before) : TUNNEL_PATH_NONE;
	const uint32_t to = is ? path_of_policy(places, after) : TUNNEL_PATH_NONE;

	if (was && is && memcmp(&old, &new, sizeof(old)) == 0)
		follow_policy(places, from, to);
	else if (to != TUNNEL_PATH_NONE)
		follow_policy(places, tunnel_moves_find(&places->moves, &places->paths, &new, false, to), to);
	if (from != TUNNEL_PATH_NONE && from != to)
		tunnel_moves_note(&places->moves, &places->paths, &old, false, from);
}

void
tunnel_places_take_policy(struct tunnel_places *places, const struct policy *before, const struct policy *after)
{
	struct tunnel_key old, new;
	const bool was_of_tunnel = is_of_tunnel(before, &old), is_now = is_of_tunnel(after, &new);

	if (was_of_tunnel)
		tunnel_policies_remove(&places->policies, before->index);
	if (is_now) {
		tunnel_policies_add(&places->policies, after, &new);
		follow_policies(places, &new);
	}
	trace_policies(places, before, after);
	if (was_of_tunnel && (!is_now || memcmp(&old, &new, sizeof(old)) != 0))
		follow_policies(places, &old);
}

void
tunnel_places_print_selectors(const struct tunnel_places *places, struct tunnel_row *row)
{
	struct tunnel_selectors selectors = {.count = 0};

	for (uint32_t i = row->first_path; i != TUNNEL_PATH_NONE && !selectors.more; i = places->paths.all[i].next)
		tunnel_policies_collect(&places->policies, &places->paths.all[i].key, &selectors);
	/* Without policies, what the IKE daemon is configured to let through stands there. */
	if (selectors.count > 0 || !row->expected)
		tunnel_selectors_print(&selectors, row->tunnel.selectors);
	row->stale_selectors = false;
}

/* --- paths that are of no use any more ---------------------------------------------------------- */

void
tunnel_places_drop_path(struct tunnel_places *places, uint32_t number)
{
	tunnel_count_settle(&places->paths, number);
	tunnel_paths_remove(&places->paths, number);
}

void
tunnel_places_drop_emptied(struct tunnel_places *places)
{
	while (places->emptied != TUNNEL_PATH_NONE) {
		const uint32_t number = places->emptied;
		struct tunnel_path *const path = &places->paths.all[number];
		struct tunnel_row *const row = path->row;
		const bool has_others = path->next != TUNNEL_PATH_NONE || path->previous != TUNNEL_PATH_NONE;

		places->emptied = path->next_emptied;
		path->emptied = false;
		if (path->living > 0 || path->wanted > 0 ||
		    !(row->named || row->expected || !row->begun || (has_others && !row->is_pair)))
			continue;
		tunnel_places_drop_path(places, number);
		if (!row->begun)
			tunnel_rows_end(&places->rows, row);
	}
}
