/* SPDX-License-Identifier: BSD-3-Clause */

/* Tunnels as mib2text prints them, and as their columns carry them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"
#include "mib2text/agent_state.h"
#include "mib2text/mib_table.h"
#include "mib2text/sa_json.h"
#include "tunnels/tunnel_columns.h"
#include "mib2text/tunnel_text.h"

static struct tunnel
office(void)
{
	return (struct tunnel){
		.index = 1,
		.name = "office",
		.descr = "office",
		.selectors = "10.1.0.0/16 <> 10.2.0.0/16",
		.local = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
		.remote = {SA_ADDRESS_IPV4, {198, 51, 100, 7}},
		.reqid = 3,
		.state = TUNNEL_UP,
		.since_seconds = 1700000000,
		.state_seconds = 273600,
		.ups = 1,
		.in_bytes = 1288490189,
		.out_bytes = 1023,
		.in_packets = 999,
		.out_packets = 1234567,
		.in_errors = 2,
		.out_errors = 1,
		.rekeys = 12,
		.sas_in = 1,
		.sas_out = 2,
		.expires_seconds = 3599,
		.began_seconds = 1690000000,
	};
}

static void
expect_text(const struct tunnel *tunnels, size_t count, bool human, const char *expected)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	tunnel_text_print(stream, tunnels, count, human);
	fclose(stream);
	assert_string_equal(text, expected);
	free(text);
}

static void
a_table_for_people(void **state)
{
	struct tunnel tunnels[] = {office(),
				   {.index = 10001,
				    .descr = "::1-::2",
				    .state = TUNNEL_DOWN,
				    .state_seconds = 59,
				    .expires_seconds = TUNNEL_NEVER_EXPIRES}};

	(void)state;
	strcpy(tunnels[0].name, "B\xc3\xbcro 1");
	expect_text(tunnels, 2, true,
		    "INDEX  DESCR    NAME      STATE   FOR  LOCAL      REMOTE        REQID  IF-ID      IN   OUT  "
		    "IN-PKTS  OUT-PKTS"
		    "  ERRORS  REKEYS  DOWNS  SAS  EXPIRES  SELECTORS\n"
		    "    1  office   \"B\xc3\xbcro 1\"  up     3d4h  192.0.2.1  198.51.100.7      3      0  1.2GiB  "
		    "1023      999   "
		    "   1.2M"
		    "       3      12      0  1/2   59m59s  \"10.1.0.0/16 <> 10.2.0.0/16\"\n"
		    "10001  ::1-::2  \"\"        down    59s  -          -                 0      0       0     0      "
		    "  0         0"
		    "       0       0      0  0/0        -  \"\"\n");
}

static size_t
column_of(const char *line, const char *word)
{
	const char *const at = strstr(line, word);

	assert_non_null(at);
	return (size_t)(at - line);
}

/* Of "\u6771\u4eac" each character takes two columns and three octets; the accent of "e\u0301" none and two. */
static void
names_that_are_wide_or_combined_are_aligned(void **state)
{
	struct tunnel tunnels[] = {office(), office(), office()};
	char *text = NULL, *lines[4];
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	(void)state;
	strcpy(tunnels[0].name, "\xe6\x9d\xb1\xe4\xba\xac");
	strcpy(tunnels[1].name, "cafe\xcc\x81");
	tunnel_text_print(stream, tunnels, 3, true);
	fclose(stream);
	lines[0] = strtok(text, "\n");
	for (size_t i = 1; i < 4; i++)
		lines[i] = strtok(NULL, "\n");
	assert_int_equal(column_of(lines[1], "up"), column_of(lines[0], "STATE") + 2);
	assert_int_equal(column_of(lines[2], "up"), column_of(lines[0], "STATE") + 2);
	assert_int_equal(column_of(lines[3], "up"), column_of(lines[0], "STATE"));
	free(text);
}

static void
a_table_of_plain_numbers(void **state)
{
	const struct tunnel tunnel = office();

	(void)state;
	expect_text(&tunnel, 1, false,
		    "INDEX  DESCR   NAME    STATE     FOR  LOCAL      REMOTE        REQID  IF-ID          IN   OUT  "
		    "IN-PKTS  "
		    "OUT-PKTS"
		    "  ERRORS  REKEYS  DOWNS  SAS  EXPIRES  SELECTORS\n"
		    "    1  office  office  up     273600  192.0.2.1  198.51.100.7      3      0  1288490189  1023     "
		    " 999   "
		    "1234567"
		    "       3      12      0  1/2     3599  \"10.1.0.0/16 <> 10.2.0.0/16\"\n");
	expect_text(NULL, 0, false,
		    "INDEX  DESCR  NAME  STATE  FOR  LOCAL  REMOTE  REQID  IF-ID  IN  OUT  IN-PKTS  OUT-PKTS  ERRORS  "
		    "REKEYS  "
		    "DOWNS  SAS"
		    "  EXPIRES  SELECTORS\n");
}

