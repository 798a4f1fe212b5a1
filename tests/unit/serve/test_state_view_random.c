/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Agents that are killed at random steps, a thousand each time, over a kernel that does what it likes
 * (tests/lib/fake_kernel.h) and goes on while no agent runs.  Each agent begins with what the text had that the one before
 * it wrote last.  The truth is the kernel's: what SAs have counted that still live is counted, all of it and once; what is
 * missing is what nobody can know, that is what SAs have counted since the last text that are gone by now.  What was shown
 * of a tunnel, by whichever agent, never goes back.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../src/serve/state_view.h"
#include "events/reporter.h"
#include "fake_kernel.h"
#include "fake_reader.h"
#include "random_values.h"
#include "sa/source.h"

enum { KILLS = 1000, TEXT_SIZE = 256 * 1024, MILLISECOND_US = 1000 };
enum { BYTES, PACKETS, ERRORS, FIGURES };

typedef int64_t figures_of_all[FAKE_TUNNELS][FIGURES][2];

static struct {
	struct fake_kernel kernel;
	uint64_t now_us;

	/* The agent that lives. */
	struct fake_reader reader;
	struct tunnels *tunnels;
	struct event_log *log;
	struct event_sender sender;
	struct expiry *expiry;
	struct alarms alarms;
	struct state_view view;
	bool is_up[FAKE_TUNNELS];

	struct state_shown *shown; /* outlives them, as pages of the kernel do */
	struct tunnel seen[FAKE_TUNNELS];
	bool manager_looks;
	uint64_t looks;

	/* What the last one wrote, and how it was then. */
	char text[TEXT_SIZE];
	size_t length;
	struct fake_kernel then;
	uint32_t last_event;
	uint64_t told, writes;
} bench;

/* --- an agent ---------------------------------------------------------------------------------- */

static void
on_news(void *data, enum tunnel_news news, const struct tunnel *tunnel)
{
	(void)data;
	(void)news;
	(void)tunnel;
	bench.told++;
}

static int64_t
now_seconds(const void *data)
{
	(void)data;
	return bench.kernel.now_seconds;
}

static uint64_t
no_losses(const void *data)
{
	(void)data;
	return 0;
}

/* Numbers rise, over all agents. */
static void
on_event(void *data, const struct event *told)
{
	struct event event = *told;

	(void)data;
	event_log_add(bench.log, &event);
	assert_true(event.number > bench.last_event);
	bench.last_event = event.number;
}

static struct state_moment
moment(void)
{
	return (struct state_moment){.boot = "a-boot", .seconds = bench.kernel.now_seconds, .us = bench.now_us};
}

static void
restore(void)
{
	const struct state_moment now = moment();
	struct state_lists lists;
	const struct state_reader reader = {state_view_tables, STATE_TABLES, state_lists_take, &lists};
	struct state_outcome outcome;
	size_t line;

	state_lists_init(&lists);
	if (bench.length > 0)
		assert_null(state_read(&reader, bench.text, bench.length, &line));
	state_view_restore_numbers(&bench.view, &lists);
	outcome = state_view_restore(&bench.view, &lists, &now);
	assert_int_equal(outcome.restored, bench.length > 0);
	assert_int_equal(outcome.left_out, 0);
	for (size_t i = 0; i < STATE_TABLES; i++)
		assert_int_equal(lists.all[i].count, 0);
	state_lists_free(&lists);
}

static uint64_t
put(uint64_t checksum, const char *line, size_t length)
{
	assert_true(bench.length + length <= TEXT_SIZE);
	memcpy(bench.text + bench.length, line, length);
	bench.length += length;
	return state_checksum(checksum, line, length);
}

static void
write_text(void)
{
	const struct state_moment when = moment();
	const struct column_table *table;
	struct state_place place = {.table = 0};
	uint64_t checksum = STATE_CHECKSUM;
	char line[STATE_LINE_SIZE];
	union state_any row;
	size_t lines = 1, budget = 100000;

	bench.length = 0;
	checksum = put(checksum, line, state_print_head(line));
	for (size_t i = 0; i < STATE_TABLES; i++, lines++)
		checksum = put(checksum, line, state_print_table(state_view_tables[i], line));
	while ((table = state_view_next(&bench.view, &when, &place, &row, &budget))) {
		checksum = put(checksum, line, state_print_row(table, &row, line));
		lines++;
	}
	assert_true(budget > 0);
	put(checksum, line, state_print_end(lines, checksum, line));
	bench.writes++;
}

