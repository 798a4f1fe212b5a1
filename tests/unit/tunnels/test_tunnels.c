/* SPDX-License-Identifier: BSD-3-Clause */

/* Stories of tunnels: what is told when, and what stays. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "census/census.h"
#include "sa/snapshot.h"
#include "tunnels/tunnels.h"

enum { NOW = 1700000000 };

struct story {
	struct census *census;
	struct tunnels *tunnels;
	struct tunnel_numbers *numbers;
	struct tunnel_settings settings;
	struct snapshot *snapshot;
	uint64_t elapsed_us;
	char heard[512];
};

static struct story story;

/* --- words to tell stories with ---------------------------------------------------------------- */

static void
on_news(void *data, enum tunnel_news news, const struct tunnel *tunnel)
{
	static const char *const words[] = {"up", "down", "errors", "several"};
	const size_t length = strlen(story.heard);

	(void)data;
	snprintf(story.heard + length, sizeof(story.heard) - length, "%s %u ", words[news], tunnel->index);
}

static const struct tunnel_listener listener = {.news = on_news};

static void
hear(const char *expected)
{
	assert_string_equal(story.heard, expected);
	story.heard[0] = '\0';
}

static void
name(const char *line)
{
	const char *const reason = tunnel_names_add(&story.settings.names, line);

	if (reason)
		fail_msg("%s", reason);
}

static void
begin(void)
{
	if (!story.numbers)
		story.numbers = tunnel_numbers_new();
	story.tunnels = tunnels_new(story.census, story.numbers, &story.settings, "", &listener);
	assert_non_null(story.tunnels);
}

static struct tunnel_time
now(void)
{
	const int64_t seconds = NOW + (int64_t)(story.elapsed_us / 1000000);

	return (struct tunnel_time){story.elapsed_us, seconds, seconds};
}

static uint64_t
wait_seconds(unsigned seconds)
{
	struct tunnel_time time;

	story.elapsed_us += (uint64_t)seconds * 1000000;
	time = now();
	return tunnels_tick(story.tunnels, &time);
}

enum way { IN, OUT, EITHER };

/* Of the tunnel from 192.0.2.1 to 198.51.100.1 with that reqid. */
static struct sa
an_sa(enum way way, uint32_t spi, uint32_t reqid, uint64_t packets)
{
	const struct sa_address local = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
				remote = {SA_ADDRESS_IPV4, {198, 51, 100, 1}};
	/* clang-format off */
	struct sa sa = {
		.said = {.dst = way == IN ? local : remote, .protocol = SA_PROTOCOL_ESP, .spi = spi},
		.src = way == IN ? remote : local,
		.reqid = reqid,
		.direction = (uint8_t)(way == IN ? SA_DIRECTION_IN : way == OUT ? SA_DIRECTION_OUT : SA_DIRECTION_UNKNOWN),
		.state = SA_STATE_MATURE,
	};
	/* clang-format on */

	sa.life[SA_LIFE_PACKETS].current = packets;
	sa.life[SA_LIFE_BYTES].current = 100 * packets;
	return sa;
}

static void
tell(enum sa_event_kind kind, struct sa sa)
{
	const struct sa_event event = {.kind = kind, .sa = sa};

	census_event(story.census, &event, now().sa_seconds);
}

/* A read that brings these SAs. */
static void
read_sas(const struct sa *sas, size_t count)
{
	census_begin(story.census);
	snapshot_begin(story.snapshot, NULL);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(snapshot_add(story.snapshot, &sas[i]), 0);
	while (!snapshot_sort_step(story.snapshot, 100))
		;
	while (!census_survey_step(story.census, story.snapshot, now().sa_seconds, 1)) {
		/* Time passes in between, too. */
		const struct tunnel_time time = now();

		tunnels_tick(story.tunnels, &time);
	}
	wait_seconds(0);
}
#define READ(...)                                                                                                      \
	read_sas((const struct sa[]){__VA_ARGS__}, sizeof((const struct sa[]){__VA_ARGS__}) / sizeof(struct sa))

static struct tunnel
row(size_t rank)
{
	const struct tunnel_time time = now();
	struct tunnel tunnel;

	assert_true(rank < tunnels_count(story.tunnels));
	tunnels_at(story.tunnels, rank, &time, &tunnel);
	return tunnel;
}

static int
set_up(void **state)
{
	(void)state;
	memset(&story, 0, sizeof(story));
	story.elapsed_us = 1000000;
	story.census = census_new();
	story.snapshot = snapshot_new();
	tunnel_settings_init(&story.settings);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	tunnels_free(story.tunnels);
	tunnel_numbers_free(story.numbers);
	census_free(story.census);
	snapshot_free(story.snapshot);
	tunnel_names_free(&story.settings.names);
	return 0;
}

