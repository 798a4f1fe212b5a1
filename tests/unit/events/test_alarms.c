/* SPDX-License-Identifier: BSD-3-Clause */

/* What goes wrong slowly: each test tells a story, and compares what was told with what an operator should hear. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "events/sa_alarms.h"
#include "events/stat_alarms.h"
#include "events/tunnel_alarms.h"
#include "tunnels/tunnels.h"

static char heard[1024];
static struct event last;

/* "+oneWay " when it is raised, "-oneWay " when it is cleared. */
static void
hear(void *data, const struct event *event)
{
	static const char *const names[] = {"none", "oneWay", "sequence", "drops", "lateRekey", "rekeyStorm"};
	const size_t length = strlen(heard);

	(void)data;
	snprintf(heard + length, sizeof(heard) - length, "%c%s ", event->kind == EVENT_ALARM_RAISED ? '+' : '-',
		 names[event->alarm]);
	last = *event;
}

static const struct event_sink sink = {hear, NULL};

static void
expect(const char *expected)
{
	assert_string_equal(heard, expected);
	heard[0] = '\0';
}

/* --- what grows -------------------------------------------------------------------------------- */

static void
growth_is_raised_at_once_and_cleared_after_a_quiet_window(void **state)
{
	struct alarm_growth growth = {0};
	uint64_t by;

	(void)state;
	assert_int_equal(alarm_growth_look(&growth, 5000, 100, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 5999, 200, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 6000, 210, 300, 1000, &by), ALARM_RAISED);
	assert_int_equal(by, 1000);
	/* While it goes on, it is quiet; half of the limit in a whole window is not the end of it. */
	assert_int_equal(alarm_growth_look(&growth, 9000, 300, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 9000, 510, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 9500, 810, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 9999, 1000, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 9999, 1110, 300, 1000, &by), ALARM_CLEARED);
	assert_int_equal(by, 499);
	/* A counter that begins anew is no growth. */
	assert_int_equal(alarm_growth_look(&growth, 10, 1200, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 1009, 1300, 300, 1000, &by), ALARM_UNCHANGED);
	assert_int_equal(alarm_growth_look(&growth, 1010, 1301, 300, 1000, &by), ALARM_RAISED);
	/* Turned off, it ends; and never is raised. */
	assert_int_equal(alarm_growth_look(&growth, 1010, 1302, 300, 0, &by), ALARM_CLEARED);
	assert_int_equal(alarm_growth_look(&growth, UINT64_MAX, 1303, 300, 0, &by), ALARM_UNCHANGED);
}

static void
the_kernels_counters_are_named(void **state)
{
	struct alarm_settings settings;
	struct stat_alarms alarms = {.sink = sink}, next = {.sink = sink};
	struct alarm_saved saved;
	struct xfrm_stat stat = {.known = 1 << XFRM_STAT_InNoStates | 1 << XFRM_STAT_OutNoStates};

	(void)state;
	alarm_settings_init(&settings);
	stat_alarms_look(&alarms, &settings, &stat, 1);
	stat.counters[XFRM_STAT_InNoStates] = 999;
	stat.counters[XFRM_STAT_InError] = 100000; /* which this kernel does not have */
	stat_alarms_look(&alarms, &settings, &stat, 11);
	expect("");
	stat.counters[XFRM_STAT_InNoStates] = 1200;
	stat_alarms_look(&alarms, &settings, &stat, 21);
	expect("+drops ");
	assert_string_equal(last.detail, "ipsecStatInNoStates grew by 1200 within 5 minutes");
	assert_int_equal(last.current, 1200);
	/* Another agent goes on with it. */
	for (size_t place = 0; place < XFRM_STAT_COUNTERS; place++) {
		const bool is_raised = stat_alarms_save(&alarms, place, &saved);

		assert_int_equal(is_raised, place == XFRM_STAT_InNoStates);
		if (is_raised)
			assert_true(stat_alarms_restore(&next, &saved));
	}
	stat.counters[XFRM_STAT_InNoStates] = 3000;
	stat_alarms_look(&next, &settings, &stat, 25);
	expect("");
	stat_alarms_look(&next, &settings, &stat, 321);
	stat_alarms_look(&next, &settings, &stat, 622);
	expect("-drops ");
}

/* --- tunnels ----------------------------------------------------------------------------------- */

static struct tunnel_alarms *alarms;
static int64_t now;

