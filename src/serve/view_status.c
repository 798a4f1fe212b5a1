/* SPDX-License-Identifier: BSD-3-Clause */
#include "view_status.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "ike_watch.h"
#include "tunnel_watch.h"

/* Determined once: if it were recomputed from the uptime, it would vary by a second. */
static int64_t
start_seconds(void)
{
	static int64_t start;

	if (start == 0)
		start = time(NULL) - (int64_t)(netsnmp_get_agent_uptime() / 100);
	return start;
}

static void
describe_source(const struct reader *reader, struct agent_status *status)
{
	const struct reader_statistics *const statistics = reader_statistics(reader);
	const struct source *const source = reader_source(reader);

	status->source = source->ops->kind;
	status->source_status = reader_status(reader);
	snprintf(status->source_error, sizeof(status->source_error), "%s", reader_error(reader));
	status->dialect = source->dialect;
	status->not_understood = source->not_understood;
	status->unknown_parts = source->unknown_parts;
	snprintf(status->complaint, sizeof(status->complaint), "%s", source->complaint);
	status->snapshot_age_ms =
		reader_snapshot(reader) ? (clock_monotonic_us() - statistics->committed_at_us) / 1000 : UINT32_MAX;
	status->read_duration_us = statistics->last_read_us;
	status->reads = statistics->reads;
	status->failed_reads = statistics->failed_reads;
	status->interrupted_reads = statistics->interrupted_reads;
	status->lost_event_batches = statistics->lost_news;
	status->interval_ms = reader_interval_ms(reader);
	status->longest_step_us = statistics->longest_step_us;
}

static void
describe_sas(const struct reader *reader, struct agent_status *status)
{
	static const struct snapshot_counts none;
	const struct snapshot *const snapshot = reader_snapshot(reader);
	const struct snapshot_counts *const counts = snapshot ? snapshot_counts(snapshot) : &none;
	const struct census_statistics *const census = census_statistics(reader_census(reader));

	status->collisions = counts->collisions;
	status->sas = counts->total;
	status->sas_esp = counts->esp;
	status->sas_ah = counts->ah;
	status->sas_comp = counts->comp;
	status->sas_ipip = counts->ipip;
	status->sas_other = counts->other;
	status->sas_in = counts->in;
	status->sas_out = counts->out;
	status->sas_direction_unknown = counts->direction_unknown;
	status->policies = policies_count(reader_policies(reader));
	status->unseen_ends = census->ends[CENSUS_FLUSHED] + census->ends[CENSUS_UNATTENDED];
}

static void
describe_tunnels(const struct tunnels *tunnels, struct agent_status *status)
{
	status->tunnels = tunnels_count(tunnels);
	status->tunnels_up = tunnels_count_up(tunnels);
	status->unassigned_sas = tunnels_statistics(tunnels)->unassigned;
	status->unassigned_ends = tunnels_statistics(tunnels)->unassigned_ends;
}

static void
describe_notifications(const struct notify_queue *queue, struct agent_status *status)
{
	const struct notify_queue_statistics *const statistics = notify_queue_statistics(queue);

	status->notifications_sent = statistics->sent;
	status->notifications_waiting = statistics->waiting;
	status->notifications_dropped = statistics->dropped;
}

static void
describe_ike(const struct ike_watch *ike, struct agent_status *status)
{
	status->ike_status = (uint32_t)ike_watch_status(ike);
	snprintf(status->ike_error, sizeof(status->ike_error), "%s", ike_watch_error(ike));
	status->ike_sas = ike_sas_count(ike_watch_sas(ike));
	if (ike_watch_longest_us(ike) > status->longest_step_us)
		status->longest_step_us = ike_watch_longest_us(ike);
}

void
view_status(const struct view *view, struct agent_status *status)
{
	snprintf(status->version, sizeof(status->version), "%s", VERSION);
	status->start_seconds = start_seconds();
	describe_source(view->reader, status);
	describe_sas(view->reader, status);
	describe_tunnels(tunnel_watch_tunnels(view->tunnels), status);
	describe_ike(view->ike, status);
	describe_notifications(view->reporter.queue, status);
}
