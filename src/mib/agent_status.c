/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/agent_status.h"

#include "mib/column_codec.h"
#include "mib/column_syntax.h"
#include "sa/source.h"

static const struct column_label source_labels[] = {{SOURCE_XFRM, "xfrm"}, {SOURCE_KLIPS, "klips"}, {0, NULL}};

static const struct column_label status_labels[] = {{SOURCE_STATUS_OK, "ok"},
						    {SOURCE_STATUS_FAILING, "failing"},
						    {SOURCE_STATUS_STALE, "stale"},
						    {SOURCE_STATUS_NOT_YET_READ, "notYetRead"},
						    {0, NULL}};

static const struct column_label ike_labels[] = {{1, "none"},	{2, "ok"},     {3, "connecting"},
						 {4, "silent"}, {5, "failed"}, {0, NULL}};

static const struct column_syntax ike_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, ike_labels};
static const struct column_syntax source_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, source_labels};
static const struct column_syntax status_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, status_labels};

#define FIELD(member) COLUMN_ALWAYS, COLUMN_FIELD(struct agent_status, member)
#define TEXT(name, member) {name, &syntax_admin_string, &column_any_text_codec, NULL, FIELD(member)}
#define LABEL(name, syntax, member) {name, &syntax, &column_any_number_codec, NULL, FIELD(member)}
#define GAUGE(name, units, member) {name, &syntax_gauge32, &column_number_codec, units, FIELD(member)}
#define COUNTER(name, units, member) {name, &syntax_counter32, &column_number_codec, units, FIELD(member)}

/* clang-format off */
static const struct column columns[] = {
	TEXT("ipsecAgentVersion", version),
	LABEL("ipsecAgentSource", source_enum, source),
	LABEL("ipsecAgentSourceStatus", status_enum, source_status),
	TEXT("ipsecAgentSourceError", source_error),
	LABEL("ipsecAgentDialect", syntax_dialect, dialect),
	GAUGE("ipsecAgentSnapshotAge", "milliseconds", snapshot_age_ms),
	GAUGE("ipsecAgentReadDuration", "microseconds", read_duration_us),
	COUNTER("ipsecAgentReads", "reads", reads),
	COUNTER("ipsecAgentFailedReads", "reads", failed_reads),
	COUNTER("ipsecAgentNotUnderstood", "messages", not_understood),
	COUNTER("ipsecAgentUnknownParts", "parts", unknown_parts),
	TEXT("ipsecAgentComplaint", complaint),
	COUNTER("ipsecAgentInterruptedReads", "reads", interrupted_reads),
	GAUGE("ipsecAgentCollisions", "SAs", collisions),
	GAUGE("ipsecAgentSas", "SAs", sas),
	GAUGE("ipsecAgentSasEsp", "SAs", sas_esp),
	GAUGE("ipsecAgentSasAh", "SAs", sas_ah),
	GAUGE("ipsecAgentSasComp", "SAs", sas_comp),
	GAUGE("ipsecAgentSasIpip", "SAs", sas_ipip),
	GAUGE("ipsecAgentSasOther", "SAs", sas_other),
	GAUGE("ipsecAgentSasIn", "SAs", sas_in),
	GAUGE("ipsecAgentSasOut", "SAs", sas_out),
	GAUGE("ipsecAgentSasDirectionUnknown", "SAs", sas_direction_unknown),
	{"ipsecAgentStartTime", &syntax_date, &column_date_codec, NULL, FIELD(start_seconds)},
	GAUGE("ipsecAgentInterval", "milliseconds", interval_ms),
	GAUGE("ipsecAgentLongestStep", "microseconds", longest_step_us),
	COUNTER("ipsecAgentNotificationsSent", "notifications", notifications_sent),
	GAUGE("ipsecAgentNotificationsWaiting", "notifications", notifications_waiting),
	COUNTER("ipsecAgentNotificationsDropped", "notifications", notifications_dropped),
	COUNTER("ipsecAgentLostEventBatches", "batches", lost_event_batches),
	GAUGE("ipsecAgentTunnels", "tunnels", tunnels),
	GAUGE("ipsecAgentTunnelsUp", "tunnels", tunnels_up),
	COUNTER("ipsecAgentUnseenEnds", "SAs", unseen_ends),
	GAUGE("ipsecAgentUnassignedSas", "SAs", unassigned_sas),
	COUNTER("ipsecAgentUnassignedEnds", "SAs", unassigned_ends),
	LABEL("ipsecAgentIkeStatus", ike_enum, ike_status),
	TEXT("ipsecAgentIkeError", ike_error),
	GAUGE("ipsecAgentIkeSas", "IKE SAs", ike_sas),
	GAUGE("ipsecAgentPolicies", "policies", policies),
};
/* clang-format on */

_Static_assert(COLUMN_COUNT(columns) <= 64, "whoever notes which are known has a bit for each");

const struct column_table agent_table = {
	.name = "ipsecAgent",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.row_size = sizeof(struct agent_status),
	.suffix = {1, 1},
	.suffix_length = 2,
};
