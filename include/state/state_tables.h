/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_TABLES_H
#define STATE_TABLES_H

/* The tables of the state file. */

#include "mib/columns.h"
#include "tunnels/tunnel_numbers.h"

/* A tunnel's index, in the SNMP context of its row. */
struct state_tunnel {
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_number number;
};

extern const struct column_table state_tunnel_table; /* "tunnel" */

#endif
