/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_templates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/row_list.h"

/* Above this number, memory is freed if a quarter of it would do. */
enum { KEPT_ROOM = 64 };

/* The lengths of both prefixes of a template. */
struct shape {
	uint8_t type; /* enum sa_address_type */
	uint8_t src_bits, dst_bits;
};

/* Compared and hashed as octets. */
struct key {
	uint32_t reqid;
	uint8_t protocol, mode;
	struct shape shape;
	uint8_t zero[3];
	uint8_t src[16], dst[16]; /* of the prefixes: the rest of the addresses is zero */
};
_Static_assert(sizeof(struct key) == 44, "a key has no padding");

struct template
{
	struct key key;
	struct xfrm_templates_ways ways;
};

struct xfrm_templates {
	struct row_list list; /* of struct template */
	struct hash_table hash;
	struct shape shapes[XFRM_TEMPLATES_SHAPES_MOST]; /* the longest prefixes first */
	size_t shape_count;
	bool any_reqid; /* whether any template matches them */
};

struct xfrm_templates *
xfrm_templates_new(void)
{
	struct xfrm_templates *const templates = calloc(1, sizeof(*templates));

	if (!templates)
		return NULL;
	templates->list.row_size = sizeof(struct template);
	hash_table_init(&templates->hash);
	return templates;
}

void
xfrm_templates_free(struct xfrm_templates *templates)
{
	if (!templates)
		return;
	row_list_free(&templates->list);
	hash_table_free(&templates->hash);
	free(templates);
}

void
xfrm_templates_clear(struct xfrm_templates *templates)
{
	struct row_list *const list = &templates->list;

	if (list->room > KEPT_ROOM && list->count < list->room / 4) {
		row_list_free(list);
		hash_table_free(&templates->hash);
	}
	list->count = 0;
	hash_table_clear(&templates->hash);
	templates->shape_count = 0;
	templates->any_reqid = false;
}

/* --- by key ------------------------------------------------------------------------------------ */

static struct template *
at(const struct xfrm_templates *templates, uint32_t number)
{
	return row_list_at(&templates->list, number);
}

static struct template *
find(const struct xfrm_templates *templates, const struct key *key, uint32_t hash)
{
	uint32_t number = hash_table_first(&templates->hash, hash);

	while (number != HASH_TABLE_NONE && memcmp(&at(templates, number)->key, key, sizeof(*key)) != 0)
		number = hash_table_next(&templates->hash, number);
	return number == HASH_TABLE_NONE ? NULL : at(templates, number);
}

static struct key
key_of(const struct shape *shape, const struct sa_address *src, const struct sa_address *dst)
{
	struct key key = {.shape = *shape};

	sa_address_copy_prefix(key.src, src, shape->src_bits);
	sa_address_copy_prefix(key.dst, dst, shape->dst_bits);
	return key;
}

/* --- filling ----------------------------------------------------------------------------------- */

static bool
same_shape(const struct shape *a, const struct shape *b)
{
	return a->type == b->type && a->src_bits == b->src_bits && a->dst_bits == b->dst_bits;
}

static unsigned
bits_of(const struct shape *shape)
{
	return (unsigned)shape->src_bits + shape->dst_bits;
}

/* False: there are too many. */
static bool
note_shape(struct xfrm_templates *templates, const struct shape *shape)
{
	struct shape *const all = templates->shapes;
	size_t place = 0;

	for (size_t i = 0; i < templates->shape_count; i++) {
		if (same_shape(&all[i], shape))
			return true;
		place += bits_of(&all[i]) >= bits_of(shape);
	}
	if (templates->shape_count == XFRM_TEMPLATES_SHAPES_MOST)
		return false;
	memmove(&all[place + 1], &all[place], (templates->shape_count - place) * sizeof(all[0]));
	all[place] = *shape;
	templates->shape_count++;
	return true;
}

static struct template *
add(struct xfrm_templates *templates, const struct key *key, uint32_t hash)
{
	struct template *const template = row_list_add(&templates->list);

	if (!template)
		return NULL;
	if (!hash_table_add(&templates->hash, (uint32_t)templates->list.count - 1, hash)) {
		templates->list.count--;
		return NULL;
	}
	*template = (struct template){.key = *key};
	return template;
}

/* A tunnel's in and fwd policies have the same template. */
int
xfrm_templates_add(struct xfrm_templates *templates, const struct policy_template *from, enum sa_direction direction)
{
	const struct shape shape = {from->dst.type, from->src_prefix_length, from->dst_prefix_length};
	struct key key = key_of(&shape, &from->src, &from->dst);
	struct template *template;
	uint32_t hash;

	key.reqid = from->reqid;
	key.protocol = from->protocol;
	key.mode = from->mode;
	if (!note_shape(templates, &shape))
		return -ENOSPC;
	hash = hash_table_hash(&templates->hash, &key, sizeof(key));
	template = find(templates, &key, hash);
	if (!template)
		template = add(templates, &key, hash);
	if (!template)
		return -ENOMEM;
	template->ways.in |= direction == SA_DIRECTION_IN;
	template->ways.out |= direction == SA_DIRECTION_OUT;
	templates->any_reqid |= key.reqid == 0;
	return 0;
}

/* --- queries ----------------------------------------------------------------------------------- */

static void
ask(const struct xfrm_templates *templates, const struct shape *shape, const struct sa *sa,
    struct xfrm_templates_ways *ways)
{
	struct key key = key_of(shape, &sa->src, &sa->said.dst);

	key.protocol = sa->said.protocol;
	key.mode = sa->mode;
	for (int any = 0; any <= 1; any++) {
		const struct template *template;

		if (any && (!templates->any_reqid || sa->reqid == 0))
			break;
		key.reqid = any ? 0 : sa->reqid;
		template = find(templates, &key, hash_table_hash(&templates->hash, &key, sizeof(key)));
		if (template) {
			ways->in |= template->ways.in;
			ways->out |= template->ways.out;
		}
	}
}

static struct shape
whole_addresses(const struct sa *sa)
{
	const uint8_t bits = (uint8_t)(8 * sa_address_octets(sa->said.dst.type));

	return (struct shape){sa->said.dst.type, bits, bits};
}

struct xfrm_templates_ways
xfrm_templates_of_addresses(const struct xfrm_templates *templates, const struct sa *sa)
{
	const struct shape whole = whole_addresses(sa);
	struct xfrm_templates_ways ways = {false, false};

	if (templates->list.count > 0)
		ask(templates, &whole, sa, &ways);
	return ways;
}

struct xfrm_templates_ways
xfrm_templates_of_prefixes(const struct xfrm_templates *templates, const struct sa *sa)
{
	const struct shape whole = whole_addresses(sa);
	struct xfrm_templates_ways ways = {false, false};
	unsigned bits = 0;

	for (size_t i = 0; i < templates->shape_count; i++) {
		const struct shape *const shape = &templates->shapes[i];

		if (shape->type != whole.type || same_shape(shape, &whole))
			continue;
		if ((ways.in || ways.out) && bits_of(shape) < bits)
			break;
		bits = bits_of(shape);
		ask(templates, shape, sa, &ways);
	}
	return ways;
}
