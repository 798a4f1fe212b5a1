/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

/* What an agent reports about itself and its source, as mib2text has read it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib/agent_status.h"

struct agent_state {
	struct agent_status status;
	uint64_t known; /* 1 << n: column n of agent_table; an agent may lack it, or not show it */
};

/* Stores a value of agent_table's column of that number, from 0.  NULL, or what is wrong with it. */
const char *agent_state_set(struct agent_state *state, size_t number, const struct column_value *value);

/* A number of the status, given by its offset there.  False: it is not known. */
bool agent_state_number(const struct agent_state *state, size_t field, uint64_t *number);

enum agent_verdict {
	AGENT_FINE,
	AGENT_DOUBTFUL, /* it has SAs, but they are not fresh */
	AGENT_UNUSABLE, /* it has none to serve, which does not mean that there are none */
};

/* Judges the source's status; words are one line for the user, empty if all is well. */
enum agent_verdict agent_state_judge(const struct agent_state *state, char words[512]);

#endif
