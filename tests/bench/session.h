/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SESSION_H
#define SESSION_H

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdlib.h>

/* A session with the agent at that address, by SNMPv2c as "public"; ends the program where there is none. */
static inline netsnmp_session *
session_open(const char *program, char *address)
{
	static u_char community[] = "public";
	netsnmp_session template, *session;

	snmp_sess_init(&template);
	init_snmp(program);
	template.version = SNMP_VERSION_2c;
	template.peername = address;
	template.community = community;
	template.community_len = sizeof(community) - 1;
	template.timeout = 30 * 1000000L;
	session = snmp_open(&template);
	if (!session) {
		snmp_sess_perror(program, &template);
		exit(1);
	}
	return session;
}

/* The answer to the request, which it frees; ends the program where there is none, or an error. */
static inline netsnmp_pdu *
session_ask(const char *program, netsnmp_session *session, netsnmp_pdu *request)
{
	netsnmp_pdu *answer = NULL;

	if (snmp_synch_response(session, request, &answer) != STAT_SUCCESS || answer->errstat != SNMP_ERR_NOERROR) {
		snmp_sess_perror(program, session);
		exit(1);
	}
	return answer;
}

#endif
