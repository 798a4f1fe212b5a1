/* SPDX-License-Identifier: BSD-3-Clause */

/* Each test tells the census a story, and compares what its observer was told with what should have been. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "census/census.h"

enum { NOW = 1700000000, BUDGET = 2 };

struct story {
	struct census *census;
	struct snapshot *snapshot;
	int later_seconds;		    /* than NOW are reads */
	bool hears_all;			    /* the source tells events, and none was missed */
	const struct census_sa *living[16]; /* by SPI; records do not move between two surveys */
	char heard[1024];
};

static void
hear(struct story *story, const char *word, const struct census_sa *record, const struct sa *sa)
{
	const size_t length = strlen(story->heard);
	struct sa_said said;

	sa_key_said(&record->key, &said);
	if (sa)
		snprintf(story->heard + length, sizeof(story->heard) - length, "%s %x:%d ", word, said.spi,
			 (int)sa->life[SA_LIFE_PACKETS].current);
	else
		snprintf(story->heard + length, sizeof(story->heard) - length, "%s %x:(%d) ", word, said.spi,
			 (int)record->packets);
}

static void
on_born(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	struct story *story = data;

	if (sa->said.spi < sizeof(story->living) / sizeof(story->living[0]))
		story->living[sa->said.spi] = record;
	hear(data, attended ? "born" : "found", record, sa);
}

static void
on_seen(void *data, struct census_sa *record, const struct sa *sa)
{
	hear(data, "seen", record, sa);
}

static void
on_updated(void *data, struct census_sa *record, const struct sa *sa)
{
	(void)sa;
	hear(data, "updated", record, NULL);
}

static void
on_expired(void *data, struct census_sa *record, const struct sa *sa, bool hard)
{
	hear(data, hard ? "hard" : "soft", record, sa);
}

static void
on_gone(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	static const char *const words[] = {"deleted", "expired", "flushed", "unattended"};
	struct story *story = data;

	for (size_t i = 0; i < sizeof(story->living) / sizeof(story->living[0]); i++) {
		if (story->living[i] == record)
			story->living[i] = NULL;
	}
	hear(data, words[end], record, sa);
}

static const struct census_observer observer = {
	.born = on_born,
	.seen = on_seen,
	.updated = on_updated,
	.expired = on_expired,
	.gone = on_gone,
};

static int
begin_story(void **state)
{
	struct story *story = calloc(1, sizeof(*story));

	story->census = census_new();
	story->snapshot = snapshot_new();
	census_observe(story->census, &observer, story);
	*state = story;
	return 0;
}

static int
end_story(void **state)
{
	struct story *story = *state;

	census_free(story->census);
	snapshot_free(story->snapshot);
	free(story);
	return 0;
}

/* --- words to tell stories with ---------------------------------------------------------------- */

static struct sa
an_sa(uint32_t spi, uint64_t packets, uint64_t age_seconds)
{
	struct sa sa = {.said = {.dst = {SA_ADDRESS_IPV4, {192, 0, 2, 1}}, .protocol = SA_PROTOCOL_ESP, .spi = spi},
			.direction = SA_DIRECTION_IN,
			.state = SA_STATE_MATURE};

	sa.life[SA_LIFE_PACKETS].current = packets;
	sa.life[SA_LIFE_BYTES].current = 100 * packets;
	sa.life[SA_LIFE_ADD].current = age_seconds;
	return sa;
}

static struct sa
an_sa_in_use(uint32_t spi, uint64_t packets, uint64_t age_seconds, uint64_t use_seconds)
{
	struct sa sa = an_sa(spi, packets, age_seconds);

	sa.life[SA_LIFE_USE].current = use_seconds;
	return sa;
}

static void
tell(struct story *story, enum sa_event_kind kind, struct sa sa)
{
	const struct sa_event event = {.kind = kind, .sa = sa};

	census_event(story->census, &event, NOW);
}