static struct tunnel
office(uint64_t came_in, uint64_t went_out)
{
	return (struct tunnel){.index = 7,
			       .name = "office",
			       .descr = "office",
			       .local = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
			       .state = TUNNEL_UP,
			       .in_packets = came_in,
			       .out_packets = went_out,
			       .began_seconds = 5};
}

static void
look_at(const struct tunnel *tunnels, size_t count)
{
	now += 60;
	tunnel_alarms_begin(alarms, now);
	for (size_t i = 0; i < count; i++)
		tunnel_alarms_take(alarms, &tunnels[i]);
	tunnel_alarms_end(alarms);
}

static void
look(struct tunnel tunnel)
{
	look_at(&tunnel, 1);
}

static int
begin_tunnels(void **state)
{
	struct alarm_settings settings;

	(void)state;
	alarm_settings_init(&settings);
	alarms = tunnel_alarms_new(&sink, &settings);
	now = 1000;
	heard[0] = '\0';
	return 0;
}

static int
end_tunnels(void **state)
{
	(void)state;
	tunnel_alarms_free(alarms);
	return 0;
}

static void
a_direction_that_falls_silent_is_told_once_and_its_return(void **state)
{
	uint64_t out = 20;

	(void)state;
	look(office(10, 10));
	look(office(20, out));
	for (unsigned minutes = 1; minutes < 10; minutes++)
		look(office(20, out += 50));
	expect("");
	look(office(20, out += 50));
	expect("+oneWay ");
	assert_string_equal(last.detail, "nothing came in for 600 seconds, in which 500 packets went out");
	assert_string_equal(last.tunnel, "office");
	assert_int_equal(last.tunnel_index, 7);
	for (unsigned minutes = 0; minutes < 100; minutes++)
		look(office(20, out += 50));
	expect("");
	look(office(21, out));
	expect("-oneWay ");
	/* And the other way round; this time the tunnel goes down. */
	for (unsigned minutes = 0; minutes < 12; minutes++)
		look(office(30 + 100 * minutes, out));
	expect("+oneWay ");
	assert_non_null(strstr(last.detail, "nothing went out"));
	{
		struct tunnel down = office(1200, out);

		down.state = TUNNEL_UNKNOWN; /* nobody knows: nothing is said */
		look(down);
		expect("");
		down.state = TUNNEL_DOWN;
		look(down);
	}
	expect("-oneWay ");
}

static void
what_is_meant_to_go_one_way_is_quiet(void **state)
{
	(void)state;
	/* It never was used both ways. */
	for (unsigned minutes = 0; minutes < 60; minutes++)
		look(office(0, 1000 * minutes));
	/* It was, long before; what goes out now is something else. */
	look(office(1, 60001));
	for (unsigned minutes = 0; minutes < 60; minutes++)
		look(office(1, 60001));
	for (unsigned minutes = 0; minutes < 60; minutes++)
		look(office(5, 60001 + 1000 * minutes));
	expect("+oneWay "); /* here the last packet came in while others went out */
	look(office(6, 160001));
	expect("-oneWay ");
	/* A few packets, such as those of a peer that is asked whether it is alive, are not enough. */
	for (unsigned minutes = 0; minutes < 90; minutes++)
		look(office(6, 160001 + minutes));
	expect("");
	/* Nor is a tunnel that nobody uses. */
	for (unsigned minutes = 0; minutes < 60; minutes++)
		look(office(6, 160090));
	expect("");
}

static void
counters_that_begin_anew_prove_nothing(void **state)
{
	struct tunnel tunnel = office(10, 10);

	(void)state;
	look(tunnel);
	look(office(20, 20));
	for (unsigned minutes = 0; minutes < 12; minutes++)
		look(office(20, 100 * minutes + 20));
	expect("+oneWay ");
	tunnel = office(20, 2000);
	tunnel.began_seconds++;
	look(tunnel);
	expect("-oneWay ");
	look_at(NULL, 0);
	expect("");
}

static void
a_tunnel_that_is_rekeyed_again_and_again_is_told(void **state)
{
	struct tunnel tunnels[] = {office(0, 0), office(0, 0)};

	(void)state;
	tunnels[1].index = 9;
	for (unsigned minutes = 0; minutes < 30; minutes++) {
		tunnels[0].rekeys += 1; /* 10 in ten minutes */
		tunnels[1].rekeys += 4;
		look_at(tunnels, 2);
	}
	expect("+rekeyStorm ");
	assert_int_equal(last.tunnel_index, 9);
	assert_int_equal(last.current, 20);
	for (unsigned minutes = 0; minutes < 20; minutes++)
		look_at(tunnels, 2);
	expect("-rekeyStorm ");
	tunnels[1].rekeys += 100;
	look_at(tunnels, 2);
	expect("+rekeyStorm ");
	look_at(tunnels, 1);
	expect("-rekeyStorm ");
	assert_string_equal(last.detail, "the tunnel is gone");
	assert_string_equal(last.tunnel, "office");
}

