/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LIBRENMS_H
#define LIBRENMS_H

/*
 * Tunnels as LibreNMS's application "strongswan" reads them from an extend of snmpd: one JSON object in a line, by the conventions of
 * its JSON applications: {"version": 1, "error": 0, "errorString": "", "data": {"global": {...}, "tunnels": [...]}}.
 */

#include <stddef.h>
#include <stdio.h>

#include "agent_state.h"
#include "tunnels/tunnel.h"
#include "xfrm/xfrm_stat.h"

/*
 * A tunnel has "name", which is ipsecTunnelDescr, "descr", "peer", "state" (1: up, 0: down), "children", "bytes_in" and
 * so on.  A tunnel whose state is unknown is omitted, since any number would be misleading.  If the agent has no
 * trustworthy data, that is the error.  Errors of the stream stay there (ferror).
 */
void librenms_print(FILE *out, const struct agent_state *state, const struct xfrm_stat *stat,
		    const struct tunnel *tunnels, size_t count);

/* The same document for an error, with the reason. */
void librenms_print_failure(FILE *out, const char *reason);

#endif
