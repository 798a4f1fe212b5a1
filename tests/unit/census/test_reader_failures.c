/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Reads that are interrupted, fail, or stay away: what is served meanwhile.  The source does what the test has
 * written down for each of its reads, and each good read brings one SA, whose SPI is the read's number.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "census/reader.h"

enum { SECOND = 1000000, STALE_AFTER = 60 };

static struct script {
	struct source source;
	const enum source_step *ends; /* of the reads to come; then all are good */
	size_t left;
	struct snapshot *into;
	uint32_t begun;
	bool cannot_begin;
} script;

static bool
begin(struct source *source, struct snapshot *into)
{
	script.begun++;
	script.into = into;
	source->fd = 0;
	snprintf(source->error, sizeof(source->error), "cannot begin");
	return !script.cannot_begin;
}

static enum source_step
step(struct source *source)
{
	const enum source_step end = script.left > 0 ? *script.ends : SOURCE_DONE;
	struct sa sa = {.said = {.protocol = SA_PROTOCOL_ESP, .spi = script.begun}};

	sa.said.dst.type = SA_ADDRESS_IPV4;
	if (script.left > 0) {
		script.ends++;
		script.left--;
	}
	/* Also a read that comes to nothing has brought something by then. */
	assert_int_equal(snapshot_add(script.into, &sa), 0);
	if (end == SOURCE_FAILED)
		snprintf(source->error, sizeof(source->error), "read %u failed", script.begun);
	return end;
}

static void
nothing(struct source *source)
{
	(void)source;
}

static const struct source_ops ops = {
	.kind = SOURCE_XFRM, .begin = begin, .step = step, .abandon = nothing, .close = nothing};

static const struct reader_settings settings = {
	.interval_ms = 5000, .stale_after_ms = STALE_AFTER * 1000, .share_percent = 10};

static struct reader *
reader_of(const enum source_step *ends, size_t count)
{
	struct reader *reader;

	script = (struct script){.source = {.ops = &ops, .fd = -1, .news_fd = -1}, .ends = ends, .left = count};
	reader = reader_new(&script.source, &settings);
	assert_non_null(reader);
	return reader;
}

static void
read_at(struct reader *reader, uint64_t seconds)
{
	enum reader_wait wait = reader_begin(reader, seconds * SECOND);

	while (wait != READER_IDLE)
		wait = reader_step(reader, seconds * SECOND);
}

/* The SPI of the one SA that is served, or 0 where none is. */
static uint32_t
served(const struct reader *reader)
{
	const struct snapshot *snapshot = reader_snapshot(reader);
	struct sa sa;

	if (!snapshot || snapshot_count(snapshot) == 0)
		return 0;
	assert_int_equal(snapshot_count(snapshot), 1);
	snapshot_at(snapshot, 0, &sa);
	return sa.said.spi;
}

static void
an_interrupted_read_is_begun_again(void **state)
{
	static const enum source_step ends[] = {SOURCE_INTERRUPTED};
	struct reader *reader = reader_of(ends, 1);

	(void)state;
	read_at(reader, 100);
	assert_int_equal(script.begun, 2);
	assert_int_equal(served(reader), 2);
	assert_int_equal(reader_status(reader), SOURCE_STATUS_OK);
	assert_int_equal(reader_statistics(reader)->interrupted_reads, 1);
	assert_int_equal(reader_statistics(reader)->reads, 1);
	reader_free(reader);
}

static void
a_list_that_never_stands_still_is_given_up(void **state)
{
	static const enum source_step ends[] = {SOURCE_DONE,	    SOURCE_INTERRUPTED, SOURCE_INTERRUPTED,
						SOURCE_INTERRUPTED, SOURCE_INTERRUPTED, SOURCE_INTERRUPTED};
	struct reader *reader = reader_of(ends, 6);

	(void)state;
	read_at(reader, 100);
	read_at(reader, 105);
	assert_int_equal(script.begun, 1 + 5);
	assert_int_equal(served(reader), 1);
	assert_int_equal(reader_status(reader), SOURCE_STATUS_FAILING);
	assert_int_equal(reader_statistics(reader)->failed_reads, 1);
	assert_string_equal(reader_error(reader), "the kernel's list changed during each of several reads in a row");
	read_at(reader, 110);
	assert_int_equal(reader_status(reader), SOURCE_STATUS_OK);
	assert_int_equal(served(reader), script.begun);
	reader_free(reader);
}

static void
the_last_good_read_is_served_until_it_is_stale(void **state)
{
	static const enum source_step ends[] = {SOURCE_DONE, SOURCE_FAILED, SOURCE_FAILED, SOURCE_FAILED};
	struct reader *reader = reader_of(ends, 4);

	(void)state;
	assert_int_equal(reader_status(reader), SOURCE_STATUS_NOT_YET_READ);
	read_at(reader, 100);
	read_at(reader, 105);
	assert_int_equal(served(reader), 1);
	assert_int_equal(reader_status(reader), SOURCE_STATUS_FAILING);
	assert_string_equal(reader_error(reader), "read 2 failed");
	assert_int_equal(reader_statistics(reader)->committed_at_us, (uint64_t)100 * SECOND);
	read_at(reader, 100 + STALE_AFTER - 1);
	assert_int_equal(served(reader), 1);
	read_at(reader, 100 + STALE_AFTER);
	assert_int_equal(served(reader), 0);
	assert_int_equal(reader_status(reader), SOURCE_STATUS_STALE);
	read_at(reader, 200);
	assert_int_equal(served(reader), 5);
	assert_int_equal(reader_status(reader), SOURCE_STATUS_OK);
	assert_string_equal(reader_error(reader), "");
	reader_free(reader);
}

static void
a_source_that_cannot_begin_has_failed(void **state)
{
	struct reader *reader = reader_of(NULL, 0);

	(void)state;
	script.cannot_begin = true;
	read_at(reader, 100);
	assert_int_equal(reader_status(reader), SOURCE_STATUS_FAILING);
	assert_string_equal(reader_error(reader), "cannot begin");
	assert_null(reader_snapshot(reader));
	script.cannot_begin = false;
	read_at(reader, 105);
	assert_int_equal(served(reader), 2);
	reader_free(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupted_read_is_begun_again),
		cmocka_unit_test(a_list_that_never_stands_still_is_given_up),
		cmocka_unit_test(the_last_good_read_is_served_until_it_is_stale),
		cmocka_unit_test(a_source_that_cannot_begin_has_failed),
	};

	return cmocka_run_group_tests_name("reader, failures", tests, NULL, NULL);
}
