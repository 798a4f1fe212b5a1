/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_numbers.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/row_list.h"
#include "tunnel_descr.h"
#include "tunnels/tunnel_label.h"

/* Number of entries that are looked at to forget one; all are in use only if there are nearly as many rows. */
enum { LOOKS = 1000 };

struct tunnel_numbers {
	struct row_list list;	  /* of struct tunnel_number */
	struct hash_table hash;	  /* by identity */
	struct hash_table descrs; /* by description */
	char context[TUNNEL_CONTEXT_SIZE];
	uint8_t taken[TUNNEL_NAMES_MAX / 8 + 1]; /* bits, of the indexes that names have */
	uint32_t next_unnamed;
	size_t forget_next;
	void (*changed)(void *data);
	void *data;
};

struct tunnel_numbers *
tunnel_numbers_new(const char *context)
{
	struct tunnel_numbers *const numbers = calloc(1, sizeof(*numbers));

	if (!numbers)
		return NULL;
	numbers->list.row_size = sizeof(struct tunnel_number);
	numbers->next_unnamed = TUNNELS_FIRST_UNNAMED;
	memcpy(numbers->context, context, strnlen(context, sizeof(numbers->context) - 1));
	hash_table_init(&numbers->hash);
	hash_table_init(&numbers->descrs);
	return numbers;
}

void
tunnel_numbers_free(struct tunnel_numbers *numbers)
{
	if (!numbers)
		return;
	row_list_free(&numbers->list);
	hash_table_free(&numbers->hash);
	hash_table_free(&numbers->descrs);
	free(numbers);
}

/* --- identities -------------------------------------------------------------------------------- */

void
tunnel_identity_of_name(struct tunnel_identity *identity, const char *name)
{
	memset(identity, 0, sizeof(*identity));
	memcpy(identity->name, name, strnlen(name, sizeof(identity->name) - 1));
}

void
tunnel_identity_of_key(struct tunnel_identity *identity, const struct tunnel_key *key)
{
	memset(identity, 0, sizeof(*identity));
	identity->key = *key;
}

static struct tunnel_number *
at(const struct tunnel_numbers *numbers, size_t rank)
{
	return row_list_at(&numbers->list, rank);
}

static bool
is_of(const struct tunnel_identity *a, const struct tunnel_identity *b)
{
	return memcmp(&a->key, &b->key, sizeof(a->key)) == 0 && strcmp(a->name, b->name) == 0;
}

static uint32_t
hash_of(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity)
{
	const bool named = identity->name[0] != '\0';

	return named ? hash_table_hash(&numbers->hash, identity->name, sizeof(identity->name))
		     : hash_table_hash(&numbers->hash, &identity->key, sizeof(identity->key));
}

static uint32_t
rank_of(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity, uint32_t hash)
{
	uint32_t rank = hash_table_first(&numbers->hash, hash);

	while (rank != HASH_TABLE_NONE && !is_of(&at(numbers, rank)->identity, identity))
		rank = hash_table_next(&numbers->hash, rank);
	return rank;
}

uint32_t
tunnel_numbers_find(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity)
{
	const uint32_t rank = rank_of(numbers, identity, hash_of(numbers, identity));

	return rank == HASH_TABLE_NONE ? 0 : at(numbers, rank)->index;
}

static void
report_change(const struct tunnel_numbers *numbers)
{
	if (numbers->changed)
		numbers->changed(numbers->data);
}

/* --- indexes ----------------------------------------------------------------------------------- */

static bool
is_taken(const struct tunnel_numbers *numbers, uint32_t index)
{
	return index > TUNNEL_NAMES_MAX ? index < numbers->next_unnamed
					: (numbers->taken[index / 8] >> index % 8 & 1) != 0;
}

static void
take(struct tunnel_numbers *numbers, uint32_t index)
{
	if (index <= TUNNEL_NAMES_MAX)
		numbers->taken[index / 8] |= (uint8_t)(1 << index % 8);
	else if (index >= numbers->next_unnamed)
		numbers->next_unnamed = index + 1;
}

uint32_t
tunnel_numbers_next(struct tunnel_numbers *numbers, bool for_name, uint32_t wanted)
{
	uint32_t index = TUNNEL_NAMES_MAX + 1;

	if (for_name)
		index = wanted > 0 && !is_taken(numbers, wanted) ? wanted : 1;
	while (index <= TUNNEL_NAMES_MAX && is_taken(numbers, index))
		index++;
	if (index > TUNNEL_NAMES_MAX)
		index = numbers->next_unnamed;
	take(numbers, index);
	return index;
}

/* --- descriptions ------------------------------------------------------------------------------ */

static uint32_t
descr_hash_of(const struct tunnel_numbers *numbers, const char *descr)
{
	return hash_table_hash(&numbers->descrs, descr, strlen(descr));
}

static bool
is_descr_taken(const struct tunnel_numbers *numbers, const char *descr)
{
	uint32_t rank = hash_table_first(&numbers->descrs, descr_hash_of(numbers, descr));

	while (rank != HASH_TABLE_NONE && strcmp(at(numbers, rank)->descr, descr) != 0)
		rank = hash_table_next(&numbers->descrs, rank);
	return rank != HASH_TABLE_NONE;
}

static void
print_descr(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity, uint32_t index,
	    enum tunnel_descr_form form, char descr[TUNNEL_DESCR_SIZE])
{
	tunnel_descr_print(descr, form, identity->name, &identity->key, index, numbers->context);
}

