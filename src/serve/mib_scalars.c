/* SPDX-License-Identifier: BSD-3-Clause */

/* The ipsecAgent scalars: how the agent itself is doing. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <string.h>
#include <time.h>

#include "mib/agent_scalars.h"
#include "base/clock.h"
#include "base/date_and_time.h"
#include "serve/mib_parts.h"
#include "snmp/mib_value.h"
#include "serve/view.h"

static const struct snapshot_counts *
counts_of(const struct view *view)
{
	static const struct snapshot_counts none;
	const struct snapshot *snapshot = reader_snapshot(view->reader);

	return snapshot ? snapshot_counts(snapshot) : &none;
}

#define TEXT_SCALAR(name, expression)                                                                                  \
	static void get_##name(const struct view *view, struct column_value *value)                                    \
	{                                                                                                              \
		const char *const text = (expression);                                                                 \
                                                                                                                       \
		(void)view;                                                                                            \
		value->octets = (const uint8_t *)text;                                                                 \
		value->length = strlen(text);                                                                          \
	}
#define NUMBER_SCALAR(name, expression)                                                                                \
	static void get_##name(const struct view *view, struct column_value *value)                                    \
	{                                                                                                              \
		value->number = (uint64_t)(expression);                                                                \
	}

TEXT_SCALAR(version, VERSION)
NUMBER_SCALAR(source, reader_source(view->reader)->ops->kind)
NUMBER_SCALAR(status, reader_status(view->reader))
TEXT_SCALAR(error, reader_error(view->reader))
NUMBER_SCALAR(dialect, reader_source(view->reader)->dialect)
NUMBER_SCALAR(age, reader_snapshot(view->reader)
			   ? (clock_monotonic_us() - reader_statistics(view->reader)->committed_at_us) / 1000
			   : 0)
NUMBER_SCALAR(duration, reader_statistics(view->reader)->last_read_us)
NUMBER_SCALAR(reads, reader_statistics(view->reader)->reads)
NUMBER_SCALAR(failed, reader_statistics(view->reader)->failed_reads)
NUMBER_SCALAR(not_understood, reader_source(view->reader)->not_understood)
NUMBER_SCALAR(unknown_parts, reader_source(view->reader)->unknown_parts)
TEXT_SCALAR(complaint, reader_source(view->reader)->complaint)
NUMBER_SCALAR(interrupted, reader_statistics(view->reader)->interrupted_reads)
NUMBER_SCALAR(collisions, counts_of(view)->collisions)
NUMBER_SCALAR(total, counts_of(view)->total)
NUMBER_SCALAR(esp, counts_of(view)->esp)
NUMBER_SCALAR(ah, counts_of(view)->ah)
NUMBER_SCALAR(comp, counts_of(view)->comp)
NUMBER_SCALAR(ipip, counts_of(view)->ipip)
NUMBER_SCALAR(other, counts_of(view)->other)
NUMBER_SCALAR(in, counts_of(view)->in)
NUMBER_SCALAR(out, counts_of(view)->out)
NUMBER_SCALAR(unknown, counts_of(view)->direction_unknown)
NUMBER_SCALAR(interval, reader_interval_ms(view->reader))
NUMBER_SCALAR(longest_step, reader_statistics(view->reader)->longest_step_us)

NUMBER_SCALAR(sent, notify_queue_statistics(view->reporter.queue)->sent)
NUMBER_SCALAR(waiting, notify_queue_statistics(view->reporter.queue)->waiting)
NUMBER_SCALAR(dropped, notify_queue_statistics(view->reporter.queue)->dropped)
NUMBER_SCALAR(lost, reader_statistics(view->reader)->lost_news)

NUMBER_SCALAR(tunnels, tunnels_count(tunnel_watch_tunnels(view->tunnels)))
NUMBER_SCALAR(tunnels_up, tunnels_count_up(tunnel_watch_tunnels(view->tunnels)))
NUMBER_SCALAR(unseen_ends, census_statistics(reader_census(view->reader))->ends[CENSUS_FLUSHED] +
				   census_statistics(reader_census(view->reader))->ends[CENSUS_UNATTENDED])
NUMBER_SCALAR(unassigned, tunnels_statistics(tunnel_watch_tunnels(view->tunnels))->unassigned)
NUMBER_SCALAR(unassigned_ends, tunnels_statistics(tunnel_watch_tunnels(view->tunnels))->unassigned_ends)

/* DateAndTime (RFC 2579) of the agent's start, in UTC. */
static void
get_start(const struct view *view, struct column_value *value)
{
	/* Told once: told anew from the uptime, it would waver by a second. */
	static time_t start;

	(void)view;
	if (start == 0)
		start = time(NULL) - (time_t)(netsnmp_get_agent_uptime() / 100);
	date_and_time((int64_t)start * 1000, value->scratch);
	value->octets = value->scratch;
	value->length = DATE_AND_TIME_OCTETS;
}

