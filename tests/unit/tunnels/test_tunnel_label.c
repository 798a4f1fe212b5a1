/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "tunnels/tunnel_descr.h"

static void
expect_name(const char *connection, const char *child, const char *many, const char *name)
{
	struct tunnel_label label;

	tunnel_label_make(&label, connection, child, "sun", many);
	assert_string_equal(label.name, name);
	assert_string_equal(label.connection, connection);
	assert_string_equal(label.child, child);
	assert_string_equal(label.remote_id, "sun");
	assert_true(tunnel_label_is(label.name));
}

static void
says_nothing_twice(void **state)
{
	(void)state;
	expect_name("berlin", "net", NULL, "/berlin/net");
	expect_name("berlin", "berlin", NULL, "/berlin");
	expect_name("rw", "net", "alice@example.org", "/rw/net:alice@example.org");
	expect_name("rw", "rw", "192.0.2.7:4500", "/rw:192.0.2.7:4500");
	expect_name("", "", NULL, "/");
}

/* Of names that are too long, the beginning stays, and two that begin alike are two. */
static void
cuts_off_what_is_too_long(void **state)
{
	struct tunnel_label a, b;
	char longest[IKE_IDENTITY_SIZE];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i + 1 < sizeof(longest); i += 2)
		memcpy(longest + i, "\xc3\xa4", 2);
	tunnel_label_make(&a, "rw", "net", "", longest);
	longest[sizeof(longest) - 2]++;
	tunnel_label_make(&b, "rw", "net", "", longest);
	assert_true(strlen(a.name) < sizeof(a.name) && strlen(a.name) > 50);
	assert_true(utf8_is_printable((const uint8_t *)a.name, strlen(a.name)));
	assert_string_not_equal(a.name, b.name);
	assert_memory_equal(a.name, "/rw/net:\xc3\xa4", 10);
}

/* An address and port is what stands there where identities are left out. */
static void
has_an_identity_where_a_peer_is_no_address_and_port(void **state)
{
	static const char *const with[] = {
		"/rw/net:alice@example.org", "/rw/net:C=DE, CN=a:b", "/rw:192.0.2.7", "/rw:2001:db8::7", "/rw/net:",
		"/a:b/net:192.0.2.7:65536"};
	static const char *const without[] = {
		"", "/rw/net", "/rw:192.0.2.7:4500", "/rw:2001:db8::7:4500", "/a:b/net:192.0.2.7:500", "a:b"};

	(void)state;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		assert_true(tunnel_label_has_identity(with[i]));
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		assert_false(tunnel_label_has_identity(without[i]));
}

static void
expect_descr(const char *name, const char *context, const char *descr)
{
	const struct tunnel_key key = {.reqid = 1};
	char text[TUNNEL_DESCR_SIZE];

	tunnel_descr_print(text, DESCR_PLAIN, name, &key, 10001, context);
	assert_string_equal(text, descr);
}

/* Slashes of a label stay; those of a name are none of the safe ones. */
static void
is_a_description(void **state)
{
	(void)state;
	expect_descr("/berlin/net", "", "berlin/net");
	expect_descr("/berlin", "blue", "berlin@blue");
	expect_descr("/rw/net:C=DE, CN=bob", "", "rw/net:C_DE__CN_bob");
	expect_descr("/a b/c\"d", "", "a_b/c_d");
	expect_descr("a/b", "", "a_b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_nothing_twice),
		cmocka_unit_test(cuts_off_what_is_too_long),
		cmocka_unit_test(has_an_identity_where_a_peer_is_no_address_and_port),
		cmocka_unit_test(is_a_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