/* --- states ------------------------------------------------------------------------------------ */

static void
what_is_up_at_the_start_is_no_news(void **state)
{
	(void)state;
	name("there remote 198.51.100.1");
	name("elsewhere remote 198.51.100.2");
	begin();
	assert_int_equal(row(0).state, TUNNEL_UNKNOWN);
	READ(an_sa(IN, 1, 1, 10), an_sa(OUT, 2, 1, 20));
	hear("");
	assert_int_equal(row(0).state, TUNNEL_UP);
	assert_int_equal(row(0).ups, 0);
	assert_int_equal(row(0).in_packets, 10);
	assert_int_equal(row(0).out_bytes, 2000);
	assert_int_equal(row(1).state, TUNNEL_DOWN);
	assert_int_equal(row(0).began_seconds, NOW + 1);
}

static void
a_rekey_is_no_flap(void **state)
{
	(void)state;
	begin();
	read_sas(NULL, 0);
	tell(SA_EVENT_NEW, an_sa(IN, 1, 1, 0));
	wait_seconds(1);
	hear("");
	assert_int_equal(row(0).state, TUNNEL_DOWN);
	tell(SA_EVENT_NEW, an_sa(OUT, 2, 1, 0));
	wait_seconds(0);
	hear("up 10001 ");
	/* Overlapping, and even with a gap that is shorter than the grace time. */
	tell(SA_EVENT_NEW, an_sa(IN, 3, 1, 0));
	tell(SA_EVENT_NEW, an_sa(OUT, 4, 1, 0));
	tell(SA_EVENT_DELETED, an_sa(IN, 1, 1, 7));
	tell(SA_EVENT_DELETED, an_sa(OUT, 2, 1, 8));
	wait_seconds(1);
	tell(SA_EVENT_DELETED, an_sa(IN, 3, 1, 1));
	tell(SA_EVENT_DELETED, an_sa(OUT, 4, 1, 2));
	wait_seconds(4);
	tell(SA_EVENT_NEW, an_sa(IN, 5, 1, 0));
	tell(SA_EVENT_NEW, an_sa(OUT, 6, 1, 0));
	wait_seconds(60);
	hear("");
	assert_int_equal(row(0).rekeys, 2);
	assert_int_equal(row(0).in_packets, 8);
	assert_int_equal(row(0).out_packets, 10);
	assert_int_equal(row(0).state_seconds, 65);
}

static void
down_is_told_after_the_grace_time_once(void **state)
{
	(void)state;
	begin();
	READ(an_sa(IN, 1, 1, 0), an_sa(OUT, 2, 1, 0));
	tell(SA_EVENT_DELETED, an_sa(OUT, 2, 1, 5));
	assert_int_equal(wait_seconds(0), 5000000);
	assert_int_equal(row(0).state, TUNNEL_UP);
	wait_seconds(4);
	hear("");
	wait_seconds(1);
	hear("down 10001 ");
	assert_int_equal(row(0).state, TUNNEL_DOWN);
	assert_int_equal(row(0).since_seconds, NOW + 6);
	tell(SA_EVENT_DELETED, an_sa(IN, 1, 1, 5));
	wait_seconds(100);
	hear("");
	tell(SA_EVENT_NEW, an_sa(IN, 3, 1, 0));
	tell(SA_EVENT_NEW, an_sa(OUT, 4, 1, 0));
	wait_seconds(0);
	hear("up 10001 ");
	assert_int_equal(row(0).ups, 1);
	assert_int_equal(row(0).downs, 1);
	assert_int_equal(row(0).in_packets, 5);
}

static void
without_a_grace_time_a_survey_is_no_flap_either(void **state)
{
	(void)state;
	story.settings.grace_seconds = 0;
	begin();
	READ(an_sa(IN, 11, 1, 5), an_sa(OUT, 12, 1, 5));
	/* All others are found before, or after, the ends of these are. */
	READ(an_sa(IN, 1, 1, 1), an_sa(OUT, 2, 1, 1));
	READ(an_sa(IN, 21, 1, 2), an_sa(OUT, 22, 1, 2));
	hear("");
	assert_int_equal(row(0).unseen_ends, 4);
	assert_int_equal(row(0).in_packets, 8);
	read_sas(NULL, 0);
	hear("down 10001 ");
}

