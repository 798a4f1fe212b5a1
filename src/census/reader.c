/* SPDX-License-Identifier: BSD-3-Clause */
#include "census/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

/* A step should take about a tenth of a millisecond, since a request may have to wait for it. */
enum { SORT_BUDGET = 2000, SURVEY_BUDGET = 500, SETTLE_BUDGET = 500 };
/* The end of a policy, which may be that of a tunnel, takes as much time as this number of SAs. */
enum { POLICY_COSTS = 4 };
/* If the kernel's list changes faster than it can be dumped, the read fails after this number of attempts. */
enum { MAX_INTERRUPTIONS = 5 };
/* How soon a read follows lost events. */
enum { MAKE_GOOD_US = 100 * 1000 };

/* Before a read is surveyed, all events from before its end must have been taken. */
enum phase { IDLE, READING, HEARING, SORTING, SURVEYING, TRIMMING };

struct reader {
	struct source *source;
	struct reader_settings settings;
	enum phase phase;
	enum source_status status;
	/* current is served; next is being filled; spare is an old one whose memory is reused. */
	struct snapshot *current, *next, *spare;
	struct census *census;
	struct policies *policies;
	bool asked;	     /* since the last read began */
	bool must_make_good; /* events were lost, or did not suffice, since the read under way, or the last one, began */
	uint64_t heard_all_us; /* when all events had last been taken */
	uint32_t late_seconds; /* how long the events that are being taken may have waited */
	unsigned openings;     /* of the source, when the last read began */
	uint64_t began_us, next_begin_us;
	uint32_t interval_ms;
	unsigned interruptions; /* of the read under way */
	struct reader_statistics statistics;
	char error[sizeof(((struct source *)0)->error)];
};

static void
take_policy(void *data, const struct policy_event *event)
{
	policies_take(data, event);
}

struct reader *
reader_new(struct source *source, const struct reader_settings *settings)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		source->ops->close(source);
		return NULL;
	}
	reader->source = source;
	reader->census = census_new();
	reader->policies = policies_new();
	if (!reader->census || !reader->policies) {
		reader_free(reader);
		return NULL;
	}
	source->take_policy = take_policy;
	source->take_policy_data = reader->policies;
	reader->settings = *settings;
	reader->status = SOURCE_STATUS_NOT_YET_READ;
	reader->interval_ms = settings->interval_ms;
	reader->heard_all_us = clock_monotonic_us();
	return reader;
}

void
reader_free(struct reader *reader)
{
	if (!reader)
		return;
	reader->source->ops->close(reader->source);
	snapshot_free(reader->current);
	snapshot_free(reader->next);
	snapshot_free(reader->spare);
	census_free(reader->census);
	policies_free(reader->policies);
	free(reader);
}

void
reader_configure(struct reader *reader, const struct reader_settings *settings)
{
	const uint64_t next_us = reader->began_us + (uint64_t)settings->interval_ms * 1000;

	reader->settings = *settings;
	if (next_us < reader->next_begin_us) {
		reader->next_begin_us = next_us;
		reader->interval_ms = settings->interval_ms;
	}
}

/* --- the end of a read ------------------------------------------------------------------------- */

static void
hurry(struct reader *reader, uint64_t now_us)
{
	if (reader->next_begin_us > now_us + MAKE_GOOD_US)
		reader->next_begin_us = now_us + MAKE_GOOD_US;
}

static void
schedule_next(struct reader *reader, uint64_t now_us)
{
	const uint64_t took_us = now_us - reader->began_us;
	const uint64_t regular_us = reader->began_us + (uint64_t)reader->settings.interval_ms * 1000;
	const uint64_t modest_us =
		now_us + took_us * (100 - reader->settings.share_percent) / reader->settings.share_percent;

	reader->next_begin_us = regular_us > modest_us ? regular_us : modest_us;
	if (reader->must_make_good)
		hurry(reader, now_us);
	reader->interval_ms = (uint32_t)((reader->next_begin_us - reader->began_us) / 1000);
}

static void
retire(struct reader *reader, struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	snapshot_free(reader->spare);
	reader->spare = snapshot;
}

static void
withdraw_if_stale(struct reader *reader, uint64_t now_us)
{
	const uint64_t age_us = now_us - reader->statistics.committed_at_us;

	if (!reader->current) {
		reader->status = reader->status == SOURCE_STATUS_NOT_YET_READ ? SOURCE_STATUS_FAILING : reader->status;
		return;
	}
	if (age_us < (uint64_t)reader->settings.stale_after_ms * 1000) {
		reader->status = SOURCE_STATUS_FAILING;
		return;
	}
	retire(reader, reader->current);
	reader->current = NULL;
	reader->status = SOURCE_STATUS_STALE;
}

