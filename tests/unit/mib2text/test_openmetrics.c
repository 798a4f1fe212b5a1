/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mib/stat_columns.h"
#include "mib2text/metric.h"
#include "mib2text/openmetrics.h"
#include "tunnels/tunnel_columns.h"

/* Outside an assertion, which may look at it twice. */
static void
close_stream(FILE *stream)
{
	const int closed = fclose(stream);

	assert_int_equal(closed, 0);
}

static char *
print(const struct agent_state *state, const struct xfrm_stat *stat, const struct tunnel *tunnels, size_t count)
{
	char *text = NULL;
	size_t length;
	FILE *const out = open_memstream(&text, &length);

	assert_non_null(out);
	openmetrics_print(
		out, &(struct openmetrics){.state = state, .stat = stat, .tunnels = tunnels, .tunnel_count = count});
	close_stream(out);
	return text;
}

/* Knows nothing but its version. */
static const struct agent_state *
state_of(const char *version)
{
	static struct agent_state state;

	state = (struct agent_state){.known = 1};
	snprintf(state.status.version, sizeof(state.status.version), "%s", version);
	return &state;
}

static void
assert_has(const char *text, const char *line)
{
	const char *at = text;
	const size_t length = strlen(line);

	while ((at = strstr(at, line)) != NULL) {
		if ((at == text || at[-1] == '\n') && at[length] == '\n')
			return;
		at++;
	}
	fail_msg("no line %s in\n%s", line, text);
}

static void
what_is_not_known_is_not_there(void **unused)
{
	const struct xfrm_stat stat = {.known = 1u << XFRM_STAT_InNoStates,
				       .counters[XFRM_STAT_InNoStates] = UINT64_MAX};
	char *const text = print(state_of("1"), &stat, NULL, 0);

	(void)unused;
	assert_string_equal(text, "# HELP mib2text_success Whether the agent could be asked.\n"
				  "# TYPE mib2text_success gauge\n"
				  "mib2text_success 1\n"
				  "# HELP ipsecAgentVersion IPSEC-SPI-MIB::ipsecAgentVersion\n"
				  "# TYPE ipsecAgentVersion gauge\n"
				  "ipsecAgentVersion{ipsecAgentVersion=\"1\"} 1\n"
				  "# HELP ipsecStatInNoStates IPSEC-SPI-MIB::ipsecStatInNoStates, in packets\n"
				  "# TYPE ipsecStatInNoStates counter\n"
				  "ipsecStatInNoStates 18446744073709551615\n"
				  "# HELP ipsecStatOthers IPSEC-SPI-MIB::ipsecStatOthers, in counters\n"
				  "# TYPE ipsecStatOthers gauge\n"
				  "ipsecStatOthers 0\n"
				  "# EOF\n");
	free(text);
}

static void
a_hostile_text_stays_in_its_label(void **unused)
{
	static const struct {
		const char *text, *label;
	} rows[] = {
		{"\"", "\\\""},
		{"\\", "\\\\"},
		{"\\n", "\\\\n"},
		{"a\nb 1\n", "a\\nb 1\\n"},
		{"{x=\"y\"} 2 # EOF", "{x=\\\"y\\\"} 2 # EOF"},
		{"B\xc3\xbcro \xf0\x9f\x94\x92", "B\xc3\xbcro \xf0\x9f\x94\x92"},
		{"\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\t", "\t"},
		{"", ""},
	};
	const struct xfrm_stat stat = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[200];
		char *const text = print(state_of(rows[i].text), &stat, NULL, 0);

		snprintf(line, sizeof(line), "ipsecAgentVersion{ipsecAgentVersion=\"%s\"} 1", rows[i].label);
		assert_has(text, line);
		free(text);
	}
}

static void
each_tunnel_has_a_sample_of_each_metric(void **unused)
{
	static const struct tunnel tunnels[] = {
		{.index = 1,
		 .name = "of\"fice",
		 .descr = "of_fice",
		 .state = TUNNEL_UP,
		 .in_bytes = UINT64_MAX,
		 .downs = 3,
		 .began_seconds = 1700000000},
		{.index = UINT32_MAX, .state = TUNNEL_UNKNOWN, .expires_seconds = TUNNEL_NEVER_EXPIRES},
	};
	const struct xfrm_stat stat = {0};
	char *const text = print(state_of("1"), &stat, tunnels, 2);

	(void)unused;
	assert_has(text, "ipsecTunnelName{ipsecTunnelDescr=\"of_fice\",ipsecTunnelIndex=\"1\",ipsecTunnelName="
			 "\"of\\\"fice\"} 1");
	assert_has(text,
		   "ipsecTunnelState{ipsecTunnelDescr=\"of_fice\",ipsecTunnelIndex=\"1\",ipsecTunnelState=\"up\"} 1");
	assert_has(text,
		   "ipsecTunnelState{ipsecTunnelDescr=\"of_fice\",ipsecTunnelIndex=\"1\",ipsecTunnelState=\"down\"} 0");
	assert_has(text, "ipsecTunnelState{ipsecTunnelDescr=\"\",ipsecTunnelIndex=\"4294967295\",ipsecTunnelState="
			 "\"unknown\"} 1");
	assert_has(text,
		   "ipsecTunnelInBytes{ipsecTunnelDescr=\"of_fice\",ipsecTunnelIndex=\"1\"} 18446744073709551615");
	assert_has(text, "ipsecTunnelDowns{ipsecTunnelDescr=\"of_fice\",ipsecTunnelIndex=\"1\"} 3");
	assert_has(text, "ipsecTunnelExpiresIn{ipsecTunnelDescr=\"\",ipsecTunnelIndex=\"4294967295\"} 4294967295");
	assert_has(text,
		   "ipsecTunnelDiscontinuityTime{ipsecTunnelDescr=\"of_fice\",ipsecTunnelIndex=\"1\"} 1700000000");
	assert_has(text, "# TYPE ipsecTunnelInBytes counter");
	assert_has(text, "# TYPE ipsecTunnelState gauge");
	free(text);
}

