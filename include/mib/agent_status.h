/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENT_STATUS_H
#define AGENT_STATUS_H

/*
 * The state of an agent and of its source as a plain value: the scalars of ipsecAgent, which the agent serves and
 * mib2text rebuilds.
 */

#include "mib/columns.h"

enum { AGENT_TEXT_SIZE = 256 }; /* SnmpAdminString has at most 255 octets; and a NUL */

/* Numbers are as wide as the agent counts; on the wire, counters wrap and gauges stay at their maximum. */
struct agent_status {
	char version[AGENT_TEXT_SIZE];
	uint32_t source;	/* enum source_kind, or a value of a later version of the agent */
	uint32_t source_status; /* enum source_status, likewise */
	char source_error[AGENT_TEXT_SIZE];
	uint32_t dialect; /* enum sa_dialect, likewise */
	uint64_t snapshot_age_ms, read_duration_us;
	uint64_t reads, failed_reads, interrupted_reads;
	uint64_t not_understood, unknown_parts; /* messages, and parts of messages */
	char complaint[AGENT_TEXT_SIZE];	/* the first one that was not understood */
	uint64_t collisions;			/* SAs that got a qualifier that is not the source's */
	uint64_t sas;
	uint64_t sas_esp, sas_ah, sas_comp, sas_ipip, sas_other;
	uint64_t sas_in, sas_out, sas_direction_unknown;
	int64_t start_seconds; /* since 1970 */
	uint64_t interval_ms;
	uint64_t longest_step_us;
	uint64_t notifications_sent, notifications_waiting, notifications_dropped;
	uint64_t lost_event_batches;
	uint64_t tunnels, tunnels_up;
	uint64_t unseen_ends;
	uint64_t unassigned_sas, unassigned_ends;
	uint32_t ike_status; /* see ike_watch.h, or a value of a later version of the agent */
	char ike_error[AGENT_TEXT_SIZE];
	uint64_t ike_sas;
	uint64_t policies;
};

extern const struct column_table agent_table;

#endif
