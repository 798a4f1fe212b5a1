/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_name_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/row_list.h"

/* Which criteria a name has, compared as octets. */
struct shape {
	uint8_t remote_type, remote_bits; /* enum sa_address_type: SA_ADDRESS_NONE is any */
	uint8_t local_type, local_bits;
	uint8_t has_reqid, has_if_id, has_context;
	uint8_t zero;
};

/* The values of these criteria. */
struct criteria {
	struct shape shape;
	uint8_t remote[16], local[16];
	uint32_t reqid, if_id;
	char context[TUNNEL_CONTEXT_SIZE];
	uint8_t zero[3];
};
_Static_assert(sizeof(struct criteria) == 84, "criteria have no padding");

struct tunnel_name_index {
	struct hash_table names; /* by text */
	struct hash_table
		hash; /* by criteria: of names with the same ones, only the first, since the others match no SA */
	struct row_list all;	/* struct criteria of each name */
	struct row_list shapes; /* of struct shape */
	struct hash_table by_shape;
};

struct tunnel_name_index *
tunnel_name_index_new(void)
{
	struct tunnel_name_index *const index = calloc(1, sizeof(*index));

	if (!index)
		return NULL;
	hash_table_init(&index->names);
	hash_table_init(&index->hash);
	hash_table_init(&index->by_shape);
	index->all.row_size = sizeof(struct criteria);
	index->shapes.row_size = sizeof(struct shape);
	return index;
}

void
tunnel_name_index_free(struct tunnel_name_index *index)
{
	if (!index)
		return;
	hash_table_free(&index->names);
	hash_table_free(&index->hash);
	hash_table_free(&index->by_shape);
	row_list_free(&index->all);
	row_list_free(&index->shapes);
	free(index);
}

/* --- criteria ---------------------------------------------------------------------------------- */

static const struct criteria *
criteria_at(const struct tunnel_name_index *index, uint32_t number)
{
	return row_list_at(&index->all, number);
}

static struct shape
shape_of(const struct tunnel_name *name)
{
	return (struct shape){
		.remote_type = name->remote.address.type,
		.remote_bits = name->remote.bits,
		.local_type = name->local.address.type,
		.local_bits = name->local.bits,
		.has_reqid = name->has_reqid,
		.has_if_id = name->has_if_id,
		.has_context = name->has_context,
	};
}

/* The criteria that a name of that shape would have for these. */
static struct criteria
criteria_of(const struct shape *shape, const struct tunnel_key *key, const char *context)
{
	struct criteria criteria = {.shape = *shape};

	sa_address_copy_prefix(criteria.remote, &key->remote, shape->remote_bits);
	sa_address_copy_prefix(criteria.local, &key->local, shape->local_bits);
	criteria.reqid = shape->has_reqid ? key->reqid : 0;
	criteria.if_id = shape->has_if_id ? key->if_id : 0;
	if (shape->has_context)
		memcpy(criteria.context, context, strnlen(context, sizeof(criteria.context) - 1));
	return criteria;
}

static void
key_of(const struct tunnel_name *name, struct tunnel_key *key)
{
	tunnel_key_make(key, &name->local.address, &name->remote.address, name->reqid, name->if_id);
}

/* The number of the first name that has exactly these, or count. */
static size_t
find(const struct tunnel_name_index *index, size_t count, const struct criteria *criteria)
{
	uint32_t number = hash_table_first(&index->hash, hash_table_hash(&index->hash, criteria, sizeof(*criteria)));

	while (number != HASH_TABLE_NONE && memcmp(criteria_at(index, number), criteria, sizeof(*criteria)) != 0)
		number = hash_table_next(&index->hash, number);
	return number == HASH_TABLE_NONE ? count : number;
}

/* --- adding ------------------------------------------------------------------------------------ */

static bool
has_shape(const struct tunnel_name_index *index, const struct shape *shape, uint32_t hash)
{
	uint32_t number = hash_table_first(&index->by_shape, hash);

	while (number != HASH_TABLE_NONE && memcmp(row_list_at(&index->shapes, number), shape, sizeof(*shape)) != 0)
		number = hash_table_next(&index->by_shape, number);
	return number != HASH_TABLE_NONE;
}

static bool
add_shape(struct tunnel_name_index *index, const struct shape *shape)
{
	const uint32_t hash = hash_table_hash(&index->by_shape, shape, sizeof(*shape));
	struct shape *added;

	if (has_shape(index, shape, hash))
		return true;
	added = row_list_add(&index->shapes);
	if (!added)
		return false;
	*added = *shape;
	if (hash_table_add(&index->by_shape, (uint32_t)index->shapes.count - 1, hash))
		return true;
	index->shapes.count--;
	return false;
}

