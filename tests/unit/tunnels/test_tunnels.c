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
		story.numbers = tunnel_numbers_new("");
	story.tunnels = tunnels_new(story.census, story.numbers, &story.settings, "", &listener);
	assert_non_null(story.tunnels);
}

/* Takes over the settings, step by step. */
static void
configure(void)
{
	enum tunnels_progress progress;

	tunnels_configure(story.tunnels, &story.settings);
	while ((progress = tunnels_configure_step(story.tunnels)) == TUNNELS_CONFIGURING)
		;
	assert_int_equal(progress, TUNNELS_CONFIGURED);
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

/* The end of a read that brings these SAs. */
static void
survey(const struct sa *sas, size_t count)
{
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

/* A read that brings these SAs. */
static void
read_sas(const struct sa *sas, size_t count)
{
	census_begin(story.census);
	snapshot_begin(story.snapshot, NULL);
	survey(sas, count);
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

/* --- whose SAs they are ------------------------------------------------------------------------ */

/* The SPIs of the tunnel's SAs, in order and with their ways; each has the tunnel's index. */
static void
assert_has_sas(size_t rank, const char *expected)
{
	unsigned long after[SA_INDEX_MAX_SUBIDS + 1];
	const uint32_t index = row(rank).index;
	char found[256] = "";
	size_t length = 0;
	struct tunnel_sa sa;

	while (tunnels_sa_from(story.tunnels, rank, after, length, &sa)) {
		const size_t end = strlen(found);
		struct sa_key key;

		snprintf(found + end, sizeof(found) - end, "%s%u %s", end ? ", " : "", sa.said.spi,
			 sa.direction == SA_DIRECTION_IN ? "in" : "out");
		sa_key_make(&key, &sa.said);
		length = sa_key_to_oid(&key, after);
		after[length++] = 0;
		assert_int_equal(sa.tunnel, index);
		assert_int_equal(tunnels_index_of(story.tunnels, &key), index);
	}
	assert_string_equal(found, expected);
}

static uint32_t
index_of(const struct sa *sa)
{
	struct sa_key key;

	sa_key_make(&key, &sa->said);
	return tunnels_index_of(story.tunnels, &key);
}

static size_t
rank_of(const struct sa *sa)
{
	return tunnels_seek(story.tunnels, index_of(sa));
}

static void
sas_are_found_by_their_tunnel_at_once(void **state)
{
	const struct sa in = an_sa(IN, 1, 1, 0), out = an_sa(OUT, 2, 1, 0), lost = an_sa(EITHER, 9, 9, 0);
	struct sa larval = an_sa(IN, 3, 1, 0), dead = an_sa(OUT, 2, 1, 0);

	(void)state;
	larval.state = SA_STATE_LARVAL;
	dead.state = SA_STATE_DEAD;
	begin();
	read_sas(NULL, 0);
	/* It has no tunnel before it has another one. */
	tell(SA_EVENT_NEW, in);
	assert_int_equal(index_of(&in), 0);
	tell(SA_EVENT_NEW, out);
	assert_has_sas(0, "1 in, 2 out");
	/* A rekey: keys come later, and the old ones stay for a while. */
	tell(SA_EVENT_NEW, larval);
	tell(SA_EVENT_NEW, lost);
	assert_has_sas(0, "1 in, 2 out");
	assert_int_equal(index_of(&larval), 0);
	assert_int_equal(index_of(&lost), 0);
	tell(SA_EVENT_UPDATED, an_sa(IN, 3, 1, 0));
	tell(SA_EVENT_NEW, an_sa(OUT, 4, 1, 0));
	assert_has_sas(0, "1 in, 3 in, 2 out, 4 out");
	tell(SA_EVENT_DELETED, in);
	assert_has_sas(0, "3 in, 2 out, 4 out");
	assert_int_equal(index_of(&in), 0);
	/* One that has expired is there for as long as it lives. */
	READ(an_sa(IN, 3, 1, 0), dead, an_sa(OUT, 4, 1, 0));
	assert_has_sas(0, "3 in, 2 out, 4 out");
	READ(an_sa(OUT, 4, 1, 0));
	assert_has_sas(0, "4 out");
	READ(an_sa(IN, 5, 2, 0));
	assert_has_sas(0, "");
	assert_has_sas(1, "5 in");
}

static void
sas_go_along_when_names_change(void **state)
{
	const struct sa first = an_sa(IN, 1, 1, 0), second = an_sa(IN, 3, 2, 0);

	(void)state;
	begin();
	READ(first, an_sa(OUT, 2, 1, 0), second, an_sa(OUT, 4, 2, 0));
	assert_has_sas(0, "1 in, 2 out");
	assert_has_sas(1, "3 in, 4 out");
	name("both remote 198.51.100.1");
	configure();
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_has_sas(0, "1 in, 3 in, 2 out, 4 out");
	tunnel_names_free(&story.settings.names);
	name("second remote 198.51.100.1 reqid 2");
	for (unsigned round = 0; round < 2; round++) {
		configure();
		assert_has_sas(rank_of(&first), "1 in, 2 out");
		assert_has_sas(rank_of(&second), "3 in, 4 out");
		tunnel_names_free(&story.settings.names);
	}
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

/* --- what is a tunnel -------------------------------------------------------------------------- */

static void
assert_no_tunnel(void)
{
	wait_seconds(100);
	hear("");
	assert_int_equal(tunnels_count(story.tunnels), 0);
}

static void
a_tunnel_begins_with_an_sa_in_each_direction(void **state)
{
	(void)state;
	begin();
	read_sas(NULL, 0);
	tell(SA_EVENT_NEW, an_sa(IN, 1, 1, 0));
	assert_no_tunnel();
	tell(SA_EVENT_NEW, an_sa(OUT, 2, 1, 0));
	wait_seconds(0);
	hear("up 10001 ");
	/* Two pairs that never met are none. */
	tell(SA_EVENT_NEW, an_sa(IN, 3, 2, 0));
	tell(SA_EVENT_DELETED, an_sa(IN, 3, 2, 0));
	tell(SA_EVENT_NEW, an_sa(OUT, 4, 2, 0));
	wait_seconds(0);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	/* What one of them counted until then is counted. */
	tell(SA_EVENT_EXPIRED, an_sa(OUT, 4, 2, 7));
	tell(SA_EVENT_NEW, an_sa(IN, 5, 2, 0));
	wait_seconds(0);
	hear("up 10002 ");
	assert_int_equal(row(1).out_packets, 7);
}

static void
one_direction_that_a_read_shows_is_a_tunnel_that_is_down(void **state)
{
	(void)state;
	begin();
	read_sas(NULL, 0);
	tell(SA_EVENT_NEW, an_sa(OUT, 2, 1, 0));
	READ(an_sa(OUT, 2, 1, 5));
	assert_int_equal(row(0).state, TUNNEL_DOWN);
	assert_int_equal(row(0).out_packets, 5);
	tell(SA_EVENT_DELETED, an_sa(OUT, 2, 1, 6));
	wait_seconds(100);
	hear("");
	assert_int_equal(row(0).state, TUNNEL_DOWN);
	assert_int_equal(row(0).out_packets, 6);
}

/* As the kernel tells of it, whatever is being read meanwhile. */
static void
what_is_gone_within_a_read_is_no_tunnel(void **state)
{
	const struct sa meanwhile = an_sa(IN, 2, 1, 0);

	(void)state;
	begin();
	read_sas(NULL, 0);
	tell(SA_EVENT_NEW, an_sa(IN, 1, 1, 0));
	tell(SA_EVENT_DELETED, an_sa(IN, 1, 1, 9));
	assert_no_tunnel();
	assert_int_equal(tunnels_statistics(story.tunnels)->unassigned_ends, 1);
	/* The read ends between the two, and has it. */
	census_begin(story.census);
	snapshot_begin(story.snapshot, NULL);
	tell(SA_EVENT_NEW, meanwhile);
	survey(&meanwhile, 1);
	assert_no_tunnel();
	tell(SA_EVENT_DELETED, meanwhile);
	read_sas(NULL, 0);
	assert_no_tunnel();
	/* Nothing was heard of its birth. */
	tell(SA_EVENT_DELETED, an_sa(OUT, 3, 1, 5));
	assert_no_tunnel();
	assert_int_equal(tunnel_numbers_count(story.numbers), 0);
}

static void
sas_between_nobody_are_no_tunnel(void **state)
{
	struct sa in = an_sa(IN, 1, 1, 5), out = an_sa(OUT, 2, 1, 5), either = an_sa(EITHER, 3, 1, 5);
	struct sa *const all[] = {&in, &out, &either};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		all[i]->src = all[i]->said.dst = (struct sa_address){SA_ADDRESS_IPV4, {0}};
	begin();
	READ(in, out, either);
	assert_no_tunnel();
	assert_int_equal(tunnels_statistics(story.tunnels)->unassigned, 0);
}

static void
an_sa_that_expires_without_keys_is_no_tunnel(void **state)
{
	struct sa larval = an_sa(OUT, 1, 1, 0);
	struct sa_event event = {.kind = SA_EVENT_EXPIRED, .hard = true};

	(void)state;
	larval.state = SA_STATE_LARVAL;
	event.sa = larval;
	begin();
	READ(larval);
	assert_no_tunnel();
	/* One that a read has shown, and one that none has. */
	census_event(story.census, &event, now().sa_seconds);
	event.sa.said.spi = 2;
	census_event(story.census, &event, now().sa_seconds);
	assert_no_tunnel();
}

/* It is there anyhow. */
static void
a_name_s_tunnel_has_each_sa_at_once(void **state)
{
	(void)state;
	name("there remote 198.51.100.1");
	begin();
	read_sas(NULL, 0);
	tell(SA_EVENT_NEW, an_sa(IN, 1, 1, 0));
	tell(SA_EVENT_DELETED, an_sa(IN, 1, 1, 3));
	wait_seconds(0);
	assert_int_equal(row(0).in_packets, 3);
	/* A name that comes later finds what is no tunnel yet. */
	tunnel_names_free(&story.settings.names);
	configure();
	tell(SA_EVENT_NEW, an_sa(IN, 2, 7, 0));
	tell(SA_EVENT_EXPIRED, an_sa(IN, 2, 7, 4));
	assert_int_equal(tunnels_count(story.tunnels), 1);
	name("new remote 198.51.100.0/24 reqid 7");
	configure();
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_string_equal(row(1).name, "new");
	assert_int_equal(row(1).in_packets, 4);
	hear("");
}

/* --- one direction each ------------------------------------------------------------------------ */

static struct sa
with_if_id(struct sa sa, uint32_t if_id)
{
	sa.if_id = if_id;
	return sa;
}

#define IN_1 with_if_id(an_sa(IN, 1, 1, 3), 11)
#define OUT_1 with_if_id(an_sa(OUT, 2, 1, 4), 12)
#define IN_2 with_if_id(an_sa(IN, 3, 2, 5), 21)
#define OUT_2 with_if_id(an_sa(OUT, 4, 2, 6), 22)

static void
interface_ids_may_differ_by_direction(void **state)
{
	(void)state;
	begin();
	READ(IN_1, OUT_1);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_int_equal(row(0).state, TUNNEL_UP);
	assert_int_equal(row(0).in_packets, 3);
	assert_int_equal(row(0).out_packets, 4);
	assert_int_equal(row(0).if_id, 12);
	assert_has_sas(0, "1 in, 2 out");
	hear("");
	/* A rekey, after which it shows the same. */
	tell(SA_EVENT_NEW, with_if_id(an_sa(OUT, 6, 1, 0), 12));
	tell(SA_EVENT_NEW, with_if_id(an_sa(IN, 5, 1, 0), 11));
	tell(SA_EVENT_DELETED, with_if_id(an_sa(IN, 1, 1, 10), 11));
	tell(SA_EVENT_DELETED, with_if_id(an_sa(OUT, 2, 1, 20), 12));
	wait_seconds(1);
	hear("");
	assert_int_equal(row(0).if_id, 12);
	assert_int_equal(row(0).rekeys, 1);
	assert_int_equal(row(0).in_packets, 10);
	assert_int_equal(row(0).out_packets, 20);
	/* It goes down, and comes up again, as any other. */
	tell(SA_EVENT_DELETED, with_if_id(an_sa(IN, 5, 1, 1), 11));
	tell(SA_EVENT_DELETED, with_if_id(an_sa(OUT, 6, 1, 1), 12));
	wait_seconds(0);
	wait_seconds(100);
	hear("down 10001 ");
	tell(SA_EVENT_NEW, with_if_id(an_sa(IN, 7, 1, 0), 11));
	tell(SA_EVENT_NEW, with_if_id(an_sa(OUT, 8, 1, 0), 12));
	wait_seconds(0);
	hear("up 10001 ");
	assert_int_equal(tunnels_count(story.tunnels), 1);
}

static void
begin_again(void)
{
	tunnels_free(story.tunnels);
	census_free(story.census);
	story.census = census_new();
	begin();
}

/* Whatever is found first. */
static void
a_tunnel_of_two_interface_ids_keeps_its_index(void **state)
{
	(void)state;
	begin();
	READ(IN_2);
	READ(IN_2, OUT_2, IN_1, OUT_1);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(row(0).index, 10001);
		assert_int_equal(row(0).if_id, 22);
		assert_int_equal(row(1).index, 10002);
		assert_int_equal(row(1).if_id, 12);
		begin_again();
		READ(OUT_1, IN_1, OUT_2, IN_2);
	}
}

static void
one_that_comes_later_is_told_to_be_up(void **state)
{
	(void)state;
	begin();
	read_sas(NULL, 0);
	tell(SA_EVENT_NEW, IN_1);
	tell(SA_EVENT_NEW, OUT_1);
	assert_no_tunnel();
	READ(IN_1, OUT_1);
	hear("up 10001 ");
	/* One direction may be there long before the other; the row stays. */
	READ(IN_1, OUT_1, IN_2);
	assert_int_equal(row(1).state, TUNNEL_DOWN);
	assert_int_equal(row(1).if_id, 21);
	READ(IN_1, OUT_1, IN_2, OUT_2);
	hear("up 10002 ");
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_int_equal(row(1).if_id, 22);
	assert_int_equal(row(1).in_packets, 5);
	assert_int_equal(row(1).out_packets, 6);
}

static void
of_several_the_reqid_shows_which_belong_together(void **state)
{
	(void)state;
	begin();
	READ(IN_1, IN_2, OUT_2, OUT_1);
	assert_int_equal(tunnels_count(story.tunnels), 2);
	for (size_t rank = 0; rank < 2; rank++) {
		assert_int_equal(row(rank).state, TUNNEL_UP);
		assert_int_equal(row(rank).if_id, 2 + 10 * row(rank).reqid);
		assert_int_equal(row(rank).in_packets, 1 + 2 * row(rank).reqid);
		assert_int_equal(row(rank).out_packets, 2 + 2 * row(rank).reqid);
	}
	hear("");
}

static void
even_reqids_may_differ_if_two_have_only_each_other(void **state)
{
	(void)state;
	begin();
	READ(IN_1, OUT_2);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_int_equal(row(0).state, TUNNEL_UP);
	assert_int_equal(row(0).reqid, 2);
}

static void
nobody_can_tell_which_of_three_belong_together(void **state)
{
	const struct sa in_3 = with_if_id(an_sa(IN, 5, 3, 0), 31), more = with_if_id(an_sa(OUT, 6, 1, 0), 13);

	(void)state;
	begin();
	READ(IN_1, OUT_2, in_3);
	assert_int_equal(tunnels_count(story.tunnels), 3);
	for (size_t rank = 0; rank < 3; rank++)
		assert_int_equal(row(rank).state, TUNNEL_UNKNOWN);
	/* What is known by its reqid is told all the same. */
	READ(IN_1, OUT_2, in_3, OUT_1);
	assert_non_null(strstr(story.heard, "up "));
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_int_equal(row(0).state, TUNNEL_UP);
	assert_int_equal(row(1).state, TUNNEL_UP);
	/* But not if several have that. */
	read_sas(NULL, 0);
	wait_seconds(100);
	story.heard[0] = '\0';
	story.settings.linger_seconds = 0;
	configure();
	wait_seconds(0);
	READ(IN_1, OUT_1, more);
	assert_int_equal(tunnels_count(story.tunnels), 3);
	for (size_t rank = 0; rank < 3; rank++)
		assert_int_equal(row(rank).state, TUNNEL_UNKNOWN);
	/* Two of one direction are just two that are down. */
	READ(OUT_1, more);
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_int_equal(row(0).state, TUNNEL_DOWN);
	assert_int_equal(row(1).state, TUNNEL_DOWN);
	hear("");
}

static void
one_that_has_both_directions_after_all_leaves_the_other(void **state)
{
	const struct sa out_too = with_if_id(an_sa(OUT, 6, 1, 7), 11), in_too = with_if_id(an_sa(IN, 7, 2, 8), 22);

	(void)state;
	begin();
	READ(IN_1, OUT_2);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	tell(SA_EVENT_NEW, out_too);
	wait_seconds(0);
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_int_equal(row(0).if_id, 11);
	assert_int_equal(row(0).state, TUNNEL_UP);
	assert_int_equal(row(1).if_id, 22);
	assert_int_equal(row(1).state, TUNNEL_DOWN);
	assert_has_sas(0, "1 in, 6 out");
	assert_has_sas(1, "4 out");
	hear("");
	tell(SA_EVENT_NEW, in_too);
	wait_seconds(0);
	hear("up 10002 ");
	/* Each loses a direction: they are not taken for one now. */
	READ(IN_1, OUT_2);
	wait_seconds(100);
	hear("down 10001 down 10002 ");
	assert_int_equal(tunnels_count(story.tunnels), 2);
}

static void
a_name_may_take_a_tunnel_of_two_interface_ids_and_give_it_back(void **state)
{
	(void)state;
	begin();
	READ(IN_1, OUT_1);
	name("there remote 198.51.100.1");
	configure();
	READ(IN_1, OUT_1);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_string_equal(row(0).name, "there");
	assert_int_equal(row(0).index, 10001);
	tunnel_names_free(&story.settings.names);
	configure();
	READ(IN_1, OUT_1);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_int_equal(row(0).state, TUNNEL_UP);
	assert_int_equal(row(0).in_packets, 3);
	hear("");
}

static void
a_name_may_take_one_half_of_a_tunnel(void **state)
{
	(void)state;
	begin();
	READ(IN_1, OUT_1);
	assert_int_equal(tunnels_count(story.tunnels), 1);
	name("half remote 198.51.100.1 if-id 12");
	configure();
	assert_int_equal(tunnels_count(story.tunnels), 2);
	/* What is left of it is a tunnel by itself. */
	tell(SA_EVENT_NEW, with_if_id(an_sa(OUT, 6, 1, 7), 11));
	wait_seconds(0);
	assert_int_equal(tunnels_count(story.tunnels), 2);
	assert_string_equal(row(0).name, "half");
	assert_has_sas(0, "2 out");
	assert_has_sas(1, "1 in, 6 out");
	assert_int_equal(row(1).state, TUNNEL_UP);
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
	configure();
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
	READ(an_sa(OUT, 3, 1, 0));
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
	configure();
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
	configure();
	READ(an_sa(IN, 1, 1, 5), an_sa(OUT, 2, 1, 6));
	assert_int_equal(tunnels_count(story.tunnels), 1);
	assert_string_equal(row(0).name, "");
	assert_int_equal(row(0).in_packets, 5);
	hear("");
}

/* It is called the same for as long as its row is there, and no other is. */
static void
a_row_keeps_its_description(void **state)
{
	const struct tunnel_names none = {.count = 0};

	(void)state;
	begin();
	READ(an_sa(IN, 1, 1, 10), an_sa(OUT, 2, 1, 20), an_sa(IN, 3, 2, 10), an_sa(OUT, 4, 2, 20));
	assert_string_equal(row(0).descr, "192.0.2.1-198.51.100.1");
	assert_string_equal(row(1).descr, "192.0.2.1-198.51.100.1-reqid2");
	/* With a name it has the row that it had. */
	name("berlin remote 198.51.100.1 reqid 1");
	configure();
	assert_string_equal(row(0).name, "berlin");
	assert_int_equal(row(0).index, 10001);
	assert_string_equal(row(0).descr, "192.0.2.1-198.51.100.1");
	/* The name is for another now, and what had it has a new row. */
	tunnel_names_free(&story.settings.names);
	name("berlin remote 198.51.100.9");
	configure();
	for (size_t i = 0; i < tunnels_count(story.tunnels); i++) {
		assert_string_not_equal(row(i).descr, "");
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(row(i).descr, row(j).descr);
		if (row(i).index == 10001)
			assert_string_equal(row(i).descr, "192.0.2.1-198.51.100.1");
	}
	/* The next agent finds all as it was, and the name has its own. */
	tunnels_free(story.tunnels);
	census_free(story.census);
	story.census = census_new();
	begin();
	READ(an_sa(IN, 3, 2, 10), an_sa(OUT, 4, 2, 20), an_sa(IN, 1, 1, 10), an_sa(OUT, 2, 1, 20));
	assert_int_equal(tunnels_count(story.tunnels), 3);
	assert_string_equal(row(0).descr, "berlin");
	for (size_t i = 1; i < 3; i++) {
		const char *const wanted =
			row(i).reqid == 2 ? "192.0.2.1-198.51.100.1-reqid2" : "192.0.2.1-198.51.100.1";

		assert_string_equal(row(i).descr, wanted);
	}
	tunnel_names_free(&story.settings.names);
	story.settings.names = none;
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
	/* A text may have any age: of that one nobody can say when it was first used. */
	out = an_sa(OUT, 5, 1, 0);
	out.life[SA_LIFE_ADD] = (struct sa_lifetime){INT64_MAX, 0, 0};
	out.life[SA_LIFE_USE] = (struct sa_lifetime){1, 0, UINT32_MAX - 1};
	READ(in, out);
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
		STORY(sas_are_found_by_their_tunnel_at_once),
		STORY(sas_go_along_when_names_change),
		STORY(what_is_up_at_the_start_is_no_news),
		STORY(a_rekey_is_no_flap),
		STORY(down_is_told_after_the_grace_time_once),
		STORY(without_a_grace_time_a_survey_is_no_flap_either),
		STORY(dead_and_larval_sas_carry_nothing),
		STORY(a_larval_sa_makes_no_tunnel_and_then_joins_its_own),
		STORY(a_tunnel_begins_with_an_sa_in_each_direction),
		STORY(one_direction_that_a_read_shows_is_a_tunnel_that_is_down),
		STORY(what_is_gone_within_a_read_is_no_tunnel),
		STORY(sas_between_nobody_are_no_tunnel),
		STORY(an_sa_that_expires_without_keys_is_no_tunnel),
		STORY(a_name_s_tunnel_has_each_sa_at_once),
		STORY(interface_ids_may_differ_by_direction),
		STORY(a_tunnel_of_two_interface_ids_keeps_its_index),
		STORY(one_that_comes_later_is_told_to_be_up),
		STORY(of_several_the_reqid_shows_which_belong_together),
		STORY(even_reqids_may_differ_if_two_have_only_each_other),
		STORY(nobody_can_tell_which_of_three_belong_together),
		STORY(one_that_has_both_directions_after_all_leaves_the_other),
		STORY(a_name_may_take_a_tunnel_of_two_interface_ids_and_give_it_back),
		STORY(a_name_may_take_one_half_of_a_tunnel),
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
		STORY(a_row_keeps_its_description),
		STORY(the_soonest_limit),
		STORY(errors_are_told_when_they_are_many),
		STORY(errors_may_be_none_of_our_business),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
