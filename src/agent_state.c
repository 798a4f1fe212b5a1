/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent_state.h"

#include <stdio.h>
#include <string.h>

#include "sa.h"

/* Values of ipsecAgentSourceStatus. */
enum source_status { STATUS_OK = 1, STATUS_FAILING, STATUS_STALE, STATUS_NOT_YET_READ };

static const struct column_label source_labels[] = {{1, "xfrm"}, {2, "klips"}, {0, NULL}};

static const struct column_label status_labels[] = {{STATUS_OK, "ok"},
						    {STATUS_FAILING, "failing"},
						    {STATUS_STALE, "stale"},
						    {STATUS_NOT_YET_READ, "notYetRead"},
						    {0, NULL}};

static const struct column_label dialect_labels[] = {{SA_DIALECT_NONE, "none"},
						     {SA_DIALECT_FREESWAN1, "freeswan1"},
						     {SA_DIALECT_FREESWAN2, "freeswan2"},
						     {SA_DIALECT_OPENSWAN, "openswan"},
						     {SA_DIALECT_MANUAL, "manual"},
						     {0, NULL}};

static const struct column_syntax text = {"SnmpAdminString", COLUMN_OCTETS, true, NULL};
static const struct column_syntax date = {"DateAndTime", COLUMN_OCTETS, false, NULL};
static const struct column_syntax gauge = {"Gauge32", COLUMN_UNSIGNED32, false, NULL};
static const struct column_syntax counter = {"Counter32", COLUMN_COUNTER32, false, NULL};
static const struct column_syntax source = {"INTEGER", COLUMN_INTEGER32, false, source_labels};
static const struct column_syntax status = {"INTEGER", COLUMN_INTEGER32, false, status_labels};
static const struct column_syntax dialect = {"IpsecSpiDialect", COLUMN_INTEGER32, false, dialect_labels};

const struct agent_scalar agent_scalars[AGENT_SCALARS] = {
	[AGENT_VERSION] = {"ipsecAgentVersion", &text, NULL},
	[AGENT_SOURCE] = {"ipsecAgentSource", &source, NULL},
	[AGENT_SOURCE_STATUS] = {"ipsecAgentSourceStatus", &status, NULL},
	[AGENT_SOURCE_ERROR] = {"ipsecAgentSourceError", &text, NULL},
	[AGENT_DIALECT] = {"ipsecAgentDialect", &dialect, NULL},
	[AGENT_SNAPSHOT_AGE] = {"ipsecAgentSnapshotAge", &gauge, "milliseconds"},
	[AGENT_READ_DURATION] = {"ipsecAgentReadDuration", &gauge, "microseconds"},
	[AGENT_READS] = {"ipsecAgentReads", &counter, "reads"},
	[AGENT_FAILED_READS] = {"ipsecAgentFailedReads", &counter, "reads"},
	[AGENT_NOT_UNDERSTOOD] = {"ipsecAgentNotUnderstood", &counter, "messages"},
	[AGENT_UNKNOWN_PARTS] = {"ipsecAgentUnknownParts", &counter, "parts"},
	[AGENT_COMPLAINT] = {"ipsecAgentComplaint", &text, NULL},
	[AGENT_INTERRUPTED_READS] = {"ipsecAgentInterruptedReads", &counter, "reads"},
	[AGENT_COLLISIONS] = {"ipsecAgentCollisions", &gauge, "SAs"},
	[AGENT_SAS] = {"ipsecAgentSas", &gauge, "SAs"},
	[AGENT_SAS_ESP] = {"ipsecAgentSasEsp", &gauge, "SAs"},
	[AGENT_SAS_AH] = {"ipsecAgentSasAh", &gauge, "SAs"},
	[AGENT_SAS_COMP] = {"ipsecAgentSasComp", &gauge, "SAs"},
	[AGENT_SAS_IPIP] = {"ipsecAgentSasIpip", &gauge, "SAs"},
	[AGENT_SAS_OTHER] = {"ipsecAgentSasOther", &gauge, "SAs"},
	[AGENT_SAS_IN] = {"ipsecAgentSasIn", &gauge, "SAs"},
	[AGENT_SAS_OUT] = {"ipsecAgentSasOut", &gauge, "SAs"},
	[AGENT_SAS_DIRECTION_UNKNOWN] = {"ipsecAgentSasDirectionUnknown", &gauge, "SAs"},
	[AGENT_START_TIME] = {"ipsecAgentStartTime", &date, NULL},
	[AGENT_INTERVAL] = {"ipsecAgentInterval", &gauge, "milliseconds"},
	[AGENT_LONGEST_STEP] = {"ipsecAgentLongestStep", &gauge, "microseconds"},
	[AGENT_NOTIFICATIONS_SENT] = {"ipsecAgentNotificationsSent", &counter, "notifications"},
	[AGENT_NOTIFICATIONS_WAITING] = {"ipsecAgentNotificationsWaiting", &gauge, "notifications"},
	[AGENT_NOTIFICATIONS_DROPPED] = {"ipsecAgentNotificationsDropped", &counter, "notifications"},
	[AGENT_LOST_EVENT_BATCHES] = {"ipsecAgentLostEventBatches", &counter, "batches"},
	[AGENT_TUNNELS] = {"ipsecAgentTunnels", &gauge, "tunnels"},
	[AGENT_TUNNELS_UP] = {"ipsecAgentTunnelsUp", &gauge, "tunnels"},
	[AGENT_UNSEEN_ENDS] = {"ipsecAgentUnseenEnds", &counter, "SAs"},
	[AGENT_UNASSIGNED_SAS] = {"ipsecAgentUnassignedSas", &gauge, "SAs"},
	[AGENT_UNASSIGNED_ENDS] = {"ipsecAgentUnassignedEnds", &counter, "SAs"},
};

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
		snprintf(words, 512, "the agent's source fails (%s): these are the SAs of its last good read, %.1f s ago",
			 error, (double)state->values[AGENT_SNAPSHOT_AGE].number / 1e3);
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
