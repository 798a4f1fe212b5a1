/* SPDX-License-Identifier: BSD-3-Clause */

/* The ipsecAgent scalars: how the agent itself is doing.  One table of them. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <string.h>
#include <time.h>

#include "clock.h"
#include "date_and_time.h"
#include "mib_parts.h"
#include "tunnel_watch.h"
#include "view.h"

/* objects(1) ipsecAgent(1) */
static const oid group_suffix[] = {1, 1};
enum { GROUP_SUFFIX_LENGTH = 2 };

struct scalar_value {
	u_char type;
	uint64_t number;
	const void *octets;
	size_t length;
	u_char scratch[16];
};

static void
set_text(struct scalar_value *value, const char *text)
{
	value->octets = text;
	value->length = strlen(text);
}

static void
set_number(struct scalar_value *value, uint64_t number)
{
	value->number = number;
}

static const struct snapshot_counts *
counts_of(const struct view *view)
{
	static const struct snapshot_counts none;
	const struct snapshot *snapshot = reader_snapshot(view->reader);

	return snapshot ? snapshot_counts(snapshot) : &none;
}

#define TEXT_SCALAR(name, expression)                                                                                  \
	static void get_##name(const struct view *view, struct scalar_value *value)                               \
	{                                                                                                              \
		(void)view;                                                                                            \
		set_text(value, expression);                                                                           \
	}
#define NUMBER_SCALAR(name, expression)                                                                                \
	static void get_##name(const struct view *view, struct scalar_value *value)                               \
	{                                                                                                              \
		set_number(value, (uint64_t)(expression));                                                             \
	}

TEXT_SCALAR(version, VERSION)
NUMBER_SCALAR(source, reader_source(view->reader)->ops->kind)
NUMBER_SCALAR(status, reader_status(view->reader))
TEXT_SCALAR(error, reader_error(view->reader))
NUMBER_SCALAR(dialect, reader_source(view->reader)->dialect)
NUMBER_SCALAR(age, reader_snapshot(view->reader) ? (clock_monotonic_us() - reader_statistics(view->reader)->committed_at_us) / 1000 : 0)
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
get_start(const struct view *view, struct scalar_value *value)
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

struct scalar {
	const char *name;
	u_char type;
	void (*get)(const struct view *view, struct scalar_value *value);
};

/* Number n of the table is ipsecAgent n + 1. */
static const struct scalar scalars[] = {
	{"ipsecAgentVersion", ASN_OCTET_STR, get_version},
	{"ipsecAgentSource", ASN_INTEGER, get_source},
	{"ipsecAgentSourceStatus", ASN_INTEGER, get_status},
	{"ipsecAgentSourceError", ASN_OCTET_STR, get_error},
	{"ipsecAgentDialect", ASN_INTEGER, get_dialect},
	{"ipsecAgentSnapshotAge", ASN_GAUGE, get_age},
	{"ipsecAgentReadDuration", ASN_GAUGE, get_duration},
	{"ipsecAgentReads", ASN_COUNTER, get_reads},
	{"ipsecAgentFailedReads", ASN_COUNTER, get_failed},
	{"ipsecAgentNotUnderstood", ASN_COUNTER, get_not_understood},
	{"ipsecAgentUnknownParts", ASN_COUNTER, get_unknown_parts},
	{"ipsecAgentComplaint", ASN_OCTET_STR, get_complaint},
	{"ipsecAgentInterruptedReads", ASN_COUNTER, get_interrupted},
	{"ipsecAgentCollisions", ASN_GAUGE, get_collisions},
	{"ipsecAgentSas", ASN_GAUGE, get_total},
	{"ipsecAgentSasEsp", ASN_GAUGE, get_esp},
	{"ipsecAgentSasAh", ASN_GAUGE, get_ah},
	{"ipsecAgentSasComp", ASN_GAUGE, get_comp},
	{"ipsecAgentSasIpip", ASN_GAUGE, get_ipip},
	{"ipsecAgentSasOther", ASN_GAUGE, get_other},
	{"ipsecAgentSasIn", ASN_GAUGE, get_in},
	{"ipsecAgentSasOut", ASN_GAUGE, get_out},
	{"ipsecAgentSasDirectionUnknown", ASN_GAUGE, get_unknown},
	{"ipsecAgentStartTime", ASN_OCTET_STR, get_start},
	{"ipsecAgentInterval", ASN_GAUGE, get_interval},
	{"ipsecAgentLongestStep", ASN_GAUGE, get_longest_step},
	{"ipsecAgentNotificationsSent", ASN_COUNTER, get_sent},
	{"ipsecAgentNotificationsWaiting", ASN_GAUGE, get_waiting},
	{"ipsecAgentNotificationsDropped", ASN_COUNTER, get_dropped},
	{"ipsecAgentLostEventBatches", ASN_COUNTER, get_lost},
	{"ipsecAgentTunnels", ASN_GAUGE, get_tunnels},
	{"ipsecAgentTunnelsUp", ASN_GAUGE, get_tunnels_up},
	{"ipsecAgentUnseenEnds", ASN_COUNTER, get_unseen_ends},
	{"ipsecAgentUnassignedSas", ASN_GAUGE, get_unassigned},
	{"ipsecAgentUnassignedEnds", ASN_COUNTER, get_unassigned_ends},
};
enum { SCALAR_COUNT = sizeof(scalars) / sizeof(scalars[0]) };

/* Counters wrap at 32 bits, gauges stay at their highest (RFC 2578, section 7.1). */
static void
answer(netsnmp_variable_list *varbind, const struct scalar *scalar, const struct scalar_value *value)
{
	uint64_t number = value->number;
	long narrow;

	if (scalar->type == ASN_OCTET_STR) {
		snmp_set_var_typed_value(varbind, scalar->type, value->octets, value->length);
		return;
	}
	if (scalar->type == ASN_GAUGE && number > UINT32_MAX)
		number = UINT32_MAX;
	narrow = (long)(number & UINT32_MAX);
	snmp_set_var_typed_value(varbind, scalar->type, &narrow, sizeof(narrow));
}

/* The scalar group helper has made a GET of every request, and checked its name. */
static int
handle_scalars(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
	       netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	for (netsnmp_request_info *request = requests; request; request = request->next) {
		const oid number = request->requestvb->name[registration->rootoid_len - 2];
		struct scalar_value value = {0};

		if (number < 1 || number > SCALAR_COUNT) {
			netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
			continue;
		}
		scalars[number - 1].get(handler->myvoid, &value);
		answer(request->requestvb, &scalars[number - 1], &value);
	}
	return SNMP_ERR_NOERROR;
}

bool
mib_scalars_register(const struct mib_place *place, const struct view *view)
{
	oid root[MAX_OID_LEN];
	netsnmp_handler_registration *registration;

	memcpy(root, place->root, place->root_length * sizeof(oid));
	memcpy(root + place->root_length, group_suffix, sizeof(group_suffix));
	registration = netsnmp_create_handler_registration("ipsecAgent", handle_scalars, root,
							    place->root_length + GROUP_SUFFIX_LENGTH,
							    HANDLER_CAN_RONLY);
	if (!registration)
		return false;
	registration->handler->myvoid = (void *)(uintptr_t)view;
	if (place->context[0] != '\0')
		registration->contextName = strdup(place->context);
	return netsnmp_register_scalar_group(registration, 1, SCALAR_COUNT) == MIB_REGISTERED_OK;
}
