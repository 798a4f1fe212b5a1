/* SPDX-License-Identifier: BSD-3-Clause */

/* Which communities go over a network, by the words of snmpd.conf(5). */

#include "agent/clear_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
a_community_is_for_others_unless_its_source_is_this_host(void **state)
{
	(void)state;
	assert_true(clear_text_is_for_others("rocommunity", "public"));
	assert_true(clear_text_is_for_others("rocommunity", "public default -V ipsec"));
	assert_true(clear_text_is_for_others("rwcommunity", "\"two words\" 192.0.2.0/24"));
	assert_true(clear_text_is_for_others("rocommunity6", "public 2001:db8::/32"));
	assert_true(clear_text_is_for_others("com2sec", "name default public"));
	assert_true(clear_text_is_for_others("com2sec", "-Cn blue 127.name 192.0.2.1 public"));
	assert_false(clear_text_is_for_others("rocommunity", "public localhost"));
	assert_false(clear_text_is_for_others("rocommunity", "public 127.0.0.1 -V ipsec"));
	assert_false(clear_text_is_for_others("rocommunity6", "public ::1"));
	assert_false(clear_text_is_for_others("com2sec", "name 127.0.0.0/8 public"));
	assert_false(clear_text_is_for_others("com2sec6", "-Cn blue name ::1 public"));
}

static void
knows_addresses_that_others_reach(void **state)
{
	(void)state;
	assert_true(clear_text_is_reached("udp:161"));
	assert_true(clear_text_is_reached("161"));
	assert_true(clear_text_is_reached("udp6:161"));
	assert_true(clear_text_is_reached("192.0.2.1"));
	assert_true(clear_text_is_reached("udp:127.0.0.1:161,tcp:192.0.2.1:161"));
	assert_true(clear_text_is_reached("udp6:[2001:db8::1]:161"));
	assert_false(clear_text_is_reached(""));
	assert_false(clear_text_is_reached("udp:127.0.0.1:161"));
	assert_false(clear_text_is_reached("127.0.0.1,localhost:1161"));
	assert_false(clear_text_is_reached("udp6:[::1]:161,unix:/run/x,/run/y"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_community_is_for_others_unless_its_source_is_this_host),
		cmocka_unit_test(knows_addresses_that_others_reach),
	};

	return cmocka_run_group_tests_name("clear_text", tests, NULL, NULL);
}
