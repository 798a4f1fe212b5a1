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

		/* It is the only path of its row. */
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

/* The path of that key, which is created if necessary; TUNNEL_PATH_NONE: no tunnel, or no memory. */
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

/* --- directions -------------------------------------------------------------------------------- */

static void
make_key(struct tunnel_key *key, const struct sa *sa, unsigned way)
{
	if (way == WAY_OUT)
		tunnel_key_make(key, &sa->src, &sa->said.dst, sa->reqid, sa->if_id);
	else
		tunnel_key_make(key, &sa->said.dst, &sa->src, sa->reqid, sa->if_id);
}

/* The direction of an SA that does not report it: that in which a tunnel, or a name, exists for one direction only. */
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

/* Daemons use such SAs to test what the kernel can do (libreswan 5). */
static bool
has_no_addresses(const struct sa *sa)
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

/* --- peers behind one address ------------------------------------------------------------------- */

static uint16_t
remote_port(const struct sa *sa, unsigned way)
{
	if (!sa_reports(sa, SA_ATTR_NAT_PORTS))
		return 0;
	return way == WAY_IN ? sa->nat_src_port : sa->nat_dst_port;
}

/* It has that key, or is one of several that have it. */
static bool
has_key(const struct tunnel_path *path, const struct tunnel_key *key)
{
	struct tunnel_key with_port = *key;

	with_port.port = path->key.port;
	return memcmp(&path->key, &with_port, sizeof(with_port)) == 0;
}

/* The path of these that an SA with that SPI has left, as when a NAT gives its peer another port; or TUNNEL_PATH_NONE. */
static uint32_t
returns_to(const struct tunnel_places *places, const struct tunnel_member *member, const struct tunnel_key *key,
	   const struct sa_key *sa_key)
{
	const struct tunnel_path like = {.key = *key};
	struct tunnel_trace trace;
	uint32_t from;

	if (member->class != CLASS_USABLE || !tunnel_trace_of_sa(&trace, &like, member->way, sa_key))
		return TUNNEL_PATH_NONE;
	from = tunnel_moves_find(&places->moves, &places->paths, &trace, false, TUNNEL_PATH_NONE);
	return from != TUNNEL_PATH_NONE && has_key(&places->paths.all[from], key) ? from : TUNNEL_PATH_NONE;
}

/*
 * Of peers behind a NAT that have the rest in common, the first has the path without a port, and each other one that has
 * its port.  When a NAT gives a peer another port, its SAs are changed where they are, or go and come back with their
 * SPIs.
 */
static void
distinguish_peer(const struct tunnel_places *places, uint16_t port, struct tunnel_key *key)
{
	const struct tunnel_path *const all = places->paths.all;
	struct tunnel_key with_port = *key;
	uint32_t first;

	with_port.port = port;
	first = tunnel_paths_find(&places->paths, key);
	if (tunnel_paths_find(&places->paths, &with_port) != TUNNEL_PATH_NONE ||
	    (first != TUNNEL_PATH_NONE && all[first].usable[WAY_IN] + all[first].usable[WAY_OUT] > 0 &&
	     all[first].port != 0 && all[first].port != port))
		key->port = port;
}

/* Its peer has another port now: that is its path's, and the tunnel has moved. */
static void
note_port(struct tunnel_places *places, uint32_t number, uint16_t port, bool is_new)
{
	struct tunnel_path *const path = &places->paths.all[number];
	struct tunnel_key key = path->key;

	if (port == 0)
		return;
	path->port = port;
	key.port = port;
	if (!is_new || path->key.port == 0 || path->key.port == port ||
	    tunnel_paths_find(&places->paths, &key) != TUNNEL_PATH_NONE)
		return;
	tunnel_paths_rekey(&places->paths, number, &key);
	if (path->row->begun)
		tunnel_rows_move(&places->rows, path->row, &key);
}

/*
 * Where the SA belongs now, and in which role; the path is TUNNEL_PATH_NONE if it belongs to no tunnel.  *returns: it was there
 * before, with another port.
 */