static void
begin(struct story *story)
{
	census_begin(story->census);
	if (!story->hears_all)
		census_missed(story->census);
	snapshot_begin(story->snapshot, NULL);
}

static void
read_sa(struct story *story, struct sa sa)
{
	assert_int_equal(snapshot_add(story->snapshot, &sa), 0);
}

static void
end(struct story *story)
{
	while (!snapshot_sort_step(story->snapshot, 100))
		;
	while (!census_survey_step(story->census, story->snapshot, NOW + story->later_seconds, BUDGET))
		;
}

static void
expect(struct story *story, const char *heard)
{
	assert_string_equal(story->heard, heard);
	story->heard[0] = '\0';
}

/* --- stories ----------------------------------------------------------------------------------- */

static void
a_source_without_events(void **state)
{
	struct story *story = *state;

	begin(story);
	read_sa(story, an_sa(1, 10, 5));
	read_sa(story, an_sa(2, 20, 5));
	end(story);
	expect(story, "found 1:10 found 2:20 ");
	begin(story);
	read_sa(story, an_sa(2, 21, 10));
	read_sa(story, an_sa(3, 0, 1));
	end(story);
	expect(story, "seen 2:21 found 3:0 unattended 1:(10) ");
	assert_int_equal(census_statistics(story->census)->living, 2);
	assert_int_equal(census_statistics(story->census)->ends[CENSUS_UNATTENDED], 1);
}

static void
a_whole_life_between_two_reads(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	tell(story, SA_EVENT_DELETED, an_sa(1, 7, 3));
	expect(story, "born 1:0 seen 1:7 deleted 1:7 ");
	begin(story);
	end(story);
	expect(story, "");
}

static void
a_deletion_of_one_never_seen_has_its_figures(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_DELETED, an_sa(1, 7, 3));
	expect(story, "found 1:7 deleted 1:7 ");
}

static void
one_that_dies_while_it_is_read_stays_dead(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	begin(story);
	read_sa(story, an_sa(1, 5, 1));
	tell(story, SA_EVENT_DELETED, an_sa(1, 6, 1));
	end(story);
	expect(story, "born 1:0 seen 1:6 deleted 1:6 ");
	begin(story);
	end(story);
	expect(story, "");
	assert_null(story->living[1]);
}

static void
one_that_is_born_while_it_is_read_lives(void **state)
{
	struct story *story = *state;

	begin(story);
	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0)); /* the dump had passed its place */
	tell(story, SA_EVENT_NEW, an_sa(2, 0, 0));
	read_sa(story, an_sa(2, 3, 0));
	end(story);
	expect(story, "born 1:0 born 2:0 ");
	begin(story);
	read_sa(story, an_sa(1, 1, 1));
	read_sa(story, an_sa(2, 4, 1));
	end(story);
	expect(story, "seen 1:1 seen 2:4 ");
}

/* The read may have the first or the second SA of that name; only the next one is to be believed. */
static void
one_name_twice_during_a_read(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	begin(story);
	read_sa(story, an_sa(1, 50, 9));
	tell(story, SA_EVENT_DELETED, an_sa(1, 60, 9));
	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	end(story);
	expect(story, "born 1:0 seen 1:60 deleted 1:60 born 1:0 ");
	begin(story);
	read_sa(story, an_sa(1, 2, 0));
	end(story);
	expect(story, "seen 1:2 ");
}

static void
a_flush_ends_all_of_its_kind_and_a_late_read_does_not_raise_them(void **state)
{
	const struct sa_event flush = {.kind = SA_EVENT_FLUSHED, .flushed_protocol = SA_PROTOCOL_ESP};
	struct story *story = *state;
	struct sa other = an_sa(2, 9, 1);

	other.said.protocol = SA_PROTOCOL_AH;
	tell(story, SA_EVENT_NEW, an_sa(1, 4, 0));
	tell(story, SA_EVENT_NEW, other);
	begin(story);
	read_sa(story, an_sa(1, 5, 1));
	read_sa(story, other);
	census_event(story->census, &flush, NOW);
	end(story);
	expect(story, "born 1:4 born 2:9 flushed 1:(4) seen 2:9 ");
	assert_int_equal(census_statistics(story->census)->ends[CENSUS_FLUSHED], 1);
}

