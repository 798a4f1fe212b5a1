/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Each test tells a census a story, and compares what the expiries and changes told with what an operator should hear:
 * one word for each event, such as "soft:bytes=120/100/200" (current, soft and hard).
 */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "events/expiry.h"
#include "events/sa_changes.h"

enum { START = 1700000000 };

static int64_t now_seconds, steady_seconds;

struct story {
	struct census *census;
	struct snapshot *snapshot;
	struct event_sender sender;
	struct expiry *expiry;
	struct sa_changes changes;
	uint64_t losses;
	uint32_t late_seconds;
	char heard[2048];
};

static int64_t
clock_of_the_story(const void *data)
{
	(void)data;
	return now_seconds;
}

static int64_t
steady_clock_of_the_story(const void *data)
{
	(void)data;
	return steady_seconds;
}

static void
hear(void *data, const struct event *event)
{
	static const char *const limits[] = {"none", "allocations", "bytes", "add", "use", "packets"};
	static const char *const kinds[EVENT_KINDS] = {
		[EVENT_SA_SOFT_EXPIRED] = "soft",
		[EVENT_SA_HARD_EXPIRED] = "hard",
		[EVENT_SA_CREATED] = "created",
		[EVENT_SA_DELETED] = "deleted",
	};
	struct story *story = data;
	const size_t length = strlen(story->heard);
	char *const end = story->heard + length;

	if (event->kind == EVENT_SA_SOFT_EXPIRED || event->kind == EVENT_SA_HARD_EXPIRED)
		snprintf(end, sizeof(story->heard) - length, "%s:%s=%" PRIu64 "/%" PRIu64 "/%" PRIu64 " ",
			 kinds[event->kind], limits[event->limit], event->current, event->soft, event->hard);
	else
		snprintf(end, sizeof(story->heard) - length, "%s ", kinds[event->kind]);
}

static uint64_t
losses_of_the_story(const void *data)
{
	const struct story *story = data;

	return story->losses;
}

static uint32_t
lateness_of_the_story(const void *data)
{
	const struct story *story = data;

	return story->late_seconds;
}

static int
begin(void **state, bool with_events)
{
	struct story *story = calloc(1, sizeof(*story));
	const struct expiry_outlook outlook = {
		.now_seconds = clock_of_the_story,
		.steady_seconds = steady_clock_of_the_story,
		.losses = with_events ? losses_of_the_story : NULL,
		.late_seconds = lateness_of_the_story,
		.data = story,
	};

	now_seconds = START;
	steady_seconds = 1000;
	story->census = census_new();
	story->snapshot = snapshot_new();
	story->sender = (struct event_sender){.census = story->census, .sink = {hear, story}};
	story->expiry = expiry_new(&story->sender, &outlook);
	*state = story;
	return 0;
}

static int
begin_story(void **state)
{
	return begin(state, true);
}

static int
begin_story_without_events(void **state)
{
	return begin(state, false);
}

static int
end_story(void **state)
{
	struct story *story = *state;

	census_free(story->census);
	snapshot_free(story->snapshot);
	expiry_free(story->expiry);
	free(story);
	return 0;
}

/* --- words to tell stories with ---------------------------------------------------------------- */

static struct sa
an_sa(uint64_t packets, uint64_t age_seconds)
{
	struct sa sa = {.said = {.dst = {SA_ADDRESS_IPV4, {192, 0, 2, 1}}, .protocol = SA_PROTOCOL_ESP, .spi = 0x100},
			.src = {SA_ADDRESS_IPV4, {192, 0, 2, 2}},
			.state = SA_STATE_MATURE};

	sa.life[SA_LIFE_PACKETS].current = packets;
	sa.life[SA_LIFE_BYTES].current = 10 * packets;
	sa.life[SA_LIFE_ADD].current = age_seconds;
	return sa;
}

static struct sa
limited(struct sa sa, enum sa_lifetime_kind kind, uint64_t soft, uint64_t hard)
{
	sa.life[kind].soft = soft;
	sa.life[kind].hard = hard;
	return sa;
}

static void
tell(struct story *story, enum sa_event_kind kind, struct sa sa)
{
	const struct sa_event event = {.kind = kind, .sa = sa};

	census_event(story->census, &event, now_seconds);
}

static void
tell_expired(struct story *story, struct sa sa, bool hard)
{
	const struct sa_event event = {.kind = SA_EVENT_EXPIRED, .hard = hard, .sa = sa};

	census_event(story->census, &event, now_seconds);
}