static void
start(void)
{
	static const struct expiry_outlook outlook = {.now_seconds = now_seconds, .losses = no_losses};
	static const struct tunnel_listener listener = {.news = on_news};
	static const struct event_log_sizes sizes = {10, 10};
	struct alarm_settings for_alarms;
	struct tunnel_settings settings;

	tunnel_settings_init(&settings);
	bench.reader = (struct fake_reader){&bench.kernel, census_new(), snapshot_new(), FAKE_READER_RESTS, 0};
	alarm_settings_init(&for_alarms);
	bench.view.numbers = tunnel_numbers_new("");
	bench.log = event_log_new("", &sizes);
	bench.tunnels = tunnels_new(bench.reader.census, bench.view.numbers, &settings, "", &listener);
	bench.sender = (struct event_sender){bench.reader.census, bench.tunnels, {on_event, NULL}};
	bench.expiry = expiry_new(&bench.sender, &outlook);
	assert_true(bench.reader.census && bench.reader.snapshot && bench.view.numbers && bench.log && bench.tunnels &&
		    bench.expiry);
	assert_true(alarms_begin(&bench.alarms, &bench.sender, &for_alarms));
	bench.view.census = bench.reader.census;
	bench.view.tunnels = bench.tunnels;
	bench.view.expiry = bench.expiry;
	bench.view.log = bench.log;
	bench.view.shown = bench.shown;
	bench.view.alarms = &bench.alarms;
	bench.view.source = SOURCE_XFRM;
	restore();
	/* Numbers of events are reserved before there is one. */
	write_text();
}

/* What has happened and was not heard is heard by nobody. */
static void
kill(void)
{
	tunnels_free(bench.tunnels);
	alarms_end(&bench.alarms);
	expiry_free(bench.expiry);
	event_log_free(bench.log);
	snapshot_free(bench.reader.snapshot);
	census_free(bench.reader.census);
	tunnel_numbers_free(bench.view.numbers);
	bench.kernel.lost += bench.kernel.queue_length;
	bench.kernel.queue_length = 0;
}

static struct tunnel_time
now(void)
{
	return (struct tunnel_time){bench.now_us, bench.kernel.now_seconds, bench.kernel.now_seconds};
}

static void
tick(uint64_t after_us)
{
	struct tunnel_time time;

	bench.now_us += after_us;
	time = now();
	tunnels_tick(bench.tunnels, &time);
}

static void
read_on(size_t slice)
{
	if (bench.reader.phase == FAKE_READER_RESTS)
		fake_reader_begin(&bench.reader);
	else if (bench.reader.phase == FAKE_READER_DUMPS)
		fake_reader_dump(&bench.reader, slice);
	else
		fake_reader_survey(&bench.reader, slice);
}

/* Two reads: what is told during the first is taken from the second. */
static void
catch_up(void)
{
	fake_reader_receive(&bench.reader, SIZE_MAX);
	for (unsigned reads = 0; reads < 2; reads++) {
		fake_reader_abandon(&bench.reader);
		do
			read_on(SIZE_MAX);
		while (bench.reader.phase != FAKE_READER_RESTS);
	}
	tick(0);
	tick(20000 * MILLISECOND_US);
}

/* --- what it has counted ----------------------------------------------------------------------- */

static bool
is_there(unsigned number, struct tunnel *seen)
{
	const struct tunnel_time time = now();

	for (size_t rank = 0; rank < tunnels_count(bench.tunnels); rank++) {
		tunnels_at(bench.tunnels, rank, &time, seen);
		if (fake_kernel_is_tunnel(number, seen))
			return true;
	}
	return false;
}

static void
find(unsigned number, struct tunnel *seen)
{
	if (!is_there(number, seen))
		fail();
}

