/* SPDX-License-Identifier: BSD-3-Clause */

/* The SAs of a row against a plain sorted list: what comes, goes, and is looked for. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"
#include "tunnels/tunnel_sas.h"

enum { KEYS = 700, STEPS = 100000, PATHS = 3 };

/* All that there may be, in order, and how many of each there are. */
static struct tunnel_sa_entry all[KEYS];
static unsigned there[KEYS];
static struct tunnel_sas sas;

static int
compare(const void *left, const void *right)
{
	const struct tunnel_sa_entry *const a = left, *const b = right;
	const int order = memcmp(a->key.octets, b->key.octets, SA_KEY_SIZE);

	return order ? order : (a->path > b->path) - (a->path < b->path);
}

static int
set_up(void **state)
{
	(void)state;
	sas = (struct tunnel_sas){0};
	memset(there, 0, sizeof(there));
	for (unsigned i = 0; i < KEYS; i++) {
		struct sa_said said = {.dst = {SA_ADDRESS_IPV4, {192, 0, 2, (uint8_t)random_below(3)}},
				       .protocol = SA_PROTOCOL_ESP,
				       .spi = 0x100 + i / PATHS};

		if (i / PATHS % 5 == 0)
			said.dst.type = SA_ADDRESS_IPV6;
		sa_key_make(&all[i].key, &said);
		all[i].path = i % PATHS;
	}
	qsort(all, KEYS, sizeof(all[0]), compare);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	tunnel_sas_free(&sas);
	return 0;
}

/* Goes through them as a walk does: each is looked for by what follows the index of the one before. */
static void
assert_walk_is_right(void)
{
	unsigned long subids[SA_INDEX_MAX_SUBIDS + 1];
	const struct sa_key *key = tunnel_sas_from(&sas, NULL, 0);
	const struct sa_key *before = NULL;

	for (unsigned i = 0; i < KEYS; i++) {
		size_t count;

		if (there[i] == 0 || (before && sa_key_equal(before, &all[i].key)))
			continue;
		assert_non_null(key);
		assert_true(sa_key_equal(key, &all[i].key));
		before = &all[i].key;
		count = sa_key_to_oid(key, subids);
		assert_true(sa_key_equal(tunnel_sas_from(&sas, subids, count), before));
		subids[count] = 0;
		key = tunnel_sas_from(&sas, subids, count + 1);
	}
	assert_null(key);
}

static void
step(void)
{
	const unsigned i = random_below(KEYS);

	if (there[i] < 2 && random_below(2)) {
		there[i]++;
		tunnel_sas_add(&sas, &all[i]);
	} else {
		there[i] -= there[i] > 0;
		tunnel_sas_remove(&sas, &all[i]); /* also of what is not there */
	}
}

static void
a_walk_finds_what_is_there(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STEPS; i++) {
		step();
		if (i % 100 == 0)
			assert_walk_is_right();
	}
}

static void
nothing_is_left_of_what_is_gone(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KEYS; i++)
		tunnel_sas_add(&sas, &all[i]);
	for (unsigned i = KEYS; i-- > 0;)
		tunnel_sas_remove(&sas, &all[i]);
	assert_null(tunnel_sas_from(&sas, NULL, 0));
	assert_null(sas.blocks);
}

static struct tunnel_sas others;

static bool
is_of_path_1(void *data, const struct tunnel_sa_entry *entry)
{
	(void)data;
	return entry->path == 1;
}

static void
take(void *data, const struct tunnel_sa_entry *entry)
{
	tunnel_sas_add(data, entry);
}

static void
some_go_elsewhere_and_the_others_stay(void **state)
{
	struct tunnel_sas here;

	(void)state;
	for (unsigned i = 0; i < STEPS / 10; i++)
		step();
	others = (struct tunnel_sas){0};
	tunnel_sas_sift(&sas, take, is_of_path_1, &others);
	here = sas;
	for (unsigned round = 0; round < 2; round++) {
		unsigned kept[KEYS];

		memcpy(kept, there, sizeof(kept));
		for (unsigned i = 0; i < KEYS; i++)
			there[i] = (all[i].path == 1) == (round == 1) ? there[i] : 0;
		sas = round == 1 ? others : here;
		assert_walk_is_right();
		memcpy(there, kept, sizeof(there));
	}
	sas = here;
	tunnel_sas_free(&others);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_walk_finds_what_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_left_of_what_is_gone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(some_go_elsewhere_and_the_others_stay, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
