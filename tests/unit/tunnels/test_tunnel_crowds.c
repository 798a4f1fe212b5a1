/* SPDX-License-Identifier: BSD-3-Clause */

/* Tunnels whose ends get other addresses, and many that look alike; each story in IPv4 and in IPv6. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "census/census.h"
#include "census/policies.h"
#include "sa/snapshot.h"
#include "tunnels/tunnel_saved.h"
#include "tunnels/tunnels.h"

enum { NOW = 1700000000, REQID = 7 };
#define IN_SPI UINT32_C(0xd0000301)
#define OUT_SPI UINT32_C(0xc0000401)

/* This host at two addresses, and peers at many. */
enum { HERE = 1, HERE_TOO = 2, PEER = 101 };

static struct {
	struct census *census;
	struct policies *policies;
	struct tunnels *tunnels;
	struct tunnel_numbers *numbers;
	struct tunnel_settings settings;
	bool ipv6;
	uint64_t elapsed_us;
	char heard[256];
} bed;

/* --- words to tell stories with ---------------------------------------------------------------- */

static void
on_news(void *data, enum tunnel_news news, const struct tunnel *tunnel)
{
	static const char *const words[] = {"up", "down", "errors", "several"};
	const size_t length = strlen(bed.heard);

	(void)data;
	snprintf(bed.heard + length, sizeof(bed.heard) - length, "%s %u ", words[news], tunnel->index);
}

static const struct tunnel_listener listener = {.news = on_news};

static struct tunnel_time
now(void)
{
	const int64_t seconds = NOW + (int64_t)(bed.elapsed_us / 1000000);

	return (struct tunnel_time){bed.elapsed_us, seconds, seconds};
}

static void
wait_seconds(unsigned seconds)
{
	struct tunnel_time time;

	bed.elapsed_us += (uint64_t)seconds * 1000000;
	time = now();
	tunnels_tick(bed.tunnels, &time);
}

/* 0: unspecified. */
static struct sa_address
at(uint8_t host)
{
	struct sa_address address = {.type = bed.ipv6 ? SA_ADDRESS_IPV6 : SA_ADDRESS_IPV4};

	if (host == 0)
		return address;
	address.octets[0] = bed.ipv6 ? 0x20 : 192;
	address.octets[bed.ipv6 ? 15 : 3] = host;
	return address;
}

static struct sa
an_sa(bool goes_out, uint8_t here, uint8_t there, uint32_t spi, uint64_t packets)
{
	struct sa sa = {
		.said = {.dst = at(goes_out ? there : here), .protocol = SA_PROTOCOL_ESP, .spi = spi},
		.src = at(goes_out ? here : there),
		.reqid = REQID,
		.direction = goes_out ? SA_DIRECTION_OUT : SA_DIRECTION_IN,
		.state = SA_STATE_MATURE,
	};

	sa.life[SA_LIFE_PACKETS].current = packets;
	sa.life[SA_LIFE_BYTES].current = 100 * packets;
	return sa;
}

static struct sa
in_sa(uint8_t here, uint8_t there, uint64_t packets)
{
	return an_sa(false, here, there, IN_SPI, packets);
}

static struct sa
out_sa(uint8_t here, uint8_t there, uint64_t packets)
{
	return an_sa(true, here, there, OUT_SPI, packets);
}

static void
tell(enum sa_event_kind kind, struct sa sa)
{
	const struct sa_event event = {.kind = kind, .sa = sa};

	census_event(bed.census, &event, now().sa_seconds);
}

static void
read_sas(const struct sa *sas, size_t count)
{
	struct snapshot *const snapshot = snapshot_new();

	assert_non_null(snapshot);
	snapshot_begin(snapshot, NULL);
	census_begin(bed.census);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(snapshot_add(snapshot, &sas[i]), 0);
	while (!snapshot_sort_step(snapshot, 100))
		;
	while (!census_survey_step(bed.census, snapshot, now().sa_seconds, 1))
		;
	snapshot_free(snapshot);
	wait_seconds(0);
}

#define READ(...)                                                                                                      \
	read_sas((const struct sa[]){__VA_ARGS__}, sizeof((const struct sa[]){__VA_ARGS__}) / sizeof(struct sa))

static struct tunnel
row(size_t rank)
{
	const struct tunnel_time time = now();
	struct tunnel tunnel;

	assert_true(rank < tunnels_count(bed.tunnels));
	tunnels_at(bed.tunnels, rank, &time, &tunnel);
	return tunnel;
}

static struct tunnel
the_tunnel(void)
{
	assert_int_equal(tunnels_count(bed.tunnels), 1);
	return row(0);
}

static void
hear(const char *expected)
{
	assert_string_equal(bed.heard, expected);
	bed.heard[0] = '\0';
}

/* For what goes out through a tunnel to that peer; which of the nets behind it, says the net. */
static struct policy
a_policy(uint32_t index, uint8_t here, uint8_t there, uint8_t net)
{
	struct policy policy;

	memset(&policy, 0, sizeof(policy));
	policy.index = index;
	policy.direction = POLICY_OUT;
	policy.action = POLICY_ALLOW;
	policy.type = POLICY_MAIN;
	policy.template_count = 1;
	policy.selector.src.address = policy.selector.dst.address = at(net);
	policy.templates[0].src = at(here);
	policy.templates[0].dst = at(there);
	policy.templates[0].src_prefix_length = policy.templates[0].dst_prefix_length = bed.ipv6 ? 128 : 32;
	policy.templates[0].own_ends = true;
	policy.templates[0].protocol = SA_PROTOCOL_ESP;
	policy.templates[0].reqid = REQID;
	return policy;
}

static void
set(struct policy policy)
{
	policies_take(bed.policies, &(struct policy_event){POLICY_EVENT_SET, policy});
}

