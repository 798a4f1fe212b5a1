/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>

#include "random_values.h"
#include "sa/sa_address.h"

enum { RANDOM_ADDRESSES = 20000 };

static struct sa_address
parsed(const char *text)
{
	struct sa_address address;

	if (!sa_address_parse(text, strlen(text), &address))
		fail_msg("%s is not read as an address", text);
	return address;
}

static void
assert_printed(const char *spelt, const char *expected)
{
	const struct sa_address address = parsed(spelt);
	char text[SA_ADDRESS_TEXT_SIZE];
	const size_t length = sa_address_print(&address, text);

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
}

/* The kernels' way: the leftmost run of zero groups, not the longest; a single one stays; no dotted quads. */
static void
prints_as_klips_does(void **state)
{
	(void)state;
	assert_printed("0.0.0.0", "0.0.0.0");
	assert_printed("255.255.255.255", "255.255.255.255");
	assert_printed("192.0.2.1", "192.0.2.1");
	assert_printed("::", "::");
	assert_printed("::1", "::1");
	assert_printed("1::", "1::");
	assert_printed("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
	assert_printed("1:0:0:2:0:0:0:3", "1::2:0:0:0:3");
	assert_printed("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7");
	assert_printed("0:1:2:3:4:5:6:0", "0:1:2:3:4:5:6:0");
	assert_printed("::ffff:192.0.2.1", "::ffff:c000:201");
	assert_printed("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void
prints_nothing_for_no_address(void **state)
{
	const struct sa_address none = {0};
	char text[SA_ADDRESS_TEXT_SIZE] = "something";

	(void)state;
	assert_int_equal(sa_address_print(&none, text), 0);
	assert_string_equal(text, "");
}

static void
refuses_what_is_no_address(void **state)
{
	static const char *const texts[] = {
		"",
		"1",
		"1.2.3",
		"1.2.3.4.",
		"1.2.3.4.5",
		"256.0.0.1",
		"01.2.3.4",
		"1..2.3",
		" 1.2.3.4",
		"1.2.3.4 ",
		"0x1.2.3.4",
		"1.2.3.99999999999999999999",
		":",
		":::",
		"1::2::3",
		"1:2:3:4:5:6:7",
		"12345::",
		"1:2:3:4:5:6:7:8:9",
		"g::",
		"fe80::1%eth0",
		"[::1]",
		"::1/64",
		"9a35fc02@3049:1::2",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct sa_address address = {.type = 99};

		if (sa_address_parse(texts[i], strlen(texts[i]), &address))
			fail_msg("\"%s\" is taken for an address", texts[i]);
		assert_int_equal(address.type, 99);
	}
}

/* A NUL ends inet_pton()'s text, not ours. */
static void
takes_exactly_the_length_it_is_given(void **state)
{
	struct sa_address address;

	(void)state;
	assert_true(sa_address_parse("192.0.2.123", strlen("192.0.2.12"), &address));
	assert_int_equal(address.octets[3], 12);
	assert_false(sa_address_parse("::1\0", 4, &address));
	assert_false(sa_address_parse("1.2.3.4\0", 8, &address));
}

/* The C library reads the same out of what we print, and we the same out of what it prints. */
static void
agrees_with_the_c_library(void **state)
{
	(void)state;
	random_seed(1);
	for (unsigned i = 0; i < RANDOM_ADDRESSES; i++) {
		const struct sa_address address = random_address(i % 2 ? SA_ADDRESS_IPV6 : SA_ADDRESS_IPV4);
		const int family = i % 2 ? AF_INET6 : AF_INET;
		char text[SA_ADDRESS_TEXT_SIZE], spelt[INET6_ADDRSTRLEN];
		uint8_t octets[16] = {0};
		struct sa_address again;

		assert_true(sa_address_print(&address, text) < sizeof(text));
		assert_int_equal(inet_pton(family, text, octets), 1);
		assert_memory_equal(octets, address.octets, sizeof(octets));
		assert_non_null(inet_ntop(family, address.octets, spelt, sizeof(spelt)));
		again = parsed(spelt);
		assert_true(sa_address_equal(&again, &address));
	}
}

static void
tells_addresses_apart(void **state)
{
	const struct sa_address four = parsed("0.0.0.0"), six = parsed("::"), other = parsed("::1");

	(void)state;
	assert_true(sa_address_equal(&six, &six));
	assert_false(sa_address_equal(&four, &six));
	assert_false(sa_address_equal(&six, &other));
	assert_int_equal(sa_address_octets(SA_ADDRESS_NONE), 0);
	assert_int_equal(sa_address_octets(SA_ADDRESS_IPV4), 4);
	assert_int_equal(sa_address_octets(SA_ADDRESS_IPV6), 16);
	assert_int_equal(sa_address_octets(99), 0);
}

static void
copies_a_prefix(void **state)
{
	const struct sa_address address = parsed("255.255.255.255"),
				other = parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

	(void)state;
	for (unsigned bits = 0; bits <= 128; bits++) {
		uint8_t octets[16] = {0};

		sa_address_copy_prefix(octets, bits <= 32 ? &address : &other, (uint8_t)bits);
		for (unsigned bit = 0; bit < 128; bit++)
			assert_int_equal(octets[bit / 8] >> (7 - bit % 8) & 1, bit < bits);
	}
}

static void
every_prefix_length_comes_back(void **state)
{
	(void)state;
	for (uint8_t type = SA_ADDRESS_IPV4; type <= SA_ADDRESS_IPV6; type++) {
		for (unsigned length = 0; length <= sa_address_octets(type) * 8; length++) {
			struct sa_subnet subnet = {.address.type = type};

			memset(subnet.mask, 0x55, sizeof(subnet.mask));
			sa_subnet_set_prefix_length(&subnet, length);
			assert_int_equal(sa_subnet_prefix_length(&subnet), (int)length);
		}
	}
}

static void
a_mask_with_holes_is_no_prefix(void **state)
{
	const struct sa_subnet hole = {.address.type = SA_ADDRESS_IPV4, .mask = {255, 0, 255, 0}};
	const struct sa_subnet end = {.address.type = SA_ADDRESS_IPV6, .mask = {[15] = 1}};
	const struct sa_subnet beyond = {.address.type = SA_ADDRESS_IPV4, .mask = {255, 255, 255, 255, 255}};

	(void)state;
	assert_int_equal(sa_subnet_prefix_length(&hole), -1);
	assert_int_equal(sa_subnet_prefix_length(&end), -1);
	assert_int_equal(sa_subnet_prefix_length(&beyond), 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_as_klips_does),
		cmocka_unit_test(prints_nothing_for_no_address),
		cmocka_unit_test(refuses_what_is_no_address),
		cmocka_unit_test(takes_exactly_the_length_it_is_given),
		cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(tells_addresses_apart),
		cmocka_unit_test(copies_a_prefix),
		cmocka_unit_test(every_prefix_length_comes_back),
		cmocka_unit_test(a_mask_with_holes_is_no_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