/* The first description that no other entry has. */
static void
choose_descr(const struct tunnel_numbers *numbers, struct tunnel_number *number)
{
	for (int form = 0; form < DESCR_FORMS; form++) {
		print_descr(numbers, &number->identity, number->index, (enum tunnel_descr_form)form, number->descr);
		if (!is_descr_taken(numbers, number->descr))
			return;
	}
}

void
tunnel_numbers_describe(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity, uint32_t index,
			bool own, char descr[TUNNEL_DESCR_SIZE])
{
	const uint32_t rank = rank_of(numbers, identity, hash_of(numbers, identity));

	if (own || rank == HASH_TABLE_NONE)
		print_descr(numbers, identity, index, DESCR_INDEX, descr);
	else
		memcpy(descr, at(numbers, rank)->descr, TUNNEL_DESCR_SIZE);
}

/* --- what is remembered ------------------------------------------------------------------------ */

/* False: no memory. */
static bool
index_number(struct tunnel_numbers *numbers, uint32_t rank)
{
	const struct tunnel_number *const number = at(numbers, rank);

	if (!hash_table_add(&numbers->hash, rank, hash_of(numbers, &number->identity)))
		return false;
	if (hash_table_add(&numbers->descrs, rank, descr_hash_of(numbers, number->descr)))
		return true;
	hash_table_remove(&numbers->hash, rank);
	return false;
}

static void
unindex_number(struct tunnel_numbers *numbers, uint32_t rank)
{
	hash_table_remove(&numbers->hash, rank);
	hash_table_remove(&numbers->descrs, rank);
}

static bool
remember(struct tunnel_numbers *numbers, const struct tunnel_number *number)
{
	const uint32_t rank = (uint32_t)numbers->list.count;
	struct tunnel_number *const added = row_list_add(&numbers->list);

	if (!added)
		return false;
	*added = *number;
	if (index_number(numbers, rank))
		return true;
	numbers->list.count--;
	return false;
}

void
tunnel_numbers_restore(struct tunnel_numbers *numbers, const struct tunnel_number *number)
{
	const uint32_t rank = rank_of(numbers, &number->identity, hash_of(numbers, &number->identity));
	struct tunnel_number found = *number;

	take(numbers, number->index);
	if (rank != HASH_TABLE_NONE && at(numbers, rank)->index == number->index)
		return;
	if (rank != HASH_TABLE_NONE) {
		at(numbers, rank)->index = number->index;
	} else {
		if (found.descr[0] == '\0' || is_descr_taken(numbers, found.descr))
			choose_descr(numbers, &found);
		if (!remember(numbers, &found))
			return;
	}
	report_change(numbers);
}

void
tunnel_numbers_note(struct tunnel_numbers *numbers, const struct tunnel_identity *identity, uint32_t index)
{
	const struct tunnel_number number = {.identity = *identity, .index = index};

	tunnel_numbers_restore(numbers, &number);
}

void
tunnel_numbers_move(struct tunnel_numbers *numbers, const struct tunnel_identity *from,
		    const struct tunnel_identity *to, uint32_t index)
{
	const uint32_t rank = rank_of(numbers, from, hash_of(numbers, from));

	if (rank == HASH_TABLE_NONE || at(numbers, rank)->index != index || tunnel_numbers_find(numbers, to) != 0) {
		tunnel_numbers_note(numbers, to, index);
		return;
	}
	unindex_number(numbers, rank);
	at(numbers, rank)->identity = *to;
	index_number(numbers, rank); /* there is room, since it was there with another identity */
	report_change(numbers);
}

/* The last one takes its place. */
static void
forget(struct tunnel_numbers *numbers, size_t rank)
{
	const size_t last = numbers->list.count - 1;
	struct tunnel_number *const number = at(numbers, rank);

	if (number->index <= TUNNEL_NAMES_MAX)
		numbers->taken[number->index / 8] &= (uint8_t)~(1 << number->index % 8);
	unindex_number(numbers, (uint32_t)rank);
	if (rank != last) {
		unindex_number(numbers, (uint32_t)last);
		*number = *at(numbers, last);
		index_number(numbers, (uint32_t)rank); /* there is room, since it was there under another number */
	}
	numbers->list.count--;
	report_change(numbers);
}

void
tunnel_numbers_forget_identities(struct tunnel_numbers *numbers)
{
	for (size_t rank = 0; rank < numbers->list.count;) {
		if (tunnel_label_has_identity(at(numbers, rank)->identity.name))
			forget(numbers, rank);
		else
			rank++;
	}
}

void
tunnel_numbers_make_room(struct tunnel_numbers *numbers, tunnel_number_in_use *in_use, const void *data)
{
	if (numbers->list.count < TUNNEL_NUMBERS_MOST)
		return;
	for (unsigned looks = 0; looks < LOOKS; looks++) {
		if (numbers->forget_next >= numbers->list.count)
			numbers->forget_next = 0;
		if (!in_use(data, at(numbers, numbers->forget_next)->index)) {
			forget(numbers, numbers->forget_next);
			return;
		}
		numbers->forget_next++;
	}
}

size_t
tunnel_numbers_count(const struct tunnel_numbers *numbers)
{
	return numbers->list.count;
}

const struct tunnel_number *
tunnel_numbers_at(const struct tunnel_numbers *numbers, size_t rank)
{
	return at(numbers, rank);
}

void
tunnel_numbers_listen(struct tunnel_numbers *numbers, void (*changed)(void *data), void *data)
{
	numbers->changed = changed;
	numbers->data = data;
}