static void
unset(struct policy policy)
{
	policies_take(bed.policies, &(struct policy_event){POLICY_EVENT_GONE, policy});
}

static void
begin(void)
{
	bed.census = census_new();
	bed.policies = policies_new();
	bed.tunnels = tunnels_new(bed.census, bed.numbers, &bed.settings, "", &listener);
	assert_non_null(bed.tunnels);
	tunnels_observe_policies(bed.tunnels, bed.policies);
}

static void
end(void)
{
	policies_free(bed.policies);
	census_free(bed.census);
	tunnels_free(bed.tunnels);
}

static int
set_up(void **state)
{
	memset(&bed, 0, sizeof(bed));
	bed.ipv6 = *state != NULL;
	tunnel_settings_init(&bed.settings);
	bed.settings.grace_seconds = 1;
	bed.numbers = tunnel_numbers_new("");
	if (!bed.numbers)
		return -1;
	begin();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	end();
	tunnel_numbers_free(bed.numbers);
	tunnel_names_free(&bed.settings.names);
	return 0;
}

static void
begin_up(void)
{
	READ(in_sa(HERE, PEER, 10), out_sa(HERE, PEER, 20));
	assert_int_equal(the_tunnel().state, TUNNEL_UP);
}

/* One tunnel, up all the time, at that address, with all that it had counted. */
static void
assert_at(uint8_t here, uint8_t there, uint32_t moves)
{
	const struct sa_address local = at(here), remote = at(there);

	struct tunnel tunnel;

	wait_seconds(0);
	wait_seconds(2);
	tunnel = the_tunnel();
	assert_true(sa_address_equal(&tunnel.local, &local));
	assert_true(sa_address_equal(&tunnel.remote, &remote));
	assert_int_equal(tunnel.moves, moves);
	assert_int_equal(tunnel.state, TUNNEL_UP);
	hear("");
}

static void
assert_moved(uint8_t here, uint8_t there, uint32_t moves)
{
	assert_at(here, there, moves);
	assert_int_equal(the_tunnel().rekeys, 0);
}

/* --- MOBIKE ------------------------------------------------------------------------------------ */

/* strongSwan deletes and adds one SA after the other. */
static void
a_peer_with_another_address_is_the_same_tunnel(void **state)
{
	uint32_t index;

	(void)state;
	begin_up();
	index = the_tunnel().index;
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 11));
	tell(SA_EVENT_NEW, in_sa(HERE, PEER + 1, 0));
	wait_seconds(0);
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 22));
	tell(SA_EVENT_NEW, out_sa(HERE, PEER + 1, 0));
	assert_moved(HERE, PEER + 1, 1);
	READ(in_sa(HERE, PEER + 1, 100), out_sa(HERE, PEER + 1, 200));
	assert_int_equal(the_tunnel().index, index);
	assert_int_equal(the_tunnel().in_packets, 111);
	assert_int_equal(the_tunnel().out_packets, 222);
}

/* strongSwan has it go on from there. */
static void
the_new_sa_may_have_what_the_old_one_counted(void **state)
{
	(void)state;
	begin_up();
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 11));
	tell(SA_EVENT_NEW, in_sa(HERE, PEER + 1, 11));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 22));
	tell(SA_EVENT_NEW, out_sa(HERE, PEER + 1, 22));
	READ(in_sa(HERE, PEER + 1, 15), out_sa(HERE, PEER + 1, 25));
	assert_moved(HERE, PEER + 1, 1);
	assert_int_equal(the_tunnel().in_packets, 15);
	assert_int_equal(the_tunnel().out_packets, 25);
}

/*
 * The agent may look between any two events.  strongSwan removes the policies first, so that nothing but its last SA keeps what
 * the tunnel leaves.
 */
static void
what_it_had_counted_counts_once_even_if_it_moves_slowly(void **state)
{
	(void)state;
	set(a_policy(1, HERE, PEER, 9));
	begin_up();
	unset(a_policy(1, HERE, PEER, 9));
	wait_seconds(0);
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 11));
	wait_seconds(0);
	tell(SA_EVENT_NEW, in_sa(HERE, PEER + 1, 11));
	wait_seconds(0);
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 22));
	wait_seconds(0);
	tell(SA_EVENT_NEW, out_sa(HERE, PEER + 1, 22));
	wait_seconds(0);
	set(a_policy(1, HERE, PEER + 1, 9));
	READ(in_sa(HERE, PEER + 1, 15), out_sa(HERE, PEER + 1, 25));
	assert_moved(HERE, PEER + 1, 1);
	assert_int_equal(the_tunnel().in_packets, 15);
	assert_int_equal(the_tunnel().out_packets, 25);
}

/*
 * The new address is so new that no read has shown it yet, nor have the policies followed: until the next read, nobody knows
 * which way the new SAs go.
 */
static void
what_it_had_counted_counts_once_even_if_its_way_is_not_known_yet(void **state)
{
	struct sa in = in_sa(HERE + 1, PEER, 11), out = out_sa(HERE + 1, PEER, 22);

	(void)state;
	begin_up();
	in.direction = out.direction = SA_DIRECTION_UNKNOWN;
	in.life[SA_LIFE_ADD].current = out.life[SA_LIFE_ADD].current = 1;
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 11));
	tell(SA_EVENT_NEW, in);
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 22));
	tell(SA_EVENT_NEW, out);
	READ(in_sa(HERE + 1, PEER, 15), out_sa(HERE + 1, PEER, 25));
	assert_moved(HERE + 1, PEER, 1);
	assert_int_equal(the_tunnel().in_packets, 15);
	assert_int_equal(the_tunnel().out_packets, 25);
}

/* As tests of it do: both are gone for a moment. */
static void
so_it_is_if_both_sas_are_gone_in_between(void **state)
{
	(void)state;
	begin_up();
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 20));
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 10));
	wait_seconds(0);
	tell(SA_EVENT_NEW, in_sa(HERE, PEER + 1, 0));
	tell(SA_EVENT_NEW, out_sa(HERE, PEER + 1, 0));
	assert_moved(HERE, PEER + 1, 1);
}