static void
begin_read(struct story *story)
{
	census_begin(story->census);
	snapshot_begin(story->snapshot, NULL);
}

static void
end_read(struct story *story)
{
	while (!snapshot_sort_step(story->snapshot, 100))
		;
	while (!census_survey_step(story->census, story->snapshot, now_seconds, 100))
		;
}

static void
read_one(struct story *story, struct sa sa)
{
	begin_read(story);
	assert_int_equal(snapshot_add(story->snapshot, &sa), 0);
	end_read(story);
}

static void
read_none(struct story *story)
{
	begin_read(story);
	end_read(story);
}

static void
pass(unsigned seconds)
{
	now_seconds += seconds;
	steady_seconds += seconds;
}

static void
set_clock(int64_t forward)
{
	now_seconds += forward;
}

/* Everything since the last time. */
static void
assert_heard(struct story *story, const char *wanted)
{
	assert_string_equal(story->heard, wanted);
	story->heard[0] = '\0';
}

/* --- the stories ------------------------------------------------------------------------------- */

static void
a_limit_is_told_once_however_often_it_is_seen(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(9, 1), SA_LIFE_BYTES, 100, 200));
	assert_heard(story, "");
	read_one(story, limited(an_sa(10, 2), SA_LIFE_BYTES, 100, 200));
	assert_heard(story, "soft:bytes=100/100/200 ");
	read_one(story, limited(an_sa(11, 3), SA_LIFE_BYTES, 100, 200));
	tell_expired(story, limited(an_sa(12, 3), SA_LIFE_BYTES, 100, 200), false);
	tell(story, SA_EVENT_DELETED, limited(an_sa(13, 4), SA_LIFE_BYTES, 100, 200));
	assert_heard(story, "");
}

static void
an_event_comes_first_and_the_read_says_nothing_new(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(1, 1), SA_LIFE_PACKETS, 5, 0));
	tell_expired(story, limited(an_sa(5, 2), SA_LIFE_PACKETS, 5, 0), false);
	assert_heard(story, "soft:packets=5/5/0 ");
	read_one(story, limited(an_sa(6, 3), SA_LIFE_PACKETS, 5, 0));
	assert_heard(story, "");
}

static void
a_read_that_is_older_than_an_event_tells_nothing_twice(void **state)
{
	const struct sa before = limited(an_sa(4, 1), SA_LIFE_PACKETS, 5, 0);
	const struct sa after = limited(an_sa(5, 1), SA_LIFE_PACKETS, 5, 0);
	struct story *story = *state;

	read_one(story, before);
	begin_read(story);
	assert_int_equal(snapshot_add(story->snapshot, &before), 0);
	tell_expired(story, after, false);
	end_read(story);
	read_one(story, after);
	assert_heard(story, "soft:packets=5/5/0 ");
}

static void
several_limits_in_one_read_are_told_each(void **state)
{
	struct story *story = *state;
	struct sa sa = limited(an_sa(50, 3600), SA_LIFE_BYTES, 100, 200);

	sa = limited(limited(sa, SA_LIFE_PACKETS, 20, 0), SA_LIFE_ADD, 3000, 4000);
	read_one(story, sa);
	assert_heard(story,
		     "soft:bytes=500/100/200 soft:add=3600/3000/4000 soft:packets=50/20/0 hard:bytes=500/100/200 ");
}

/* The kernel tells only the first soft expiry of an SA. */
static void
the_second_soft_limit_is_found_by_a_read(void **state)
{
	struct story *story = *state;
	struct sa sa = limited(limited(an_sa(20, 10), SA_LIFE_PACKETS, 20, 0), SA_LIFE_ADD, 30, 0);

	tell(story, SA_EVENT_NEW, limited(limited(an_sa(0, 0), SA_LIFE_PACKETS, 20, 0), SA_LIFE_ADD, 30, 0));
	tell_expired(story, sa, false);
	assert_heard(story, "soft:packets=20/20/0 ");
	sa.life[SA_LIFE_ADD].current = 31;
	pass(31);
	read_one(story, sa);
	assert_heard(story, "soft:add=31/30/0 ");
}