static void
each_ike_sa_says_whose_it_is_and_when_it_is_due(void **unused)
{
	static const struct ike_sa sas[] = {
		{.id = 7,
		 .connection = "ber\"lin",
		 .state = IKE_ESTABLISHED,
		 .remote = {SA_ADDRESS_IPV4, {192, 0, 2, 2}},
		 .remote_id = "C=DE, CN=\\\n",
		 .rekey_seconds = 100,
		 .reauth_seconds = IKE_NEVER},
		{.id = 8, .connection = "rw", .state = 77, .remote_id = "laptop", .eap_id = "alice"},
	};
	const struct xfrm_stat stat = {0};
	char *text = NULL;
	size_t length;
	FILE *const out = open_memstream(&text, &length);

	(void)unused;
	assert_non_null(out);
	openmetrics_print(out,
			  &(struct openmetrics){.state = state_of("1"), .stat = &stat, .ike_sas = sas, .ike_count = 2});
	close_stream(out);
#define BERLIN                                                                                                         \
	"{ipsecIkeConnection=\"ber\\\"lin\",ipsecIkeId=\"7\",ipsecIkeRemoteEapIdentity=\"\","                          \
	"ipsecIkeRemoteIdentity=\"C=DE, CN=\\\\\\n\",ipsecIkeRemoteText=\"192.0.2.2\""
	assert_has(text, "# TYPE ipsecIkeState_info gauge");
	assert_has(text, "ipsecIkeState_info" BERLIN ",ipsecIkeState=\"established\"} 1");
	assert_has(text, "ipsecIkeRekeyIn" BERLIN "} 100");
	assert_has(text, "ipsecIkeReauthIn" BERLIN "} 4294967295");
	assert_has(text,
		   "ipsecIkeState_info{ipsecIkeConnection=\"rw\",ipsecIkeId=\"8\",ipsecIkeRemoteEapIdentity=\"alice\","
		   "ipsecIkeRemoteIdentity=\"laptop\",ipsecIkeRemoteText=\"\",ipsecIkeState=\"77\"} 1");
	assert_null(strstr(text, "ipsecIkeAge"));
	free(text);
}

static void
a_state_of_a_later_version_is_one_more(void **unused)
{
	const struct agent_state *const state = state_of("1");
	struct agent_state later = *state;
	const struct xfrm_stat stat = {0};
	char *text;

	(void)unused;
	later.known = 1u << 2;
	later.status.source_status = 77;
	text = print(&later, &stat, NULL, 0);
	assert_has(text, "ipsecAgentSourceStatus{ipsecAgentSourceStatus=\"ok\"} 0");
	assert_has(text, "ipsecAgentSourceStatus{ipsecAgentSourceStatus=\"77\"} 1");
	free(text);
}

static void
a_failure_is_told_and_nothing_else(void **unused)
{
	char *text = NULL;
	size_t length;
	FILE *const out = open_memstream(&text, &length);

	(void)unused;
	assert_non_null(out);
	openmetrics_print_failure(out);
	close_stream(out);
	assert_string_equal(text, "# HELP mib2text_success Whether the agent could be asked.\n"
				  "# TYPE mib2text_success gauge\n"
				  "mib2text_success 0\n"
				  "# EOF\n");
	free(text);
}

static enum metric_kind
kind_of(const struct column_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->columns[i].name, name) == 0)
			return metric_kind(&table->columns[i]);
	}
	fail_msg("no column %s", name);
	return METRIC_NONE;
}

static void
what_is_a_metric_follows_from_its_syntax(void **unused)
{
	(void)unused;
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelInBytes"), METRIC_COUNTER);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelDowns"), METRIC_COUNTER);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelExpiresIn"), METRIC_GAUGE);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelState"), METRIC_STATES);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelDiscontinuityTime"), METRIC_DATE);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelRemoteText"), METRIC_TEXT);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelReqid"), METRIC_NONE);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelRemoteAddressType"), METRIC_NONE);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelRemoteAddress"), METRIC_NONE);
	assert_int_equal(kind_of(&tunnel_table, "ipsecTunnelSince"), METRIC_NONE);
	assert_int_equal(kind_of(&agent_table, "ipsecAgentSourceError"), METRIC_NONE);
	assert_int_equal(kind_of(&stat_table, "ipsecStatInNoStates"), METRIC_COUNTER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_known_is_not_there),
		cmocka_unit_test(a_hostile_text_stays_in_its_label),
		cmocka_unit_test(each_tunnel_has_a_sample_of_each_metric),
		cmocka_unit_test(each_ike_sa_says_whose_it_is_and_when_it_is_due),
		cmocka_unit_test(a_state_of_a_later_version_is_one_more),
		cmocka_unit_test(a_failure_is_told_and_nothing_else),
		cmocka_unit_test(what_is_a_metric_follows_from_its_syntax),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
