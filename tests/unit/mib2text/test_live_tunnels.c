/* SPDX-License-Identifier: BSD-3-Clause */

/* What one look at tunnels after another tells, and what a screen shows of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mib2text/live_screen.h"
#include "mib2text/live_tunnels.h"
#include "mib2text/terminal_text.h"

enum { SECOND = 1000000 };

/* An agent whose read number that was so many milliseconds before it was asked. */
static struct agent_state
agent(uint64_t reads, uint64_t age_ms)
{
	return (struct agent_state){.status = {.reads = reads, .snapshot_age_ms = age_ms, .start_seconds = 1700000000},
				    .known = ~0ULL};
}

static struct tunnel
tunnel(uint32_t index, const char *descr, uint64_t in_packets)
{
	struct tunnel made = {
		.index = index,
		.local = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
		.remote = {SA_ADDRESS_IPV4, {198, 51, 100, (uint8_t)index}},
		.state = TUNNEL_UP,
		.state_seconds = 60 * index,
		.in_packets = in_packets,
		.in_bytes = in_packets * 1000,
		.out_packets = 7,
		.sas_in = 1,
		.sas_out = 1,
		.expires_seconds = 3599,
		.began_seconds = 1690000000,
	};

	snprintf(made.descr, sizeof(made.descr), "%s", descr);
	return made;
}

static const struct live_tunnel *
row(const struct live_tunnels *live, size_t rank)
{
	return row_list_at(&live->rows, rank);
}

static void
look(struct live_tunnels *live, const struct tunnel *tunnels, size_t count, uint64_t reads, uint64_t age_ms,
     uint64_t now_us)
{
	const struct agent_state state = agent(reads, age_ms);

	assert_true(live_tunnels_look(live, tunnels, count, &state, now_us));
}

/* --- rates ------------------------------------------------------------------------------------- */

static void
rates_are_those_between_two_reads_of_the_agent(void **state)
{
	struct tunnel one = tunnel(1, "a", 100);
	struct live_tunnels live;

	(void)state;
	live_tunnels_init(&live);
	look(&live, &one, 1, 5, 500, 10 * SECOND);
	assert_false(row(&live, 0)->rates.known);
	/* Read 5 was at 9.5 s, read 6 at 14.5 s. */
	one = tunnel(1, "a", 150);
	look(&live, &one, 1, 6, 500, 15 * SECOND);
	assert_true(row(&live, 0)->rates.known);
	assert_float_equal(row(&live, 0)->rates.in_packets, 10, 1e-9);
	assert_float_equal(row(&live, 0)->rates.in_bits, 80000, 1e-9);
	assert_float_equal(row(&live, 0)->rates.out_bits, 0, 1e-9);
	/* The agent has not read again: the figures are those of before, and so are the rates. */
	look(&live, &one, 1, 6, 2500, 17 * SECOND);
	assert_float_equal(row(&live, 0)->rates.in_packets, 10, 1e-9);
	/* An SA has ended since, and its last packets have come by an event; the next read counts them in. */
	one = tunnel(1, "a", 160);
	look(&live, &one, 1, 6, 3500, 18 * SECOND);
	assert_float_equal(row(&live, 0)->rates.in_packets, 10, 1e-9);
	look(&live, &one, 1, 7, 0, 19500000);
	assert_float_equal(row(&live, 0)->rates.in_packets, 2, 1e-9);
	live_tunnels_free(&live);
}