static void
a_changed_limit_is_a_new_one(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, limited(an_sa(0, 0), SA_LIFE_PACKETS, 5, 0));
	tell_expired(story, limited(an_sa(5, 1), SA_LIFE_PACKETS, 5, 0), false);
	assert_heard(story, "soft:packets=5/5/0 ");
	/* The kernel tells again after any update, but this one changed nothing. */
	tell(story, SA_EVENT_UPDATED, limited(an_sa(0, 0), SA_LIFE_PACKETS, 5, 0));
	tell_expired(story, limited(an_sa(6, 1), SA_LIFE_PACKETS, 5, 0), false);
	assert_heard(story, "");
	tell(story, SA_EVENT_UPDATED, limited(an_sa(0, 0), SA_LIFE_PACKETS, 8, 0));
	read_one(story, limited(an_sa(7, 2), SA_LIFE_PACKETS, 8, 0));
	assert_heard(story, "");
	tell_expired(story, limited(an_sa(8, 3), SA_LIFE_PACKETS, 8, 0), false);
	assert_heard(story, "soft:packets=8/8/0 ");
}

static void
an_update_whose_event_was_lost_is_seen_by_a_read(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(5, 1), SA_LIFE_PACKETS, 5, 0));
	read_one(story, limited(an_sa(7, 1), SA_LIFE_PACKETS, 6, 0));
	assert_heard(story, "soft:packets=5/5/0 soft:packets=7/6/0 ");
}

static void
a_read_from_before_an_update_does_not_bring_the_old_limit_back(void **state)
{
	const struct sa before = limited(an_sa(5, 1), SA_LIFE_PACKETS, 5, 0);
	struct story *story = *state;

	read_one(story, before);
	assert_heard(story, "soft:packets=5/5/0 ");
	begin_read(story);
	assert_int_equal(snapshot_add(story->snapshot, &before), 0);
	tell(story, SA_EVENT_UPDATED, limited(an_sa(0, 0), SA_LIFE_PACKETS, 10, 0));
	end_read(story);
	read_one(story, limited(an_sa(6, 2), SA_LIFE_PACKETS, 10, 0));
	assert_heard(story, "");
}

static void
another_sa_of_the_same_name_has_limits_of_its_own(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(5, 100), SA_LIFE_PACKETS, 5, 0));
	tell(story, SA_EVENT_DELETED, limited(an_sa(5, 100), SA_LIFE_PACKETS, 5, 0));
	tell(story, SA_EVENT_NEW, limited(an_sa(0, 0), SA_LIFE_PACKETS, 5, 0));
	tell_expired(story, limited(an_sa(5, 1), SA_LIFE_PACKETS, 5, 0), false);
	assert_heard(story, "soft:packets=5/5/0 soft:packets=5/5/0 ");
	/* Without events: its counters went back. */
	read_one(story, limited(an_sa(4, 1), SA_LIFE_PACKETS, 5, 0));
	read_one(story, limited(an_sa(6, 2), SA_LIFE_PACKETS, 5, 0));
	assert_heard(story, "soft:packets=6/5/0 ");
}

static void
a_soft_expiry_found_in_the_final_counters_is_told_before_the_end(void **state)
{
	struct story *story = *state;

	sa_changes_begin(&story->changes, &story->sender);
	tell(story, SA_EVENT_NEW, limited(an_sa(0, 0), SA_LIFE_PACKETS, 5, 0));
	tell(story, SA_EVENT_DELETED, limited(an_sa(9, 4), SA_LIFE_PACKETS, 5, 0));
	assert_heard(story, "created soft:packets=9/5/0 deleted ");
}

static void
a_hard_expiry_is_no_deletion(void **state)
{
	struct story *story = *state;

	sa_changes_begin(&story->changes, &story->sender);
	read_one(story, limited(an_sa(0, 1), SA_LIFE_ADD, 0, 30));
	tell_expired(story, limited(an_sa(0, 30), SA_LIFE_ADD, 0, 30), true);
	read_none(story);
	assert_heard(story, "hard:add=30/0/30 ");
}

static void
an_expiry_that_no_counter_explains_names_the_nearest_limit(void **state)
{
	const struct sa sa = limited(limited(an_sa(4, 10), SA_LIFE_PACKETS, 5, 0), SA_LIFE_ADD, 100, 0);
	struct story *story = *state;

	read_one(story, sa);
	tell_expired(story, sa, false);
	tell_expired(story, sa, false);
	assert_heard(story, "soft:packets=4/5/0 ");
}

static void
an_expiry_without_any_limit_is_told_once(void **state)
{
	struct story *story = *state;

	read_one(story, an_sa(4, 10));
	tell_expired(story, an_sa(4, 11), false);
	tell_expired(story, an_sa(4, 12), false);
	tell_expired(story, an_sa(4, 13), true);
	assert_heard(story, "soft:none=0/0/0 hard:none=0/0/0 ");
}