static void
this_host_may_move_and_come_back(void **state)
{
	(void)state;
	begin_up();
	for (unsigned i = 0; i < 4; i++) {
		const uint8_t from = i % 2 ? HERE_TOO : HERE, to = i % 2 ? HERE : HERE_TOO;

		tell(SA_EVENT_DELETED, in_sa(from, PEER, 10));
		tell(SA_EVENT_NEW, in_sa(to, PEER, 0));
		tell(SA_EVENT_DELETED, out_sa(from, PEER, 20));
		tell(SA_EVENT_NEW, out_sa(to, PEER, 0));
		assert_moved(to, PEER, i + 1);
	}
}

/* The kernel tells of a migration only that there was one: a read finds it. */
static void
a_migration_is_found_by_a_read(void **state)
{
	(void)state;
	begin_up();
	READ(in_sa(HERE, PEER + 1, 12), out_sa(HERE, PEER + 1, 23));
	assert_moved(HERE, PEER + 1, 1);
	READ(in_sa(HERE_TOO, PEER + 1, 1), out_sa(HERE_TOO, PEER + 1, 1));
	assert_moved(HERE_TOO, PEER + 1, 2);
}

/* strongSwan's %unique-dir: an interface id for each direction, and so two paths. */
static struct sa
by_interface(struct sa sa)
{
	sa.if_id = sa.direction == SA_DIRECTION_OUT ? 2 : 1;
	return sa;
}

static void
a_pair_of_interface_ids_moves_as_one(void **state)
{
	uint32_t index;

	(void)state;
	READ(by_interface(in_sa(HERE, PEER, 10)), by_interface(out_sa(HERE, PEER, 20)));
	READ(by_interface(in_sa(HERE, PEER, 10)), by_interface(out_sa(HERE, PEER, 20)));
	index = the_tunnel().index;
	assert_int_equal(the_tunnel().state, TUNNEL_UP);
	bed.heard[0] = '\0';
	for (uint8_t i = 0; i < 6; i++) {
		const uint8_t from = i % 3, to = (uint8_t)(i + 1) % 3;

		tell(SA_EVENT_DELETED, by_interface(in_sa(HERE, PEER + from, 11)));
		tell(SA_EVENT_NEW, by_interface(in_sa(HERE, PEER + to, 0)));
		if (i % 2)
			wait_seconds(0);
		tell(SA_EVENT_DELETED, by_interface(out_sa(HERE, PEER + from, 22)));
		tell(SA_EVENT_NEW, by_interface(out_sa(HERE, PEER + to, 0)));
		assert_moved(HERE, PEER + to, i + 1);
		READ(by_interface(in_sa(HERE, PEER + to, 1)), by_interface(out_sa(HERE, PEER + to, 2)));
		assert_int_equal(the_tunnel().index, index);
		assert_int_equal(the_tunnel().if_id, 2);
	}
	assert_int_equal(the_tunnel().in_packets, 6 * 11 + 1);
	/* By a read, too. */
	READ(by_interface(in_sa(HERE, PEER + 5, 3)), by_interface(out_sa(HERE, PEER + 5, 3)));
	assert_moved(HERE, PEER + 5, 7);
	assert_int_equal(the_tunnel().index, index);
}

/* Who is a thousand seconds old when it all begins. */
static struct sa
aged(struct sa sa)
{
	sa.life[SA_LIFE_ADD].current = 1000 + bed.elapsed_us / 1000000;
	return sa;
}

/* The kernel gives the new SA the age and the counters of the old one; the local address changes the SA that comes in. */
static void
a_migration_goes_on_counting(void **state)
{
	(void)state;
	READ(aged(in_sa(HERE, PEER, 10)), aged(out_sa(HERE, PEER, 20)));
	for (uint8_t i = 1; i < 5; i++) {
		READ(aged(in_sa(HERE + i, PEER + i, 10 + i)), aged(out_sa(HERE + i, PEER + i, 20 + i)));
		assert_int_equal(the_tunnel().in_packets, 10 + i);
		assert_int_equal(the_tunnel().out_packets, 20 + i);
		assert_moved(HERE + i, PEER + i, i);
	}
}

static void
what_comes_after_it_was_told_to_be_down_is_another(void **state)
{
	(void)state;
	begin_up();
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 10));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 20));
	wait_seconds(0);
	wait_seconds(2);
	tell(SA_EVENT_NEW, in_sa(HERE, PEER + 1, 0));
	tell(SA_EVENT_NEW, out_sa(HERE, PEER + 1, 0));
	wait_seconds(0);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
	assert_int_equal(row(0).moves + row(1).moves, 0);
}

/* Whoever types SAs takes the same few numbers for all peers. */
static void
an_spi_that_people_choose_tells_nothing(void **state)
{
	(void)state;
	READ(an_sa(false, HERE, PEER, 3, 1), an_sa(true, HERE, PEER, 3, 1));
	tell(SA_EVENT_DELETED, an_sa(false, HERE, PEER, 3, 1));
	tell(SA_EVENT_DELETED, an_sa(true, HERE, PEER, 3, 1));
	tell(SA_EVENT_NEW, an_sa(false, HERE, PEER + 1, 3, 0));
	tell(SA_EVENT_NEW, an_sa(true, HERE, PEER + 1, 3, 0));
	wait_seconds(0);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
}