static void
counters_that_begin_anew_make_no_rate(void **state)
{
	struct tunnel tunnels[] = {tunnel(1, "a", 100), tunnel(2, "b", 100)};
	struct live_tunnels live;

	(void)state;
	live_tunnels_init(&live);
	look(&live, tunnels, 2, 5, 0, 10 * SECOND);
	tunnels[0] = tunnel(1, "a", 120);
	tunnels[0].began_seconds++; /* more than before, and all the same no continuation */
	tunnels[1].in_packets = 90; /* an agent that lies */
	look(&live, tunnels, 2, 6, 0, 12 * SECOND);
	assert_false(row(&live, 0)->rates.known);
	assert_false(row(&live, 1)->rates.known);
	tunnels[0].in_packets += 4;
	look(&live, tunnels, 2, 7, 0, 14 * SECOND);
	assert_float_equal(row(&live, 0)->rates.in_packets, 2, 1e-9);
	/* Another agent, whose number of reads happens to be the same. */
	tunnels[0].in_packets += 8;
	{
		struct agent_state other = agent(7, 0);

		other.status.start_seconds++;
		assert_true(live_tunnels_look(&live, tunnels, 2, &other, 16 * SECOND));
	}
	assert_float_equal(row(&live, 0)->rates.in_packets, 4, 1e-9);
	live_tunnels_free(&live);
}

static void
an_agent_that_says_nothing_of_its_reads_reads_before_each_look(void **state)
{
	struct tunnel one = tunnel(1, "a", 100);
	const struct agent_state silent = {0};
	struct live_tunnels live;

	(void)state;
	live_tunnels_init(&live);
	assert_true(live_tunnels_look(&live, &one, 1, &silent, 10 * SECOND));
	one.in_packets = 110;
	assert_true(live_tunnels_look(&live, &one, 1, &silent, 12 * SECOND));
	assert_float_equal(row(&live, 0)->rates.in_packets, 5, 1e-9);
	live_tunnels_free(&live);
}

/* --- changes ----------------------------------------------------------------------------------- */

static void
what_has_changed_is_marked_until_the_next_look(void **state)
{
	struct tunnel tunnels[] = {tunnel(1, "a", 1), tunnel(2, "b", 1), tunnel(4, "d", 1)};
	const struct tunnel later[] = {tunnel(2, "b", 1), tunnel(3, "c", 1), tunnel(4, "d", 1)};
	struct live_tunnels live;

	(void)state;
	live_tunnels_init(&live);
	look(&live, tunnels, 3, 1, 0, SECOND);
	assert_int_equal(row(&live, 0)->changes, 0);
	assert_int_equal(live.came + live.went, 0);
	assert_int_equal(live.up, 3);
	tunnels[0].state = TUNNEL_DOWN;
	tunnels[0].downs++;
	tunnels[1].rekeys++;
	tunnels[2].remote.octets[3]++;
	tunnels[2].out_errors++;
	look(&live, tunnels, 3, 2, 0, 2 * SECOND);
	assert_int_equal(row(&live, 0)->changes, LIVE_CHANGED_STATE | LIVE_CHANGED_DOWNS);
	assert_int_equal(row(&live, 1)->changes, LIVE_CHANGED_REKEYS);
	assert_int_equal(row(&live, 2)->changes, LIVE_CHANGED_REMOTE | LIVE_CHANGED_ERRORS);
	assert_int_equal(live.up, 2);
	look(&live, tunnels, 3, 3, 0, 3 * SECOND);
	assert_int_equal(row(&live, 0)->changes | row(&live, 1)->changes | row(&live, 2)->changes, 0);
	/* The first has gone, one has come between the others. */
	look(&live, later, 3, 4, 0, 4 * SECOND);
	assert_int_equal(live.came, 1);
	assert_int_equal(live.went, 1);
	assert_int_equal(row(&live, 1)->changes, ~0U);
	assert_false(row(&live, 1)->rates.known);
	assert_true(row(&live, 0)->rates.known);
	look(&live, NULL, 0, 5, 0, 5 * SECOND);
	assert_int_equal(live.went, 3);
	live_tunnels_free(&live);
}

/* --- the order --------------------------------------------------------------------------------- */

