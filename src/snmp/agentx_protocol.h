/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_PROTOCOL_H
#define AGENTX_PROTOCOL_H

/*
 * Parts of net-snmp's AgentX that it does not install: the numbers of RFC 2741, and the functions of libnetsnmpagent
 * that implement it.  Everything else that relies on net-snmp's internals is in agentx_packet.c.
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

/* Of PDUs: RFC 2741, section 6.1; the command of a netsnmp_pdu. */
enum agentx_type {
	AGENTX_OPEN = 1,
	AGENTX_CLOSE = 2,
	AGENTX_REGISTER = 3,
	AGENTX_GET = 5,
	AGENTX_GETNEXT = 6,
	AGENTX_GETBULK = 7,
	AGENTX_TESTSET = 8,
	AGENTX_COMMITSET = 9,
	AGENTX_UNDOSET = 10,
	AGENTX_CLEANUPSET = 11,
	AGENTX_NOTIFY = 12,
	AGENTX_PING = 13,
	AGENTX_ADD_AGENT_CAPS = 16,
	AGENTX_RESPONSE = 18,
};

/* RFC 2741, section 6.1: of the header. */
enum { AGENTX_HEADER_OCTETS = 20 };
enum { AGENTX_NON_DEFAULT_CONTEXT = 0x08, AGENTX_NETWORK_BYTE_ORDER = 0x10 };

/* RFC 2741, section 6.2.16: of a response, in addition to those of SNMP. */
enum agentx_error {
	AGENTX_OPEN_FAILED = 256,
	AGENTX_NOT_OPEN = 257,
	AGENTX_UNSUPPORTED_CONTEXT = 262,
	AGENTX_DUPLICATE_REGISTRATION = 263,
	AGENTX_PARSE_ERROR = 266,
	AGENTX_REQUEST_DENIED = 267,
	AGENTX_PROCESSING_ERROR = 268,
};

/* RFC 2741, section 6.2.2: why a session is closed. */
enum { AGENTX_REASON_TIMEOUTS = 4, AGENTX_REASON_SHUTDOWN = 5 };

/* RFC 2741, section 6.2.3: the default of a registration. */
enum { AGENTX_DEFAULT_PRIORITY = 127 };

/* What an error means to the sender of the request, in words; the text is static, or buffer. */
const char *agentx_error_text(long error, char buffer[40]);

/* --- net-snmp's agent/mibgroup/agentx/protocol.h ------------------------------------------------- */

/* A session's version, in addition to those of SNMP. */
enum { AGENTX_SESSION_VERSION = 0xC1 };

int agentx_parse(netsnmp_session *session, netsnmp_pdu *pdu, u_char *octets, size_t length);
int agentx_realloc_build(netsnmp_session *session, netsnmp_pdu *pdu, u_char **buffer, size_t *size, size_t *length);

/* --- net-snmp's agent/mibgroup/agentx/subagent.h ------------------------------------------------- */

/* Answers a request of the master through the agent's own session with itself. */
int handle_agentx_packet(int operation, netsnmp_session *session, int request, netsnmp_pdu *pdu, void *magic);
/* Both ends of that session, which are pipes: the one that requests, and the one that answers. */
extern netsnmp_session *agentx_callback_sess, *callback_master_sess;
/* Connects, and blocks until the master replies; called when the configuration has been read. */
int subagent_startup(int major, int minor, void *serverarg, void *clientarg);

#endif