static void
dead_and_larval_sas_carry_nothing(void **state)
{
	struct sa dead = an_sa(OUT, 2, 1, 9), larval = an_sa(IN, 3, 1, 0);

	(void)state;
	dead.state = SA_STATE_DEAD;
	larval.state = SA_STATE_LARVAL;
	begin();
	READ(an_sa(IN, 1, 1, 0), an_sa(OUT, 2, 1, 9));
	READ(an_sa(IN, 1, 1, 0), dead);
	wait_seconds(5);
	hear("down 10001 ");
	assert_int_equal(row(0).sas_out, 0);
	/* One that is being negotiated comes and goes, which changes nothing else. */
	READ(an_sa(IN, 1, 1, 0), dead, larval);
	assert_int_equal(row(0).state, TUNNEL_LARVAL);
	assert_int_equal(row(0).since_seconds, NOW + 6);
	READ(an_sa(IN, 1, 1, 0), dead);
	assert_int_equal(row(0).state, TUNNEL_DOWN);
	assert_int_equal(row(0).since_seconds, NOW + 6);
	hear("");
}

static void
a_larval_sa_makes_no_tunnel_and_then_joins_its_own(void **state)
{
	struct sa larval = an_sa(IN, 3, 0, 0);

	(void)state;
	larval.state = SA_STATE_LARVAL;
	begin();
	READ(larval);
	assert_int_equal(tunnels_count(story.tunnels), 0);
	/* Keys, and a reqid that it did not have before. */
	tell(SA_EVENT_UPDATED, an_sa(IN, 3, 1, 0));
	tell(SA_EVENT_NEW, an_sa(OUT, 4, 1, 0));
	wait_seconds(0);
	hear("up 10001 ");
	READ(an_sa(IN, 3, 1, 5), an_sa(OUT, 4, 1, 6));
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_int_equal(row(0).in_packets, 5);
	/* What is told of an update has no counters. */
	tell(SA_EVENT_UPDATED, an_sa(IN, 3, 1, 0));
	tell(SA_EVENT_DELETED, an_sa(IN, 3, 1, 8));
	assert_int_equal(row(0).in_packets, 8);
}

/* --- which tunnel ------------------------------------------------------------------------------ */

static void
an_unknown_direction_is_told_by_a_tunnel_or_a_name(void **state)
{
	(void)state;
	begin();
	READ(an_sa(EITHER, 1, 1, 5));
	assert_int_equal(tunnels_count(story.tunnels), 0);
	assert_int_equal(tunnels_statistics(story.tunnels)->unassigned, 1);
	/* Another SA of the tunnel shows which way it goes. */
	READ(an_sa(EITHER, 1, 1, 6), an_sa(IN, 2, 1, 7));
	READ(an_sa(EITHER, 1, 1, 8), an_sa(IN, 2, 1, 9));
	assert_int_equal(tunnels_statistics(story.tunnels)->unassigned, 0);
	assert_int_equal(row(0).out_packets, 8);
	assert_int_equal(row(0).in_packets, 9);
	/* One that nobody ever knew. */
	tell(SA_EVENT_NEW, an_sa(EITHER, 3, 2, 0));
	tell(SA_EVENT_DELETED, an_sa(EITHER, 3, 2, 4));
	assert_int_equal(tunnels_statistics(story.tunnels)->unassigned_ends, 1);
	assert_int_equal(tunnels_count(story.tunnels), 1);
}

static void
a_name_tells_the_direction_too(void **state)
{
	(void)state;
	name("there remote 198.51.100.0/24");
	begin();
	READ(an_sa(EITHER, 1, 1, 5));
	assert_int_equal(row(0).out_packets, 5);
}

static void
a_direction_that_changes_leaves_what_was_counted(void **state)
{
	struct sa sa = an_sa(OUT, 1, 1, 5);

	(void)state;
	begin();
	READ(sa);
	sa.direction = SA_DIRECTION_IN;
	sa.life[SA_LIFE_PACKETS].current = 7;
	READ(sa);
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_int_equal(row(0).out_packets, 5);
	assert_int_equal(row(1).in_packets, 2);
}

static void
an_sa_that_goes_on_for_another_counts_from_there(void **state)
{
	struct sa heir = an_sa(OUT, 2, 1, 50);

	(void)state;
	begin();
	READ(an_sa(OUT, 1, 1, 40));
	tell(SA_EVENT_DELETED, an_sa(OUT, 1, 1, 50));
	heir.life[SA_LIFE_ADD].current = 3600;
	tell(SA_EVENT_NEW, heir);
	heir.life[SA_LIFE_PACKETS].current = 53;
	heir.life[SA_LIFE_BYTES].current = 5300;
	READ(heir);
	assert_int_equal(row(0).out_packets, 53);
}