static void
what_had_expired_before_the_first_read_is_told(void **state)
{
	struct story *story = *state;

	sa_changes_begin(&story->changes, &story->sender);
	read_one(story, limited(an_sa(4, 1000), SA_LIFE_ADD, 900, 1200));
	assert_heard(story, "soft:add=1000/900/1200 ");
}

static void
an_sa_that_died_while_events_were_lost_had_reached_its_limits_of_time(void **state)
{
	struct story *story = *state;
	struct sa sa = limited(limited(an_sa(1, 5), SA_LIFE_ADD, 8, 10), SA_LIFE_USE, 60, 0);

	sa.life[SA_LIFE_USE].current = 3;
	read_one(story, sa);
	pass(6);
	story->losses++;
	read_none(story);
	assert_heard(story, "soft:add=11/8/10 hard:add=11/8/10 ");
}

/* Rekeyed while the clock is an hour ahead, unheard: it was old by that clock only. */
static void
an_sa_that_went_unheard_is_as_old_as_time_has_passed(void **state)
{
	struct story *story = *state;
	const struct sa sa = limited(an_sa(1, 5), SA_LIFE_ADD, 0, 60);

	for (int forward = 3600; forward >= -3600; forward -= 7200) {
		read_one(story, sa);
		pass(6);
		set_clock(forward);
		story->losses++;
		read_none(story);
		assert_heard(story, "");
		set_clock(-forward);
		/* It is also dead in time by a clock that was set back. */
		read_one(story, sa);
		pass(58);
		set_clock(forward);
		story->losses++;
		read_none(story);
		assert_heard(story, "hard:add=63/0/60 ");
		set_clock(-forward);
	}
}

/* It was as good as new, so that nobody knows when it was born. */
static void
an_sa_that_died_unheard_after_its_first_second_is_as_old_as_it_is_known(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(0, 0), SA_LIFE_ADD, 20, 30));
	pass(2);
	story->losses++;
	read_none(story);
	assert_heard(story, "");
	read_one(story, limited(an_sa(0, 0), SA_LIFE_ADD, 20, 30));
	pass(29);
	story->losses++;
	read_none(story);
	assert_heard(story, "soft:add=30/20/30 hard:add=30/20/30 ");
}

/* Its clock goes off up to a second after the age is reached. */
static void
an_age_is_told_when_the_kernel_would_tell_it(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(0, 29), SA_LIFE_ADD, 30, 0));
	pass(1);
	read_one(story, limited(an_sa(0, 30), SA_LIFE_ADD, 30, 0));
	assert_heard(story, "");
	tell_expired(story, limited(an_sa(0, 30), SA_LIFE_ADD, 30, 0), false);
	assert_heard(story, "soft:add=30/30/0 ");
	/* Deleted in between, it did not expire. */
	tell(story, SA_EVENT_DELETED, limited(an_sa(0, 30), SA_LIFE_ADD, 30, 0));
	tell(story, SA_EVENT_NEW, limited(an_sa(0, 0), SA_LIFE_ADD, 30, 0));
	pass(30);
	tell(story, SA_EVENT_DELETED, limited(an_sa(0, 30), SA_LIFE_ADD, 30, 0));
	assert_heard(story, "");
}

/* The kernel moves the birth of one that is not due yet along (xfrm_timer_handler() in net/xfrm/xfrm_state.c). */
static void
an_sa_that_outlives_a_clock_set_forward_is_not_dead(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(0, 5), SA_LIFE_ADD, 30, 40));
	pass(3600);
	read_one(story, limited(an_sa(0, 3605), SA_LIFE_ADD, 30, 40));
	assert_heard(story, "soft:add=3605/30/40 ");
	tell_expired(story, limited(an_sa(0, 30), SA_LIFE_ADD, 30, 40), false);
	assert_heard(story, "");
	pass(10);
	tell_expired(story, limited(an_sa(0, 40), SA_LIFE_ADD, 30, 40), true);
	assert_heard(story, "hard:add=40/30/40 ");
	/* One that is deleted has not expired. */
	tell(story, SA_EVENT_NEW, limited(an_sa(0, 0), SA_LIFE_ADD, 0, 40));
	pass(3600);
	tell(story, SA_EVENT_DELETED, limited(an_sa(0, 3600), SA_LIFE_ADD, 0, 40));
	assert_heard(story, "");
}

