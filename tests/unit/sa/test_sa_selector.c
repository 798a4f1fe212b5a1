/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sa/sa_selector.h"

static struct sa_selector
between(const char *src, unsigned src_bits, const char *dst, unsigned dst_bits)
{
	struct sa_selector selector = {.protocol = 0};

	assert_true(sa_address_parse(src, strlen(src), &selector.src.address));
	assert_true(sa_address_parse(dst, strlen(dst), &selector.dst.address));
	sa_subnet_set_prefix_length(&selector.src, src_bits);
	sa_subnet_set_prefix_length(&selector.dst, dst_bits);
	return selector;
}

static void
assert_text(const struct sa_selector *selector, const char *expected)
{
	char text[SA_SELECTOR_TEXT_SIZE];
	struct text_writer writer = {text, sizeof(text), 0};

	sa_selector_put(&writer, selector, " > ");
	text_end(&writer);
	assert_string_equal(text, expected);
}

static void
addresses_have_their_prefixes(void **state)
{
	const struct sa_selector v4 = between("10.1.0.0", 16, "10.2.3.4", 32), v6 = between("2001:db8::", 32, "::", 0);

	(void)state;
	assert_text(&v4, "10.1.0.0/16 > 10.2.3.4/32");
	assert_text(&v6, "2001:db8::/32 > ::/0");
}

static void
protocol_and_ports_stand_in_brackets(void **state)
{
	struct sa_selector selector = between("10.1.0.0", 16, "10.2.0.0", 16);

	(void)state;
	selector.protocol = 6;
	selector.dst_port = 443;
	selector.dst_port_mask = 0xffff;
	assert_text(&selector, "10.1.0.0/16[tcp] > 10.2.0.0/16[tcp/443]");
	selector.protocol = 253;
	selector.src_port = 1024;
	selector.src_port_mask = 0xfc00;
	assert_text(&selector, "10.1.0.0/16[253/1024:fc00] > 10.2.0.0/16[253/443]");
}

static void
the_longest_fits(void **state)
{
	const char *const longest = "1111:1111:1111:1111:1111:1111:1111:1111";
	struct sa_selector selector = between(longest, 128, longest, 128);

	(void)state;
	selector.protocol = 58;
	selector.src_port = selector.dst_port = 65535;
	selector.src_port_mask = selector.dst_port_mask = 0xfffe;
	assert_text(&selector, "1111:1111:1111:1111:1111:1111:1111:1111/128[icmpv6/65535:fffe] > "
			       "1111:1111:1111:1111:1111:1111:1111:1111/128[icmpv6/65535:fffe]");
}

static void
the_other_way_round_all_of_it_is(void **state)
{
	struct sa_selector selector = between("10.1.0.0", 16, "10.2.0.0", 24), reversed;

	(void)state;
	selector.protocol = 17;
	selector.src_port = 500;
	selector.src_port_mask = 0xffff;
	reversed = sa_selector_reversed(&selector);
	assert_text(&reversed, "10.2.0.0/24[udp] > 10.1.0.0/16[udp/500]");
	reversed = sa_selector_reversed(&reversed);
	assert_memory_equal(&reversed, &selector, sizeof(selector));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_their_prefixes),
		cmocka_unit_test(protocol_and_ports_stand_in_brackets),
		cmocka_unit_test(the_longest_fits),
		cmocka_unit_test(the_other_way_round_all_of_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