static void
a_flush_comes_before_what_comes_after_it(void **state)
{
	const struct sa_event flush = {.kind = SA_EVENT_FLUSHED, .flushed_protocol = 0};
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(1, 4, 0));
	tell(story, SA_EVENT_NEW, an_sa(2, 5, 0));
	tell(story, SA_EVENT_NEW, an_sa(3, 6, 0));
	census_event(story->census, &flush, NOW);
	expect(story, "born 1:4 born 2:5 born 3:6 ");
	/* Nothing has been settled yet when one of them is made anew. */
	tell(story, SA_EVENT_NEW, an_sa(2, 0, 0));
	expect(story, "flushed 2:(5) born 2:0 ");
	while (!census_settle_step(story->census, 1))
		;
	expect(story, "flushed 1:(4) flushed 3:(6) ");
	begin(story);
	read_sa(story, an_sa(2, 1, 1));
	end(story);
	expect(story, "seen 2:1 ");
	assert_int_equal(census_statistics(story->census)->ends[CENSUS_FLUSHED], 3);
}

static void
many_flushes_at_once_are_all_obeyed(void **state)
{
	struct sa_event flush = {.kind = SA_EVENT_FLUSHED, .flushed_protocol = SA_PROTOCOL_ESP};
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(1, 4, 0));
	for (unsigned i = 0; i < 20; i++) {
		census_event(story->census, &flush, NOW);
		flush.flushed_protocol = SA_PROTOCOL_AH;
	}
	while (!census_settle_step(story->census, 1000))
		;
	expect(story, "born 1:4 flushed 1:(4) ");
}

static void
a_hard_expiry_is_an_end_and_a_soft_one_is_not(void **state)
{
	struct story *story = *state;
	const struct sa_event hard = {.kind = SA_EVENT_EXPIRED, .hard = true, .sa = an_sa(1, 9, 3)};

	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	tell(story, SA_EVENT_EXPIRED, an_sa(1, 5, 2));
	census_event(story->census, &hard, NOW);
	expect(story, "born 1:0 seen 1:5 soft 1:5 seen 1:9 hard 1:9 expired 1:9 ");
}

static void
an_update_brings_no_counters(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(1, 30, 5));
	tell(story, SA_EVENT_UPDATED, an_sa(1, 0, 0));
	begin(story);
	read_sa(story, an_sa(1, 31, 6));
	end(story);
	expect(story, "born 1:30 updated 1:(30) seen 1:31 ");
}

/* IKE sets an SPI aside, and seconds later an update puts the keyed SA in its place. */
static void
a_larval_sa_that_gets_its_keys_is_one_life(void **state)
{
	struct story *story = *state;
	struct sa larval = an_sa(1, 0, 4);

	larval.state = SA_STATE_LARVAL;
	begin(story);
	read_sa(story, larval);
	end(story);
	tell(story, SA_EVENT_UPDATED, an_sa(1, 0, 0));
	begin(story);
	read_sa(story, an_sa(1, 3, 1));
	end(story);
	expect(story, "found 1:0 seen 1:0 updated 1:(0) seen 1:3 ");
}

