/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"
#include "sa/sa_key.h"

enum { RANDOM_PAIRS = 20000 };

static const struct sa_said example = {
	.dst = {.type = SA_ADDRESS_IPV4, .octets = {192, 0, 2, 1}},
	.protocol = SA_PROTOCOL_ESP,
	.spi = 0x9a35fc02,
	.qualifier = 7,
};

static struct sa_said
random_said(void)
{
	return (struct sa_said){
		.dst = random_address((uint8_t)random_below(3)),
		.protocol = (uint8_t)random_below(256),
		.spi = random32(),
		.qualifier = random32(),
	};
}

static void
assert_same_said(const struct sa_said *a, const struct sa_said *b)
{
	assert_true(sa_address_equal(&a->dst, &b->dst));
	assert_int_equal(a->protocol, b->protocol);
	assert_int_equal(a->spi, b->spi);
	assert_int_equal(a->qualifier, b->qualifier);
}

/* As the MIB's INDEX clause has it: RFC 2578, section 7.7. */
static void
is_the_index_of_the_mib(void **state)
{
	static const unsigned long expected[] = {1, 4, 192, 0, 2, 1, 50, 0x9a35fc02, 7};
	unsigned long subids[SA_INDEX_MAX_SUBIDS];
	struct sa_key key;

	(void)state;
	sa_key_make(&key, &example);
	assert_int_equal(sa_key_to_oid(&key, subids), sizeof(expected) / sizeof(expected[0]));
	assert_memory_equal(subids, expected, sizeof(expected));
}

/* snmp_oid_compare()'s order, stated again. */
static int
order_of(const unsigned long *a, size_t a_count, const unsigned long *b, size_t b_count)
{
	for (size_t i = 0; i < a_count && i < b_count; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return (a_count > b_count) - (a_count < b_count);
}

static int
sign(int number)
{
	return (number > 0) - (number < 0);
}

static void
octets_and_sub_identifiers_have_one_order(void **state)
{
	(void)state;
	random_seed(2);
	for (unsigned i = 0; i < RANDOM_PAIRS; i++) {
		const struct sa_said saids[2] = {random_said(), random_said()};
		unsigned long subids[2][SA_INDEX_MAX_SUBIDS];
		size_t counts[2];
		struct sa_key keys[2];
		int order;

		for (unsigned j = 0; j < 2; j++) {
			sa_key_make(&keys[j], &saids[j]);
			counts[j] = sa_key_to_oid(&keys[j], subids[j]);
			assert_in_range(counts[j], 5, SA_INDEX_MAX_SUBIDS);
		}
		order = order_of(subids[0], counts[0], subids[1], counts[1]);
		assert_int_equal(sign(memcmp(&keys[0], &keys[1], sizeof(keys[0]))), order);
		assert_int_equal(sign(sa_key_compare_oid(&keys[0], subids[1], counts[1])), order);
		assert_int_equal(sa_key_equal(&keys[0], &keys[1]), order == 0);
		/* A name that ends early lies before all that it begins; one that goes on, after. */
		assert_true(sa_key_compare_oid(&keys[0], subids[0], random_below((unsigned)counts[0])) > 0);
	}
}

static void
every_said_comes_back(void **state)
{
	(void)state;
	random_seed(3);
	for (unsigned i = 0; i < RANDOM_PAIRS; i++) {
		const struct sa_said said = random_said();
		unsigned long subids[SA_INDEX_MAX_SUBIDS + 1] = {0};
		struct sa_key key, again;
		struct sa_said from_key, from_oid;
		size_t count;

		sa_key_make(&key, &said);
		sa_key_said(&key, &from_key);
		assert_same_said(&from_key, &said);
		count = sa_key_to_oid(&key, subids);
		assert_true(sa_said_from_oid(subids, count, &from_oid));
		assert_same_said(&from_oid, &said);
		assert_true(sa_key_from_oid(subids, count, &again));
		assert_true(sa_key_equal(&key, &again));
		/* Neither more nor fewer. */
		assert_false(sa_key_from_oid(subids, count + 1, &again));
		assert_false(sa_key_from_oid(subids, random_below((unsigned)count), &again));
	}
}

static void
refuses_sub_identifiers_that_are_no_index(void **state)
{
	static const struct {
		size_t at;
		unsigned long subid;
	} spoilt[] = {
		{0, 0},	  {0, 2},   {0, 3},    {0, 16},	 {0, 257},	   {1, 3},	     {1, 16},
		{1, 260}, {2, 256}, {5, 1000}, {6, 256}, {7, 0x100000000}, {8, 0x100000000},
	};
	struct sa_key key;

	(void)state;
	sa_key_make(&key, &example);
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		unsigned long subids[SA_INDEX_MAX_SUBIDS];
		const size_t count = sa_key_to_oid(&key, subids);
		struct sa_said said;

		subids[spoilt[i].at] = spoilt[i].subid;
		if (sa_said_from_oid(subids, count, &said))
			fail_msg("sub-identifier %zu may be %lu", spoilt[i].at, spoilt[i].subid);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_the_index_of_the_mib),
		cmocka_unit_test(octets_and_sub_identifiers_have_one_order),
		cmocka_unit_test(every_said_comes_back),
		cmocka_unit_test(refuses_sub_identifiers_that_are_no_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
