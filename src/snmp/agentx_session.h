/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_SESSION_H
#define AGENTX_SESSION_H

/*
 * A connection to an AgentX master, by net-snmp's library: packets are sent and received, and answers come later, or
 * not at all.  Nothing here waits for the master: a connection that is not made at once is given up, and so is one that
 * does not take what is sent.
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdbool.h>
#include <stdint.h>

struct agentx_session {
	netsnmp_session *snmp; /* net-snmp's; NULL: there is no connection */
	uint64_t heard_us;     /* when the master last sent something, by clock_monotonic_us() */
};

/* The master's address in net-snmp's notation. */
const char *agentx_session_address(void);

/* Whether there is a socket at that address, or a directory on the way to it, that this process may not access. */
bool agentx_session_is_forbidden(void);

/*
 * Connects within a quarter of a second.  The master's requests, and its end of the connection, go to the callback with
 * the session as its magic; after the end (NETSNMP_CALLBACK_OP_DISCONNECT), net-snmp closes the connection.  False: no
 * master is there.
 */
bool agentx_session_connect(struct agentx_session *session, netsnmp_callback on_message);
/*
 * Sends the reason, and closes; reason: RFC 2741, section 6.2.2.  Not from within one of net-snmp's callbacks of this
 * session.
 */
void agentx_session_close(struct agentx_session *session, int reason);

/*
 * Sends the master a request; takes ownership of the PDU (NULL is allowed: no memory).  The callback gets the answer
 * (NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE), however late, or another operation: there will be none, since it could not be
 * sent, a minute is over (or pdu->time seconds, with UCD_MSG_FLAG_PDU_TIMEOUT), or the connection ends.  False: it
 * could not be sent.
 */
bool agentx_session_ask(struct agentx_session *session, netsnmp_pdu *pdu, netsnmp_callback on_answer, void *data);

#endif
