/* SPDX-License-Identifier: BSD-3-Clause */

/* What follows the word "tunnel" in the configuration. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"
#include "tunnels/tunnel_names.h"
#include "base/utf8.h"

static struct tunnel_names names;

static int
forget(void **state)
{
	(void)state;
	tunnel_names_free(&names);
	return 0;
}

static void
add(const char *line)
{
	const char *const reason = tunnel_names_add(&names, line);

	if (reason)
		fail_msg("%s: %s", line, reason);
}

static struct sa_address
address(const char *text)
{
	struct sa_address result = {0};

	assert_true(sa_address_parse(text, strlen(text), &result));
	return result;
}

static const char *
match(const char *local, const char *remote, uint32_t reqid, uint32_t if_id)
{
	const struct sa_address l = address(local), r = address(remote);
	struct tunnel_key key;
	size_t number;

	tunnel_key_make(&key, &l, &r, reqid, if_id);
	number = tunnel_names_match(&names, &key);
	return number < names.count ? names.all[number].name : NULL;
}

static void
the_first_that_matches_wins(void **state)
{
	(void)state;
	add("one remote 198.51.100.7 reqid 1");
	add("two\tremote 198.51.100.7   local 192.0.2.1");
	add("net remote 198.51.100.99/25 if-id 7");
	add("\"head office\" remote 2001:db8:1::/48 local 2001:db8::1");
	add("rest remote 0.0.0.0/0");
	assert_string_equal(match("192.0.2.1", "198.51.100.7", 1, 0), "one");
	assert_string_equal(match("192.0.2.1", "198.51.100.7", 2, 7), "two");
	assert_string_equal(match("192.0.2.2", "198.51.100.7", 2, 7), "net");
	assert_string_equal(match("192.0.2.2", "198.51.100.127", 2, 7), "net");
	assert_string_equal(match("192.0.2.2", "198.51.100.128", 2, 7), "rest");
	assert_string_equal(match("2001:db8::1", "2001:db8:1:ffff::1", 0, 0), "head office");
	assert_null(match("2001:db8::1", "2001:db8:2::1", 0, 0));
	assert_null(match("2001:db8::2", "2001:db8:1::1", 0, 0));
}

static void
what_can_never_match_is_found(void **state)
{
	(void)state;
	add("a remote 198.51.100.0/24 reqid 1");
	add("b remote 198.51.100.7");
	add("c remote 198.51.100.7 reqid 1 if-id 3");
	add("d remote 198.51.100.7 local 192.0.2.0/24");
	add("e remote 198.51.0.0/16");
	add("f remote 198.51.100.0/24 reqid 1");
	assert_int_equal(tunnel_names_shadow(&names, 0), names.count);
	assert_int_equal(tunnel_names_shadow(&names, 1), names.count);
	assert_int_equal(tunnel_names_shadow(&names, 2), 0);
	assert_int_equal(tunnel_names_shadow(&names, 3), 1);
	assert_int_equal(tunnel_names_shadow(&names, 4), names.count);
	assert_int_equal(tunnel_names_shadow(&names, 5), 0);
}

static void
names_hold_in_their_context(void **state)
{
	struct tunnel_names blue = {.count = 0}, red = {.count = 0};
	size_t at_blue = 0, at_red = 0;

	(void)state;
	add("both remote 198.51.100.1");
	add("one remote 198.51.100.2 context blue");
	add("one remote 198.51.100.3 context red");
	/* In two pieces, and at once. */
	assert_true(tunnel_names_copy(&blue, &names, "blue", &at_blue, 2));
	assert_int_equal(at_blue, 2);
	assert_true(tunnel_names_copy(&blue, &names, "blue", &at_blue, 2));
	assert_true(tunnel_names_copy(&red, &names, "red", &at_red, SIZE_MAX));
	assert_int_equal(at_blue, 3);
	assert_int_equal(tunnel_names_find(&blue, "one"), 1);
	assert_int_equal(tunnel_names_find(&blue, "two"), blue.count);
	assert_int_equal(blue.count, 2);
	assert_int_equal(blue.all[1].remote.address.octets[3], 2);
	assert_int_equal(red.count, 2);
	assert_int_equal(red.all[1].remote.address.octets[3], 3);
	tunnel_names_free(&blue);
	tunnel_names_free(&red);
}

