/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mib2text/check_verdict.h"
#include "sa/source.h"

static const struct tunnel up = {.index = 1,
				 .descr = "office",
				 .name = "office",
				 .state = TUNNEL_UP,
				 .state_seconds = 3600,
				 .in_bytes = UINT64_MAX,
				 .sas_in = 1,
				 .sas_out = 1,
				 .expires_seconds = 100};
static const struct tunnel down = {
	.index = 2, .descr = "lab", .name = "the lab", .state = TUNNEL_DOWN, .state_seconds = 60};

struct run {
	enum check_status status;
	char *text;
};

static struct check_wishes
wishes(void)
{
	struct check_wishes made = {0};

	check_thresholds_default(&made.thresholds);
	return made;
}

static struct agent_state
state_of(uint32_t source_status)
{
	struct agent_state state = {.status = {.source_status = source_status, .snapshot_age_ms = 1500, .reads = 1}};

	state.known = UINT64_MAX;
	return state;
}

static struct run
run(const struct check_wishes *wanted, uint32_t source_status, const struct tunnel *tunnels, size_t count)
{
	const struct agent_state state = state_of(source_status);
	struct run run = {0};
	size_t length;
	int closed;
	FILE *const out = open_memstream(&run.text, &length);

	assert_non_null(out);
	run.status = check_verdict_print(out, wanted, &state, tunnels, count);
	closed = fclose(out);
	assert_int_equal(closed, 0);
	return run;
}

static void
assert_run(struct run run, enum check_status status, const char *text)
{
	assert_int_equal(run.status, status);
	if (strncmp(run.text, text, strlen(text)) != 0)
		fail_msg("%s\nis not\n%s", run.text, text);
	free(run.text);
}

static void
all_is_well(void **unused)
{
	const struct check_wishes wanted = wishes();

	(void)unused;
	assert_run(
		run(&wanted, SOURCE_STATUS_OK, &up, 1), CHECK_OK,
		"IPSEC OK - 1 of 1 tunnels are up | 'age'=2s;60;;0 'office_up-for'=3600s;;;0 'office_expires'=100s;;;0 "
		"'office_in-sas'=1;;;0 'office_out-sas'=1;;;0 'office_in_octets'=18446744073709551615c;;;0 "
		"'office_out_octets'=0c;;;0 'office_in_packets'=0c;;;0 'office_out_packets'=0c;;;0 "
		"'office_in_errors'=0c;;;0 'office_out_errors'=0c;;;0 'office_rekeys'=0c;;;0 'office_downs'=0c;;;0 "
		"'tunnels'=1;1:;;0 'down'=0;;0;0\n");
}

static void
a_tunnel_is_down(void **unused)
{
	const struct tunnel both[] = {up, down};
	struct check_wishes wanted = wishes();

	(void)unused;
	assert_run(run(&wanted, SOURCE_STATUS_OK, both, 2), CHECK_CRITICAL,
		   "IPSEC CRITICAL - lab is down for 1m0s; 1 of 2 tunnels are up | ");
	/* One may be down, and it is only a warning if two are. */
	check_range_parse("~:", &wanted.thresholds.critical[FIGURE_DOWN]);
	check_range_parse("1", &wanted.thresholds.warning[FIGURE_DOWN]);
	assert_run(run(&wanted, SOURCE_STATUS_OK, both, 2), CHECK_OK, "IPSEC OK - 1 of 2 tunnels are up | ");
}

static void
some_are_chosen(void **unused)
{
	static const char *const office[] = {"office"}, *const lab[] = {"the l*"}, *const nobody[] = {"nobody|"};
	const struct tunnel both[] = {up, down};
	struct check_wishes wanted = wishes();

	(void)unused;
	wanted.choice = (struct check_choice){.only = office, .only_count = 1};
	assert_run(run(&wanted, SOURCE_STATUS_OK, both, 2), CHECK_OK, "IPSEC OK - 1 of 1 tunnels are up | ");
	wanted.choice = (struct check_choice){.not= lab, .not_count = 1};
	assert_run(run(&wanted, SOURCE_STATUS_OK, both, 2), CHECK_OK, "IPSEC OK - 1 of 1 tunnels are up | ");
	wanted.choice = (struct check_choice){.only = nobody, .only_count = 1};
	assert_run(run(&wanted, SOURCE_STATUS_OK, both, 2), CHECK_CRITICAL,
		   "IPSEC CRITICAL - there is no tunnel nobody_, tunnels is 0");
}