/* As a manager does, who remembers what it saw. */
static void
look(void)
{
	const unsigned number = random_below(FAKE_TUNNELS);
	struct tunnel *const before = &bench.seen[number];
	struct tunnel seen, raised;
	struct tunnel_counters least;

	if (!is_there(number, &seen))
		return;
	assert_true(state_shown_note(bench.shown, "", &seen));
	if (seen.index == before->index && seen.began_seconds == before->began_seconds) {
		raised = seen;
		tunnel_counters_of(&least, before);
		tunnel_counters_raise(&raised, &least);
		assert_memory_equal(&raised, &seen, sizeof(seen));
		bench.looks++;
	}
	*before = seen;
}

static void
count_missing(figures_of_all missing)
{
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		const struct fake_traffic *const truth = &bench.kernel.truth[i];
		struct tunnel seen;

		find(i, &seen);
		missing[i][BYTES][0] = (int64_t)(truth->bytes[0] - seen.in_bytes);
		missing[i][BYTES][1] = (int64_t)(truth->bytes[1] - seen.out_bytes);
		missing[i][PACKETS][0] = (int64_t)(truth->packets[0] - seen.in_packets);
		missing[i][PACKETS][1] = (int64_t)(truth->packets[1] - seen.out_packets);
		missing[i][ERRORS][0] = (int64_t)(truth->errors[0] - seen.in_errors);
		missing[i][ERRORS][1] = (int64_t)(truth->errors[1] - seen.out_errors);
	}
}

static const struct fake_sa *
then_of(const struct fake_sa *fake)
{
	for (unsigned i = 0; i < FAKE_SAS; i++) {
		if (bench.then.all[i].lives && bench.then.all[i].serial == fake->serial)
			return &bench.then.all[i];
	}
	return NULL;
}

/* What has been counted since the last text by SAs that are gone: all, but what those that live have. */
static void
add_what_nobody_can_know(figures_of_all missing)
{
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		const struct fake_traffic *const now_is = &bench.kernel.truth[i], *const then = &bench.then.truth[i];

		for (unsigned way = 0; way < 2; way++) {
			missing[i][BYTES][way] += (int64_t)(now_is->bytes[way] - then->bytes[way]);
			missing[i][PACKETS][way] += (int64_t)(now_is->packets[way] - then->packets[way]);
			missing[i][ERRORS][way] += (int64_t)(now_is->errors[way] - then->errors[way]);
		}
	}
	for (unsigned i = 0; i < FAKE_SAS; i++) {
		const struct fake_sa *const fake = &bench.kernel.all[i], *then;
		static const struct fake_sa nothing;

		if (!fake->lives || fake->larval || fake->protocol != SA_PROTOCOL_ESP)
			continue;
		then = then_of(fake);
		if (!then)
			then = &nothing;
		missing[fake->tunnel][BYTES][fake->way] -= (int64_t)(fake->now.bytes - then->now.bytes);
		missing[fake->tunnel][PACKETS][fake->way] -= (int64_t)(fake->now.packets - then->now.packets);
		missing[fake->tunnel][ERRORS][fake->way] -= (int64_t)(fake->now.errors - then->now.errors);
	}
}

/* --- what happens ------------------------------------------------------------------------------ */

/* Whose figures can be told apart by whoever sees the kernel before and after. */
static const struct fake_doing plain[] = {
	{fake_kernel_traffic, 40},
	{fake_kernel_rekey, 8},
	{fake_kernel_create, 2},
	{fake_kernel_delete, 3},
	{fake_kernel_update, 4},
	{fake_kernel_phantom, 2},
	{fake_kernel_expire_soft, 3},
	{fake_kernel_expire_hard, 2},
	{fake_kernel_allocate_spi, 2},
	{fake_kernel_give_keys, 2},
	{NULL, 0},
};

static const struct fake_doing recreating[] = {
	{fake_kernel_traffic, 40},
	{fake_kernel_rekey, 8},
	{fake_kernel_create, 2},
	{fake_kernel_delete, 3},
	{fake_kernel_recreate, 4},
	{fake_kernel_expire_hard, 2},
	{NULL, 0},
};

