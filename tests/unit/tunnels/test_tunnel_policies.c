/* SPDX-License-Identifier: BSD-3-Clause */

/* Tunnels that have policies: what goes through them, and those that wait for SAs. */

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
#include "tunnels/tunnels.h"

enum { NOW = 1700000000, LINGER = 100 };

static struct {
	struct census *census;
	struct policies *policies;
	struct tunnels *tunnels;
	struct tunnel_numbers *numbers;
	struct tunnel_settings settings;
	uint64_t elapsed_us;
	unsigned news;
	uint32_t next_index;
} bed;

/* --- words to tell stories with ---------------------------------------------------------------- */

static void
on_news(void *data, enum tunnel_news news, const struct tunnel *tunnel)
{
	(void)data;
	(void)news;
	(void)tunnel;
	bed.news++;
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

static struct sa_address
address(const char *text)
{
	struct sa_address parsed;

	assert_true(sa_address_parse(text, strlen(text), &parsed));
	return parsed;
}

static struct sa_subnet
subnet(const char *text)
{
	const char *const slash = strchr(text, '/');
	struct sa_subnet parsed = {.address = {.type = 0}};

	assert_true(sa_address_parse(text, (size_t)(slash - text), &parsed.address));
	sa_subnet_set_prefix_length(&parsed, (unsigned)atoi(slash + 1));
	return parsed;
}

/* Of a tunnel between these addresses, local and remote in that order whichever way it goes. */
static struct policy
a_policy(uint8_t direction, const char *inside, const char *outside, const char *local, const char *remote)
{
	const bool goes_out = direction == POLICY_OUT;
	struct policy policy;

	memset(&policy, 0, sizeof(policy));
	policy.index = ++bed.next_index;
	policy.direction = direction;
	policy.action = POLICY_ALLOW;
	policy.type = POLICY_MAIN;
	policy.template_count = 1;
	policy.selector.src = subnet(goes_out ? inside : outside);
	policy.selector.dst = subnet(goes_out ? outside : inside);
	policy.templates[0].src = address(goes_out ? local : remote);
	policy.templates[0].dst = address(goes_out ? remote : local);
	policy.templates[0].src_prefix_length = policy.templates[0].dst_prefix_length =
		(uint8_t)(8 * sa_address_octets(policy.templates[0].src.type));
	policy.templates[0].own_ends = true;
	policy.templates[0].protocol = SA_PROTOCOL_ESP;
	policy.templates[0].mode = SA_MODE_TUNNEL;
	policy.templates[0].reqid = 5;
	return policy;
}

static struct policy
the_policy(uint8_t direction)
{
	return a_policy(direction, "10.1.0.0/16", "10.2.0.0/16", "192.0.2.1", "198.51.100.1");
}

static struct policy
set(struct policy policy)
{
	policies_take(bed.policies, &(struct policy_event){POLICY_EVENT_SET, policy});
	return policy;
}

static void
unset(struct policy policy)
{
	policies_take(bed.policies, &(struct policy_event){POLICY_EVENT_GONE, policy});
}

static struct sa
an_sa(bool goes_out, uint32_t spi)
{
	const struct sa_address local = address("192.0.2.1"), remote = address("198.51.100.1");

	return (struct sa){
		.said = {.dst = goes_out ? remote : local, .protocol = SA_PROTOCOL_ESP, .spi = spi},
		.src = goes_out ? local : remote,
		.reqid = 5,
		.direction = goes_out ? SA_DIRECTION_OUT : SA_DIRECTION_IN,
		.state = SA_STATE_MATURE,
	};
}

static void
tell(enum sa_event_kind kind, struct sa sa)
{
	const struct sa_event event = {.kind = kind, .sa = sa};

	census_event(bed.census, &event, now().sa_seconds);
}

/* A read without SAs. */
static void
read_nothing(void)
{
	struct snapshot *const snapshot = snapshot_new();

	assert_non_null(snapshot);
	snapshot_begin(snapshot, NULL);
	while (!snapshot_sort_step(snapshot, 100))
		;
	census_begin(bed.census);
	while (!census_survey_step(bed.census, snapshot, now().sa_seconds, 100))
		;
	snapshot_free(snapshot);
	wait_seconds(0);
}

static struct tunnel
tunnel_at(size_t rank)
{
	const struct tunnel_time time = now();
	struct tunnel tunnel;

	tunnels_at(bed.tunnels, rank, &time, &tunnel);
	return tunnel;
}

static struct tunnel
the_tunnel(void)
{
	assert_int_equal(tunnels_count(bed.tunnels), 1);
	return tunnel_at(0);
}

static void
configure(void)
{
	tunnels_configure(bed.tunnels, &bed.settings);
	while (tunnels_configure_step(bed.tunnels) == TUNNELS_CONFIGURING)
		;
}

static void
name(const char *line)
{
	assert_null(tunnel_names_add(&bed.settings.names, line));
	configure();
}

static int
set_up(void **state)
{
	(void)state;
	memset(&bed, 0, sizeof(bed));
	tunnel_settings_init(&bed.settings);
	bed.settings.linger_seconds = LINGER;
	bed.census = census_new();
	bed.policies = policies_new();
	bed.numbers = tunnel_numbers_new("");
	if (!bed.census || !bed.policies || !bed.numbers)
		return -1;
	bed.tunnels = tunnels_new(bed.census, bed.numbers, &bed.settings, "", &listener);
	if (!bed.tunnels)
		return -1;
	tunnels_observe_policies(bed.tunnels, bed.policies);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	policies_free(bed.policies);
	census_free(bed.census);
	tunnels_free(bed.tunnels);
	tunnel_numbers_free(bed.numbers);
	tunnel_names_free(&bed.settings.names);
	return 0;
}

/* --- tunnels that wait ------------------------------------------------------------------------- */

static void
a_policy_without_sas_is_a_tunnel_that_is_down_and_no_news(void **state)
{
	struct tunnel tunnel;

	(void)state;
	set(the_policy(POLICY_OUT));
	set(the_policy(POLICY_IN));
	set(the_policy(POLICY_FORWARD));
	read_nothing();
	wait_seconds(10 * LINGER);
	tunnel = the_tunnel();
	assert_int_equal(tunnel.state, TUNNEL_DOWN);
	assert_int_equal(tunnel.reqid, 5);
	assert_int_equal(tunnel.downs, 0);
	assert_string_equal(tunnel.descr, "192.0.2.1-198.51.100.1");
	assert_string_equal(tunnel.selectors, "10.1.0.0/16 <> 10.2.0.0/16");
	assert_int_equal(bed.news, 0);
}

static void
a_policy_that_comes_later_makes_one_too(void **state)
{
	(void)state;
	read_nothing();
	set(the_policy(POLICY_OUT));
	wait_seconds(1);
	assert_int_equal(the_tunnel().state, TUNNEL_DOWN);
	assert_int_equal(bed.news, 0);
}

static void
it_comes_up_in_its_row_and_goes_down_there(void **state)
{
	uint32_t index;

	(void)state;
	set(the_policy(POLICY_OUT));
	read_nothing();
	index = the_tunnel().index;
	tell(SA_EVENT_NEW, an_sa(true, 1));
	tell(SA_EVENT_NEW, an_sa(false, 2));
	wait_seconds(1);
	assert_int_equal(the_tunnel().state, TUNNEL_UP);
	assert_int_equal(bed.news, 1);
	tell(SA_EVENT_DELETED, an_sa(true, 1));
	tell(SA_EVENT_DELETED, an_sa(false, 2));
	wait_seconds(1);
	wait_seconds(LINGER);
	wait_seconds(LINGER);
	wait_seconds(LINGER);
	assert_int_equal(the_tunnel().state, TUNNEL_DOWN);
	assert_int_equal(the_tunnel().index, index);
	assert_int_equal(bed.news, 2);
}

static void
without_its_policies_it_lingers_as_any_other(void **state)
{
	struct policy out, in;

	(void)state;
	out = set(the_policy(POLICY_OUT));
	in = set(the_policy(POLICY_IN));
	read_nothing();
	unset(out);
	wait_seconds(0);
	wait_seconds(LINGER - 1);
	assert_string_equal(the_tunnel().selectors, "10.1.0.0/16 <> 10.2.0.0/16");
	unset(in);
	assert_string_equal(the_tunnel().selectors, "");
	wait_seconds(2);
	assert_int_equal(tunnels_count(bed.tunnels), 0);
	assert_int_equal(bed.news, 0);
}

static void
a_policy_for_what_comes_in_makes_none(void **state)
{
	(void)state;
	set(the_policy(POLICY_IN));
	set(the_policy(POLICY_FORWARD));
	read_nothing();
	assert_int_equal(tunnels_count(bed.tunnels), 0);
}

static void
nor_does_one_whose_template_may_be_of_several(void **state)
{
	struct policy any = the_policy(POLICY_OUT), range = the_policy(POLICY_OUT), none = the_policy(POLICY_OUT),
		      transport = the_policy(POLICY_OUT), block = the_policy(POLICY_OUT), comp = the_policy(POLICY_OUT);

	(void)state;
	any.templates[0].src = (struct sa_address){.type = SA_ADDRESS_IPV4};
	any.templates[0].src_prefix_length = 0;
	range.templates[0].dst_prefix_length = 24;
	none.template_count = 0;
	/* As libreswan waits for packets between two hosts: SAs will be between others. */
	transport.templates[0].own_ends = false;
	block.action = POLICY_BLOCK;
	comp.templates[0].protocol = SA_PROTOCOL_COMP;
	set(any);
	set(range);
	set(none);
	set(transport);
	set(block);
	set(comp);
	read_nothing();
	assert_int_equal(tunnels_count(bed.tunnels), 0);
}

static void
a_policy_may_go_to_another_tunnel(void **state)
{
	struct policy policy;

	(void)state;
	policy = set(the_policy(POLICY_OUT));
	read_nothing();
	policy.templates[0].dst = address("203.0.113.9");
	policy.templates[0].reqid = 6;
	set(policy);
	wait_seconds(1);
	assert_int_equal(tunnels_count(bed.tunnels), 2);
	assert_string_equal(tunnel_at(0).selectors, "");
	assert_string_equal(tunnel_at(1).selectors, "10.1.0.0/16 <> 10.2.0.0/16");
	wait_seconds(LINGER);
	assert_string_equal(the_tunnel().descr, "192.0.2.1-203.0.113.9");
}

static void
each_address_family_has_its_tunnels(void **state)
{
	(void)state;
	set(a_policy(POLICY_OUT, "2001:db8:a::/48", "2001:db8:b::/48", "2001:db8::1", "2001:db8:1::1"));
	read_nothing();
	assert_string_equal(the_tunnel().descr, "2001:db8::1-2001:db8:1::1");
	assert_string_equal(the_tunnel().selectors, "2001:db8:a::/48 <> 2001:db8:b::/48");
}

/* --- names ------------------------------------------------------------------------------------- */

static void
a_name_has_the_selectors_of_its_policies(void **state)
{
	struct policy policy;

	(void)state;
	name("office remote 198.51.100.0/24");
	policy = set(the_policy(POLICY_OUT));
	read_nothing();
	assert_string_equal(the_tunnel().name, "office");
	assert_string_equal(the_tunnel().selectors, "10.1.0.0/16 <> 10.2.0.0/16");
	unset(policy);
	wait_seconds(1);
	assert_string_equal(the_tunnel().selectors, "");
}

static void
a_name_that_comes_takes_the_row_and_one_that_goes_leaves_it(void **state)
{
	struct tunnel tunnel;

	(void)state;
	set(the_policy(POLICY_OUT));
	read_nothing();
	name("office remote 198.51.100.0/24");
	wait_seconds(1);
	assert_string_equal(the_tunnel().name, "office");
	tunnel_names_free(&bed.settings.names);
	configure();
	wait_seconds(2 * LINGER);
	wait_seconds(2 * LINGER);
	tunnel = the_tunnel();
	assert_string_equal(tunnel.name, "");
	assert_string_equal(tunnel.selectors, "10.1.0.0/16 <> 10.2.0.0/16");
}

/* --- selectors --------------------------------------------------------------------------------- */

static void
selectors_are_in_order_and_each_is_there_once(void **state)
{
	struct policy tcp;

	(void)state;
	set(a_policy(POLICY_IN, "10.1.0.0/16", "10.3.0.0/16", "192.0.2.1", "198.51.100.1"));
	set(a_policy(POLICY_OUT, "10.1.0.0/16", "10.3.0.0/16", "192.0.2.1", "198.51.100.1"));
	tcp = the_policy(POLICY_OUT);
	tcp.selector.protocol = 6;
	tcp.selector.dst_port = 443;
	tcp.selector.dst_port_mask = 0xffff;
	set(tcp);
	read_nothing();
	assert_string_equal(the_tunnel().selectors,
			    "10.1.0.0/16[tcp] <> 10.2.0.0/16[tcp/443], 10.1.0.0/16 <> 10.3.0.0/16");
}

static void
too_many_selectors_end_with_full_stops(void **state)
{
	struct policy all[300];
	char outside[20];

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		snprintf(outside, sizeof(outside), "10.%u.%u.0/24", 100 + i / 200, i % 200);
		all[i] = set(a_policy(POLICY_OUT, "10.1.0.0/16", outside, "192.0.2.1", "198.51.100.1"));
		assert_true(strlen(the_tunnel().selectors) < TUNNEL_SELECTORS_SIZE);
	}
	assert_non_null(strstr(the_tunnel().selectors, "10.1.0.0/16 <> 10.100.0.0/24, 10.1.0.0/16 <> 10.100.1.0/24"));
	assert_string_equal(the_tunnel().selectors + strlen(the_tunnel().selectors) - 5, ", ...");
	for (unsigned i = 1; i < 300; i++)
		unset(all[i]);
	assert_string_equal(the_tunnel().selectors, "10.1.0.0/16 <> 10.100.0.0/24");
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_policy_without_sas_is_a_tunnel_that_is_down_and_no_news),
		STORY(a_policy_that_comes_later_makes_one_too),
		STORY(it_comes_up_in_its_row_and_goes_down_there),
		STORY(without_its_policies_it_lingers_as_any_other),
		STORY(a_policy_for_what_comes_in_makes_none),
		STORY(nor_does_one_whose_template_may_be_of_several),
		STORY(a_policy_may_go_to_another_tunnel),
		STORY(each_address_family_has_its_tunnels),
		STORY(a_name_has_the_selectors_of_its_policies),
		STORY(a_name_that_comes_takes_the_row_and_one_that_goes_leaves_it),
		STORY(selectors_are_in_order_and_each_is_there_once),
		STORY(too_many_selectors_end_with_full_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
