/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent_state.h"

#include <stdio.h>
#include <string.h>

const char *
agent_state_set(struct agent_state *state, enum agent_scalar_id id, const struct column_value *value)
{
	struct agent_scalar_value *const to = &state->values[id];

	if (agent_scalars[id].syntax->type == COLUMN_OCTETS) {
		if (value->length >= sizeof(to->octets))
			return "is too long";
		if (value->length > 0)
			memcpy(to->octets, value->octets, value->length);
		to->octets[value->length] = '\0';
		to->length = value->length;
	} else {
		to->number = value->number;
	}
	to->known = true;
	return NULL;
}

bool
agent_state_known(const struct agent_state *state)
{
	for (size_t i = 0; i < AGENT_SCALARS; i++) {
		if (state->values[i].known)
			return true;
	}
	return false;
}

const char *
agent_state_label(const struct agent_state *state, enum agent_scalar_id id)
{
	for (const struct column_label *label = agent_scalars[id].syntax->labels; label && label->label; label++) {
		if (label->value == (int32_t)(uint32_t)state->values[id].number)
			return label->label;
	}
	return NULL;
}

/* The source's own words, on one line whatever they are. */
static void
print_source_error(const struct agent_state *state, char words[AGENT_TEXT_SIZE])
{
	const struct agent_scalar_value *const error = &state->values[AGENT_SOURCE_ERROR];

	memcpy(words, error->octets, sizeof(error->octets));
	for (char *at = words; *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = ' ';
	}
	if (words[0] == '\0')
		snprintf(words, AGENT_TEXT_SIZE, "it does not say why");
}

enum agent_verdict
agent_state_judge(const struct agent_state *state, char words[512])
{
	const struct agent_scalar_value *const now = &state->values[AGENT_SOURCE_STATUS];
	char error[AGENT_TEXT_SIZE];

	words[0] = '\0';
	if (!now->known)
		return AGENT_FINE;
	print_source_error(state, error);
	switch (now->number) {
	case STATUS_FAILING:
		snprintf(words, 512,
			 "the agent's source fails (%s): these are the SAs of its last good read, %.1f s ago", error,
			 (double)state->values[AGENT_SNAPSHOT_AGE].number / 1e3);
		return AGENT_DOUBTFUL;
	case STATUS_STALE:
		snprintf(words, 512, "the agent's source has failed (%s), and it has withdrawn its SAs", error);
		return AGENT_UNUSABLE;
	case STATUS_NOT_YET_READ:
		snprintf(words, 512, "the agent has not read its SAs yet: ask again in a moment");
		return AGENT_UNUSABLE;
	default:
		return AGENT_FINE;
	}
}