static enum reader_wait
fail(struct reader *reader, const char *error, uint64_t now_us)
{
	snprintf(reader->error, sizeof(reader->error), "%s", error);
	reader->statistics.failed_reads++;
	retire(reader, reader->next);
	reader->next = NULL;
	reader->phase = IDLE;
	census_abandon(reader->census);
	policies_abandon(reader->policies);
	withdraw_if_stale(reader, now_us);
	schedule_next(reader, now_us);
	return READER_IDLE;
}

static enum reader_wait
commit(struct reader *reader, uint64_t now_us)
{
	struct snapshot *old = reader->current;

	reader->current = reader->next;
	reader->next = NULL;
	reader->status = SOURCE_STATUS_OK;
	reader->error[0] = '\0';
	reader->statistics.reads++;
	reader->statistics.last_read_us = now_us - reader->began_us;
	reader->statistics.committed_at_us = now_us;
	retire(reader, old);
	schedule_next(reader, now_us);
	reader->phase = TRIMMING;
	return READER_WORK;
}

/* --- a read ------------------------------------------------------------------------------------ */

static bool
prepare_next(struct reader *reader)
{
	if (!reader->next) {
		reader->next = reader->spare ? reader->spare : snapshot_new();
		reader->spare = NULL;
	}
	if (reader->next)
		snapshot_begin(reader->next, reader->current);
	return reader->next != NULL;
}

/* Whether events may have been missed since the last read began, as is always the case if there are none. */
static bool
was_deaf(struct reader *reader)
{
	const unsigned before = reader->openings;

	reader->openings = reader->source->openings;
	return !reader->source->ops->listen || reader->openings != before;
}

static enum reader_wait
read_from_start(struct reader *reader, uint64_t now_us)
{
	if (!prepare_next(reader))
		return fail(reader, "out of memory", now_us);
	census_begin(reader->census);
	policies_begin(reader->policies);
	reader->must_make_good = false;
	if (!reader->source->ops->begin(reader->source, reader->next))
		return fail(reader, reader->source->error, now_us);
	if (was_deaf(reader))
		census_missed(reader->census);
	reader->phase = READING;
	return READER_WAIT_FD;
}

static enum reader_wait
read_step(struct reader *reader, uint64_t now_us)
{
	switch (reader->source->ops->step(reader->source)) {
	case SOURCE_AGAIN:
		return READER_WAIT_FD;
	case SOURCE_DONE:
		reader->phase = HEARING;
		return READER_WORK;
	case SOURCE_INTERRUPTED:
		reader->statistics.interrupted_reads++;
		if (++reader->interruptions < MAX_INTERRUPTIONS)
			return read_from_start(reader, now_us);
		return fail(reader, "the kernel's list changed during each of several reads in a row", now_us);
	case SOURCE_FAILED:
		break;
	}
	return fail(reader, reader->source->error, now_us);
}

static void
take_event(const struct sa_event *event, void *data)
{
	struct reader *reader = data;

	census_event(reader->census, event, reader->source->now_seconds);
}

/* The kernel does not report the time of an event; it is only known that it happened after the last look. */
static uint32_t
lateness(const struct reader *reader, uint64_t now_us)
{
	const uint64_t unheard_us = now_us - reader->heard_all_us;

	return unheard_us > READER_PROMPT_US ? (uint32_t)((unheard_us + 999999) / 1000000) : 0;
}

static bool
wants_read(enum source_news news)
{
	return news == SOURCE_NEWS_LOST || news == SOURCE_NEWS_READ;
}

/* Lives that flushes have ended are ended before later events are taken. */
static bool
settle_step(struct reader *reader, size_t budget)
{
	return policies_settle_step(reader->policies, budget / POLICY_COSTS) &&
	       census_settle_step(reader->census, budget);
}

static enum source_news
listen_to_source(struct reader *reader)
{
	const uint64_t now_us = clock_monotonic_us();
	enum source_news news;

	if (!reader->source->ops->listen)
		return SOURCE_NEWS_NONE;
	if (!settle_step(reader, SETTLE_BUDGET))
		return SOURCE_NEWS_MORE;
	reader->late_seconds = lateness(reader, now_us);
	news = reader->source->ops->listen(reader->source, take_event, reader);
	reader->late_seconds = 0;
	if (news == SOURCE_NEWS_NONE)
		reader->heard_all_us = now_us;
	if (news == SOURCE_NEWS_LOST) {
		reader->statistics.lost_news++;
		census_missed(reader->census);
	}
	reader->must_make_good = reader->must_make_good || wants_read(news);
	if (news == SOURCE_NEWS_NONE && !settle_step(reader, 0))
		news = SOURCE_NEWS_MORE;
	return news;
}