/* --- against a look at all of them --------------------------------------------------------------- */

static bool
begins_with(const struct sa_address *address, const struct tunnel_prefix *prefix)
{
	if (prefix->address.type == SA_ADDRESS_NONE)
		return true;
	for (unsigned bit = 0; bit < prefix->bits; bit++) {
		if ((address->octets[bit / 8] ^ prefix->address.octets[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	}
	return address->type == prefix->address.type;
}

static bool
stands_for(const struct tunnel_name *name, const struct tunnel_key *key)
{
	return begins_with(&key->remote, &name->remote) && begins_with(&key->local, &name->local) &&
	       (!name->has_reqid || name->reqid == key->reqid) && (!name->has_if_id || name->if_id == key->if_id);
}

static bool
takes_all_of(const struct tunnel_name *wide, const struct tunnel_name *narrow)
{
	struct tunnel_key key;

	tunnel_key_make(&key, &narrow->local.address, &narrow->remote.address, narrow->reqid, narrow->if_id);
	return stands_for(wide, &key) && narrow->remote.bits >= wide->remote.bits &&
	       narrow->local.bits >= wide->local.bits && (!wide->has_reqid || narrow->has_reqid) &&
	       (!wide->has_if_id || narrow->has_if_id);
}

static void
add_random(unsigned number)
{
	char line[160];
	int used = snprintf(line, sizeof(line), "n%u remote ", number);

	if (random_below(4) == 0)
		used += snprintf(line + used, sizeof(line) - (size_t)used, "2001:db8::%u/%u", random_below(8),
				 120 + random_below(9));
	else
		used += snprintf(line + used, sizeof(line) - (size_t)used, "10.0.0.%u/%u local 10.1.0.%u/%u",
				 random_below(8), 26 + random_below(7), random_below(8), 28 + random_below(5));
	if (random_below(2))
		used += snprintf(line + used, sizeof(line) - (size_t)used, " reqid %u", random_below(3));
	if (random_below(3) == 0)
		snprintf(line + used, sizeof(line) - (size_t)used, " if-id %u", random_below(2));
	add(line);
}

static void
a_look_into_the_index_is_a_look_at_all(void **state)
{
	const unsigned count = 1 + random_below(60);

	(void)state;
	for (unsigned i = 0; i < count; i++)
		add_random(i);
	for (size_t number = 0; number < names.count; number++) {
		size_t first = 0;

		while (first < number && !takes_all_of(&names.all[first], &names.all[number]))
			first++;
		assert_int_equal(tunnel_names_shadow(&names, number), first < number ? first : names.count);
		assert_int_equal(tunnel_names_find(&names, names.all[number].name), number);
	}
	for (unsigned i = 0; i < 500; i++) {
		const struct tunnel_name *const some = &names.all[random_below((uint32_t)names.count)];
		struct sa_address local = some->local.address, remote = some->remote.address;
		struct tunnel_key key;
		size_t first = 0;

		remote.octets[remote.type == SA_ADDRESS_IPV4 ? 3 : 15] ^= (uint8_t)random_below(8);
		if (local.type == SA_ADDRESS_NONE)
			local.type = remote.type;
		local.octets[3] ^= (uint8_t)random_below(4);
		tunnel_key_make(&key, &local, &remote, random_below(3), random_below(2));
		while (first < names.count && !stands_for(&names.all[first], &key))
			first++;
		assert_int_equal(tunnel_names_match(&names, &key), first);
	}
}

static void
wrong_lines_are_refused(void **state)
{
	static const struct {
		const char *line, *reason;
	} lines[] = {
		{"", "names no tunnel"},
		{"\"\" remote 198.51.100.1", "names no tunnel"},
		{"\"x remote 198.51.100.1", "quotation mark"},
		{"\"x\"y remote 198.51.100.1", "quotation mark"},
		{"x", "has no other end"},
		{"x local 192.0.2.1", "has no other end"},
		{"x remote", "ADDRESS"},
		{"x remote nonsense", "ADDRESS"},
		{"x remote 198.51.100.256", "ADDRESS"},
		{"x remote 198.51.100.1/33", "ADDRESS"},
		{"x remote 198.51.100.1/", "ADDRESS"},
		{"x remote 198.51.100.1/2x", "ADDRESS"},
		{"x remote 2001:db8::1/129", "ADDRESS"},
		{"x remote 198.51.100.1 remote 198.51.100.2", "needs one ADDRESS"},
		{"x remote 198.51.100.1 local 2001:db8::1", "IPv4 and an IPv6"},
		{"x remote 198.51.100.1 reqid", "reqid"},
		{"x remote 198.51.100.1 reqid -1", "reqid"},
		{"x remote 198.51.100.1 reqid 4294967296", "reqid"},
		{"x remote 198.51.100.1 reqid 1 reqid 2", "reqid"},
		{"x remote 198.51.100.1 if-id 0x1", "if-id"},
		{"x remote 198.51.100.1 spi 1", "after its name"},
		{"x remote 198.51.100.1 context 123456789012345678901234567890123", "context"},
		{"taken remote 198.51.100.2", "an earlier line"},
		{"\xff remote 198.51.100.1", "UTF-8"},
		{"\xc3 remote 198.51.100.1", "UTF-8"},
		{"\"a\tb\" remote 198.51.100.1", "control character"},
		{"\xc2\x85 remote 198.51.100.1", "control character"},
		{"\xed\xa0\x80 remote 198.51.100.1", "UTF-8"},
		{"12345678901234567890123456789012345678901234567890123456789012345 remote 198.51.100.1", "64 octets"},
	};

	(void)state;
	add("taken remote 198.51.100.1");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *const reason = tunnel_names_add(&names, lines[i].line);

		if (!reason || !strstr(reason, lines[i].reason))
			fail_msg("%s: %s", lines[i].line, reason ? reason : "accepted");
	}
	assert_int_equal(names.count, 1);
}

static void
names_of_64_octets_and_of_other_scripts_are_fine(void **state)
{
	(void)state;
	add("1234567890123456789012345678901234567890123456789012345678901234 remote 198.51.100.1");
	add("\"\xc3\x9c\x62\x65r \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x94\x92\" remote 198.51.100.1");
	assert_int_equal(names.count, 2);
	assert_int_equal(strlen(names.all[0].name), 64);
	assert_int_equal(utf8_octets((const uint8_t *)names.all[1].name, 2), 2);
}

static void
there_is_a_most(void **state)
{
	char line[64];

	(void)state;
	for (unsigned i = 0; i < TUNNEL_NAMES_MAX; i++) {
		snprintf(line, sizeof(line), "t%u remote 198.51.100.1", i);
		add(line);
	}
	assert_non_null(strstr(tunnel_names_add(&names, "more remote 198.51.100.1"), "one too many"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_first_that_matches_wins, forget),
		cmocka_unit_test_teardown(what_can_never_match_is_found, forget),
		cmocka_unit_test_teardown(names_hold_in_their_context, forget),
		cmocka_unit_test_teardown(a_look_into_the_index_is_a_look_at_all, forget),
		cmocka_unit_test_teardown(wrong_lines_are_refused, forget),
		cmocka_unit_test_teardown(names_of_64_octets_and_of_other_scripts_are_fine, forget),
		cmocka_unit_test_teardown(there_is_a_most, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
