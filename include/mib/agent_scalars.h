/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENT_SCALARS_H
#define AGENT_SCALARS_H

/* The scalars of ipsecAgent, which say how an agent and its source do, as a table: for the agent and for mib2text. */

#include "mib/columns.h"

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

/* Values of ipsecAgentSourceStatus. */
enum source_status { STATUS_OK = 1, STATUS_FAILING, STATUS_STALE, STATUS_NOT_YET_READ };

#endif