/* The kernel takes larval SAs away silently when their keys are there. */
static void
an_sa_that_vanished_while_no_event_was_lost_did_not_expire(void **state)
{
	struct story *story = *state;

	story->losses++;
	read_none(story);
	read_none(story);
	read_one(story, limited(an_sa(0, 5), SA_LIFE_ADD, 0, 30));
	pass(60);
	read_none(story);
	assert_heard(story, "");
}

static void
an_update_may_be_of_another_sa_whose_birth_was_lost(void **state)
{
	struct story *story = *state;

	tell(story, SA_EVENT_NEW, an_sa(0, 0));
	pass(40);
	story->losses++;
	tell(story, SA_EVENT_UPDATED, limited(an_sa(0, 0), SA_LIFE_ADD, 20, 0));
	read_one(story, limited(an_sa(0, 30), SA_LIFE_ADD, 20, 0));
	assert_heard(story, "soft:add=30/20/0 ");
}

/* The process was stopped for a minute, in which the SA came, was due for a rekey, and went. */
static void
what_is_heard_late_made_no_sa_older(void **state)
{
	struct story *story = *state;
	struct sa late = limited(an_sa(5, 60), SA_LIFE_ADD, 20, 40);

	story->late_seconds = 60;
	tell(story, SA_EVENT_NEW, late);
	assert_heard(story, "");
	tell_expired(story, late, false);
	assert_heard(story, "soft:add=60/20/40 ");
	tell(story, SA_EVENT_DELETED, late);
	assert_heard(story, "");
}

static void
what_is_heard_late_still_has_true_counters(void **state)
{
	struct story *story = *state;
	struct sa late = limited(limited(an_sa(5, 60), SA_LIFE_ADD, 20, 0), SA_LIFE_PACKETS, 5, 0);

	story->late_seconds = 60;
	tell_expired(story, late, false);
	assert_heard(story, "soft:packets=5/5/0 ");
	/* Of an SA that is still there, a read tells the rest. */
	story->late_seconds = 0;
	read_one(story, late);
	assert_heard(story, "soft:add=60/20/0 ");
}

static void
a_source_without_events_has_expiries_of_time_too(void **state)
{
	struct story *story = *state;

	read_one(story, limited(an_sa(0, 5), SA_LIFE_ADD, 0, 30));
	pass(26);
	read_none(story);
	assert_heard(story, "hard:add=31/0/30 ");
}

static void
changes_after_the_first_read_are_told(void **state)
{
	struct story *story = *state;

	sa_changes_begin(&story->changes, &story->sender);
	read_one(story, an_sa(1, 5));
	assert_heard(story, "");
	read_none(story);
	read_one(story, an_sa(1, 1));
	assert_heard(story, "deleted created ");
}

static void
thousands_of_sas_come_and_go_and_memory_is_used_again(void **state)
{
	struct story *story = *state;

	for (int round = 0; round < 3; round++) {
		for (uint32_t spi = 1; spi <= 1000; spi++) {
			struct sa sa = limited(an_sa(1, 1), SA_LIFE_PACKETS, 5, 0);

			sa.said.spi = spi;
			tell(story, SA_EVENT_NEW, sa);
		}
		for (uint32_t spi = 1; spi <= 1000; spi++) {
			struct sa sa = limited(an_sa(5, 1), SA_LIFE_PACKETS, 5, 0);

			sa.said.spi = spi;
			tell(story, SA_EVENT_DELETED, sa);
			assert_heard(story, "soft:packets=5/5/0 ");
		}
	}
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, begin_story, end_story)

/* --- the next agent ---------------------------------------------------------------------------- */

/* An agent ends, and another goes on where it was: with its SA, and with what it has told of that. */
static void
follow(struct story *story, const struct story *before, const struct sa *sa)
{
	struct census_sa known = {0};
	struct census_sa *record;
	struct expiry_told told;
	bool is_told;

	sa_key_make(&known.key, &sa->said);
	{
		const struct census_sa *const last = census_find(before->census, &known.key);

		assert_non_null(last);
		is_told = expiry_save(before->expiry, last, &told);
		known = *last;
	}
	memset(known.notes, 0, sizeof(known.notes));
	record = census_restore(story->census, &known);
	assert_non_null(record);
	if (is_told)
		expiry_restore(story->expiry, record, &told);
	expiry_follow_on(story->expiry);
}

