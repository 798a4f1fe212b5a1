/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * least_agent ROWS COLUMNS -x MASTER | -l ADDRESS [FILE [tunnels]]
 *
 * The floor for walks: the least that libnetsnmpagent can do to serve a table of that size. The handler computes every
 * answer from the row's number, stores nothing and searches nothing. Columns are 6 and following of the SA table's
 * entry, and indices have the form of an IPv4 SA's; or 2 and following of the tunnel table's, whose index is one number. Every
 * value is an integer.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "heap.h"

static oid entry[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 4301, 1, 2, 1};
/* ipv4(1), four octets; then 10.9.x.y, ESP, the row as SPI, no qualifier. */
static const oid index_head[] = {1, 4, 10, 9};
enum {
	ENTRY = OID_LENGTH(entry),
	TABLE = ENTRY - 2,
	COLUMN = ENTRY,
	INDEX = ENTRY + 1,
	NAME = INDEX + 9,
	FIRST_SA_COLUMN = 6,
	TUNNELS = 3,
	FIRST_TUNNEL_COLUMN = 2,
	ROWS_A_PEER = 500
};

static unsigned long rows, columns, first_column = FIRST_SA_COLUMN;
static bool tunnels;
static volatile sig_atomic_t stopped;

static void
stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

/* Its length. */
static size_t
make_name(oid *name, unsigned long column, unsigned long row)
{
	memcpy(name, entry, sizeof(entry));
	name[COLUMN] = first_column + column;
	if (tunnels) {
		name[INDEX] = row + 1;
		return INDEX + 1;
	}
	memcpy(name + INDEX, index_head, sizeof(index_head));
	name[INDEX + 4] = row / ROWS_A_PEER / 256;
	name[INDEX + 5] = row / ROWS_A_PEER % 256;
	name[INDEX + 6] = 50;
	name[INDEX + 7] = row + 256;
	name[INDEX + 8] = 0;
	return NAME;
}

/* The cell after the one that is named; false past the last. */
static int
next_cell(const netsnmp_variable_list *asked, unsigned long *column, unsigned long *row)
{
	*column = *row = 0;
	if (asked->name_length > COLUMN)
		*column = asked->name[COLUMN] - first_column;
	if (asked->name_length < (tunnels ? INDEX + 1 : NAME))
		return *column < columns;
	*row = tunnels ? asked->name[INDEX] : asked->name[INDEX + 7] - 256 + 1;
	if (*row >= rows) {
		++*column;
		*row = 0;
	}
	return *column < columns;
}

static int
handle(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration, netsnmp_agent_request_info *info,
       netsnmp_request_info *requests)
{
	(void)handler;
	(void)registration;
	if (info->mode != MODE_GETNEXT)
		return SNMP_ERR_NOERROR;
	for (; requests; requests = requests->next) {
		unsigned long column, row;
		oid name[NAME];
		size_t length;
		long value;

		if (!next_cell(requests->requestvb, &column, &row))
			continue;
		length = make_name(name, column, row);
		value = (long)row;
		snmp_set_var_objid(requests->requestvb, name, length);
		snmp_set_var_typed_value(requests->requestvb, ASN_INTEGER, &value, sizeof(value));
	}
	return SNMP_ERR_NOERROR;
}

int
main(int argc, char **argv)
{
	const int whole_engine = argc >= 5 && strcmp(argv[3], "-l") == 0;

	if (argc < 5 || (!whole_engine && strcmp(argv[3], "-x") != 0)) {
		fprintf(stderr, "usage: least_agent ROWS COLUMNS -x MASTER | -l ADDRESS [FILE [tunnels]]\n");
		return 2;
	}
	rows = strtoul(argv[1], NULL, 10);
	columns = strtoul(argv[2], NULL, 10);
	if (argc == 7 && strcmp(argv[6], "tunnels") == 0) {
		tunnels = true;
		entry[TABLE] = TUNNELS;
		first_column = FIRST_TUNNEL_COLUMN;
	}
	heap_keep();
	signal(SIGTERM, stop);
	snmp_enable_stderrlog();
	if (whole_engine) {
		netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
		netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_OPTIONALCONFIG, argv[5]);
	} else {
		netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, argv[4]);
	}
	init_agent("least_agent");
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_DONT_LOG_TCPWRAPPERS_CONNECTS, 1);
	init_snmp("least_agent");
	if (whole_engine) {
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_PORTS, argv[4]);
		if (init_master_agent() != 0)
			return 1;
	}
	netsnmp_register_handler(
		netsnmp_create_handler_registration("least", handle, entry, OID_LENGTH(entry), HANDLER_CAN_RONLY));
	while (!stopped)
		agent_check_and_process(1);
	return 0;
}