static void
a_tunnel_with_a_name_moves_within_its_row(void **state)
{
	(void)state;
	assert_null(tunnel_names_add(&bed.settings.names, bed.ipv6 ? "mobile remote ::/0" : "mobile remote 0.0.0.0/0"));
	tunnels_configure(bed.tunnels, &bed.settings);
	while (tunnels_configure_step(bed.tunnels) == TUNNELS_CONFIGURING)
		;
	begin_up();
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 11));
	tell(SA_EVENT_NEW, in_sa(HERE, PEER + 1, 0));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 22));
	tell(SA_EVENT_NEW, out_sa(HERE, PEER + 1, 0));
	assert_moved(HERE, PEER + 1, 1);
}

/* --- another address after reauthentication ---------------------------------------------------- */

static struct sa
next_in(uint8_t there)
{
	return an_sa(false, HERE, there, IN_SPI + 1, 0);
}

static struct sa
next_out(uint8_t there)
{
	return an_sa(true, HERE, there, OUT_SPI + 1, 0);
}

static void
a_policy_with_the_same_selector_shows_where_it_has_gone(void **state)
{
	(void)state;
	set(a_policy(1, HERE, PEER, 10));
	begin_up();
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 10));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 20));
	unset(a_policy(1, HERE, PEER, 10));
	tell(SA_EVENT_NEW, next_in(PEER + 1));
	tell(SA_EVENT_NEW, next_out(PEER + 1));
	set(a_policy(9, HERE, PEER + 1, 10));
	assert_moved(HERE, PEER + 1, 1);
	assert_string_not_equal(the_tunnel().selectors, "");
}

static void
read_policy(struct policy policy)
{
	policies_take(bed.policies, &(struct policy_event){POLICY_EVENT_READ, policy});
}

/* It shows the new policy before the event that the old one is gone. */
static void
a_read_may_be_ahead_of_the_events_of_policies(void **state)
{
	(void)state;
	set(a_policy(1, HERE, PEER, 10));
	begin_up();
	policies_begin(bed.policies);
	read_policy(a_policy(9, HERE, PEER + 1, 10));
	wait_seconds(0);
	unset(a_policy(1, HERE, PEER, 10));
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 10));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 20));
	wait_seconds(0);
	tell(SA_EVENT_NEW, next_in(PEER + 1));
	tell(SA_EVENT_NEW, next_out(PEER + 1));
	set(a_policy(9, HERE, PEER + 1, 10));
	assert_at(HERE, PEER + 1, 1);
	/* The tunnel was there before its new SA. */
	assert_int_equal(the_tunnel().rekeys, 1);
}

/* As of a second gateway that stands by. */
static void
a_policy_that_was_there_before_is_of_another_tunnel(void **state)
{
	(void)state;
	set(a_policy(1, HERE, PEER, 10));
	begin_up();
	set(a_policy(9, HERE, PEER + 1, 10));
	READ(in_sa(HERE, PEER, 10), out_sa(HERE, PEER, 20));
	READ(in_sa(HERE, PEER, 10), out_sa(HERE, PEER, 20));
	unset(a_policy(1, HERE, PEER, 10));
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 10));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 20));
	wait_seconds(0);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
}

/* Make before break: the new SAs come first, and the policy is changed. */
static void
the_old_sas_may_be_there_for_a_while(void **state)
{
	(void)state;
	set(a_policy(1, HERE, PEER, 10));
	begin_up();
	tell(SA_EVENT_NEW, next_in(PEER + 1));
	tell(SA_EVENT_NEW, next_out(PEER + 1));
	set(a_policy(1, HERE, PEER + 1, 10));
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 10));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 20));
	assert_moved(HERE, PEER + 1, 1);
}

static void
another_selector_is_another_tunnel(void **state)
{
	(void)state;
	set(a_policy(1, HERE, PEER, 10));
	begin_up();
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 10));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 20));
	unset(a_policy(1, HERE, PEER, 10));
	set(a_policy(9, HERE, PEER + 1, 20));
	wait_seconds(0);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
	assert_int_equal(row(0).moves + row(1).moves, 0);
}

/* --- reads anywhere in a move ------------------------------------------------------------------- */

/* What a daemon does to move a tunnel: SAs and policies go and come, one after the other. */
enum { STEPS = 6, RANKS = STEPS + 1 };

struct step {
	bool goes, is_policy;
	struct sa sa;
	struct policy policy;
};

static struct step
sa_goes(struct sa sa)
{
	return (struct step){.goes = true, .sa = sa};
}

static struct step
sa_comes(struct sa sa)
{
	return (struct step){.sa = sa};
}

static struct step
policy_goes(struct policy policy)
{
	return (struct step){.goes = true, .is_policy = true, .policy = policy};
}

static struct step
policy_comes(struct policy policy)
{
	return (struct step){.is_policy = true, .policy = policy};
}

/* A read begins after some steps, and has the policies as they are after some more, and the SAs after still more. */
struct course {
	unsigned begins, policies, sas;
	bool looks_early,
		looks_late; /* whether the agent looks after each event that comes before the read's end, or after it */
};

/* False: there is no such course. */
static bool
make_course(unsigned number, struct course *course)
{
	*course = (struct course){number / 4 % RANKS, number / 4 / RANKS % RANKS, number / 4 / RANKS / RANKS,
				  number % 2, number / 2 % 2};
	return course->begins <= course->policies && course->policies <= course->sas;
}

enum { COURSES = 4 * RANKS * RANKS * RANKS };

static void
do_steps(const struct step steps[static STEPS], unsigned from, unsigned to, bool looks)
{
	for (const struct step *step = steps + from; step < steps + to; step++) {
		if (!step->is_policy)
			tell(step->goes ? SA_EVENT_DELETED : SA_EVENT_NEW, step->sa);
		else if (step->goes)
			unset(step->policy);
		else
			set(step->policy);
		if (looks)
			wait_seconds(0);
	}
}

/* Whether what the step is about is there after so many steps. */
static bool
is_there(const struct step steps[static STEPS], unsigned step, unsigned done)
{
	return steps[step].goes == (step >= done);
}