static void
a_bundle_counts_once(void **state)
{
	/* libreswan's IPComp has a reqid of its own, strongSwan's has that of ESP. */
	struct sa comp = an_sa(OUT, 3, 1, 30), other_comp = an_sa(OUT, 4, 9, 30), ah = an_sa(OUT, 5, 1, 30);
	struct sa ipip = an_sa(OUT, 7, 0, 30);

	(void)state;
	comp.said.protocol = other_comp.said.protocol = SA_PROTOCOL_COMP;
	ah.said.protocol = SA_PROTOCOL_AH;
	ipip.said.protocol = SA_PROTOCOL_IPIP;
	begin();
	/* In whatever order they come. */
	READ(comp, other_comp, ipip, ah, an_sa(OUT, 2, 1, 30), an_sa(IN, 1, 1, 30));
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_int_equal(row(0).out_packets, 30);
	assert_int_equal(row(0).sas_out, 1);
	assert_int_equal(tunnels_statistics(story.tunnels)->unassigned, 0);
	/* AH alone is a tunnel as well. */
	ah.reqid = 2;
	ah.said.spi = 9;
	READ(an_sa(OUT, 2, 1, 30), an_sa(IN, 1, 1, 30), ah);
	assert_int_equal(row(1).out_packets, 30);
	/* And so is one that had ESP before. */
	read_sas(NULL, 0);
	ah.reqid = 1;
	READ(ah);
	assert_int_equal(row(0).out_packets, 60);
}

static void
moved_by_migrate(void **state)
{
	struct sa before = an_sa(OUT, 1, 1, 10), after = before;

	(void)state;
	after.src.octets[3] = 9;
	name("there remote 198.51.100.1");
	begin();
	READ(before);
	/* The kernel tells neither the end of the one nor the birth of the other, whose counters are 0 again. */
	after.said.spi = 1;
	after.life[SA_LIFE_PACKETS].current = 2;
	after.life[SA_LIFE_BYTES].current = 200;
	READ(after);
	assert_int_equal(row(0).out_packets, 12);
	assert_int_equal(row(0).unseen_ends, 1);
	assert_int_equal(row(0).local.octets[3], 9);
}

static void
a_name_for_several_is_said_once(void **state)
{
	const struct sa one[] = {an_sa(IN, 1, 1, 1), an_sa(OUT, 2, 1, 2)};
	const struct sa both[] = {one[0], one[1], an_sa(IN, 3, 2, 3), an_sa(OUT, 4, 2, 4)};

	(void)state;
	name("both remote 198.51.100.1");
	begin();
	/* An agent may start long before the second is there. */
	read_sas(one, 2);
	hear("");
	read_sas(both, 4);
	hear("several 1 ");
	assert_int_equal(row(0).out_packets, 6);
	read_sas(one, 2);
	read_sas(both, 4);
	hear("");
	/* It is said again after a change of the names, which may have been meant to mend it. */
	assert_true(tunnels_configure(story.tunnels, &story.settings));
	read_sas(both, 4);
	hear("several 1 ");
}

static void
one_that_moves_is_not_several(void **state)
{
	struct sa before[] = {an_sa(IN, 1, 1, 1), an_sa(OUT, 2, 1, 2)},
		  after[] = {an_sa(IN, 1, 1, 1), an_sa(OUT, 2, 1, 2)};

	(void)state;
	after[0].said.dst.octets[3] = 9;
	after[1].src.octets[3] = 9;
	name("there remote 198.51.100.1");
	begin();
	read_sas(before, 2);
	/* While the read is surveyed, both seem to be there. */
	read_sas(after, 2);
	read_sas(after, 2);
	hear("");
}

/* --- rows -------------------------------------------------------------------------------------- */

static void
a_row_lingers_and_then_ends(void **state)
{
	(void)state;
	story.settings.linger_seconds = 100;
	begin();
	READ(an_sa(IN, 1, 1, 0), an_sa(OUT, 2, 1, 9));
	tell(SA_EVENT_DELETED, an_sa(IN, 1, 1, 5));
	tell(SA_EVENT_DELETED, an_sa(OUT, 2, 1, 9));
	wait_seconds(0);
	wait_seconds(5);
	hear("down 10001 ");
	assert_int_equal(wait_seconds(99), 1000000);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_int_equal(wait_seconds(1), UINT64_MAX);
	assert_int_equal(tunnels_count(story.tunnels), 0);
	/* It comes back under its index, and counts from 0. */
	tell(SA_EVENT_NEW, an_sa(OUT, 3, 1, 0));
	wait_seconds(0);
	assert_int_equal(row(0).index, 10001);
	assert_int_equal(row(0).out_packets, 0);
}