static uint32_t
hash_of_name(const struct tunnel_name_index *index, const struct tunnel_name *name)
{
	return hash_table_hash(&index->names, name->name, sizeof(name->name));
}

static bool
add_criteria(struct tunnel_name_index *index, const struct tunnel_name *name, uint32_t number)
{
	const struct shape shape = shape_of(name);
	struct criteria *const added = row_list_add(&index->all);
	struct tunnel_key key;

	if (!added || !add_shape(index, &shape))
		return false;
	key_of(name, &key);
	*added = criteria_of(&shape, &key, name->context);
	if (find(index, SIZE_MAX, added) != SIZE_MAX)
		return true;
	return hash_table_add(&index->hash, number, hash_table_hash(&index->hash, added, sizeof(*added)));
}

bool
tunnel_name_index_add(struct tunnel_name_index *index, const struct tunnel_name *all, size_t number)
{
	return hash_table_add(&index->names, (uint32_t)number, hash_of_name(index, &all[number]));
}

bool
tunnel_name_index_criteria(struct tunnel_name_index *index, const struct tunnel_name *all, size_t number)
{
	while (index->all.count <= number) {
		const size_t next = index->all.count;

		if (!add_criteria(index, &all[next], (uint32_t)next)) {
			index->all.count = next;
			return false;
		}
	}
	return true;
}

/* --- looking up -------------------------------------------------------------------------------- */

size_t
tunnel_name_index_shapes(const struct tunnel_name_index *index)
{
	return index->shapes.count;
}

/* In two contexts, a name may be that of two tunnels. */
static bool
are_called_the_same(const struct tunnel_name *a, const struct tunnel_name *b)
{
	return strcmp(a->name, b->name) == 0 &&
	       (!a->has_context || !b->has_context || strcmp(a->context, b->context) == 0);
}

size_t
tunnel_name_index_called(const struct tunnel_name_index *index, const struct tunnel_name *all, size_t count,
			 const struct tunnel_name *like)
{
	size_t first = count;

	for (uint32_t number = hash_table_first(&index->names, hash_of_name(index, like)); number != HASH_TABLE_NONE;
	     number = hash_table_next(&index->names, number)) {
		if (number < first && are_called_the_same(&all[number], like))
			first = number;
	}
	return first;
}

static bool
has_prefix(const struct sa_address *address, unsigned bits, uint8_t type, uint8_t shape_bits)
{
	return type == SA_ADDRESS_NONE || (address->type == type && bits >= shape_bits);
}

size_t
tunnel_name_index_match(const struct tunnel_name_index *index, size_t count, const struct tunnel_key *key)
{
	size_t first = count;

	for (size_t i = 0; i < index->shapes.count; i++) {
		const struct shape *const shape = row_list_at(&index->shapes, i);
		struct criteria criteria;
		size_t found;

		if (shape->has_context || !has_prefix(&key->remote, UINT8_MAX, shape->remote_type, 0) ||
		    !has_prefix(&key->local, UINT8_MAX, shape->local_type, 0))
			continue;
		criteria = criteria_of(shape, key, "");
		found = find(index, count, &criteria);
		first = found < first ? found : first;
	}
	return first;
}

static bool
is_wider(const struct shape *shape, const struct tunnel_name *name)
{
	return has_prefix(&name->remote.address, name->remote.bits, shape->remote_type, shape->remote_bits) &&
	       has_prefix(&name->local.address, name->local.bits, shape->local_type, shape->local_bits) &&
	       (!shape->has_reqid || name->has_reqid) && (!shape->has_if_id || name->has_if_id) &&
	       (!shape->has_context || name->has_context);
}

size_t
tunnel_name_index_cover(const struct tunnel_name_index *index, size_t count, const struct tunnel_name *name)
{
	size_t first = count;
	struct tunnel_key key;

	key_of(name, &key);
	for (size_t i = 0; i < index->shapes.count; i++) {
		const struct shape *const shape = row_list_at(&index->shapes, i);
		struct criteria criteria;
		size_t found;

		if (!is_wider(shape, name))
			continue;
		criteria = criteria_of(shape, &key, name->context);
		found = find(index, count, &criteria);
		first = found < first ? found : first;
	}
	return first;
}