/* All events from before its end come before it is surveyed. */
static void
read_across(const struct step steps[static STEPS], const struct course *course)
{
	struct snapshot *const snapshot = snapshot_new();

	assert_non_null(snapshot);
	policies_begin(bed.policies);
	census_begin(bed.census);
	snapshot_begin(snapshot, NULL);
	for (unsigned i = 0; i < STEPS; i++) {
		if (steps[i].is_policy && is_there(steps, i, course->policies))
			read_policy(steps[i].policy);
		if (!steps[i].is_policy && is_there(steps, i, course->sas))
			assert_int_equal(snapshot_add(snapshot, &steps[i].sa), 0);
	}
	do_steps(steps, course->begins, course->sas, course->looks_early);
	while (!snapshot_sort_step(snapshot, 100) || !policies_survey_step(bed.policies, 10))
		;
	while (!census_survey_step(bed.census, snapshot, now().sa_seconds, 1))
		;
	snapshot_free(snapshot);
	wait_seconds(0);
}

static void
go(const struct step steps[static STEPS], const struct course *course)
{
	do_steps(steps, 0, course->begins, course->looks_early);
	read_across(steps, course);
	do_steps(steps, course->sas, STEPS, course->looks_late);
	wait_seconds(0);
}

/* There and on to the next address, with and without a read in between that shows what then is. */
static void
move_twice(void **state, const struct step there[static STEPS], const struct step on[static STEPS], unsigned number)
{
	static const struct course at_last = {STEPS, STEPS, STEPS, true, true};
	struct course one, other;
	struct tunnel tunnel;

	if (!make_course(number / 2 / COURSES, &one) || !make_course(number / 2 % COURSES, &other))
		return;
	tear_down(state);
	assert_int_equal(set_up(state), 0);
	set(a_policy(1, HERE, PEER, 10));
	begin_up();
	go(there, &one);
	if (number % 2)
		read_across(there, &at_last);
	go(on, &other);
	read_across(on, &at_last);
	wait_seconds(2);
	tunnel = the_tunnel();
	assert_int_equal(tunnel.moves, 2);
	assert_int_equal(tunnel.downs, 0);
	assert_int_equal(tunnel.in_packets, 10);
	assert_int_equal(tunnel.out_packets, 20);
}

/* A part of all pairs of courses, evenly spread. */
static void
move_twice_in_many_ways(void **state, const struct step there[static STEPS], const struct step on[static STEPS])
{
	for (unsigned number = 0; number < 2 * COURSES * COURSES; number += 97)
		move_twice(state, there, on, number);
}

/* strongSwan's MOBIKE: the SAs go on with what they have counted. */
static void
a_read_may_be_anywhere_in_a_move(void **state)
{
	const struct step there[STEPS] = {
		policy_goes(a_policy(1, HERE, PEER, 10)), sa_goes(in_sa(HERE, PEER, 10)),
		sa_comes(in_sa(HERE, PEER + 1, 10)),	  sa_goes(out_sa(HERE, PEER, 20)),
		sa_comes(out_sa(HERE, PEER + 1, 20)),	  policy_comes(a_policy(9, HERE, PEER + 1, 10)),
	};
	const struct step back[STEPS] = {
		policy_goes(a_policy(9, HERE, PEER + 1, 10)),
		sa_goes(in_sa(HERE, PEER + 1, 10)),
		sa_comes(in_sa(HERE, PEER, 10)),
		sa_goes(out_sa(HERE, PEER + 1, 20)),
		sa_comes(out_sa(HERE, PEER, 20)),
		policy_comes(a_policy(17, HERE, PEER, 10)),
	};

	move_twice_in_many_ways(state, there, back);
}

static void
a_read_may_be_anywhere_in_an_authentication_from_another_address(void **state)
{
	const struct step there[STEPS] = {
		policy_goes(a_policy(1, HERE, PEER, 10)),
		sa_goes(in_sa(HERE, PEER, 10)),
		sa_goes(out_sa(HERE, PEER, 20)),
		sa_comes(next_in(PEER + 1)),
		sa_comes(next_out(PEER + 1)),
		policy_comes(a_policy(9, HERE, PEER + 1, 10)),
	};
	const struct step on[STEPS] = {
		sa_goes(next_in(PEER + 1)),
		sa_goes(next_out(PEER + 1)),
		policy_goes(a_policy(9, HERE, PEER + 1, 10)),
		sa_comes(an_sa(false, HERE, PEER + 2, IN_SPI + 2, 0)),
		sa_comes(an_sa(true, HERE, PEER + 2, OUT_SPI + 2, 0)),
		policy_comes(a_policy(17, HERE, PEER + 2, 10)),
	};

	move_twice_in_many_ways(state, there, on);
}

/* --- what outlives the agent ------------------------------------------------------------------- */

static void
moves_and_the_description_outlive_the_agent(void **state)
{
	struct tunnel_saved_row saved;
	struct tunnel before;

	(void)state;
	begin_up();
	tell(SA_EVENT_DELETED, in_sa(HERE, PEER, 11));
	tell(SA_EVENT_NEW, in_sa(HERE, PEER + 1, 0));
	tell(SA_EVENT_DELETED, out_sa(HERE, PEER, 22));
	tell(SA_EVENT_NEW, out_sa(HERE, PEER + 1, 0));
	assert_moved(HERE, PEER + 1, 1);
	before = the_tunnel();
	assert_true(tunnels_save_row(bed.tunnels, 0, &saved));
	end();
	begin();
	assert_true(tunnels_restore_row(bed.tunnels, &saved));
	tunnels_restored(bed.tunnels);
	assert_int_equal(the_tunnel().moves, 1);
	assert_int_equal(the_tunnel().index, before.index);
	assert_string_equal(the_tunnel().descr, before.descr);
}

