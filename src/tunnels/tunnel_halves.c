/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_halves.h"

#include <string.h>

/* With this many halves between the same two addresses, they are not matched. */
enum { GROUP_MOST = 32 };
enum { JUDGED_A_CALL = 1000 };

void
tunnel_halves_init(struct tunnel_halves *halves)
{
	*halves = (struct tunnel_halves){.list = {.row_size = sizeof(uint32_t)}};
	hash_table_init(&halves->hash);
}

void
tunnel_halves_free(struct tunnel_halves *halves)
{
	hash_table_free(&halves->hash);
	row_list_free(&halves->list);
}

/* --- which paths are halves -------------------------------------------------------------------- */

static enum tunnel_way
way_of(const struct tunnel_path *half)
{
	return half->usable[WAY_IN] > 0 ? WAY_IN : WAY_OUT;
}

static bool
is_half(const struct tunnel_path *path)
{
	const bool is_only_one = path->next == TUNNEL_PATH_NONE && path->previous == TUNNEL_PATH_NONE;

	return path->usable[WAY_IN] + path->usable[WAY_OUT] > 0 && path->had[WAY_IN] != path->had[WAY_OUT] &&
	       path->was_read && is_only_one && !path->row->named && path->row->label[0] == '\0';
}

static uint32_t
hash_of_ends(const struct tunnel_halves *halves, const struct tunnel_key *key)
{
	_Static_assert(offsetof(struct tunnel_key, port) == 2 * sizeof(key->local), "a key begins with its addresses");
	return hash_table_hash(&halves->hash, key, offsetof(struct tunnel_key, port));
}

static bool
same_ends(const struct tunnel_key *a, const struct tunnel_key *b)
{
	return memcmp(a, b, offsetof(struct tunnel_key, port)) == 0;
}

static uint32_t *
at(const struct tunnel_halves *halves, size_t rank)
{
	return row_list_at(&halves->list, rank);
}

/* If there is no memory for it, it is not judged: its row begins once it has both directions. */
static void
add(struct tunnel_halves *halves, struct tunnel_path *path, uint32_t number)
{
	uint32_t *const last = row_list_add(&halves->list);

	if (last && hash_table_add(&halves->hash, number, hash_of_ends(halves, &path->key))) {
		*last = number;
		path->half = (uint32_t)halves->list.count - 1;
	} else if (last) {
		halves->list.count--;
	}
}

/* Those to be judged stay at the beginning: what takes the place has been judged, or is judged again. */
static void
remove_half(struct tunnel_halves *halves, struct tunnel_paths *paths, struct tunnel_path *path)
{
	uint32_t *const place = at(halves, path->half);
	const uint32_t last = *at(halves, --halves->list.count);

	hash_table_remove(&halves->hash, *place);
	*place = last;
	paths->all[last].half = path->half;
	path->half = TUNNEL_NO_HALF;
	path->row->ambiguous = false;
}

void
tunnel_halves_note(struct tunnel_halves *halves, struct tunnel_paths *paths, uint32_t number)
{
	struct tunnel_path *const path = &paths->all[number];

	if (is_half(path) == (path->half != TUNNEL_NO_HALF))
		return;
	if (path->half == TUNNEL_NO_HALF)
		add(halves, path, number);
	else
		remove_half(halves, paths, path);
}

/* --- which belong together --------------------------------------------------------------------- */

/* The halves between two addresses. */
struct group {
	const struct tunnel_path *all[GROUP_MOST];
	uint32_t numbers[GROUP_MOST];
	size_t count;
	bool is_whole;
};

static struct group
group_of(const struct tunnel_halves *halves, const struct tunnel_paths *paths, const struct tunnel_key *key)
{
	struct group group = {.is_whole = true};

	for (uint32_t number = hash_table_first(&halves->hash, hash_of_ends(halves, key)); number != HASH_TABLE_NONE;
	     number = hash_table_next(&halves->hash, number)) {
		if (!same_ends(&paths->all[number].key, key))
			continue;
		if (group.count == GROUP_MOST) {
			group.is_whole = false;
			break;
		}
		group.numbers[group.count] = number;
		group.all[group.count++] = &paths->all[number];
	}
	return group;
}

