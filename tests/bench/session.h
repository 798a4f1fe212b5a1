/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SESSION_H
#define SESSION_H

/*
 * A session with an agent, by SNMPv2c as "public". Answers are looked at where they are received; net-snmp's
 * snmp_synch_response() would copy each, which is half of what whoever walks has to do.
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>

struct session {
	void *handle;
	int fd;
	/* Sees each answer, which is valid during the call. */
	void (*look)(const netsnmp_pdu *answer);
	bool answered;
};

static inline void
session_die(const char *why)
{
	fprintf(stderr, "session: %s\n", why);
	exit(1);
}

static inline int
session_on_answer(int operation, netsnmp_session *net_snmps, int reqid, netsnmp_pdu *pdu, void *magic)
{
	struct session *const session = magic;

	(void)net_snmps;
	(void)reqid;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || pdu->errstat != SNMP_ERR_NOERROR)
		session_die("no answer, or an error");
	session->look(pdu);
	session->answered = true;
	return 1;
}

/* Ends the program where there is none. */
static inline void
session_open(struct session *session, const char *program, char *address, void (*look)(const netsnmp_pdu *answer))
{
	static u_char community[] = "public";
	netsnmp_session template;

	snmp_sess_init(&template);
	init_snmp(program);
	template.version = SNMP_VERSION_2c;
	template.peername = address;
	template.community = community;
	template.community_len = sizeof(community) - 1;
	*session = (struct session){.handle = snmp_sess_open(&template), .look = look};
	if (!session->handle)
		session_die("cannot be opened");
	session->fd = snmp_sess_transport(session->handle)->sock;
}

/* Sends the request, which it frees, and returns when look() has seen the answer; ends the program where there is none. */
static inline void
session_ask(struct session *session, netsnmp_pdu *request)
{
	enum { TIMEOUT_MS = 30 * 1000 };
	fd_set readable;

	session->answered = false;
	if (snmp_sess_async_send(session->handle, request, session_on_answer, session) == 0)
		session_die("cannot send");
	while (!session->answered) {
		struct pollfd ready = {.fd = session->fd, .events = POLLIN};

		if (poll(&ready, 1, TIMEOUT_MS) != 1)
			session_die("no answer");
		FD_ZERO(&readable);
		FD_SET(session->fd, &readable);
		if (snmp_sess_read(session->handle, &readable) != 0)
			session_die("cannot receive");
	}
}

#endif