/* A name that stands for one direction only came while no agent ran. */
static void
one_half_of_a_tunnel_outlives_the_agent(void **state)
{
	struct sa in = in_sa(HERE, PEER, 11), later = an_sa(false, HERE, PEER, IN_SPI + 1, 0);
	struct tunnel_saved_path paths[2];
	struct tunnel_saved_row saved;

	(void)state;
	in.if_id = 12;
	READ(in, out_sa(HERE, PEER, 22));
	assert_true(tunnels_save_row(bed.tunnels, 0, &saved));
	assert_true(saved.is_pair);
	for (size_t i = 0; i < 2; i++)
		assert_true(tunnels_save_path(bed.tunnels, i, &paths[i]));
	end();
	assert_null(tunnel_names_add(&bed.settings.names,
				     bed.ipv6 ? "half remote ::/0 if-id 12" : "half remote 0.0.0.0/0 if-id 12"));
	begin();
	assert_true(tunnels_restore_row(bed.tunnels, &saved));
	assert_int_equal(tunnels_restore_path(bed.tunnels, &paths[0]) + tunnels_restore_path(bed.tunnels, &paths[1]),
			 1);
	tunnels_restored(bed.tunnels);
	READ(in, out_sa(HERE, PEER, 22), later);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
	assert_int_equal(row(1).state, TUNNEL_UP);
}

/* --- crowds ------------------------------------------------------------------------------------ */

static void
peers_behind_one_address_stay_apart_by_their_reqids(void **state)
{
	struct sa sas[6];

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		sas[2 * i] = an_sa(false, HERE, PEER, IN_SPI + i, i);
		sas[2 * i + 1] = an_sa(true, HERE, PEER, OUT_SPI + i, 10 * i);
		sas[2 * i].reqid = sas[2 * i + 1].reqid = REQID + i;
	}
	read_sas(sas, 6);
	assert_int_equal(tunnels_count(bed.tunnels), 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(row(i).reqid, REQID + i);
		assert_int_equal(row(i).state, TUNNEL_UP);
		assert_int_equal(row(i).out_packets, 10 * i);
	}
}

/* Of one that is behind a NAT, which has given it that port. */
static struct sa
natted(bool goes_out, uint16_t port, uint32_t number, uint64_t packets)
{
	struct sa sa = an_sa(goes_out, HERE, PEER, (goes_out ? OUT_SPI : IN_SPI) + number, packets);

	sa.nat_encap = SA_NAT_NONESP;
	sa.reported = SA_ATTR_BIT(SA_ATTR_NAT_ENCAP) | SA_ATTR_BIT(SA_ATTR_NAT_PORTS);
	sa.nat_src_port = goes_out ? 4500 : port;
	sa.nat_dst_port = goes_out ? port : 4500;
	return sa;
}

static void
peers_behind_one_address_stay_apart_by_their_ports(void **state)
{
	uint32_t first, second;

	(void)state;
	READ(natted(false, 1001, 0, 1), natted(true, 1001, 0, 10), natted(false, 1002, 1, 2), natted(true, 1002, 1, 20),
	     natted(false, 1003, 2, 3), natted(true, 1003, 2, 30));
	assert_int_equal(tunnels_count(bed.tunnels), 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(row(i).state, TUNNEL_UP);
		assert_int_equal(10 * row(i).in_packets, row(i).out_packets);
	}
	assert_string_not_equal(row(0).descr, row(1).descr);
	first = row(0).index;
	second = row(1).index;
	/* The first goes; the second is rekeyed, which says its port; nobody else is down, and nothing of another's is counted. */
	tell(SA_EVENT_DELETED, natted(false, 1001, 0, 1));
	tell(SA_EVENT_DELETED, natted(true, 1001, 0, 10));
	tell(SA_EVENT_NEW, natted(false, 1002, 11, 0));
	tell(SA_EVENT_NEW, natted(true, 1002, 11, 0));
	tell(SA_EVENT_DELETED, natted(false, 1002, 1, 4));
	tell(SA_EVENT_DELETED, natted(true, 1002, 1, 40));
	wait_seconds(0);
	wait_seconds(2);
	assert_int_equal(tunnels_count(bed.tunnels), 3);
	assert_int_equal(row(0).state, TUNNEL_DOWN);
	assert_int_equal(row(0).out_packets, 10);
	assert_int_equal(row(1).state, TUNNEL_UP);
	assert_int_equal(row(1).index, second);
	assert_int_equal(row(1).out_packets, 40);
	assert_int_equal(row(1).rekeys, 1);
	/* It comes back from another port, when nobody else has its place. */
	READ(natted(false, 1002, 11, 0), natted(true, 1002, 11, 0), natted(false, 1003, 2, 3),
	     natted(true, 1003, 2, 30), natted(false, 1004, 3, 5), natted(true, 1004, 3, 50));
	assert_int_equal(tunnels_count(bed.tunnels), 3);
	assert_int_equal(row(0).index, first);
	assert_int_equal(row(0).out_packets, 60);
	assert_int_equal(row(0).state, TUNNEL_UP);
}

/* strongSwan deletes and adds one SA after the other. */
static void
give_port(uint32_t number, uint16_t old, uint16_t new)
{
	tell(SA_EVENT_DELETED, natted(false, old, number, 1));
	tell(SA_EVENT_NEW, natted(false, new, number, 0));
	wait_seconds(0);
	tell(SA_EVENT_DELETED, natted(true, old, number, 10));
	tell(SA_EVENT_NEW, natted(true, new, number, 0));
	wait_seconds(0);
	wait_seconds(2);
}

