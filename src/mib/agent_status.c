/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/agent_scalars.h"

#include "sa/sa.h"

static const struct column_label source_labels[] = {{1, "xfrm"}, {2, "klips"}, {0, NULL}};

static const struct column_label status_labels[] = {{STATUS_OK, "ok"},
						    {STATUS_FAILING, "failing"},
						    {STATUS_STALE, "stale"},
						    {STATUS_NOT_YET_READ, "notYetRead"},
						    {0, NULL}};

static const struct column_label dialect_labels[] = {
	{SA_DIALECT_NONE, "none"},	   {SA_DIALECT_FREESWAN1, "freeswan1"}, {SA_DIALECT_FREESWAN2, "freeswan2"},
	{SA_DIALECT_OPENSWAN, "openswan"}, {SA_DIALECT_MANUAL, "manual"},	{0, NULL}};

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
