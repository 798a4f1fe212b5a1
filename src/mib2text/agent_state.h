/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

/* What an agent says of itself and of its source, as mib2text has read it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib/agent_scalars.h"

enum { AGENT_TEXT_SIZE = 256 }; /* SnmpAdminString has 255 octets at most */

struct agent_scalar_value {
	bool known; /* an agent may not have it, or not show it */
	uint64_t number;
	size_t length;
	uint8_t octets[AGENT_TEXT_SIZE]; /* with a NUL after them */
};

struct agent_state {
	struct agent_scalar_value values[AGENT_SCALARS];
};

/* Takes a value over.  NULL, or what is wrong with it. */
const char *agent_state_set(struct agent_state *state, enum agent_scalar_id id, const struct column_value *value);

/* Whether any scalar is known, which shows that an ipsec-spi-agent is there. */
bool agent_state_known(const struct agent_state *state);

/* The label of an enumeration's value, or NULL. */
const char *agent_state_label(const struct agent_state *state, enum agent_scalar_id id);

enum agent_verdict {
	AGENT_FINE,
	AGENT_DOUBTFUL, /* its SAs can be had, but are not fresh */
	AGENT_UNUSABLE, /* it has none to give, which does not mean that there are none */
};

/* Judges the source's status; text is one line for the user, empty where all is fine. */
enum agent_verdict agent_state_judge(const struct agent_state *state, char text[512]);

#endif
