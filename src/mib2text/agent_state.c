/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent_state.h"

#include <stdio.h>
#include <string.h>

#include "sa/source.h"

const char *
agent_state_set(struct agent_state *state, size_t number, const struct column_value *value)
{
	const char *const reason = column_set(column_at(&agent_table, number), &state->status, value);

	if (!reason)
		state->known |= UINT64_C(1) << number;
	return reason;
}

bool
agent_state_number(const struct agent_state *state, size_t field, uint64_t *number)
{
	const struct column *const column = column_of_field(&agent_table, field);
	struct column_value value;

	if (!(state->known >> (column - agent_table.columns) & 1))
		return false;
	column_get(column, &state->status, &value);
	*number = value.number;
	return true;
}

static const char *
source_error(const struct agent_state *state)
{
	return state->status.source_error[0] ? state->status.source_error : "it gives no reason";
}

/* Whether no read has ever succeeded; an agent may lack one of the two values that show it. */
static bool
is_never_read(const struct agent_state *state)
{
	uint64_t reads = 1;

	agent_state_number(state, offsetof(struct agent_status, reads), &reads);
	return reads == 0 || state->status.snapshot_age_ms == UINT32_MAX;
}

static enum agent_verdict
judge_failing(const struct agent_state *state, const char *error, char words[512])
{
	if (is_never_read(state)) {
		snprintf(words, 512, "the agent cannot read its SAs: %s; none have been read yet", error);
		return AGENT_UNUSABLE;
	}
	snprintf(words, 512, "the agent cannot read its SAs: %s; these are of its last good read, %.1f s ago", error,
		 (double)state->status.snapshot_age_ms / 1e3);
	return AGENT_DOUBTFUL;
}

enum agent_verdict
agent_state_judge(const struct agent_state *state, char words[512])
{
	const char *const error = source_error(state);

	words[0] = '\0';
	switch (state->status.source_status) {
	case SOURCE_STATUS_FAILING:
		return judge_failing(state, error, words);
	case SOURCE_STATUS_STALE:
		snprintf(words, 512, "the agent cannot read its SAs: %s; it has withdrawn the last ones", error);
		return AGENT_UNUSABLE;
	case SOURCE_STATUS_NOT_YET_READ:
		snprintf(words, 512, "the agent has not read its SAs yet; ask again in a moment");
		return AGENT_UNUSABLE;
	default:
		return AGENT_FINE;
	}
}
