/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_TABLES_H
#define STATE_TABLES_H

/* The tables of the state files. */

#include "mib/columns.h"
#include "sa/sa_key.h"
#include "tunnels/tunnel_numbers.h"
#include "tunnels/tunnel_saved.h"

/* A tunnel's index, by the SNMP context of its row. */
struct state_tunnel {
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_number number;
};

/* The boot and source to which the following rows of that context belong, and its last event. */
enum { STATE_BOOT_SIZE = 37 }; /* /proc/sys/kernel/random/boot_id */
struct state_context {
	char context[TUNNEL_CONTEXT_SIZE];
	char boot[STATE_BOOT_SIZE];
	uint8_t source; /* enum source_kind */
	int64_t written_seconds;
	uint32_t last_event, last_notified;
};

/* What a tunnel has counted, and its state. */
struct state_row {
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_saved_row row;
};

struct state_path {
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_saved_path path;
};

struct state_sa {
	char context[TUNNEL_CONTEXT_SIZE];
	struct sa_key key;
	struct tunnel_saved_sa sa;
	uint32_t alarms; /* see sa_alarms_save() */
	uint8_t direction, state;
	uint32_t born_seconds, used_seconds;
};

/* The limits of an SA that were reported. */
struct state_told {
	char context[TUNNEL_CONTEXT_SIZE];
	struct sa_key key;
	uint16_t told;
	uint64_t soft[SA_LIFE_KINDS], hard[SA_LIFE_KINDS];
	uint32_t use_began_seconds;
	struct sa_address src;
};

/* An alarm that is raised, but of no SA. */
struct state_alarm {
	char context[TUNNEL_CONTEXT_SIZE];
	uint8_t alarm; /* enum event_alarm */
	uint32_t about;
	int64_t began_seconds;
	uint8_t silent;
	uint64_t base;
	int64_t since;
};

/* With more than this number of SAs in a context, only the indexes of tunnels are stored. */
enum { STATE_SAS_MOST = 1000000 };

/* How managers identify the agent in SNMPv3: RFC 3411, snmpEngineID (SnmpEngineID) and snmpEngineBoots. */
enum { STATE_ENGINE_ID_LEAST = 5, STATE_ENGINE_ID_MOST = 32 };
struct state_engine {
	char id[2 * STATE_ENGINE_ID_MOST + 1]; /* hexadecimal */
	uint32_t boots;			       /* 1 at its first start; 0: there is none */
};

extern const struct column_table state_tunnel_table; /* "tunnel", of the file "state" */
/* All other tables of the file "state". */
extern const struct column_table state_context_table, state_row_table, state_path_table, state_sa_table,
	state_told_table, state_alarm_table;
extern const struct column_table state_engine_table; /* "engine", of the file "engine" */

/* NULL, or what is invalid in a row of one of these tables. */
const char *state_row_wrong(const struct column_table *table, const void *row);

#endif
