/* SPDX-License-Identifier: BSD-3-Clause */
#include "agentx_session.h"

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "agentx_packet.h"
#include "agentx_protocol.h"
#include "base/clock.h"

enum { CONNECT_TIMEOUT_US = 250000, SEND_TIMEOUT_US = 500000, ANSWER_TIMEOUT_US = 60000000 };
/* At once: about 200 requests at most, of 20 octets each. */
enum { RECEIVE_OCTETS = 4096, ENOUGH_REQUESTS = 64 };

const char *
agentx_session_address(void)
{
	const char *name = netsnmp_ds_get_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET);

	return name ? name : NETSNMP_AGENTX_SOCKET;
}

bool
agentx_session_is_forbidden(void)
{
	static const char prefix[] = "unix:";
	const char *path = agentx_session_address();

	if (strncmp(path, prefix, sizeof(prefix) - 1) == 0)
		path += sizeof(prefix) - 1;
	return path[0] == '/' && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0 && errno == EACCES;
}

static void
interrupt(int signal)
{
	(void)signal; /* its only purpose is that a blocking connect() ends with EINTR */
}

/*
 * connect() to the socket of a stopped master blocks indefinitely once the master's backlog is full: a timer interrupts
 * it, repeatedly, since it may fire too early.
 */
static netsnmp_transport *
connect_in_time(void)
{
	static const struct itimerval on = {{0, CONNECT_TIMEOUT_US}, {0, CONNECT_TIMEOUT_US}}, off;
	static const struct sigaction action = {.sa_handler = interrupt}; /* without SA_RESTART */
	netsnmp_transport *transport;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &on, NULL);
	transport = netsnmp_transport_open_client(
		"agentx", netsnmp_ds_get_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET));
	setitimer(ITIMER_REAL, &off, NULL);
	return transport;
}

/*
 * Sends all of it, within half a second.  If a master stops reading in the middle of a packet, it could not parse what
 * follows: the connection ends.
 */
static int
send_whole(netsnmp_transport *transport, const void *octets, int length, void **opaque, int *opaque_length)
{
	const char *rest = octets;

	(void)opaque;
	(void)opaque_length;
	while (length > 0) {
		const ssize_t sent = send(transport->sock, rest, (size_t)length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0) {
			shutdown(transport->sock, SHUT_RDWR);
			return -1;
		}
		rest += sent;
		length -= (int)sent;
	}
	return (int)(rest - (const char *)octets);
}

/* What waits in a pipe: an octet for each request, or each answer. */
static int
waiting_in(netsnmp_session *pipe)
{
	netsnmp_transport *const transport = pipe ? snmp_sess_transport(snmp_sess_pointer(pipe)) : NULL;
	int octets;

	return transport && ioctl(transport->sock, FIONREAD, &octets) == 0 ? octets : 0;
}

/*
 * net-snmp passes each request to itself by a pipe, and blocks forever once that is full.  So a master that sends
 * requests faster than they are answered must wait: a limited amount is read at once, and nothing while enough is
 * waiting.
 */
static int
receive_slowly(netsnmp_transport *transport, void *buffer, int size, void **opaque, int *opaque_length)
{
	ssize_t received;

	*opaque = NULL;
	*opaque_length = 0;
	if (waiting_in(agentx_callback_sess) + waiting_in(callback_master_sess) >= ENOUGH_REQUESTS) {
		transport->flags |= NETSNMP_TRANSPORT_FLAG_EMPTY_PKT;
		return 0;
	}
	do
		received = recv(transport->sock, buffer, size < RECEIVE_OCTETS ? (size_t)size : RECEIVE_OCTETS, 0);
	while (received < 0 && errno == EINTR);
	return (int)received;
}

static int
parse(netsnmp_session *snmp, netsnmp_pdu *pdu, u_char *octets, size_t length)
{
	struct agentx_session *session = snmp->callback_magic;

	session->heard_us = clock_monotonic_us();
	return agentx_packet_parse(snmp, pdu, octets, length);
}

bool
agentx_session_connect(struct agentx_session *session, netsnmp_callback on_message)
{
	static const struct timeval send_timeout = {0, SEND_TIMEOUT_US};
	netsnmp_transport *const transport = connect_in_time();
	netsnmp_session wanted;

	if (!transport)
		return false;
	setsockopt(transport->sock, SOL_SOCKET, SO_SNDTIMEO, &send_timeout, sizeof(send_timeout));
	transport->f_send = send_whole;
	transport->f_recv = receive_slowly;
	snmp_sess_init(&wanted);
	wanted.version = AGENTX_SESSION_VERSION;
	wanted.retries = 0;
	wanted.timeout = ANSWER_TIMEOUT_US;
	wanted.flags |= SNMP_FLAGS_STREAM_SOCKET;
	wanted.callback = on_message;
	wanted.callback_magic = session;
	session->heard_us = 0;
	/* If there was no memory, it has freed the transport. */
	session->snmp = snmp_add_full(&wanted, transport, NULL, parse, NULL, NULL, agentx_packet_build,
				      agentx_packet_length, NULL);
	if (!session->snmp)
		return false;
	/* Otherwise handle_agentx_packet() takes it for the number of an alarm, which it puts off with each request. */
	session->snmp->securityModel = SNMP_DEFAULT_SECMODEL;
	session->snmp->sessid = 0; /* RFC 2741, section 7.1.1: until the master gives it one */
	return true;
}

void
agentx_session_close(struct agentx_session *session, int reason)
{
	netsnmp_session *const snmp = session->snmp;
	netsnmp_pdu *const pdu = snmp ? snmp_pdu_create(AGENTX_CLOSE) : NULL;

	if (!snmp)
		return;
	if (pdu)
		pdu->errstat = reason;
	agentx_session_ask(session, pdu, NULL, NULL);
	session->snmp = NULL;
	snmp_close(snmp);
}

bool
agentx_session_ask(struct agentx_session *session, netsnmp_pdu *pdu, netsnmp_callback on_answer, void *data)
{
	if (!pdu)
		return false;
	pdu->sessid = session->snmp->sessid;
	if (snmp_async_send(session->snmp, pdu, on_answer, data) != 0)
		return true;
	snmp_free_pdu(pdu);
	return false;
}
