/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

/* The scalars of ipsecAgent as mib2text reads them: what an agent says of itself and of its source. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "columns.h"

/* ipsecAgent's scalars: scalar n is ROOT.1.1.(n + 1).0. */
enum agent_scalar_id {
	AGENT_VERSION,
	AGENT_SOURCE,
	AGENT_SOURCE_STATUS,
	AGENT_SOURCE_ERROR,
	AGENT_DIALECT,
	AGENT_SNAPSHOT_AGE,
	AGENT_READ_DURATION,
	AGENT_READS,
	AGENT_FAILED_READS,
	AGENT_NOT_UNDERSTOOD,
	AGENT_UNKNOWN_PARTS,
	AGENT_COMPLAINT,
	AGENT_INTERRUPTED_READS,
	AGENT_COLLISIONS,
	AGENT_SAS,
	AGENT_SAS_ESP,
	AGENT_SAS_AH,
	AGENT_SAS_COMP,
	AGENT_SAS_IPIP,
	AGENT_SAS_OTHER,
	AGENT_SAS_IN,
	AGENT_SAS_OUT,
	AGENT_SAS_DIRECTION_UNKNOWN,
	AGENT_START_TIME,
	AGENT_INTERVAL,
	AGENT_LONGEST_STEP,
	AGENT_NOTIFICATIONS_SENT,
	AGENT_NOTIFICATIONS_WAITING,
	AGENT_NOTIFICATIONS_DROPPED,
	AGENT_LOST_EVENT_BATCHES,
	AGENT_TUNNELS,
	AGENT_TUNNELS_UP,
	AGENT_UNSEEN_ENDS,
	AGENT_UNASSIGNED_SAS,
	AGENT_UNASSIGNED_ENDS,
	AGENT_SCALARS
};

struct agent_scalar {
	const char *name;
	const struct column_syntax *syntax;
	const char *units; /* or NULL */
};
extern const struct agent_scalar agent_scalars[AGENT_SCALARS];

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
