/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_DIRECT_H
#define AGENTX_DIRECT_H

/*
 * Answers the master's GETNEXT for a table as soon as it is received.  net-snmp's subagent passes each request to
 * itself by a pipe, and its answer back by another, with a turn of the event loop for each, which is a third and more
 * of the cost of a row.  Anything that is not plainly the next cell of a table still goes that way: other requests, the
 * ends of tables and of the master's ranges, errors.
 */

#include <stdbool.h>
#include <stddef.h>

struct snmp_session;
struct snmp_pdu;
struct variable_list;

struct agentx_table {
	const char *context; /* "" is the default context */
	const unsigned long *root;
	size_t root_length;
	/* Replaces a name below the root by the next one, and gives it a value; false: there is none. */
	bool (*next)(void *data, struct variable_list *varbind);
	void *data;
	struct agentx_table *next_table; /* in the list that is searched; set by the link */
};

/* False: net-snmp must answer the request. */
bool agentx_direct_answer(const struct agentx_table *tables, struct snmp_session *session, struct snmp_pdu *request);

#endif
