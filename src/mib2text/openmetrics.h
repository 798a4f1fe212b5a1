/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef OPENMETRICS_H
#define OPENMETRICS_H

/*
 * Metrics in the text that Prometheus reads: its exposition format, version 0.0.4, which node_exporter's textfile
 * collector requires, with OpenMetrics' end "# EOF", which is a comment there.
 *
 * Names and labels are those that snmp_exporter makes of the same objects by conf/monitoring/prometheus/snmp.yml.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "agent_state.h"
#include "ike/ike_sa.h"
#include "tunnels/tunnel.h"
#include "xfrm/xfrm_stat.h"

/* The data that was read; owned by the caller. */
struct openmetrics {
	const struct agent_state *state;
	const struct xfrm_stat *stat;
	const struct tunnel *tunnels;
	size_t tunnel_count;
	const struct ike_sa *ike_sas;
	size_t ike_count;
};

/* Errors stay in the stream (ferror). */
void openmetrics_print(FILE *out, const struct openmetrics *read);

/* The output if the agent could not be queried: only that metric. */
void openmetrics_print_failure(FILE *out);

#endif
