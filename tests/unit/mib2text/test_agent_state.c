/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib2text/agent_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sa/source.h"

static void
assert_judged(const struct agent_state *state, enum agent_verdict verdict, const char *expected)
{
	char words[512];

	assert_int_equal(agent_state_judge(state, words), verdict);
	assert_string_equal(words, expected);
}

static void
judges_by_the_status_of_the_source(void **state)
{
	struct agent_state agent = {.status.source_error = "XFRM: no buffer", .status.snapshot_age_ms = 7250};

	(void)state;
	agent.status.source_status = SOURCE_STATUS_OK;
	assert_judged(&agent, AGENT_FINE, "");
	agent.status.source_status = SOURCE_STATUS_FAILING;
	assert_judged(&agent, AGENT_DOUBTFUL,
		      "the agent cannot read its SAs: XFRM: no buffer; these are of its last good read, 7.2 s ago");
	agent.status.source_status = SOURCE_STATUS_STALE;
	assert_judged(&agent, AGENT_UNUSABLE,
		      "the agent cannot read its SAs: XFRM: no buffer; it has withdrawn the last ones");
	agent.status.source_status = SOURCE_STATUS_NOT_YET_READ;
	assert_judged(&agent, AGENT_UNUSABLE, "the agent has not read its SAs yet; ask again in a moment");
}

/* A source that never could be read has no SAs to give, whatever its age says: an agent may not show that. */
static void
knows_a_source_that_was_never_read(void **state)
{
	static const char words[] = "the agent cannot read its SAs: no such file; none have been read yet";
	const size_t reads = offsetof(struct agent_status, reads);
	const size_t column = (size_t)(column_of_field(&agent_table, reads) - agent_table.columns);
	struct agent_state agent = {.status = {.source_status = SOURCE_STATUS_FAILING,
					       .source_error = "no such file",
					       .snapshot_age_ms = UINT32_MAX}};

	(void)state;
	assert_judged(&agent, AGENT_UNUSABLE, words);
	agent.status.snapshot_age_ms = 0;
	assert_null(agent_state_set(&agent, column, &(struct column_value){.number = 0}));
	assert_judged(&agent, AGENT_UNUSABLE, words);
	assert_null(agent_state_set(&agent, column, &(struct column_value){.number = 1}));
	assert_judged(&agent, AGENT_DOUBTFUL,
		      "the agent cannot read its SAs: no such file; these are of its last good read, 0.0 s ago");
}

/* It may not show the scalar, or be of a later version. */
static void
believes_an_agent_that_does_not_say(void **state)
{
	struct agent_state agent = {.known = 0};

	(void)state;
	assert_judged(&agent, AGENT_FINE, "");
	agent.status.source_status = 99;
	assert_judged(&agent, AGENT_FINE, "");
}

static void
keeps_an_error_on_one_line(void **state)
{
	static const char error[] = "a\nb\x1b[31m\x7f \xc2\x9b \xff \xc3\xa9";
	const size_t field = offsetof(struct agent_status, source_error);
	const size_t column = (size_t)(column_of_field(&agent_table, field) - agent_table.columns);
	const struct column_value value = {.octets = (const uint8_t *)error, .length = sizeof(error) - 1};
	struct agent_state agent = {.status.source_status = SOURCE_STATUS_STALE};

	(void)state;
	assert_judged(&agent, AGENT_UNUSABLE,
		      "the agent cannot read its SAs: it gives no reason; it has withdrawn the last ones");
	assert_null(agent_state_set(&agent, column, &value));
	assert_judged(&agent, AGENT_UNUSABLE,
		      "the agent cannot read its SAs: a?b?[31m? ?? ? \xc3\xa9; it has withdrawn the last ones");
	memset(agent.status.source_error, 'e', sizeof(agent.status.source_error) - 1);
	for (unsigned status = SOURCE_STATUS_OK; status <= SOURCE_STATUS_NOT_YET_READ; status++) {
		char words[512];

		agent.status.source_status = status;
		agent_state_judge(&agent, words);
		assert_in_range(strlen(words), 0, sizeof(words) - 2);
	}
}

static void
knows_what_it_was_told(void **state)
{
	const size_t field = offsetof(struct agent_status, sas);
	const struct column *const column = column_of_field(&agent_table, field);
	const struct column_value value = {.number = 12};
	struct agent_state agent = {.known = 0};
	uint64_t number = 77;

	(void)state;
	assert_false(agent_state_number(&agent, field, &number));
	assert_int_equal(number, 77);
	assert_null(agent_state_set(&agent, (size_t)(column - agent_table.columns), &value));
	assert_true(agent_state_number(&agent, field, &number));
	assert_int_equal(number, 12);
	assert_false(agent_state_number(&agent, offsetof(struct agent_status, tunnels), &number));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_by_the_status_of_the_source),
		cmocka_unit_test(knows_a_source_that_was_never_read),
		cmocka_unit_test(believes_an_agent_that_does_not_say),
		cmocka_unit_test(keeps_an_error_on_one_line),
		cmocka_unit_test(knows_what_it_was_told),
	};

	return cmocka_run_group_tests_name("agent_state", tests, NULL, NULL);
}