static void
expect_order(const struct live_tunnels *live, const char *key_name, bool reversed, const char *expected)
{
	uint32_t order[8];
	char found[8] = "";
	size_t length = 0;
	enum tunnel_key key;

	assert_true(tunnel_key_named(key_name, &key));
	assert_string_equal(tunnel_key_name(key), key_name);
	live_tunnels_order(live, key, reversed, order);
	for (size_t i = 0; i < live->rows.count; i++)
		found[length++] = row(live, order[i])->tunnel.descr[0];
	assert_string_equal(found, expected);
}

static void
what_matters_most_comes_first(void **state)
{
	struct tunnel tunnels[] = {tunnel(1, "b", 900), tunnel(2, "c", 10), tunnel(3, "a", 20)};
	struct live_tunnels live;
	enum tunnel_key key;

	(void)state;
	live_tunnels_init(&live);
	look(&live, tunnels, 3, 1, 0, SECOND);
	tunnels[1].in_packets += 50;
	tunnels[1].in_bytes += 50;
	tunnels[2].in_bytes += 90;
	tunnels[2].state = TUNNEL_DOWN;
	tunnels[2].expires_seconds = TUNNEL_NEVER_EXPIRES;
	tunnels[1].out_errors = 3;
	look(&live, tunnels, 3, 2, 0, 2 * SECOND);
	expect_order(&live, "index", false, "bca");
	expect_order(&live, "index", true, "acb");
	expect_order(&live, "descr", false, "abc");
	expect_order(&live, "state", false, "abc");
	expect_order(&live, "in", false, "acb");
	expect_order(&live, "in-pkts", false, "cba");
	expect_order(&live, "errors", false, "cba");
	expect_order(&live, "expires", false, "bca");
	expect_order(&live, "remote", true, "acb");
	assert_false(tunnel_key_named("colour", &key));
	/* A listing has no rates: it goes by what was carried in all. */
	tunnel_sort(TUNNEL_BY_IN_PACKETS, tunnels, 3);
	assert_string_equal(tunnels[0].descr, "b");
	assert_string_equal(tunnels[1].descr, "c");
	live_tunnels_free(&live);
}

static void
every_key_has_its_name_and_its_order(void **state)
{
	const struct tunnel one = tunnel(1, "site9", 1), other = tunnel(2, "site10", 1);
	const struct tunnel_rates none = {0};

	(void)state;
	for (enum tunnel_key key = 0; key < TUNNEL_KEYS; key++) {
		enum tunnel_key again;

		assert_true(tunnel_key_named(tunnel_key_name(key), &again));
		assert_int_equal(again, key);
		assert_true(tunnel_compare(key, &one, &none, &other, &none) < 0);
		assert_true(tunnel_compare(key, &other, NULL, &one, NULL) > 0);
		assert_int_equal(tunnel_compare(key, &one, &none, &one, &none), 0);
	}
	assert_int_equal(live_next_key(TUNNEL_BY_INDEX, -1), TUNNEL_KEYS - 1);
	assert_int_equal(live_next_key(TUNNEL_KEYS - 1, 1), TUNNEL_BY_INDEX);
}

/* --- the screen -------------------------------------------------------------------------------- */

/* A grid of octets, and of what each stands out by: 'h' a heading, 's' the one that is sorted by, 'c' changed, 'b' bad. */
struct grid {
	unsigned lines, columns;
	char text[24][201], marks[24][201];
};

static void
put_into_grid(void *data, unsigned line, unsigned column, const char *text, enum live_mark mark)
{
	static const char letters[] = {
		[LIVE_PLAIN] = ' ',   [LIVE_TITLE] = 't', [LIVE_HEADING] = 'h',	   [LIVE_SORTED] = 's',
		[LIVE_CHANGED] = 'c', [LIVE_BAD] = 'b',	  [LIVE_BAD_CHANGED] = 'B'};
	struct grid *const grid = data;

	assert_true(line < grid->lines);
	assert_true(column + terminal_text_width(text) <= grid->columns);
	for (size_t i = 0; text[i]; i++) {
		assert_true((unsigned char)text[i] >= ' ');
		grid->text[line][column + i] = text[i];
		grid->marks[line][column + i] = letters[mark];
	}
}