static bool
survey_step(struct reader *reader)
{
	return policies_survey_step(reader->policies, SURVEY_BUDGET) &&
	       (reader->settings.once ||
		census_survey_step(reader->census, reader->next, reader->source->read_seconds, SURVEY_BUDGET));
}

static enum reader_wait
do_step(struct reader *reader, uint64_t now_us)
{
	switch (reader->phase) {
	case READING:
		return read_step(reader, now_us);
	case HEARING:
		if (listen_to_source(reader) == SOURCE_NEWS_NONE)
			reader->phase = SORTING;
		return READER_WORK;
	case SORTING:
		if (snapshot_sort_step(reader->next, SORT_BUDGET))
			reader->phase = SURVEYING;
		return READER_WORK;
	case SURVEYING:
		return survey_step(reader) ? commit(reader, now_us) : READER_WORK;
	case TRIMMING:
		if (reader->spare && !snapshot_trim_step(reader->spare, reader->current))
			return READER_WORK;
		reader->phase = IDLE;
		return READER_IDLE;
	case IDLE:
		break;
	}
	return READER_IDLE;
}

/* Whether no read is needed yet; if so, the next check for requests is after an interval. */
static bool
can_wait(struct reader *reader, uint64_t now_us)
{
	const uint64_t idle_until_us = reader->began_us + (uint64_t)reader->settings.idle_interval_ms * 1000;
	const uint64_t again_us = now_us + (uint64_t)reader->settings.interval_ms * 1000;

	if (reader->asked || reader->must_make_good || reader->status != SOURCE_STATUS_OK || now_us >= idle_until_us)
		return false;
	reader->next_begin_us = again_us < idle_until_us ? again_us : idle_until_us;
	reader->interval_ms = (uint32_t)((reader->next_begin_us - reader->began_us) / 1000);
	return true;
}

void
reader_note_asked(struct reader *reader)
{
	reader->asked = true;
}

enum reader_wait
reader_begin(struct reader *reader, uint64_t now_us)
{
	if (reader->phase != IDLE)
		return READER_WORK;
	if (can_wait(reader, now_us))
		return READER_IDLE;
	reader->asked = false;
	reader->began_us = now_us;
	reader->interruptions = 0;
	return read_from_start(reader, now_us);
}

static void
note_step(struct reader *reader, uint64_t before_us)
{
	const uint64_t took_us = clock_monotonic_us() - before_us;

	if (took_us > reader->statistics.longest_step_us)
		reader->statistics.longest_step_us = took_us;
}

enum reader_wait
reader_step(struct reader *reader, uint64_t now_us)
{
	const uint64_t before_us = clock_monotonic_us();
	const enum reader_wait wait = do_step(reader, now_us);

	note_step(reader, before_us);
	return wait;
}

enum source_news
reader_listen(struct reader *reader, uint64_t now_us)
{
	const uint64_t before_us = clock_monotonic_us();
	const enum source_news news = listen_to_source(reader);

	if (wants_read(news) && reader->phase == IDLE)
		hurry(reader, now_us);
	note_step(reader, before_us);
	return news;
}

/* --- queries ----------------------------------------------------------------------------------- */

int
reader_fd(const struct reader *reader)
{
	return reader->source->fd;
}

int
reader_news_fd(const struct reader *reader)
{
	return reader->source->news_fd;
}

struct census *
reader_census(const struct reader *reader)
{
	return reader->census;
}

struct policies *
reader_policies(const struct reader *reader)
{
	return reader->policies;
}

uint32_t
reader_late_seconds(const struct reader *reader)
{
	return reader->late_seconds;
}

uint64_t
reader_next_begin_us(const struct reader *reader)
{
	return reader->next_begin_us;
}

uint32_t
reader_interval_ms(const struct reader *reader)
{
	return reader->interval_ms;
}

const struct snapshot *
reader_snapshot(const struct reader *reader)
{
	return reader->current;
}

enum source_status
reader_status(const struct reader *reader)
{
	return reader->status;
}

const char *
reader_error(const struct reader *reader)
{
	return reader->error;
}

const struct reader_statistics *
reader_statistics(const struct reader *reader)
{
	return &reader->statistics;
}

const struct source *
reader_source(const struct reader *reader)
{
	return reader->source;
}