/* The agent ends, and another one begins with what it had saved. */
static void
restart(const struct tunnel *tunnel, size_t expected)
{
	struct alarm_settings settings;
	struct alarm_saved saved[8];
	size_t count = 0;

	for (size_t place = 0; place < tunnel_alarms_places(alarms); place++)
		count += tunnel_alarms_save(alarms, place, &saved[count]);
	assert_int_equal(count, expected);
	tunnel_alarms_free(alarms);
	alarm_settings_init(&settings);
	alarms = tunnel_alarms_new(&sink, &settings);
	for (size_t i = 0; i < count; i++)
		assert_true(tunnel_alarms_restore(alarms, tunnel, &saved[i]));
}

static void
an_agent_that_is_started_anew_raises_nothing_twice_and_tells_ends(void **state)
{
	struct tunnel tunnel = office(20, 20);

	(void)state;
	look(tunnel);
	tunnel.in_packets++;
	for (unsigned minutes = 0; minutes < 14; minutes++, tunnel.out_packets += 50, tunnel.rekeys += 2)
		look(tunnel);
	expect("+oneWay ");
	tunnel.rekeys += 100;
	look(tunnel);
	expect("+rekeyStorm ");
	restart(&tunnel, 2);
	for (unsigned minutes = 0; minutes < 9; minutes++, tunnel.out_packets += 50)
		look(tunnel);
	expect("");
	/* In the midst of a look, too. */
	tunnel_alarms_begin(alarms, now);
	restart(&tunnel, 2);
	look(tunnel);
	expect("-rekeyStorm ");
	tunnel.in_packets++;
	restart(&tunnel, 1);
	look(tunnel);
	expect("-oneWay ");
	restart(&tunnel, 0);
	/* A tunnel that is gone when the other agent begins. */
	for (unsigned minutes = 0; minutes < 14; minutes++, tunnel.out_packets += 50) {
		tunnel.in_packets += minutes < 2;
		look(tunnel);
	}
	expect("+oneWay ");
	restart(&(struct tunnel){.index = 7}, 1);
	look_at(NULL, 0);
	expect("-oneWay ");
	assert_int_equal(last.tunnel_index, 7);
}

/* --- SAs --------------------------------------------------------------------------------------- */

static struct {
	struct census *census;
	struct tunnels *tunnels;
	struct tunnel_numbers *numbers;
	struct event_sender sender;
	struct sa_alarms alarms;
} bed;

static int
begin_sas(void **state)
{
	static const struct tunnel_listener nobody;
	struct tunnel_settings tunnel_settings;
	struct alarm_settings settings;

	(void)state;
	heard[0] = '\0';
	alarm_settings_init(&settings);
	tunnel_settings_init(&tunnel_settings);
	bed.census = census_new();
	bed.numbers = tunnel_numbers_new("");
	bed.tunnels = tunnels_new(bed.census, bed.numbers, &tunnel_settings, "", &nobody);
	bed.sender = (struct event_sender){bed.census, bed.tunnels, sink};
	sa_alarms_begin(&bed.alarms, &bed.sender, &settings);
	return 0;
}

static int
end_sas(void **state)
{
	(void)state;
	census_free(bed.census);
	tunnels_free(bed.tunnels);
	tunnel_numbers_free(bed.numbers);
	return 0;
}

static struct sa
an_sa(uint32_t spi, bool out)
{
	const struct sa_address here = {SA_ADDRESS_IPV4, {192, 0, 2, 1}}, there = {SA_ADDRESS_IPV4, {192, 0, 2, 2}};

	return (struct sa){.said = {.dst = out ? there : here, .protocol = SA_PROTOCOL_ESP, .spi = spi},
			   .src = out ? here : there,
			   .direction = out ? SA_DIRECTION_OUT : SA_DIRECTION_IN,
			   .reported = ~UINT64_C(0),
			   .state = SA_STATE_MATURE};
}

/* The SA as it is now, by a survey of it and of the others that live. */
static void
survey(const struct sa *sas, size_t count)
{
	struct snapshot *const snapshot = snapshot_new();

	census_begin(bed.census);
	snapshot_begin(snapshot, NULL);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(snapshot_add(snapshot, &sas[i]), 0);
	while (!snapshot_sort_step(snapshot, 100))
		;
	while (!census_survey_step(bed.census, snapshot, 1700000000, 100))
		;
	snapshot_free(snapshot);
}