static void
nothing_is_said_to_be_down_by_who_does_not_know(void **unused)
{
	const struct check_wishes wanted = wishes();
	struct tunnel unknown = down;

	(void)unused;
	unknown.state = TUNNEL_UNKNOWN;
	assert_run(run(&wanted, SOURCE_STATUS_STALE, &unknown, 1), CHECK_UNKNOWN,
		   "IPSEC UNKNOWN - the agent cannot read its SAs");
	assert_run(run(&wanted, SOURCE_STATUS_NOT_YET_READ, &unknown, 1), CHECK_UNKNOWN,
		   "IPSEC UNKNOWN - the agent has not read");
	assert_run(run(&wanted, SOURCE_STATUS_OK, &unknown, 1), CHECK_UNKNOWN,
		   "IPSEC UNKNOWN - lab is unknown; 0 of 1 tunnels are up");
	assert_run(run(&wanted, SOURCE_STATUS_FAILING, &up, 1), CHECK_WARNING,
		   "IPSEC WARNING - the agent cannot read its SAs");
	/* And what is down is worse. */
	assert_run(run(&wanted, SOURCE_STATUS_FAILING, &down, 1), CHECK_CRITICAL,
		   "IPSEC CRITICAL - the agent cannot read its SAs");
	assert_run(run(&wanted, SOURCE_STATUS_OK, NULL, 0), CHECK_WARNING,
		   "IPSEC WARNING - tunnels is 0, not in 1:; 0 of 0 tunnels are up | ");
}

static void
an_sa_that_ends_alone_is_told_of(void **unused)
{
	struct check_wishes wanted = wishes();
	struct tunnel tunnel = up;

	(void)unused;
	check_range_parse("300:", &wanted.thresholds.warning[FIGURE_EXPIRES]);
	assert_run(run(&wanted, SOURCE_STATUS_OK, &tunnel, 1), CHECK_WARNING,
		   "IPSEC WARNING - office expires is 100s, not in 300:; 1 of 1 tunnels are up | ");
	tunnel.sas_in = tunnel.sas_out = 2;
	assert_run(run(&wanted, SOURCE_STATUS_OK, &tunnel, 1), CHECK_OK, "IPSEC OK - ");
	tunnel = up;
	tunnel.expires_seconds = TUNNEL_NEVER_EXPIRES;
	assert_run(run(&wanted, SOURCE_STATUS_OK, &tunnel, 1), CHECK_OK, "IPSEC OK - ");
}

static void
a_hostile_name_breaks_no_line(void **unused)
{
	struct check_wishes wanted = wishes();
	struct tunnel tunnel = down;
	struct run made;

	(void)unused;
	wanted.verbose = true;
	snprintf(tunnel.descr, sizeof(tunnel.descr), "a|b'c=d\n\x1b[m;");
	made = run(&wanted, SOURCE_STATUS_OK, &tunnel, 1);
	assert_non_null(strstr(made.text, "IPSEC CRITICAL - a_b'c=d__[m; is down"));
	assert_non_null(strstr(made.text, " 'a_b_c_d__[m;_in_octets'=0c;"));
	assert_non_null(strstr(made.text, "\na_b'c=d__[m;: down for 1m0s, ? - ?, 0 SAs in, 0 out\n"));
	assert_ptr_equal(strchr(made.text, '|'), strrchr(made.text, '|'));
	free(made.text);
	/* An agent that does not tell what to call it. */
	tunnel.descr[0] = '\0';
	assert_run(run(&wanted, SOURCE_STATUS_OK, &tunnel, 1), CHECK_CRITICAL, "IPSEC CRITICAL - tunnel2 is down");
}

static void
the_first_line_has_an_end(void **unused)
{
	const struct check_wishes wanted = wishes();
	struct tunnel many[100];

	(void)unused;
	for (size_t i = 0; i < 100; i++)
		many[i] = down;
	assert_run(
		run(&wanted, SOURCE_STATUS_OK, many, 100), CHECK_CRITICAL,
		"IPSEC CRITICAL - lab is down for 1m0s, lab is down for 1m0s, lab is down for 1m0s, lab is down for "
		"1m0s, "
		"lab is down for 1m0s, lab is down for 1m0s, lab is down for 1m0s, lab is down for 1m0s, and 92 more; "
		"0 of 100 tunnels are up | ");
}

static void
figures_have_names(void **unused)
{
	(void)unused;
	assert_int_equal(check_figure_named("expires=1", 7), FIGURE_EXPIRES);
	assert_int_equal(check_figure_named("expire", 6), CHECK_FIGURES);
	assert_int_equal(check_figure_named("", 0), CHECK_FIGURES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well),
		cmocka_unit_test(a_tunnel_is_down),
		cmocka_unit_test(some_are_chosen),
		cmocka_unit_test(nothing_is_said_to_be_down_by_who_does_not_know),
		cmocka_unit_test(an_sa_that_ends_alone_is_told_of),
		cmocka_unit_test(a_hostile_name_breaks_no_line),
		cmocka_unit_test(the_first_line_has_an_end),
		cmocka_unit_test(figures_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