static void
a_new_name_takes_over_the_row(void **state)
{
	(void)state;
	begin();
	READ(an_sa(IN, 1, 1, 3), an_sa(OUT, 2, 1, 4));
	name("first remote 203.0.113.1");
	name("there remote 198.51.100.1");
	assert_true(tunnels_configure(story.tunnels, &story.settings));
	wait_seconds(10);
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_string_equal(row(0).name, "first");
	assert_int_equal(row(0).index, 1);
	assert_string_equal(row(1).name, "there");
	assert_int_equal(row(1).index, 10001);
	assert_int_equal(row(1).in_packets, 3);
	assert_int_equal(row(1).began_seconds, NOW + 1);
	/* Without its name again. */
	tunnel_names_free(&story.settings.names);
	assert_true(tunnels_configure(story.tunnels, &story.settings));
	READ(an_sa(IN, 1, 1, 5), an_sa(OUT, 2, 1, 6));
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_string_equal(row(0).name, "");
	assert_int_equal(row(0).in_packets, 5);
	hear("");
}

static void
the_soonest_limit(void **state)
{
	struct sa in = an_sa(IN, 1, 1, 0), out = an_sa(OUT, 2, 1, 0);

	(void)state;
	in.life[SA_LIFE_ADD] = (struct sa_lifetime){100, 0, 3600};
	out.life[SA_LIFE_ADD] = (struct sa_lifetime){100, 0, 7200};
	out.life[SA_LIFE_USE] = (struct sa_lifetime){50, 0, 600};
	begin();
	READ(in, out);
	assert_int_equal(row(0).expires_seconds, 550);
	wait_seconds(50);
	assert_int_equal(row(0).expires_seconds, 500);
	in.life[SA_LIFE_ADD].current = 150;
	READ(in);
	assert_int_equal(row(0).expires_seconds, 3450);
	in.life[SA_LIFE_ADD].hard = 0;
	READ(in);
	assert_int_equal(row(0).expires_seconds, TUNNEL_NEVER_EXPIRES);
}

/* --- errors ------------------------------------------------------------------------------------ */

static void
read_errors(uint32_t errors)
{
	struct sa in = an_sa(IN, 1, 1, 0);

	in.auth_errors = errors;
	READ(in, an_sa(OUT, 2, 1, 0));
}

static void
errors_are_told_when_they_are_many(void **state)
{
	(void)state;
	begin();
	read_errors(1000); /* of before */
	read_errors(1010); /* ten in a minute are fine */
	wait_seconds(60);
	read_errors(1015);
	wait_seconds(20);
	read_errors(1020);
	hear("");
	read_errors(1025);
	hear("errors 10001 ");
	/* Then it is quiet for ten minutes, whatever happens. */
	for (unsigned minute = 0; minute < 9; minute++) {
		wait_seconds(60);
		read_errors(2000 + 100 * minute);
	}
	hear("");
	wait_seconds(60);
	read_errors(5000);
	hear("errors 10001 ");
	assert_int_equal(row(0).in_errors, 5000);
}

static void
errors_may_be_none_of_our_business(void **state)
{
	(void)state;
	story.settings.errors_per_minute = 0;
	begin();
	read_errors(0);
	read_errors(UINT32_MAX);
	hear("");
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		STORY(what_is_up_at_the_start_is_no_news),
		STORY(a_rekey_is_no_flap),
		STORY(down_is_told_after_the_grace_time_once),
		STORY(without_a_grace_time_a_survey_is_no_flap_either),
		STORY(dead_and_larval_sas_carry_nothing),
		STORY(a_larval_sa_makes_no_tunnel_and_then_joins_its_own),
		STORY(an_unknown_direction_is_told_by_a_tunnel_or_a_name),
		STORY(a_name_tells_the_direction_too),
		STORY(a_direction_that_changes_leaves_what_was_counted),
		STORY(an_sa_that_goes_on_for_another_counts_from_there),
		STORY(a_bundle_counts_once),
		STORY(moved_by_migrate),
		STORY(a_name_for_several_is_said_once),
		STORY(one_that_moves_is_not_several),
		STORY(a_row_lingers_and_then_ends),
		STORY(a_new_name_takes_over_the_row),
		STORY(the_soonest_limit),
		STORY(errors_are_told_when_they_are_many),
		STORY(errors_may_be_none_of_our_business),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
