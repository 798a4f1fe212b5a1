/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "klips/klips_text.h"

/* SAIDs as the MIB, events and the log have them; as lines have them, test_klips_text.c tests. */

static const struct sa_address none, four = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
				     six = {SA_ADDRESS_IPV6, {0x20, 1, 0xd, 0xb8, [15] = 1}},
				     any4 = {.type = SA_ADDRESS_IPV4}, any6 = {.type = SA_ADDRESS_IPV6};

static void
assert_said(struct sa_address dst, uint8_t protocol, uint32_t spi, const char *expected)
{
	const struct sa_said said = {.dst = dst, .protocol = protocol, .spi = spi, .qualifier = 9};
	char text[KLIPS_SAID_TEXT_SIZE];
	const size_t length = klips_said_print(&said, text);

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
}

static void
is_spelt_as_in_the_manual(void **state)
{
	(void)state;
	assert_said(four, SA_PROTOCOL_ESP, 0x9a35fc02, "esp.9a35fc02@192.0.2.1");
	assert_said(six, SA_PROTOCOL_ESP, 0x9a35fc02, "esp:9a35fc02@2001:db8::1");
	assert_said(four, SA_PROTOCOL_AH, 0x100, "ah.100@192.0.2.1");
	assert_said(four, SA_PROTOCOL_COMP, 1, "comp.1@192.0.2.1");
	assert_said(four, SA_PROTOCOL_IPIP, 0x12a, "tun.12a@192.0.2.1");
	assert_said(six, SA_PROTOCOL_IPV6, 0xffffffff, "tun:ffffffff@2001:db8::1");
	assert_said(four, SA_PROTOCOL_INT, 0x104, "int.104@192.0.2.1");
	assert_said(six, SA_PROTOCOL_ROUTING, 0, "unk43:0@2001:db8::1");
	assert_said(four, 255, 0, "unk255.0@192.0.2.1");
}

static void
some_have_a_name(void **state)
{
	(void)state;
	assert_said(none, SA_PROTOCOL_INT, 256, "%pass");
	assert_said(none, SA_PROTOCOL_INT, 257, "%drop");
	assert_said(none, SA_PROTOCOL_INT, 258, "%reject");
	assert_said(none, SA_PROTOCOL_INT, 259, "%hold");
	assert_said(none, SA_PROTOCOL_INT, 260, "%trap");
	assert_said(none, SA_PROTOCOL_INT, 261, "%trapsubnet");
	assert_said(any4, SA_PROTOCOL_IPIP, 0, "%passthrough4");
	assert_said(any6, SA_PROTOCOL_IPIP, 0, "%passthrough6");
	assert_said(any6, SA_PROTOCOL_IPV6, 0, "tun:0@::");
	assert_said(any4, SA_PROTOCOL_IPIP, 256, "tun.100@0.0.0.0");
}

/* The kernel has room for four characters of the number. */
static void
a_shunt_that_has_none_is_a_number(void **state)
{
	(void)state;
	assert_said(none, SA_PROTOCOL_INT, 0, "%unk-0");
	assert_said(none, SA_PROTOCOL_INT, 255, "%unk-255");
	assert_said(none, SA_PROTOCOL_INT, 262, "%unk-262");
	assert_said(none, SA_PROTOCOL_INT, 12345, "%unk-1234");
	assert_said(none, SA_PROTOCOL_INT, (uint32_t)-1, "%unk--1");
	assert_said(none, SA_PROTOCOL_INT, 0x80000000, "%unk--214");
}

static void
what_klips_could_not_print_says_so(void **state)
{
	(void)state;
	assert_said(none, SA_PROTOCOL_ESP, 0x100, "esp:100@<invalid>");
	assert_said(none, SA_PROTOCOL_ESP, 0, " (error)");
	assert_said(none, 0, 0, " (error)");
}

static void
the_longest_fits(void **state)
{
	struct sa_address longest = {.type = SA_ADDRESS_IPV6};

	(void)state;
	memset(longest.octets, 0xff, sizeof(longest.octets));
	assert_said(longest, 255, UINT32_MAX, "unk255:ffffffff@ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_spelt_as_in_the_manual),
		cmocka_unit_test(some_have_a_name),
		cmocka_unit_test(a_shunt_that_has_none_is_a_number),
		cmocka_unit_test(what_klips_could_not_print_says_so),
		cmocka_unit_test(the_longest_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