static void
something_happens(const struct fake_doing *doings)
{
	fake_kernel_do_any(&bench.kernel, doings);
	if (once_in(100))
		bench.kernel.now_seconds++;
}

static void
step(const struct fake_doing *doings)
{
	something_happens(doings);
	if (bench.kernel.queue_length > FAKE_QUEUE - 8)
		fake_reader_receive(&bench.reader, SIZE_MAX);
	if (once_in(4))
		fake_reader_receive(&bench.reader, random_below(6));
	if (once_in(8))
		read_on(1 + random_below(20));
	if (once_in(20))
		tick(random_below(200) * MILLISECOND_US);
	if (bench.manager_looks && once_in(3))
		look();
}

static void
live(const struct fake_doing *doings, unsigned steps)
{
	while (steps-- > 0)
		step(doings);
}

static void
happen_unseen(const struct fake_doing *doings, unsigned steps)
{
	while (steps-- > 0) {
		something_happens(doings);
		bench.kernel.lost += bench.kernel.queue_length;
		bench.kernel.queue_length = 0;
	}
}

/* --- the tests --------------------------------------------------------------------------------- */

static int
begin(void **state)
{
	(void)state;
	random_seed(11);
	memset(&bench, 0, sizeof(bench));
	fake_kernel_init(&bench.kernel);
	bench.kernel.tells_directions = true;
	bench.now_us = 1000000;
	bench.shown = state_shown_new("a-boot");
	assert_non_null(bench.shown);
	start();
	catch_up();
	for (unsigned tunnel = 0; tunnel < FAKE_TUNNELS; tunnel++)
		fake_kernel_create_pair(&bench.kernel, tunnel);
	catch_up();
	assert_int_equal(tunnels_count(bench.tunnels), FAKE_TUNNELS);
	write_text(); /* what was never written may be gone with the first kill */
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	kill();
	state_shown_free(bench.shown);
	return 0;
}

static void
what_lives_is_counted_exactly_and_once(void **state)
{
	int64_t lost = 0;

	(void)state;
	for (unsigned kills = 0; kills < KILLS; kills++) {
		figures_of_all missing, expected;

		live(plain, random_below(200));
		catch_up();
		count_missing(expected);
		write_text();
		bench.then = bench.kernel;
		live(plain, random_below(300));
		kill();
		happen_unseen(plain, random_below(200));
		add_what_nobody_can_know(expected);
		start();
		catch_up();
		count_missing(missing);
		assert_memory_equal(missing, expected, sizeof(missing));
		lost += missing[0][PACKETS][0];
	}
	assert_true(lost > 0);
	print_message("%u kills, %u events, %u times up or down\n", (unsigned)KILLS, (unsigned)bench.last_event,
		      (unsigned)bench.told);
}

/* At any step: in the middle of a read, with events unheard, and with others of the same name in the place of SAs. */
static void
nothing_is_counted_twice_and_nothing_shown_goes_back(void **state)
{
	(void)state;
	bench.manager_looks = true;
	for (unsigned kills = 0; kills < KILLS; kills++) {
		const struct fake_doing *const doings = once_in(2) ? plain : recreating;
		figures_of_all missing;

		for (unsigned writes = random_below(3); writes > 0; writes--) {
			live(doings, random_below(100));
			if (state_view_is_ready(&bench.view))
				write_text();
		}
		live(doings, random_below(100));
		kill();
		happen_unseen(doings, random_below(50));
		start();
		if (once_in(2))
			catch_up();
		live(doings, random_below(50));
		count_missing(missing);
		for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
			for (unsigned j = 0; j < FIGURES; j++) {
				assert_true(missing[i][j][0] >= 0);
				assert_true(missing[i][j][1] >= 0);
			}
		}
	}
	assert_true(bench.looks > KILLS);
	print_message("%u kills, %u texts, %u looks\n", (unsigned)KILLS, (unsigned)bench.writes, (unsigned)bench.looks);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(nothing_is_counted_twice_and_nothing_shown_goes_back, begin, finish),
	cmocka_unit_test_setup_teardown(what_lives_is_counted_exactly_and_once, begin, finish),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