static void
show(const struct live_tunnels *live, struct live_choice *choice, const char *message, struct grid *grid)
{
	const struct live_words words = {"gateway", "12:34:56", 2, message};
	uint32_t *const order = calloc(live->rows.count + 1, sizeof(*order));

	for (unsigned i = 0; i < 24; i++) {
		memset(grid->text[i], ' ', 200);
		memset(grid->marks[i], ' ', 200);
	}
	live_tunnels_order(live, choice->key, choice->reversed, order);
	live_screen_put(live, order, choice, &words, grid->lines, grid->columns, put_into_grid, grid);
	for (unsigned i = 0; i < 24; i++) {
		for (size_t end = 200; end > 0 && grid->text[i][end - 1] == ' '; end--)
			grid->text[i][end - 1] = '\0';
		for (size_t end = 200; end > 0 && grid->marks[i][end - 1] == ' '; end--)
			grid->marks[i][end - 1] = '\0';
	}
	free(order);
}

static void
a_screen_of_two_tunnels(void **state)
{
	struct tunnel tunnels[] = {tunnel(1, "office", 100), tunnel(10, "lab", 5)};
	struct live_choice choice = {.key = TUNNEL_BY_IN};
	struct grid grid = {.lines = 24, .columns = 200};
	struct live_tunnels live;

	(void)state;
	live_tunnels_init(&live);
	look(&live, tunnels, 2, 1, 0, SECOND);
	tunnels[0].in_packets += 250;
	tunnels[0].in_bytes += 250000;
	tunnels[1].state = TUNNEL_DOWN;
	tunnels[1].state_seconds = 1;
	tunnels[1].sas_in = tunnels[1].sas_out = 0;
	tunnels[1].expires_seconds = TUNNEL_NEVER_EXPIRES;
	look(&live, tunnels, 2, 2, 0, 3 * SECOND);
	show(&live, &choice, "", &grid);
	assert_string_equal(grid.text[0], "gateway  12:34:56  every 2 s  2 tunnels, 1 up  1-2 by in");
	assert_string_equal(grid.marks[0], "ttttttttttttttttttttttttttttttbbbbbbbbbbbbbbbttttttttttt");
	assert_non_null(strstr(grid.text[1], "q ends"));
	assert_string_equal(grid.text[2],
			    " INDEX  DESCR   STATE     FOR  IN-BIT/S  OUT-BIT/S  IN-PKT/S  OUT-PKT/S  ERRORS  REKEYS   "
			    "DOWNS     SAS  EXPIRES  LOCAL      REMOTE");
	assert_string_equal(grid.marks[2],
			    " hhhhh  hhhhh   hhhhh     hhh  ssssssss  hhhhhhhhh  hhhhhhhh  hhhhhhhhh  hhhhhh  hhhhhh   "
			    "hhhhh     hhh  hhhhhhh  hhhhh      hhhhhh");
	assert_string_equal(
		grid.text[3],
		"     1  office  up       1m0s      1.0M          0       125          0       0       0       "
		"0     1/1   59m59s  192.0.2.1  198.51.100.1");
	assert_string_equal(grid.marks[3], "");
	assert_string_equal(
		grid.text[4],
		"    10  lab     down       1s         0          0         0          0       0       0       "
		"0     0/0        -  192.0.2.1  198.51.100.10");
	assert_string_equal(grid.marks[4],
			    "                BBBB"
			    "                                                                                ccc");
	assert_string_equal(grid.text[5], "");
	show(&live, &choice, "gateway does not \x1b[2Janswer", &grid);
	assert_string_equal(grid.text[1], "gateway does not \\x1b[2Janswer");
	assert_int_equal(grid.marks[1][0], 'b');
	live_tunnels_free(&live);
}