static void
a_read_shows_an_sa_that_was_there_before_it(void **state)
{
	const struct sa before = an_sa(1, 0, 0), keyed = an_sa(2, 0, 0), meanwhile = an_sa(3, 0, 0);
	struct story *story = *state;
	struct sa larval = keyed;

	larval.state = SA_STATE_LARVAL;
	tell(story, SA_EVENT_NEW, before);
	assert_false(story->living[1]->was_read);
	begin(story);
	read_sa(story, before);
	read_sa(story, larval);
	tell(story, SA_EVENT_NEW, meanwhile);
	read_sa(story, meanwhile);
	end(story);
	assert_true(story->living[1]->was_read);
	assert_true(story->living[2]->was_read);
	assert_false(story->living[3]->was_read);
	/* With its keys it begins to live. */
	tell(story, SA_EVENT_UPDATED, keyed);
	assert_false(story->living[2]->was_read);
}

static void
a_larval_sa_that_vanishes_is_not_missed(void **state)
{
	struct story *story = *state;
	struct sa larval = an_sa(0, 0, 4);

	larval.state = SA_STATE_LARVAL;
	begin(story);
	read_sa(story, larval);
	end(story);
	begin(story);
	end(story);
	expect(story, "found 0:0 unattended 0:(0) ");
	assert_int_equal(census_statistics(story->census)->ends[CENSUS_UNATTENDED], 0);
}

static void
counters_that_went_back_are_another_sa(void **state)
{
	struct story *story = *state;

	begin(story);
	read_sa(story, an_sa(1, 100, 50));
	end(story);
	begin(story);
	read_sa(story, an_sa(1, 3, 51));
	end(story);
	expect(story, "found 1:100 unattended 1:(100) found 1:3 ");
}

static void
a_later_birth_is_another_sa(void **state)
{
	struct story *story = *state;

	begin(story);
	read_sa(story, an_sa(1, 100, 50));
	end(story);
	begin(story);
	read_sa(story, an_sa(1, 300, 5));
	end(story);
	expect(story, "found 1:100 unattended 1:(100) found 1:300 ");
	story->later_seconds = -100; /* the clock was set back */
	begin(story);
	read_sa(story, an_sa(1, 300, 0));
	end(story);
	expect(story, "seen 1:300 ");
}

static void
an_sa_that_is_new_in_a_read_may_be_from_before_a_clock_was_set_back(void **state)
{
	struct story *story = *state;

	for (story->later_seconds = 0; story->later_seconds < 50; story->later_seconds += 10) {
		begin(story);
		read_sa(story, an_sa(1, 100, 0));
		end(story);
		expect(story, story->later_seconds == 0 ? "found 1:100 " : "seen 1:100 ");
	}
	begin(story);
	read_sa(story, an_sa(1, 100, 3)); /* now its birth is known: two seconds ago */
	end(story);
	expect(story, "seen 1:100 ");
	story->later_seconds += 60;
	begin(story);
	read_sa(story, an_sa(1, 100, 0));
	end(story);
	expect(story, "unattended 1:(100) found 1:100 ");
}

static void
an_sa_that_is_born_anew_unheard_is_known_by_its_birth(void **state)
{
	struct story *story = *state;
	struct sa_event expiry = {.kind = SA_EVENT_EXPIRED, .sa = an_sa(1, 200, 0)};

	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	expect(story, "born 1:0 ");
	story->later_seconds = 10;
	census_event(story->census, &expiry, NOW + story->later_seconds);
	expect(story, "unattended 1:(0) found 1:200 soft 1:200 ");
}

/* When the clock is set forward, the kernel moves an SA's birth along (xfrm_timer_handler() in net/xfrm/xfrm_state.c). */
static void
an_sa_whose_birth_is_moved_is_known_by_its_first_use(void **state)
{
	enum { HOUR = 3600 };
	struct story *story = *state;
	struct sa_event expiry = {.kind = SA_EVENT_EXPIRED, .sa = an_sa_in_use(1, 120, 3, HOUR + 50)};

	begin(story);
	read_sa(story, an_sa_in_use(1, 100, 60, 40));
	end(story);
	expect(story, "found 1:100 ");
	census_event(story->census, &expiry, NOW + HOUR + 10);
	expect(story, "seen 1:120 soft 1:120 ");
	story->later_seconds = HOUR + 20;
	begin(story);
	read_sa(story, an_sa_in_use(1, 130, 13, HOUR + 60));
	end(story);
	expect(story, "seen 1:130 ");
	/* And set back, its first use may be yet to come. */
	story->later_seconds = -10000;
	begin(story);
	read_sa(story, an_sa_in_use(1, 140, 0, 0));
	end(story);
	expect(story, "seen 1:140 ");
}

