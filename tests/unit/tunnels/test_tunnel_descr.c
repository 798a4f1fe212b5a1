/* SPDX-License-Identifier: BSD-3-Clause */

/* What tunnels are called. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tunnels/tunnel_descr.h"

static const struct tunnel_key key = {
	.local = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
	.remote = {SA_ADDRESS_IPV6, {0x20, 1, 0xd, 0xb8, [15] = 1}},
	.reqid = 7,
	.if_id = 3,
};

static void
expect(enum tunnel_descr_form form, const char *name, const char *context, const char *expected)
{
	char descr[TUNNEL_DESCR_SIZE];

	memset(descr, 'x', sizeof(descr));
	tunnel_descr_print(descr, form, name, &key, 10001, context);
	assert_string_equal(descr, expected);
}

static void
one_without_a_name_is_called_by_its_addresses(void **state)
{
	(void)state;
	expect(DESCR_PLAIN, "", "", "192.0.2.1-2001:db8::1");
	expect(DESCR_REQID, "", "", "192.0.2.1-2001:db8::1-reqid7");
	expect(DESCR_REQID_AND_IF, "", "", "192.0.2.1-2001:db8::1-reqid7-if3");
	expect(DESCR_INDEX, "", "", "192.0.2.1-2001:db8::1#10001");
	expect(DESCR_PLAIN, "", "blue", "192.0.2.1-2001:db8::1@blue");
}

static void
a_name_is_made_safe(void **state)
{
	(void)state;
	expect(DESCR_PLAIN, "berlin", "", "berlin");
	expect(DESCR_REQID, "berlin", "", "berlin");
	expect(DESCR_REQID_AND_IF, "berlin", "", "berlin");
	expect(DESCR_INDEX, "berlin", "", "berlin#10001");
	expect(DESCR_PLAIN, "site-a.vpn_1:2", "", "site-a.vpn_1:2");
	expect(DESCR_PLAIN, "Paris B\xc3\xbcro, 2/3 (50%)", "", "Paris_B__ro__2_3__50__");
	expect(DESCR_PLAIN, "a@b#1\"'\\", "", "a_b_1___");
	expect(DESCR_INDEX, "a b", "c d", "a_b#10001@c_d");
}

/* The longest that there can be fits. */
static void
nothing_is_cut_off(void **state)
{
	const struct sa_address longest = {
		SA_ADDRESS_IPV6,
		{[0] = 0x11, [2] = 0x11, [4] = 0x11, [6] = 0x11, [8] = 0x11, [10] = 0x11, [12] = 0x11, [14] = 0x11}};
	const struct tunnel_key all = {.local = longest, .remote = longest, .reqid = UINT32_MAX, .if_id = UINT32_MAX};
	char name[TUNNEL_NAME_SIZE] = "", context[TUNNEL_CONTEXT_SIZE] = "", descr[TUNNEL_DESCR_SIZE];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	memset(context, 'c', sizeof(context) - 1);
	for (int form = 0; form < DESCR_FORMS; form++) {
		tunnel_descr_print(descr, (enum tunnel_descr_form)form, "", &all, UINT32_MAX, context);
		assert_string_equal(strchr(descr, '@') + 1, context);
		tunnel_descr_print(descr, (enum tunnel_descr_form)form, name, &all, UINT32_MAX, context);
		assert_string_equal(strchr(descr, '@') + 1, context);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_without_a_name_is_called_by_its_addresses),
		cmocka_unit_test(a_name_is_made_safe),
		cmocka_unit_test(nothing_is_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