static void
a_nat_that_gives_another_port_has_the_same_peer_behind_it(void **state)
{
	uint32_t index;

	(void)state;
	READ(natted(false, 1001, 0, 1), natted(true, 1001, 0, 10));
	index = the_tunnel().index;
	for (uint16_t i = 0; i < 4; i++) {
		give_port(0, 1001 + i, 1002 + i);
		assert_int_equal(the_tunnel().index, index);
		assert_int_equal(the_tunnel().state, TUNNEL_UP);
		assert_int_equal(the_tunnel().rekeys, 0);
	}
	assert_int_equal(the_tunnel().out_packets, 40);
	hear("");
	/* Or they are changed where they are. */
	READ(natted(false, 2001, 0, 3), natted(true, 2001, 0, 12));
	assert_int_equal(the_tunnel().out_packets, 52);
	tell(SA_EVENT_NEW, natted(false, 2001, 1, 0));
	tell(SA_EVENT_NEW, natted(true, 2001, 1, 0));
	tell(SA_EVENT_DELETED, natted(false, 2001, 0, 3));
	tell(SA_EVENT_DELETED, natted(true, 2001, 0, 12));
	assert_int_equal(the_tunnel().index, index);
	assert_int_equal(the_tunnel().rekeys, 1);
}

static void
so_it_is_in_a_crowd(void **state)
{
	struct tunnel before;

	(void)state;
	READ(natted(false, 1001, 0, 1), natted(true, 1001, 0, 10), natted(false, 1002, 1, 1),
	     natted(true, 1002, 1, 10));
	before = row(1);
	tell(SA_EVENT_DELETED, natted(false, 1001, 0, 1));
	tell(SA_EVENT_DELETED, natted(true, 1001, 0, 10));
	wait_seconds(0);
	wait_seconds(2);
	hear("down 10001 ");
	for (uint16_t i = 0; i < 4; i++) {
		give_port(1, 1002 + i, 1003 + i);
		assert_int_equal(tunnels_count(bed.tunnels), 2);
		assert_int_equal(row(0).state, TUNNEL_DOWN);
		assert_int_equal(row(1).index, before.index);
		assert_string_equal(row(1).descr, before.descr);
		assert_int_equal(row(1).state, TUNNEL_UP);
		assert_int_equal(row(1).rekeys, 0);
		assert_int_equal(row(1).moves, i + 1);
	}
	hear("");
	/* Who comes from its first port is somebody else. */
	tell(SA_EVENT_NEW, natted(false, 1001, 3, 0));
	tell(SA_EVENT_NEW, natted(true, 1001, 3, 0));
	tell(SA_EVENT_NEW, natted(false, 1002, 2, 0));
	tell(SA_EVENT_NEW, natted(true, 1002, 2, 0));
	wait_seconds(0);
	assert_int_equal(tunnels_count(bed.tunnels), 3);
	assert_int_equal(row(1).index, before.index);
	assert_int_equal(row(1).sas_in, 1);
}

static void
peers_behind_one_address_stay_apart_in_another_agent(void **state)
{
	const struct sa sas[] = {natted(false, 1001, 0, 1), natted(true, 1001, 0, 10), natted(false, 1002, 1, 2),
				 natted(true, 1002, 1, 20)};
	struct tunnel_saved_row rows[2];
	struct tunnel_saved_path paths[2];
	struct tunnel_saved_sa saved[4];
	struct census_sa records[4];
	struct tunnel before;

	(void)state;
	read_sas(sas, 4);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(tunnels_save_row(bed.tunnels, i, &rows[i]));
		assert_true(tunnels_save_path(bed.tunnels, i, &paths[i]));
	}
	for (unsigned i = 0; i < 4; i++) {
		struct sa_key key;

		sa_key_make(&key, &sas[i].said);
		records[i] = *census_find(bed.census, &key);
		tunnels_save_sa(bed.tunnels, &records[i], &saved[i]);
	}
	before = row(1);
	end();
	begin();
	for (unsigned i = 0; i < 2; i++) {
		assert_true(tunnels_restore_row(bed.tunnels, &rows[i]));
		assert_true(tunnels_restore_path(bed.tunnels, &paths[i]));
	}
	for (unsigned i = 0; i < 4; i++)
		tunnels_restore_sa(bed.tunnels, census_restore(bed.census, &records[i]), &saved[i]);
	tunnels_restored(bed.tunnels);
	READ(natted(false, 1001, 0, 3), natted(true, 1001, 0, 30), natted(false, 1002, 1, 4),
	     natted(true, 1002, 1, 40));
	assert_int_equal(tunnels_count(bed.tunnels), 2);
	assert_int_equal(row(0).out_packets, 30);
	assert_int_equal(row(1).out_packets, 40);
	assert_int_equal(row(1).index, before.index);
	assert_string_equal(row(1).descr, before.descr);
	hear("");
}

/* After DPD two child SAs of one peer may live with one reqid: nothing is rekeyed. */
static void
two_pairs_side_by_side_are_no_rekey(void **state)
{
	(void)state;
	begin_up();
	tell(SA_EVENT_NEW, next_out(PEER));
	tell(SA_EVENT_NEW, next_in(PEER));
	wait_seconds(1);
	assert_int_equal(the_tunnel().rekeys, 0);
	/* The newer one may be the one that goes. */
	tell(SA_EVENT_DELETED, next_out(PEER));
	tell(SA_EVENT_DELETED, next_in(PEER));
	wait_seconds(1);
	assert_int_equal(the_tunnel().rekeys, 0);
	assert_int_equal(the_tunnel().state, TUNNEL_UP);
	hear("");
}

static void
an_sa_that_goes_while_a_newer_one_stays_is_rekeyed(void **state)
{
	(void)state;
	begin_up();
	for (uint32_t i = 1; i <= 3; i++) {
		tell(SA_EVENT_NEW, an_sa(true, HERE, PEER, OUT_SPI + i, 0));
		tell(SA_EVENT_DELETED, an_sa(true, HERE, PEER, OUT_SPI + i - 1, 20));
		assert_int_equal(the_tunnel().rekeys, i);
	}
	/* Break before make. */
	tell(SA_EVENT_DELETED, an_sa(true, HERE, PEER, OUT_SPI + 3, 20));
	tell(SA_EVENT_NEW, an_sa(true, HERE, PEER, OUT_SPI + 4, 0));
	assert_int_equal(the_tunnel().rekeys, 4);
}