/* One for each row of agent_scalars. */
static void (*const getters[AGENT_SCALARS])(const struct view *view, struct column_value *value) = {
	[AGENT_VERSION] = get_version,
	[AGENT_SOURCE] = get_source,
	[AGENT_SOURCE_STATUS] = get_status,
	[AGENT_SOURCE_ERROR] = get_error,
	[AGENT_DIALECT] = get_dialect,
	[AGENT_SNAPSHOT_AGE] = get_age,
	[AGENT_READ_DURATION] = get_duration,
	[AGENT_READS] = get_reads,
	[AGENT_FAILED_READS] = get_failed,
	[AGENT_NOT_UNDERSTOOD] = get_not_understood,
	[AGENT_UNKNOWN_PARTS] = get_unknown_parts,
	[AGENT_COMPLAINT] = get_complaint,
	[AGENT_INTERRUPTED_READS] = get_interrupted,
	[AGENT_COLLISIONS] = get_collisions,
	[AGENT_SAS] = get_total,
	[AGENT_SAS_ESP] = get_esp,
	[AGENT_SAS_AH] = get_ah,
	[AGENT_SAS_COMP] = get_comp,
	[AGENT_SAS_IPIP] = get_ipip,
	[AGENT_SAS_OTHER] = get_other,
	[AGENT_SAS_IN] = get_in,
	[AGENT_SAS_OUT] = get_out,
	[AGENT_SAS_DIRECTION_UNKNOWN] = get_unknown,
	[AGENT_START_TIME] = get_start,
	[AGENT_INTERVAL] = get_interval,
	[AGENT_LONGEST_STEP] = get_longest_step,
	[AGENT_NOTIFICATIONS_SENT] = get_sent,
	[AGENT_NOTIFICATIONS_WAITING] = get_waiting,
	[AGENT_NOTIFICATIONS_DROPPED] = get_dropped,
	[AGENT_LOST_EVENT_BATCHES] = get_lost,
	[AGENT_TUNNELS] = get_tunnels,
	[AGENT_TUNNELS_UP] = get_tunnels_up,
	[AGENT_UNSEEN_ENDS] = get_unseen_ends,
	[AGENT_UNASSIGNED_SAS] = get_unassigned,
	[AGENT_UNASSIGNED_ENDS] = get_unassigned_ends,
};

/* The scalar group helper has made a GET of every request, and checked its name. */
static int
handle_scalars(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
	       netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	for (netsnmp_request_info *request = requests; request; request = request->next) {
		const oid number = request->requestvb->name[registration->rootoid_len - 2];
		struct column_value value = {0};

		if (number < 1 || number > AGENT_SCALARS) {
			netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
			continue;
		}
		getters[number - 1](handler->myvoid, &value);
		mib_value_put(request->requestvb, agent_scalars[number - 1].syntax->type, &value);
	}
	return SNMP_ERR_NOERROR;
}

bool
mib_scalars_register(const struct mib_place *place, struct view *view)
{
	/* objects(1) ipsecAgent(1) */
	static const oid suffix[] = {1, 1};
	netsnmp_handler_registration *registration =
		mib_registration(place, "ipsecAgent", handle_scalars, suffix, sizeof(suffix) / sizeof(suffix[0]));

	if (!registration)
		return false;
	registration->handler->myvoid = view;
	return netsnmp_register_scalar_group(registration, 1, AGENT_SCALARS) == MIB_REGISTERED_OK;
}