/* Of 5000 tunnels a screen shows a page; whatever the user presses, it stays within them, and within the edges. */
static void
a_screen_of_any_size_scrolls_over_many(void **state)
{
	struct tunnel *const tunnels = calloc(5000, sizeof(*tunnels));
	struct live_tunnels live;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		tunnels[i] = tunnel(i + 1, "t", i);
	live_tunnels_init(&live);
	look(&live, tunnels, 5000, 1, 0, SECOND);
	for (unsigned lines = 1; lines <= 24; lines++) {
		for (unsigned columns = 1; columns <= 200; columns += columns < 40 ? 1 : 20) {
			struct grid grid = {.lines = lines, .columns = columns};
			struct live_choice choice = {.key = TUNNEL_BY_INDEX, .top = SIZE_MAX, .right = SIZE_MAX};

			show(&live, &choice, "", &grid);
			assert_int_equal(choice.top, 5000 - (lines > LIVE_HEAD_LINES ? lines - LIVE_HEAD_LINES : 0));
			if (lines > LIVE_HEAD_LINES && columns >= 6)
				assert_memory_equal(grid.text[lines - 1], "  5000", 6);
			if (columns > 40)
				assert_non_null(strstr(grid.text[lines > 2 ? 2 : 0], lines > 2 ? "REMOTE" : "gateway"));
		}
	}
	{
		struct grid grid = {.lines = 10, .columns = 80};
		struct live_choice choice = {.key = TUNNEL_BY_IN, .top = 100, .right = 2};

		show(&live, &choice, "", &grid);
		assert_non_null(strstr(grid.text[0], "5000 tunnels, 5000 up  101-107 by in"));
		assert_memory_equal(grid.text[2], " INDEX  DESCR  IN-BIT/S  ", 25);
		assert_memory_equal(grid.text[3], "   101  t             -  ", 25);
	}
	free(tunnels);
	live_tunnels_free(&live);
}

static void
a_description_steers_nothing_and_keeps_its_place(void **state)
{
	/* Of "\u6771" each takes two columns; the escape and what has no width are spelt. */
	struct tunnel tunnels[] = {tunnel(1, "\xe6\x9d\xb1\xe6\x9d\xb1", 1), tunnel(2, "a\x1b]0;x\x07", 1),
				   tunnel(3, "b\xe2\x80\x8b\xff", 1)};
	struct live_choice choice = {.key = TUNNEL_BY_INDEX};
	struct grid grid = {.lines = 8, .columns = 120};
	struct live_tunnels live;

	(void)state;
	live_tunnels_init(&live);
	look(&live, tunnels, 3, 1, 0, SECOND);
	for (unsigned columns = 1; columns < 20; columns++) {
		grid.columns = columns + 10; /* octets are more than columns */
		show(&live, &choice, "", &grid);
	}
	grid.columns = 120;
	show(&live, &choice, "", &grid);
	assert_memory_equal(grid.text[4], "     2  a\\x1b]0;x\\x07  up ", 25);
	assert_memory_equal(grid.text[5], "     3  b\\u200b\\xff    up ", 25);
	live_tunnels_free(&live);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_those_between_two_reads_of_the_agent),
		cmocka_unit_test(counters_that_begin_anew_make_no_rate),
		cmocka_unit_test(an_agent_that_says_nothing_of_its_reads_reads_before_each_look),
		cmocka_unit_test(what_has_changed_is_marked_until_the_next_look),
		cmocka_unit_test(what_matters_most_comes_first),
		cmocka_unit_test(every_key_has_its_name_and_its_order),
		cmocka_unit_test(a_screen_of_two_tunnels),
		cmocka_unit_test(a_screen_of_any_size_scrolls_over_many),
		cmocka_unit_test(a_description_steers_nothing_and_keeps_its_place),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