/* As Cilium keys a node: the SPI is that of all. */
static void
an_sa_from_anybody_serves_all_peers_and_counts_once(void **state)
{
	struct tunnel shared;

	(void)state;
	READ(an_sa(false, HERE, 0, 3, 100), an_sa(true, HERE, PEER, 3, 1), an_sa(true, HERE, PEER + 1, 3, 2));
	assert_int_equal(tunnels_count(bed.tunnels), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(row(i).state, TUNNEL_UP);
	shared = row(0).in_packets ? row(0) : row(1).in_packets ? row(1) : row(2);
	assert_true(sa_address_is_unspecified(&shared.remote));
	assert_int_equal(shared.inbound_index, 0);
	assert_int_equal(row(0).in_packets + row(1).in_packets + row(2).in_packets, 100);
	for (size_t i = 0; i < 3; i++)
		assert_true(row(i).index == shared.index || row(i).inbound_index == shared.index);
	hear("");
}

static void
without_it_they_are_down_and_with_it_up_again(void **state)
{
	(void)state;
	READ(an_sa(false, HERE, 0, 3, 100), an_sa(true, HERE, PEER, 3, 1));
	/* Keys are changed before the old ones go. */
	tell(SA_EVENT_NEW, an_sa(false, HERE, 0, 4, 0));
	tell(SA_EVENT_DELETED, an_sa(false, HERE, 0, 3, 100));
	wait_seconds(0);
	wait_seconds(2);
	hear("");
	tell(SA_EVENT_DELETED, an_sa(false, HERE, 0, 4, 0));
	wait_seconds(0);
	wait_seconds(2);
	assert_int_equal(row(0).state + row(1).state, 2 * TUNNEL_DOWN);
	tell(SA_EVENT_NEW, an_sa(false, HERE, 0, 5, 0));
	wait_seconds(0);
	assert_int_equal(row(0).state + row(1).state, 2 * TUNNEL_UP);
}

static void
it_serves_its_own_reqid_alone(void **state)
{
	struct sa other = an_sa(true, HERE, PEER, 3, 1);

	(void)state;
	other.reqid = REQID + 1;
	READ(an_sa(false, HERE, 0, 3, 100), other);
	READ(an_sa(false, HERE, 0, 3, 100), other);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
	assert_int_equal(row(0).state + row(1).state, TUNNEL_UP + TUNNEL_DOWN);
	assert_int_equal(row(0).inbound_index + row(1).inbound_index, 0);
}

static void
a_peer_that_comes_and_goes_is_up_and_down(void **state)
{
	(void)state;
	READ(an_sa(false, HERE, 0, 3, 100));
	assert_int_equal(the_tunnel().state, TUNNEL_UP);
	tell(SA_EVENT_NEW, an_sa(true, HERE, PEER, 3, 0));
	wait_seconds(0);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
	assert_int_equal(row(0).state + row(1).state, 2 * TUNNEL_UP);
	tell(SA_EVENT_DELETED, an_sa(true, HERE, PEER, 3, 0));
	wait_seconds(0);
	wait_seconds(2);
	assert_int_equal(row(0).state + row(1).state, TUNNEL_UP + TUNNEL_DOWN);
}

static bool ipv6 = true;

#define STORY(test)                                                                                                    \
	{#test, test, set_up, tear_down, NULL},                                                                        \
	{                                                                                                              \
		#test " (IPv6)", test, set_up, tear_down, &ipv6                                                        \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_peer_with_another_address_is_the_same_tunnel),
		STORY(the_new_sa_may_have_what_the_old_one_counted),
		STORY(what_it_had_counted_counts_once_even_if_it_moves_slowly),
		STORY(what_it_had_counted_counts_once_even_if_its_way_is_not_known_yet),
		STORY(so_it_is_if_both_sas_are_gone_in_between),
		STORY(this_host_may_move_and_come_back),
		STORY(a_migration_is_found_by_a_read),
		STORY(a_pair_of_interface_ids_moves_as_one),
		STORY(a_migration_goes_on_counting),
		STORY(what_comes_after_it_was_told_to_be_down_is_another),
		STORY(an_spi_that_people_choose_tells_nothing),
		STORY(a_tunnel_with_a_name_moves_within_its_row),
		STORY(a_policy_with_the_same_selector_shows_where_it_has_gone),
		STORY(a_read_may_be_anywhere_in_a_move),
		STORY(a_read_may_be_anywhere_in_an_authentication_from_another_address),
		STORY(a_read_may_be_ahead_of_the_events_of_policies),
		STORY(a_policy_that_was_there_before_is_of_another_tunnel),
		STORY(the_old_sas_may_be_there_for_a_while),
		STORY(another_selector_is_another_tunnel),
		STORY(moves_and_the_description_outlive_the_agent),
		STORY(one_half_of_a_tunnel_outlives_the_agent),
		STORY(peers_behind_one_address_stay_apart_by_their_reqids),
		STORY(peers_behind_one_address_stay_apart_by_their_ports),
		STORY(a_nat_that_gives_another_port_has_the_same_peer_behind_it),
		STORY(so_it_is_in_a_crowd),
		STORY(peers_behind_one_address_stay_apart_in_another_agent),
		STORY(two_pairs_side_by_side_are_no_rekey),
		STORY(an_sa_that_goes_while_a_newer_one_stays_is_rekeyed),
		STORY(an_sa_from_anybody_serves_all_peers_and_counts_once),
		STORY(without_it_they_are_down_and_with_it_up_again),
		STORY(it_serves_its_own_reqid_alone),
		STORY(a_peer_that_comes_and_goes_is_up_and_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