static void
json_is_the_mib(void **state)
{
	static const struct agent_state agent;
	const struct tunnel tunnel = office();
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	(void)state;
	tunnel_json_print(stream, &agent, &tunnel, 1);
	fclose(stream);
	assert_non_null(strstr(text, "\"tunnels\": [\n{\"ipsecTunnelIndex\": 1, \"ipsecTunnelName\": \"office\", "
				     "\"ipsecTunnelState\": \"up\", \"ipsecTunnelLocalAddressType\": \"ipv4\", "
				     "\"ipsecTunnelLocalAddress\": \"192.0.2.1\""));
	assert_non_null(
		strstr(text, "\"ipsecTunnelSince\": \"2023-11-14T22:13:20.0+00:00\", \"ipsecTunnelStateAge\": 273600"));
	assert_non_null(strstr(text, "\"ipsecTunnelOutBytes\": \"octets\""));
	free(text);
}

/* In place, with what lies between the members: whole tunnels are compared. */
static void
make_random_tunnel(struct tunnel *tunnel)
{
	static const uint8_t types[] = {SA_ADDRESS_NONE, SA_ADDRESS_IPV4, SA_ADDRESS_IPV6};

	memset(tunnel, 0, sizeof(*tunnel));
	tunnel->index = 1 + random_below(UINT32_MAX);
	snprintf(tunnel->descr, sizeof(tunnel->descr), "tunnel#%u", tunnel->index);
	tunnel->local = random_address(types[random_below(3)]);
	tunnel->remote = random_address(types[random_below(3)]);
	tunnel->reqid = random32();
	tunnel->if_id = random32();
	tunnel->state = (uint8_t)(TUNNEL_UP + random_below(4));
	tunnel->since_seconds = random_below(INT32_MAX);
	tunnel->state_seconds = random32();
	tunnel->ups = random32();
	tunnel->downs = random32();
	tunnel->in_bytes = random64();
	tunnel->out_bytes = random64();
	tunnel->in_packets = random64();
	tunnel->out_packets = random64();
	tunnel->in_errors = random64();
	tunnel->out_errors = random64();
	tunnel->rekeys = random32();
	tunnel->unseen_ends = random32();
	tunnel->sas_in = random32();
	tunnel->sas_out = random32();
	tunnel->expires_seconds = random32();
	tunnel->began_seconds = random_below(INT32_MAX);
	for (unsigned i = random_below(TUNNEL_NAME_SIZE); i > 0; i--)
		tunnel->name[i - 1] = (char)(' ' + random_below(95));
}

static void
columns_carry_all_of_a_tunnel(void **state)
{
	(void)state;
	random_seed(3);
	for (unsigned turn = 0; turn < 1000; turn++) {
		struct tunnel tunnel, again;
		unsigned long index;
		struct sa_key key;

		make_random_tunnel(&tunnel);
		index = tunnel.index;
		assert_true(mib_tunnel_table.key(&index, 1, &key));
		mib_tunnel_table.begin(&again, &key);
		for (size_t i = 0; i < columns_readable(&tunnel_table); i++) {
			struct column_value value;

			column_get(column_at(&tunnel_table, i), &tunnel, &value);
			assert_null(column_set(column_at(&tunnel_table, i), &again, &value));
		}
		assert_memory_equal(&again, &tunnel, sizeof(tunnel));
	}
}

static void
nonsense_is_refused(void **state)
{
	static const struct {
		const char *column, *octets, *reason;
		size_t length;
		/* clang-format off */
	} wrongs[] = {
		{"ipsecTunnelName", "\xff", "UTF-8", 1},
		{"ipsecTunnelName", "12345678901234567890123456789012345678901234567890123456789012345", "too long", 65},
		{"ipsecTunnelSince", "\x07\xe7\x01\x01\x00\x00\x00\x00", "date and time", 8},
		{"ipsecTunnelSince", "\x07\xe7\x0d\x01\x00\x00\x00\x00+\x00\x00", "date and time", 11},
		{"ipsecTunnelLocalAddress", "abc", "length", 3},
	};
	/* clang-format on */
	static const unsigned long zero[] = {0, 0};
	struct sa_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct column_value value = {.octets = (const uint8_t *)wrongs[i].octets,
						   .length = wrongs[i].length};
		struct tunnel tunnel = {.index = 1};
		size_t column = 0;

		while (strcmp(column_at(&tunnel_table, column)->name, wrongs[i].column) != 0)
			column++;
		assert_non_null(
			strstr(column_set(column_at(&tunnel_table, column), &tunnel, &value), wrongs[i].reason));
	}
	assert_false(mib_tunnel_table.key(zero, 1, &key));
	assert_false(mib_tunnel_table.key(zero, 0, &key));
	assert_false(mib_tunnel_table.key(zero, 2, &key));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_for_people),
		cmocka_unit_test(names_that_are_wide_or_combined_are_aligned),
		cmocka_unit_test(a_table_of_plain_numbers),
		cmocka_unit_test(json_is_the_mib),
		cmocka_unit_test(columns_carry_all_of_a_tunnel),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
