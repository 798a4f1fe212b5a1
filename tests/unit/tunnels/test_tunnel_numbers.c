/* SPDX-License-Identifier: BSD-3-Clause */

/* Which index and which description a tunnel gets: its own of before, and never that of another. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tunnels/tunnel_numbers.h"

static struct tunnel_numbers *numbers;
static unsigned heard_changes;

static int
begin(void **state)
{
	(void)state;
	numbers = tunnel_numbers_new("");
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

/* --- descriptions ------------------------------------------------------------------------------ */

static struct tunnel_identity
with_interface(uint32_t reqid, uint32_t if_id)
{
	struct tunnel_identity identity = with_reqid(reqid);

	identity.key.if_id = if_id;
	return identity;
}

static void
expect_descr(struct tunnel_identity identity, const char *expected)
{
	char descr[TUNNEL_DESCR_SIZE];

	tunnel_numbers_describe(numbers, &identity, find(identity), false, descr);
	assert_string_equal(descr, expected);
}

static void
no_two_are_called_the_same(void **state)
{
	(void)state;
	give(named("a b"), 1);
	give(named("a_b"), 2);
	give(named("192.0.2.1-198.51.100.1"), 3);
	give(with_interface(1, 0), 0);
	give(with_interface(2, 0), 0);
	give(with_interface(2, 5), 0);
	give(named("192.0.2.1-198.51.100.1-reqid9"), 4);
	give(with_interface(9, 6), 0);
	give(named("192.0.2.1-198.51.100.1-reqid9-if7"), 5);
	give(with_interface(9, 7), 0);
	expect_descr(named("a b"), "a_b");
	expect_descr(named("a_b"), "a_b#2");
	expect_descr(named("192.0.2.1-198.51.100.1"), "192.0.2.1-198.51.100.1");
	expect_descr(with_interface(1, 0), "192.0.2.1-198.51.100.1-reqid1");
	expect_descr(with_interface(2, 0), "192.0.2.1-198.51.100.1-reqid2");
	expect_descr(with_interface(2, 5), "192.0.2.1-198.51.100.1-reqid2-if5");
	expect_descr(with_interface(9, 6), "192.0.2.1-198.51.100.1-reqid9-if6");
	expect_descr(with_interface(9, 7), "192.0.2.1-198.51.100.1#10005");
	/* What is remembered of a tunnel whose index another one has now is not for it. */
	for (int own = 0; own < 2; own++) {
		const struct tunnel_identity identity = with_interface(2, 0);
		char descr[TUNNEL_DESCR_SIZE];

		tunnel_numbers_describe(numbers, &identity, 10009, own, descr);
		assert_string_equal(descr, own ? "192.0.2.1-198.51.100.1#10009" : "192.0.2.1-198.51.100.1-reqid2");
	}
}

static void
another_index_is_no_other_description(void **state)
{
	const struct tunnel_identity a = named("a"), b = named("b");

	(void)state;
	give(a, 1);
	tunnel_numbers_note(numbers, &a, 7);
	expect_descr(a, "a");
	/* Nor is it that of another who has the index from before. */
	tunnel_numbers_note(numbers, &b, 7);
	expect_descr(b, "b");
}

/* In whatever order they come the next time. */
static void
what_was_remembered_elsewhere_comes_with_its_description(void **state)
{
	const struct tunnel_number second = {with_reqid(2), 10002, "192.0.2.1-198.51.100.1-reqid2"};
	const struct tunnel_number without = {with_reqid(3), 10003, ""};
	const struct tunnel_number twice = {with_reqid(4), 10004, "192.0.2.1-198.51.100.1-reqid2"};
	const struct tunnel_number first = {with_reqid(1), 10001, "192.0.2.1-198.51.100.1"};

	(void)state;
	tunnel_numbers_restore(numbers, &second);
	tunnel_numbers_restore(numbers, &first);
	tunnel_numbers_restore(numbers, &without);
	tunnel_numbers_restore(numbers, &twice);
	assert_int_equal(find(with_reqid(1)), 10001);
	expect_descr(with_reqid(1), "192.0.2.1-198.51.100.1");
	expect_descr(with_reqid(2), "192.0.2.1-198.51.100.1-reqid2");
	expect_descr(with_reqid(3), "192.0.2.1-198.51.100.1-reqid3");
	expect_descr(with_reqid(4), "192.0.2.1-198.51.100.1-reqid4");
}

static bool
is_not_first(const void *data, uint32_t index)
{
	(void)data;
	return index != 10001;
}

static void
what_is_forgotten_is_free_again(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TUNNEL_NUMBERS_MOST; i++)
		give(with_reqid(i), 0);
	expect_descr(with_reqid(0), "192.0.2.1-198.51.100.1");
	tunnel_numbers_make_room(numbers, is_not_first, NULL);
	give(with_interface(0, 1), 0);
	expect_descr(with_interface(0, 1), "192.0.2.1-198.51.100.1");
	expect_descr(with_reqid(TUNNEL_NUMBERS_MOST - 1), "192.0.2.1-198.51.100.1-reqid299999");
}

static void
contexts_differ(void **state)
{
	(void)state;
	tunnel_numbers_free(numbers);
	numbers = tunnel_numbers_new("blue");
	give(named("a"), 1);
	expect_descr(named("a"), "a@blue");
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
		TEST(no_two_are_called_the_same),
		TEST(another_index_is_no_other_description),
		TEST(what_was_remembered_elsewhere_comes_with_its_description),
		TEST(what_is_forgotten_is_free_again),
		TEST(contexts_differ),
		TEST(each_change_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