static struct tunnel_member
find_place(struct tunnel_places *places, const struct census_sa *record, uint32_t note, const struct sa *sa,
	   bool *returns)
{
	struct tunnel_member member = tunnel_member_of(sa);
	struct tunnel_key key;

	*returns = false;
	if (has_no_addresses(sa))
		member.rank = RANK_NONE;
	if (member.rank == RANK_NONE || !find_way(places, record, note, sa, &member.way))
		return member;
	make_key(&key, sa, member.way);
	if (tunnel_note_has_path(note)) {
		/* Usually it has not moved. */
		member.path = tunnel_member_unpack(note).path;
		if (has_key(&places->paths.all[member.path], &key))
			return member;
	}
	if (remote_port(sa, member.way) != 0) {
		member.path = returns_to(places, &member, &key, &record->key);
		*returns = member.path != TUNNEL_PATH_NONE &&
			   places->paths.all[member.path].port != remote_port(sa, member.way);
		if (member.path != TUNNEL_PATH_NONE)
			return member;
		distinguish_peer(places, remote_port(sa, member.way), &key);
	}
	member.path = path_for(places, &key, member.class);
	return member;
}

/* --- tunnels that move ------------------------------------------------------------------------- */

/* It may be the new address of the other tunnel: it has no history itself. */
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

	return a->key.reqid == b->key.reqid && a->key.if_id == b->key.if_id && a->row->begun && !b->row->is_pair &&
	       (a->row == b->row || (!a->row->named && !b->row->named && is_alone && is_young(b->row, a->row)));
}

/*
 * The tunnel continues with the other path, and with what that has counted by now.  A named row has both paths already.
 */
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
	paths->all[from].deserted = true;
	if (paths->all[from].living == 0)
		tunnel_places_note_emptied(places, from);
	if (row != other) {
		tunnel_paths_move(paths, to, row);
		tunnel_paths_follow(paths, other);
		tunnel_rows_merge(&places->rows, other, row);
	}
	/* A pair shows the path that goes out. */
	if (!row->is_pair || paths->all[from].had[WAY_OUT])
		tunnel_rows_move(&places->rows, row, &path->key);
	tunnel_halves_note(&places->halves, paths, from);
	tunnel_halves_note(&places->halves, paths, to);
}

/*
 * An SA that arrives with the SPI of one that has left another path is that one, unless that tunnel has been reported
 * as down meanwhile.  The path that it has left, or TUNNEL_PATH_NONE.
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

/* The same if its tunnel has moved already, with the SA of the other direction, and the path that it has left is gone. */
static bool
follows_its_tunnel(const struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key)
{
	const struct tunnel_path *const path = &places->paths.all[member->path];
	struct tunnel_trace trace;

	return member->class == CLASS_USABLE && (!path->row->settled || path->row->tunnel.state == TUNNEL_UP) &&
	       tunnel_trace_of_sa(&trace, path, member->way, key) &&
	       tunnel_moves_has_left(&places->moves, path, &trace);
}

static void
note_arrival(struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key)
{
	struct tunnel_trace trace;

	if (member->class == CLASS_USABLE &&
	    tunnel_trace_of_sa(&trace, &places->paths.all[member->path], member->way, key))
		tunnel_moves_note(&places->moves, &places->paths, &trace, true, member->path);
}

bool
tunnel_places_was_at(const struct tunnel_places *places, const struct tunnel_member *member, const struct sa_key *key,
		     struct sa_key *before)
{
	const struct tunnel_path *const all = places->paths.all;
	struct tunnel_trace trace;
	struct sa_said said;
	uint32_t from;

	if (member->class != CLASS_USABLE || !tunnel_trace_of_sa(&trace, &all[member->path], member->way, key))
		return false;
	from = tunnel_moves_find(&places->moves, &places->paths, &trace, true, member->path);
	if (from == TUNNEL_PATH_NONE)
		return false;
	sa_key_said(key, &said);
	said.dst = member->way == WAY_IN ? all[from].key.local : all[from].key.remote;
	sa_key_make(before, &said);
	return true;
}

/*
 * A read may show the arrival before the departure; or the policy may have moved.  Returns whether the SA itself has
 * moved.
 */
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

/* A policy shows that its tunnel has moved to another address; while both paths have SAs, this is undecided. */
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

/* tunnels_of() still finds it by its SAs for a while. */
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