/* One that nobody has used yet has nothing else to be known by. */
static void
a_later_birth_is_no_other_sa_where_no_event_was_missed(void **state)
{
	enum { HOUR = 3600 };
	struct story *story = *state;

	story->hears_all = true;
	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	begin(story);
	read_sa(story, an_sa(1, 0, 1));
	end(story);
	expect(story, "born 1:0 seen 1:0 ");
	story->later_seconds = HOUR;
	begin(story);
	read_sa(story, an_sa(1, 7, 3));
	end(story);
	expect(story, "seen 1:7 ");
	census_missed(story->census);
	story->later_seconds += 100;
	begin(story);
	read_sa(story, an_sa(1, 8, 3));
	end(story);
	expect(story, "unattended 1:(7) found 1:8 ");
	story->later_seconds += 100;
	begin(story);
	read_sa(story, an_sa(1, 9, 3));
	end(story);
	expect(story, "seen 1:9 ");
}

/* One that a peer's move made of another (xfrm_state_migrate()) has its birth, but not what it has counted. */
static void
a_later_first_use_is_another_sa(void **state)
{
	struct story *story = *state;

	begin(story);
	read_sa(story, an_sa_in_use(1, 100, 50, 50));
	end(story);
	story->later_seconds = 20;
	begin(story);
	read_sa(story, an_sa_in_use(1, 300, 70, 10));
	end(story);
	expect(story, "found 1:100 unattended 1:(100) found 1:300 ");
}

static void
a_restored_sa_is_known_by_its_first_use(void **state)
{
	enum { HOUR = 3600 };
	struct story *story = *state;
	struct census *const before = census_new();
	const struct sa sa = an_sa_in_use(1, 100, 60, 40);
	const struct sa_event born = {.kind = SA_EVENT_NEW, .sa = sa};
	struct sa_key key;

	sa_key_make(&key, &sa.said);
	census_event(before, &born, NOW);
	assert_non_null(census_restore(story->census, census_find(before, &key)));
	census_free(before);
	story->later_seconds = HOUR + 10;
	begin(story);
	read_sa(story, an_sa_in_use(1, 110, 3, HOUR + 50));
	end(story);
	expect(story, "seen 1:110 ");
}

static void
what_an_event_told_during_a_read_is_newer(void **state)
{
	struct story *story = *state;
	struct sa_event expiry = {.kind = SA_EVENT_EXPIRED, .sa = an_sa(1, 200, 5)};
	struct sa larval = an_sa(2, 0, 5);

	larval.state = SA_STATE_LARVAL;
	begin(story);
	read_sa(story, an_sa(1, 100, 5));
	read_sa(story, larval);
	end(story);
	expect(story, "found 1:100 found 2:0 ");
	begin(story);
	read_sa(story, an_sa(1, 150, 5));
	read_sa(story, larval);
	census_event(story->census, &expiry, NOW);
	tell(story, SA_EVENT_UPDATED, an_sa(2, 0, 0));
	end(story);
	expect(story, "seen 1:200 soft 1:200 seen 2:0 updated 2:(0) ");
	assert_int_equal(story->living[2]->state, SA_STATE_MATURE);
}

static void
a_read_that_failed_changes_nothing(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	begin(story);
	tell(story, SA_EVENT_DELETED, an_sa(1, 2, 0));
	census_abandon(story->census);
	tell(story, SA_EVENT_NEW, an_sa(1, 0, 0));
	expect(story, "born 1:0 seen 1:2 deleted 1:2 born 1:0 ");
	begin(story);
	read_sa(story, an_sa(1, 1, 0));
	end(story);
	expect(story, "seen 1:1 ");
}