static bool
has_partner_of_its_reqid(const struct group *group, const struct tunnel_path *half)
{
	size_t ways[WAYS] = {0};

	for (size_t i = 0; i < group->count; i++) {
		if (group->all[i]->key.reqid == half->key.reqid)
			ways[way_of(group->all[i])]++;
	}
	return ways[WAY_IN] == 1 && ways[WAY_OUT] == 1;
}

/* The number of the half that belongs to this one, or TUNNEL_PATH_NONE, possibly because it is ambiguous. */
static uint32_t
partner_of(const struct group *group, const struct tunnel_path *half, bool *is_ambiguous)
{
	const bool by_reqid = has_partner_of_its_reqid(group, half);
	uint32_t partner = TUNNEL_PATH_NONE;
	size_t ways[WAYS] = {0};

	for (size_t i = 0; i < group->count; i++) {
		const struct tunnel_path *const other = group->all[i];
		const bool counts =
			by_reqid ? other->key.reqid == half->key.reqid : !has_partner_of_its_reqid(group, other);

		if (!counts)
			continue;
		ways[way_of(other)]++;
		if (way_of(other) != way_of(half))
			partner = group->numbers[i];
	}
	if (group->is_whole && ways[WAY_IN] == 1 && ways[WAY_OUT] == 1)
		return partner;
	*is_ambiguous = ways[WAY_IN] > 0 && ways[WAY_OUT] > 0;
	return TUNNEL_PATH_NONE;
}

/* --- the result -------------------------------------------------------------------------------- */

static bool
is_older(const struct tunnel_row *row, const struct tunnel_row *other)
{
	if (row->begun && other->begun)
		return row->tunnel.index < other->tunnel.index;
	return row->begun;
}

/* The older row continues, and shows the reqid and interface id of the outbound SAs. */
static void
unite(struct tunnel_halves *halves, struct tunnel_paths *paths, uint32_t a, uint32_t b)
{
	const uint32_t stays = is_older(paths->all[b].row, paths->all[a].row) ? b : a, moves = stays == a ? b : a;
	struct tunnel_row *const row = paths->all[stays].row, *const other = paths->all[moves].row;

	if (!row->begun)
		tunnel_row_show_key(row, &paths->all[way_of(&paths->all[a]) == WAY_OUT ? a : b].key);
	if (!tunnel_rows_begin(paths->rows, row, 0))
		return;
	row->is_pair = true;
	tunnel_paths_move(paths, moves, row);
	tunnel_paths_follow(paths, other);
	tunnel_rows_merge(paths->rows, other, row);
	tunnel_path_show(&paths->all[way_of(&paths->all[a]) == WAY_OUT ? a : b]);
	tunnel_rows_remember(paths->rows, row);
	tunnel_halves_note(halves, paths, a);
	tunnel_halves_note(halves, paths, b);
}

static void
judge(struct tunnel_halves *halves, struct tunnel_paths *paths, uint32_t number)
{
	const struct tunnel_path *const half = &paths->all[number];
	const struct group group = group_of(halves, paths, &half->key);
	bool is_ambiguous = false;
	const uint32_t partner = partner_of(&group, half, &is_ambiguous);

	if (partner != TUNNEL_PATH_NONE) {
		unite(halves, paths, number, partner);
		return;
	}
	if (!tunnel_rows_begin(paths->rows, half->row, 0) || half->row->ambiguous == is_ambiguous)
		return;
	half->row->ambiguous = is_ambiguous;
	tunnel_rows_touch(paths->rows, half->row);
}

void
tunnel_halves_surveyed(struct tunnel_halves *halves)
{
	halves->unjudged = halves->list.count;
}

bool
tunnel_halves_judge(struct tunnel_halves *halves, struct tunnel_paths *paths)
{
	for (unsigned left = JUDGED_A_CALL; halves->unjudged > 0; left--) {
		if (left == 0)
			return false;
		halves->unjudged--;
		if (halves->unjudged < halves->list.count)
			judge(halves, paths, *at(halves, halves->unjudged));
	}
	return true;
}
