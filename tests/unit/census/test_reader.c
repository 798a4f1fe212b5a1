/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "census/reader.h"

/* When reads follow each other.  The source is one whose reads take as long as the test says. */

enum { SECOND = 1000000 };

struct slow_source {
	struct source source;
	bool fails;
	bool has_one; /* SA, else none */
};

static bool
begin(struct source *source, struct snapshot *into)
{
	const struct sa sa = {.said.spi = 0x1000};

	if (((const struct slow_source *)source)->has_one)
		assert_int_equal(snapshot_add(into, &sa), 0);
	source->fd = 0;
	return true;
}

static enum source_step
step(struct source *source)
{
	return ((struct slow_source *)source)->fails ? SOURCE_FAILED : SOURCE_DONE;
}

static void
abandon(struct source *source)
{
	(void)source;
}

static const struct source_ops ops = {
	.kind = SOURCE_KLIPS, .begin = begin, .step = step, .abandon = abandon, .close = abandon};

static const struct reader_settings every_five_seconds = {
	.interval_ms = 5000, .stale_after_ms = 60000, .share_percent = 10};

static struct reader *
reader_of(struct slow_source *source, const struct reader_settings *settings)
{
	struct reader *reader;

	*source = (struct slow_source){.source = {.ops = &ops, .fd = -1, .news_fd = -1}};
	reader = reader_new(&source->source, settings);
	assert_non_null(reader);
	return reader;
}

/* A read that begins and ends at these times; false if the reader did not want to begin. */
static bool
read_between(struct reader *reader, uint64_t began_us, uint64_t ended_us)
{
	enum reader_wait wait = reader_begin(reader, began_us);

	if (wait == READER_IDLE)
		return false;
	while (wait != READER_IDLE)
		wait = reader_step(reader, ended_us);
	return true;
}

static void
reads_begin_at_intervals(void **state)
{
	struct slow_source source;
	struct reader *reader = reader_of(&source, &every_five_seconds);

	(void)state;
	assert_true(read_between(reader, 100 * SECOND, 100 * SECOND + 1000));
	assert_int_equal(reader_next_begin_us(reader), 105 * SECOND);
	assert_int_equal(reader_interval_ms(reader), 5000);
	reader_free(reader);
}

static void
reads_take_their_share_of_the_time_and_no_more(void **state)
{
	static const struct {
		uint32_t share_percent;
		uint64_t interval_seconds; /* that a read of two seconds leads to */
	} cases[] = {{10, 20}, {1, 200}, {50, 5}, {25, 8}, {100, 5}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reader_settings settings = every_five_seconds;
		struct slow_source source;
		struct reader *reader;

		settings.share_percent = cases[i].share_percent;
		reader = reader_of(&source, &settings);
		assert_true(read_between(reader, 100 * SECOND, 102 * SECOND));
		assert_int_equal(reader_next_begin_us(reader), (100 + cases[i].interval_seconds) * SECOND);
		assert_int_equal(reader_interval_ms(reader), cases[i].interval_seconds * 1000);
		reader_free(reader);
	}
}

/* As the agent does that prints once what there is. */
static void
of_a_single_read_the_census_hears_nothing(void **state)
{
	(void)state;
	for (int once = 0; once <= 1; once++) {
		struct reader_settings settings = every_five_seconds;
		struct slow_source source;
		struct reader *reader;

		settings.once = once;
		reader = reader_of(&source, &settings);
		source.has_one = true;
		assert_true(read_between(reader, 100 * SECOND, 101 * SECOND));
		assert_int_equal(snapshot_count(reader_snapshot(reader)), 1);
		assert_int_equal(census_statistics(reader_census(reader))->living, once ? 0 : 1);
		reader_free(reader);
	}
}

static void
an_agent_that_nobody_asks_reads_less_often(void **state)
{
	struct reader_settings settings = every_five_seconds;
	struct slow_source source;
	struct reader *reader;

	(void)state;
	settings.idle_interval_ms = 12000;
	reader = reader_of(&source, &settings);
	assert_true(read_between(reader, 100 * SECOND, 100 * SECOND));
	assert_false(read_between(reader, 105 * SECOND, 105 * SECOND));
	assert_int_equal(reader_next_begin_us(reader), 110 * SECOND);
	assert_false(read_between(reader, 110 * SECOND, 110 * SECOND));
	/* What is left of the idle interval is less than another one. */
	assert_int_equal(reader_next_begin_us(reader), 112 * SECOND);
	assert_int_equal(reader_interval_ms(reader), 12000);
	assert_true(read_between(reader, 112 * SECOND, 112 * SECOND));
	assert_int_equal(reader_statistics(reader)->reads, 2);
	reader_free(reader);
}