static void
sequence_numbers_that_run_out_are_told(void **state)
{
	struct sa sas[] = {an_sa(0x100, true), an_sa(0x200, false)};

	(void)state;
	sas[1].esn = true;
	sas[0].sequence = sas[1].sequence = UINT32_C(3400000000);
	survey(sas, 2);
	expect("");
	sas[0].sequence = sas[1].sequence = UINT32_C(3440000000);
	survey(sas, 2);
	expect("+sequence ");
	assert_string_equal(last.detail, "its sequence numbers have reached 80 % of 2^32, and it has no extended ones");
	assert_int_equal(last.said.spi, 0x100);
	assert_int_equal(last.tunnel_index, TUNNELS_FIRST_UNNAMED);
	sas[0].sequence++;
	survey(sas, 2);
	expect("");
	survey(sas + 1, 1);
	expect("-sequence ");
	assert_string_equal(last.detail, "the SA is gone");
}

static void
a_rekey_that_does_not_come_is_told(void **state)
{
	struct sa sas[] = {an_sa(0x100, true), an_sa(0x200, false), an_sa(0x300, true)};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		sas[i].life[SA_LIFE_ADD] = (struct sa_lifetime){.current = 100, .soft = 1000, .hard = 2000};
	survey(sas, 2);
	/* Past the soft limit a rekey is due; it may take a while. */
	sas[0].life[SA_LIFE_ADD].current = 1799;
	survey(sas, 2);
	expect("");
	sas[0].life[SA_LIFE_ADD].current = 1800;
	survey(sas, 2);
	expect("+lateRekey ");
	assert_int_equal(last.limit, EVENT_LIMIT_ADD_TIME);
	assert_int_equal(last.current, 1800);
	assert_int_equal(last.hard, 2000);
	sas[0].life[SA_LIFE_ADD].current = 1900;
	survey(sas, 2);
	expect("");
	/* It comes. */
	survey(sas, 3);
	survey(sas, 3);
	expect("-lateRekey ");
	assert_string_equal(last.detail, "it has a successor");
	/* And the next one: by volume this time, until it dies. */
	sas[2].life[SA_LIFE_PACKETS] = (struct sa_lifetime){.current = 999, .soft = 100, .hard = 1000};
	survey(sas + 1, 2);
	survey(sas + 1, 2);
	expect("+lateRekey ");
	assert_int_equal(last.limit, EVENT_LIMIT_PACKETS);
	survey(sas + 1, 1);
	expect("-lateRekey ");
}

static void
thresholds_of_zero_are_never(void **state)
{
	const struct alarm_settings never = {0};
	struct sa sa = an_sa(0x100, true);

	(void)state;
	sa.sequence = UINT32_MAX;
	sa.life[SA_LIFE_BYTES] = (struct sa_lifetime){.current = 9, .soft = 1, .hard = 10};
	survey(&sa, 1);
	expect("+sequence +lateRekey ");
	sa_alarms_configure(&bed.alarms, &never);
	survey(&sa, 1);
	expect("-sequence -lateRekey ");
	survey(&sa, 1);
	expect("");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(growth_is_raised_at_once_and_cleared_after_a_quiet_window),
		cmocka_unit_test(the_kernels_counters_are_named),
		cmocka_unit_test_setup_teardown(a_direction_that_falls_silent_is_told_once_and_its_return,
						begin_tunnels, end_tunnels),
		cmocka_unit_test_setup_teardown(what_is_meant_to_go_one_way_is_quiet, begin_tunnels, end_tunnels),
		cmocka_unit_test_setup_teardown(counters_that_begin_anew_prove_nothing, begin_tunnels, end_tunnels),
		cmocka_unit_test_setup_teardown(a_tunnel_that_is_rekeyed_again_and_again_is_told, begin_tunnels,
						end_tunnels),
		cmocka_unit_test_setup_teardown(sequence_numbers_that_run_out_are_told, begin_sas, end_sas),
		cmocka_unit_test_setup_teardown(a_rekey_that_does_not_come_is_told, begin_sas, end_sas),
		cmocka_unit_test_setup_teardown(thresholds_of_zero_are_never, begin_sas, end_sas),
		cmocka_unit_test_setup_teardown(an_agent_that_is_started_anew_raises_nothing_twice_and_tells_ends,
						begin_tunnels, end_tunnels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