/* If nothing that carries packets is left of a row that never became a tunnel, what it has counted is dropped. */
static void
forget(struct tunnel_path *path)
{
	path->row->tunnel = (struct tunnel){.state = TUNNEL_DOWN};
	path->row->stale_selectors = true;
	tunnel_path_show(path);
	memset(path->had, 0, sizeof(path->had));
}

/* The path is a tunnel by itself: the other path of its row may be half of another one. */
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
 * An outbound SA is a rekey if it takes over from another: from one that is gone already, or that goes while the new
 * one stays.  Two that exist side by side are not (see leave_way_out()).
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

/* A usable SA in each direction makes a tunnel at once; for a pair of paths, the row shows the outbound one. */
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
	path->deserted = false;
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
	note_arrival(places, member, key);
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

/*
 * Enters the new path first, so that a path that it does not leave does not become empty.  Returns whether it came from
 * another path.
 */
static bool
move_to(struct tunnel_places *places, const struct sa_key *key, uint32_t *note, const struct tunnel_member *member,
	bool returns)
{
	const struct tunnel_member before = tunnel_member_unpack(*note);
	const bool had_path = tunnel_note_has_path(*note);
	uint32_t from = TUNNEL_PATH_NONE;
	bool has_moved = false;

	if (had_path && before.path == member->path && before.way == member->way && before.class == member->class)
		return false;
	if (member->path != TUNNEL_PATH_NONE) {
		const bool is_other = had_path && before.path != member->path;

		from = !is_other		   ? left_by(places, member, key)
		       : before.way == member->way ? before.path
						   : TUNNEL_PATH_NONE;

		if (from != TUNNEL_PATH_NONE)
			move_tunnel(places, from, member->path);
		has_moved = from != TUNNEL_PATH_NONE || (!is_other && follows_its_tunnel(places, member, key));
		enter(places, member, key, (!had_path || before.class == CLASS_LARVAL) && !has_moved && !returns);
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
	return has_moved;
}

bool
tunnel_places_put(struct tunnel_places *places, const struct census_sa *record, uint32_t *note, const struct sa *sa)
{
	bool returns;
	const struct tunnel_member member = find_place(places, record, *note, sa, &returns);
	const bool is_new = !tunnel_note_has_path(*note);
	const bool has_moved = move_to(places, &record->key, note, &member, returns);
	struct tunnel_path *path;

	if (member.path == TUNNEL_PATH_NONE || member.class != CLASS_USABLE)
		return has_moved;
	path = &places->paths.all[member.path];
	note_port(places, member.path, remote_port(sa, member.way), is_new);
	if (!record->was_read || path->was_read)
		return has_moved;
	path->was_read = true;
	tunnel_halves_note(&places->halves, &places->paths, member.path);
	return has_moved;
}

/* --- policies ---------------------------------------------------------------------------------- */

/* Whether it belongs to a tunnel; forward policies say the same as inbound ones. */
static bool
is_of_tunnel(const struct policy *policy, struct tunnel_key *key)
{
	return policy && (policy->direction == POLICY_IN || policy->direction == POLICY_OUT) &&
	       tunnel_policy_key(policy, key);
}

/* From now on, a tunnel with policies waits for SAs, and has a row. */
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

/*
 * A policy that reappears with another template is the same policy as before.  A read may be ahead of the events, and show
 * the new one before the event that the old one is gone.
 */
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
	if (from == to)
		return;
	if (from != TUNNEL_PATH_NONE) {
		if (!is)
			follow_policy(places, from,
				      tunnel_moves_find(&places->moves, &places->paths, &old, true, from));
		tunnel_moves_note(&places->moves, &places->paths, &old, false, from);
	}
	if (to != TUNNEL_PATH_NONE)
		tunnel_moves_note(&places->moves, &places->paths, &new, true, to);
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
	/* Without policies, the selectors of the IKE daemon's configuration stay. */
	if (selectors.count > 0 || !row->expected)
		tunnel_selectors_print(&selectors, row->tunnel.selectors);
	row->stale_selectors = false;
}

/* --- paths that are not needed any more --------------------------------------------------------- */

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
		    !(row->named || row->expected || !row->begun || (has_others && (!row->is_pair || path->deserted))))
			continue;
		tunnel_places_drop_path(places, number);
		if (!row->begun)
			tunnel_rows_end(&places->rows, row);
	}
}
