/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_lenders.h"

void
tunnel_lenders_init(struct tunnel_lenders *lenders)
{
	hash_table_init(&lenders->hash);
}

void
tunnel_lenders_free(struct tunnel_lenders *lenders)
{
	hash_table_free(&lenders->hash);
}

static uint32_t
hash_of(const struct tunnel_lenders *lenders, const struct tunnel_key *key)
{
	const uint32_t family_and_reqid[] = {key->local.type, key->reqid};

	return hash_table_hash(&lenders->hash, family_and_reqid, sizeof(family_and_reqid));
}

static bool
serves(const struct tunnel_key *lender, const struct tunnel_key *key)
{
	return lender->local.type == key->local.type && lender->reqid == key->reqid;
}

/* The number of the path that lends to such a path, or TUNNEL_PATH_NONE. */
static uint32_t
lender_of(const struct tunnel_lenders *lenders, const struct tunnel_paths *paths, const struct tunnel_key *key)
{
	uint32_t number;

	if (lenders->hash.used == 0 || sa_address_is_unspecified(&key->remote))
		return TUNNEL_PATH_NONE;
	number = hash_table_first(&lenders->hash, hash_of(lenders, key));
	while (number != TUNNEL_PATH_NONE && !serves(&paths->all[number].key, key))
		number = hash_table_next(&lenders->hash, number);
	return number;
}

static void
set_borrows(const struct tunnel_lenders *lenders, struct tunnel_paths *paths, uint32_t number)
{
	struct tunnel_path *const path = &paths->all[number];
	const bool borrows = lender_of(lenders, paths, &path->key) != TUNNEL_PATH_NONE;

	if (borrows == path->borrows)
		return;
	path->borrows = borrows;
	path->row->borrowed += borrows ? 1u : (uint32_t)-1;
	if (tunnel_row_carries(path->row))
		tunnel_rows_begin(paths->rows, path->row, 0);
	tunnel_rows_touch(paths->rows, path->row);
}

/* If there is no memory, it does not lend. */
static bool
set_lends(struct tunnel_lenders *lenders, struct tunnel_path *path, uint32_t number, bool lends)
{
	if (lends && !hash_table_add(&lenders->hash, number, hash_of(lenders, &path->key)))
		return false;
	if (!lends)
		hash_table_remove(&lenders->hash, number);
	path->lends = lends;
	path->row->lent += lends ? 1u : (uint32_t)-1;
	return true;
}

void
tunnel_lenders_note(struct tunnel_lenders *lenders, struct tunnel_paths *paths, uint32_t number)
{
	struct tunnel_path *const path = &paths->all[number];
	const bool lends = path->usable[WAY_IN] > 0 && sa_address_is_unspecified(&path->key.remote);

	if (lends == path->lends) {
		set_borrows(lenders, paths, number);
		return;
	}
	if (!set_lends(lenders, path, number, lends))
		return;
	for (uint32_t i = 0; i < paths->count; i++) {
		if (paths->all[i].row && serves(&path->key, &paths->all[i].key))
			set_borrows(lenders, paths, i);
	}
	if (tunnel_row_carries(path->row))
		tunnel_rows_begin(paths->rows, path->row, 0);
}

const struct tunnel_row *
tunnel_lenders_of(const struct tunnel_lenders *lenders, const struct tunnel_paths *paths, const struct tunnel_row *row)
{
	uint32_t number = row->first_path, lender;

	if (row->borrowed == 0 || row->usable[WAY_IN] > 0)
		return NULL;
	while (number != TUNNEL_PATH_NONE && !paths->all[number].borrows)
		number = paths->all[number].next;
	lender = number == TUNNEL_PATH_NONE ? number : lender_of(lenders, paths, &paths->all[number].key);
	return lender != TUNNEL_PATH_NONE && paths->all[lender].row->begun ? paths->all[lender].row : NULL;
}
