/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * raw_walk ADDRESS REPETITIONS FIRST LAST [TABLE]
 *
 * The floor for whoever walks a table, by its number in the MIB, which is the SA table's by default: asks for the columns FIRST to LAST by GETBULK, so many rows at once, looks
 * at names only to go on from them, and discards the answers. Prints "walk WALL_NS CPU_NS VARBINDS".
 */
#include "session.h"

#include <string.h>

#include "clocks.h"
#include "heap.h"

static oid entry[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 4301, 1, 2, 1};
enum { ENTRY = OID_LENGTH(entry), TABLE = ENTRY - 2, MOST_COLUMNS = 128 };

struct place {
	oid name[MAX_OID_LEN];
	size_t length;
};

static struct place places[MOST_COLUMNS];
static unsigned columns;
static unsigned long varbinds;
static bool more = true;

static netsnmp_pdu *
make_request(long repetitions)
{
	netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GETBULK);

	request->non_repeaters = 0;
	request->max_repetitions = repetitions;
	for (unsigned i = 0; i < columns; i++)
		snmp_add_null_var(request, places[i].name, places[i].length);
	return request;
}

/* The walk is over with the first name that is in none of the columns: all end with the same row. */
static void
look(const netsnmp_pdu *answer)
{
	unsigned column = 0;

	for (const netsnmp_variable_list *variable = answer->variables; variable; variable = variable->next_variable) {
		struct place *place = &places[column];

		if (variable->name_length <= ENTRY || variable->type == SNMP_ENDOFMIBVIEW ||
		    variable->name[ENTRY] != place->name[ENTRY] || memcmp(variable->name, entry, sizeof(entry)) != 0) {
			more = false;
			return;
		}
		memcpy(place->name, variable->name, variable->name_length * sizeof(oid));
		place->length = variable->name_length;
		varbinds++;
		column = (column + 1) % columns;
	}
}

int
main(int argc, char **argv)
{
	struct session session;
	struct clocks since;

	if (argc != 5 && argc != 6) {
		fprintf(stderr, "usage: raw_walk ADDRESS REPETITIONS FIRST LAST [TABLE]\n");
		return 2;
	}
	if (argc == 6)
		entry[TABLE] = strtoul(argv[5], NULL, 10);
	for (unsigned long subid = strtoul(argv[3], NULL, 10); subid <= strtoul(argv[4], NULL, 10); subid++) {
		struct place *place = &places[columns++];

		memcpy(place->name, entry, sizeof(entry));
		place->name[ENTRY] = subid;
		place->length = ENTRY + 1;
	}
	heap_keep();
	session_open(&session, "raw_walk", argv[1], look);
	since = clocks_now();
	while (more)
		session_ask(&session, make_request(strtol(argv[2], NULL, 10)));
	clocks_print("walk", since);
	printf("varbinds %lu\n", varbinds);
	snmp_sess_close(session.handle);
	return 0;
}
