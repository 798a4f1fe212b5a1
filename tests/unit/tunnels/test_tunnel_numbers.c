/* SPDX-License-Identifier: BSD-3-Clause */

/* Which index a tunnel gets: its own of before, and never that of another. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tunnels/tunnel_numbers.h"

static struct tunnel_numbers *numbers;
static unsigned heard_changes;

static int
begin(void **state)
{
	(void)state;
	numbers = tunnel_numbers_new();
	heard_changes = 0;
	return numbers ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	tunnel_numbers_free(numbers);
	return 0;
}

static struct tunnel_identity
named(const char *name)
{
	struct tunnel_identity identity;

	tunnel_identity_of_name(&identity, name);
	return identity;
}

static struct tunnel_identity
with_reqid(uint32_t reqid)
{
	const struct sa_address local = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
				remote = {SA_ADDRESS_IPV4, {198, 51, 100, 1}};
	struct tunnel_identity identity;
	struct tunnel_key key;

	tunnel_key_make(&key, &local, &remote, reqid, 0);
	tunnel_identity_of_key(&identity, &key);
	return identity;
}

static uint32_t
give(struct tunnel_identity identity, uint32_t wanted)
{
	const uint32_t index = tunnel_numbers_next(numbers, identity.name[0] != '\0', wanted);

	tunnel_numbers_note(numbers, &identity, index);
	return index;
}

static uint32_t
find(struct tunnel_identity identity)
{
	return tunnel_numbers_find(numbers, &identity);
}

static void
names_go_by_the_order_of_the_configuration(void **state)
{
	(void)state;
	assert_int_equal(give(named("a"), 1), 1);
	assert_int_equal(give(named("b"), 2), 2);
	assert_int_equal(give(named("inserted"), 2), 3);
	assert_int_equal(find(named("b")), 2);
	assert_int_equal(find(named("c")), 0);
}

static void
those_without_a_name_come_after_all_names(void **state)
{
	(void)state;
	assert_int_equal(give(with_reqid(1), 0), 10001);
	assert_int_equal(give(with_reqid(2), 0), 10002);
	assert_int_equal(give(named("a"), 1), 1);
	assert_int_equal(find(with_reqid(1)), 10001);
	assert_int_equal(find(with_reqid(3)), 0);
}

static void
what_is_remembered_goes_to_nobody_else(void **state)
{
	const struct tunnel_identity old = named("old"), other = with_reqid(9);

	(void)state;
	tunnel_numbers_note(numbers, &old, 1);
	tunnel_numbers_note(numbers, &other, 20000);
	assert_int_equal(give(named("new"), 1), 2);
	assert_int_equal(give(with_reqid(1), 0), 20001);
}

static void
a_tunnel_may_get_another_index(void **state)
{
	const struct tunnel_identity identity = named("a");

	(void)state;
	give(identity, 1);
	tunnel_numbers_note(numbers, &identity, 10007);
	assert_int_equal(find(identity), 10007);
	assert_int_equal(tunnel_numbers_count(numbers), 1);
}

static void
more_names_than_there_may_be_get_an_index_all_the_same(void **state)
{
	char name[TUNNEL_NAME_SIZE];

	(void)state;
	for (unsigned i = 1; i <= TUNNEL_NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_int_equal(give(named(name), i), i);
	}
	assert_int_equal(give(named("one more"), 1), 10001);
}

static bool
is_even(const void *data, uint32_t index)
{
	(void)data;
	return index % 2 == 0;
}

static void
the_memory_is_bounded_and_forgets_only_what_nobody_uses(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TUNNEL_NUMBERS_MOST; i++)
		give(with_reqid(i), 0);
	tunnel_numbers_make_room(numbers, is_even, NULL);
	assert_int_equal(tunnel_numbers_count(numbers), TUNNEL_NUMBERS_MOST - 1);
	/* The first has an odd index. */
	assert_int_equal(find(with_reqid(0)), 0);
	assert_int_equal(find(with_reqid(1)), 10002);
	assert_int_equal(find(with_reqid(TUNNEL_NUMBERS_MOST - 1)), 10000 + TUNNEL_NUMBERS_MOST);
	for (uint32_t i = 0; i < 1000; i++) {
		give(with_reqid(TUNNEL_NUMBERS_MOST + i), 0);
		tunnel_numbers_make_room(numbers, is_even, NULL);
	}
	assert_int_equal(tunnel_numbers_count(numbers), TUNNEL_NUMBERS_MOST - 1);
	for (uint32_t i = 1; i < TUNNEL_NUMBERS_MOST; i += 2)
		assert_int_equal(find(with_reqid(i)), 10001 + i);
}

static void
on_change(void *data)
{
	++*(unsigned *)data;
}

static void
each_change_is_told(void **state)
{
	const struct tunnel_identity identity = named("a");

	(void)state;
	tunnel_numbers_listen(numbers, on_change, &heard_changes);
	tunnel_numbers_note(numbers, &identity, 1);
	assert_int_equal(heard_changes, 1);
	tunnel_numbers_note(numbers, &identity, 1);
	assert_int_equal(heard_changes, 1);
	tunnel_numbers_note(numbers, &identity, 2);
	assert_int_equal(heard_changes, 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(names_go_by_the_order_of_the_configuration),
		TEST(those_without_a_name_come_after_all_names),
		TEST(what_is_remembered_goes_to_nobody_else),
		TEST(a_tunnel_may_get_another_index),
		TEST(more_names_than_there_may_be_get_an_index_all_the_same),
		TEST(the_memory_is_bounded_and_forgets_only_what_nobody_uses),
		TEST(each_change_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