static void
records_keep_direction_and_transform(void **state)
{
	struct story *story = *state;
	struct sa sa = an_sa(1, 0, 0), expiry = an_sa(1, 5, 0);
	const struct census_sa *record;

	strcpy(sa.encryption, "cbc(aes)");
	strcpy(sa.authentication, "hmac(sha1)");
	sa.reported = SA_ATTR_BIT(SA_ATTR_ENCRYPTION) | SA_ATTR_BIT(SA_ATTR_AUTHENTICATION);
	expiry.direction = SA_DIRECTION_UNKNOWN;
	tell(story, SA_EVENT_NEW, sa);
	tell(story, SA_EVENT_EXPIRED, expiry);
	record = story->living[1];
	assert_non_null(record);
	assert_string_equal(census_transform(story->census, record), "ESP_AES_HMAC_SHA1");
	assert_int_equal(record->direction, SA_DIRECTION_IN);
}

/* Enough for the table to grow, shrink, and use the order of the last time. */
static void
many_come_and_go(void **state)
{
	enum { MANY = 20000 };
	struct story *story = *state;
	const struct census_statistics *statistics = census_statistics(story->census);

	for (unsigned round = 0; round < 3; round++) {
		begin(story);
		for (uint32_t spi = 1; spi <= MANY; spi++)
			read_sa(story, an_sa(spi * 7, spi + round, 1));
		end(story);
		assert_int_equal(statistics->living, MANY);
		assert_int_equal(statistics->births, MANY);
	}
	begin(story);
	read_sa(story, an_sa(7 * 11, 100, 2));
	end(story);
	assert_int_equal(statistics->living, 1);
	assert_int_equal(statistics->ends[CENSUS_UNATTENDED], MANY - 1);
	story->heard[0] = '\0';
	begin(story);
	read_sa(story, an_sa(7 * 11, 101, 2));
	end(story);
	expect(story, "seen 4d:101 ");
}

int
main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, begin_story, end_story)
	const struct CMUnitTest tests[] = {
		STORY(a_source_without_events),
		STORY(a_whole_life_between_two_reads),
		STORY(a_deletion_of_one_never_seen_has_its_figures),
		STORY(one_that_dies_while_it_is_read_stays_dead),
		STORY(one_that_is_born_while_it_is_read_lives),
		STORY(one_name_twice_during_a_read),
		STORY(a_flush_ends_all_of_its_kind_and_a_late_read_does_not_raise_them),
		STORY(a_flush_comes_before_what_comes_after_it),
		STORY(many_flushes_at_once_are_all_obeyed),
		STORY(a_hard_expiry_is_an_end_and_a_soft_one_is_not),
		STORY(an_update_brings_no_counters),
		STORY(a_larval_sa_that_gets_its_keys_is_one_life),
		STORY(a_read_shows_an_sa_that_was_there_before_it),
		STORY(a_larval_sa_that_vanishes_is_not_missed),
		STORY(counters_that_went_back_are_another_sa),
		STORY(a_later_birth_is_another_sa),
		STORY(an_sa_that_is_new_in_a_read_may_be_from_before_a_clock_was_set_back),
		STORY(an_sa_that_is_born_anew_unheard_is_known_by_its_birth),
		STORY(an_sa_whose_birth_is_moved_is_known_by_its_first_use),
		STORY(a_later_first_use_is_another_sa),
		STORY(a_later_birth_is_no_other_sa_where_no_event_was_missed),
		STORY(a_restored_sa_is_known_by_its_first_use),
		STORY(what_an_event_told_during_a_read_is_newer),
		STORY(a_read_that_failed_changes_nothing),
		STORY(records_keep_direction_and_transform),
		STORY(many_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
