/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_TABLES_H
#define STATE_TABLES_H

/* The tables of the state files. */

#include "mib/columns.h"
#include "tunnels/tunnel_numbers.h"

/* A tunnel's index, in the SNMP context of its row. */
struct state_tunnel {
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_number number;
};

/* What others know the agent's SNMPv3 engine by: RFC 3411, snmpEngineID (SnmpEngineID) and snmpEngineBoots. */
enum { STATE_ENGINE_ID_LEAST = 5, STATE_ENGINE_ID_MOST = 32 };
struct state_engine {
	char id[2 * STATE_ENGINE_ID_MOST + 1]; /* hexadecimal */
	uint32_t boots;			       /* 1 at its first start; 0: there is none */
};

extern const struct column_table state_tunnel_table; /* "tunnel", of the file "state" */
extern const struct column_table state_engine_table; /* "engine", of the file "engine" */

#endif