static void
whoever_asks_has_it_read_again_within_an_interval(void **state)
{
	struct reader_settings settings = every_five_seconds;
	struct slow_source source;
	struct reader *reader;

	(void)state;
	settings.idle_interval_ms = 3600000;
	reader = reader_of(&source, &settings);
	assert_true(read_between(reader, 100 * SECOND, 100 * SECOND));
	assert_false(read_between(reader, 105 * SECOND, 105 * SECOND));
	reader_note_asked(reader);
	assert_true(read_between(reader, 110 * SECOND, 110 * SECOND));
	/* That was for the one who asked; now it is quiet again. */
	assert_false(read_between(reader, 115 * SECOND, 115 * SECOND));
	reader_free(reader);
}

static void
a_failing_source_is_tried_at_intervals_whether_somebody_asks_or_not(void **state)
{
	struct reader_settings settings = every_five_seconds;
	struct slow_source source;
	struct reader *reader;

	(void)state;
	settings.idle_interval_ms = 3600000;
	reader = reader_of(&source, &settings);
	assert_true(read_between(reader, 100 * SECOND, 100 * SECOND));
	reader_note_asked(reader);
	source.fails = true;
	assert_true(read_between(reader, 105 * SECOND, 105 * SECOND));
	assert_int_equal(reader_status(reader), SOURCE_STATUS_FAILING);
	source.fails = false;
	assert_true(read_between(reader, 110 * SECOND, 110 * SECOND));
	assert_int_equal(reader_status(reader), SOURCE_STATUS_OK);
	reader_free(reader);
}

/* --- events that were missed ------------------------------------------------------------------- */

enum { NOW = 1700000000, HOUR = 3600 };

/* It has one SA, whose birth moves along with the clock. */
struct deaf_source {
	struct source source;
	enum source_news news; /* of the next time that somebody listens */
};

static bool
begin_with_an_sa(struct source *source, struct snapshot *into)
{
	struct sa sa = {.said = {.dst = {SA_ADDRESS_IPV4, {192, 0, 2, 1}}, .protocol = SA_PROTOCOL_ESP, .spi = 1}};

	sa.life[SA_LIFE_ADD].current = 10;
	source->fd = 0;
	return snapshot_add(into, &sa) == 0;
}

static enum source_step
end_at_once(struct source *source)
{
	(void)source;
	return SOURCE_DONE;
}

static enum source_news
listen(struct source *source, void (*take)(const struct sa_event *event, void *data), void *data)
{
	struct deaf_source *const deaf = (struct deaf_source *)source;
	const enum source_news news = deaf->news;

	(void)take;
	(void)data;
	deaf->news = SOURCE_NEWS_NONE;
	return news;
}

static const struct source_ops with_events = {.kind = SOURCE_XFRM,
					      .begin = begin_with_an_sa,
					      .step = end_at_once,
					      .abandon = abandon,
					      .close = abandon,
					      .listen = listen};
static const struct source_ops without_events = {
	.kind = SOURCE_KLIPS, .begin = begin_with_an_sa, .step = end_at_once, .abandon = abandon, .close = abandon};

static void
a_later_birth_is_another_sa_only_where_events_were_missed(void **state)
{
	static const struct {
		const struct source_ops *ops;
		enum source_news news;
		unsigned openings;
		unsigned births;
	} cases[] = {
		{&with_events, SOURCE_NEWS_NONE, 1, 1},
		{&with_events, SOURCE_NEWS_LOST, 1, 2},
		{&with_events, SOURCE_NEWS_NONE, 2, 2},
		{&without_events, SOURCE_NEWS_NONE, 0, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct deaf_source deaf = {.source = {.ops = cases[i].ops, .fd = -1, .news_fd = -1, .openings = 1}};
		struct reader *const reader = reader_new(&deaf.source, &every_five_seconds);

		assert_non_null(reader);
		/* The first two: what was told before the reader came, nobody has heard. */
		for (unsigned read = 0; read < 2; read++) {
			deaf.source.read_seconds = NOW + read;
			assert_true(read_between(reader, (100 + 10 * read) * SECOND, (100 + 10 * read) * SECOND));
		}
		assert_int_equal(census_statistics(reader_census(reader))->births, 1);
		deaf.news = cases[i].news;
		deaf.source.openings = cases[i].openings;
		deaf.source.read_seconds = NOW + HOUR;
		assert_true(read_between(reader, 200 * SECOND, 200 * SECOND));
		assert_int_equal(census_statistics(reader_census(reader))->births, cases[i].births);
		reader_free(reader);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_begin_at_intervals),
		cmocka_unit_test(reads_take_their_share_of_the_time_and_no_more),
		cmocka_unit_test(of_a_single_read_the_census_hears_nothing),
		cmocka_unit_test(an_agent_that_nobody_asks_reads_less_often),
		cmocka_unit_test(whoever_asks_has_it_read_again_within_an_interval),
		cmocka_unit_test(a_failing_source_is_tried_at_intervals_whether_somebody_asks_or_not),
		cmocka_unit_test(a_later_birth_is_another_sa_only_where_events_were_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