static void
what_was_told_is_not_told_by_the_next_agent(void **state)
{
	struct sa sa = limited(limited(an_sa(12, 3000), SA_LIFE_BYTES, 100, 200), SA_LIFE_ADD, 5000, 6000);
	struct story *const first = *state, *second;
	void *other;

	read_one(first, sa);
	assert_heard(first, "soft:bytes=120/100/200 ");
	begin(&other, true);
	second = other;
	follow(second, first, &sa);
	read_one(second, sa);
	assert_heard(second, "");
	/* What comes since is; and a limit with another value is another one. */
	sa.life[SA_LIFE_BYTES].current = 210;
	read_one(second, sa);
	assert_heard(second, "hard:bytes=210/100/200 ");
	read_one(second, limited(sa, SA_LIFE_BYTES, 150, 200));
	assert_heard(second, "soft:bytes=210/150/200 ");
	end_story(&other);
}

static void
an_sa_of_which_nothing_was_told_has_nothing_to_hand_on(void **state)
{
	const struct sa quiet = limited(an_sa(1, 1), SA_LIFE_BYTES, 100, 200);
	const struct sa loud = limited(an_sa(15, 1), SA_LIFE_BYTES, 100, 200);
	struct story *const first = *state, *second;
	struct expiry_told told;
	struct sa_key key;
	void *other;

	read_one(first, quiet);
	sa_key_make(&key, &quiet.said);
	assert_false(expiry_save(first->expiry, census_find(first->census, &key), &told));
	begin(&other, true);
	second = other;
	follow(second, first, &quiet);
	/* It was reached while no agent ran. */
	read_one(second, loud);
	assert_heard(second, "soft:bytes=150/100/200 ");
	end_story(&other);
}

/* The counters that its end would have told went by unheard, but not its age: so only that is known to have been reached. */
static void
an_sa_that_died_between_two_agents_has_reached_its_limits_of_time(void **state)
{
	const struct sa sa = limited(limited(an_sa(12, 10), SA_LIFE_BYTES, 100, 200), SA_LIFE_ADD, 20, 30);
	struct story *const first = *state, *second;
	void *other;

	read_one(first, sa);
	assert_heard(first, "soft:bytes=120/100/200 ");
	begin(&other, true);
	second = other;
	follow(second, first, &sa);
	pass(3600);
	read_none(second);
	assert_non_null(strstr(second->heard, "hard:add="));
	assert_null(strstr(second->heard, "bytes"));
	end_story(&other);
}

int
main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
		STORY(a_limit_is_told_once_however_often_it_is_seen),
		STORY(an_event_comes_first_and_the_read_says_nothing_new),
		STORY(a_read_that_is_older_than_an_event_tells_nothing_twice),
		STORY(several_limits_in_one_read_are_told_each),
		STORY(the_second_soft_limit_is_found_by_a_read),
		STORY(a_changed_limit_is_a_new_one),
		STORY(an_update_whose_event_was_lost_is_seen_by_a_read),
		STORY(a_read_from_before_an_update_does_not_bring_the_old_limit_back),
		STORY(another_sa_of_the_same_name_has_limits_of_its_own),
		STORY(a_soft_expiry_found_in_the_final_counters_is_told_before_the_end),
		STORY(a_hard_expiry_is_no_deletion),
		STORY(an_expiry_that_no_counter_explains_names_the_nearest_limit),
		STORY(an_expiry_without_any_limit_is_told_once),
		STORY(what_had_expired_before_the_first_read_is_told),
		STORY(an_sa_that_died_while_events_were_lost_had_reached_its_limits_of_time),
		STORY(an_sa_that_went_unheard_is_as_old_as_time_has_passed),
		STORY(an_sa_that_died_unheard_after_its_first_second_is_as_old_as_it_is_known),
		STORY(an_age_is_told_when_the_kernel_would_tell_it),
		STORY(an_sa_that_outlives_a_clock_set_forward_is_not_dead),
		STORY(an_sa_that_vanished_while_no_event_was_lost_did_not_expire),
		STORY(an_update_may_be_of_another_sa_whose_birth_was_lost),
		STORY(what_is_heard_late_made_no_sa_older),
		STORY(what_is_heard_late_still_has_true_counters),
		cmocka_unit_test_setup_teardown(a_source_without_events_has_expiries_of_time_too, begin_story_without_events,
						end_story),
		STORY(changes_after_the_first_read_are_told),
		STORY(what_was_told_is_not_told_by_the_next_agent),
		STORY(an_sa_of_which_nothing_was_told_has_nothing_to_hand_on),
		STORY(an_sa_that_died_between_two_agents_has_reached_its_limits_of_time),
		STORY(thousands_of_sas_come_and_go_and_memory_is_used_again),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
