/* SPDX-License-Identifier: BSD-3-Clause */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>

#include "mib_session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

/* --- answers ----------------------------------------------------------------------------------- */

static void
drop_answer(struct mib_session *session)
{
	snmp_free_varbind(session->answer);
	session->answer = NULL;
	session->varbinds.count = 0;
}

static void
convert(const netsnmp_variable_list *from, struct mib_varbind *to)
{
	*to = (struct mib_varbind){.name = from->name, .name_length = from->name_length, .tag = from->type};
	switch (from->type) {
	case ASN_OCTET_STR:
		to->octets = from->val.string;
		to->length = from->val_len;
		break;
	case ASN_INTEGER:
		to->number = (uint32_t)*from->val.integer;
		break;
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
		to->number = (unsigned long)*from->val.integer;
		break;
	case ASN_COUNTER64:
		to->number = (uint64_t)(uint32_t)from->val.counter64->high << 32 | (uint32_t)from->val.counter64->low;
		break;
	default:
		break;
	}
}

/* Moves the list of bindings out of the PDU: copying it, as snmp_synch_response() does, costs as much as parsing it. */
static bool
take_answer(struct mib_session *session, netsnmp_pdu *pdu)
{
	session->error_status = pdu->errstat;
	session->answer = pdu->variables;
	pdu->variables = NULL;
	for (const netsnmp_variable_list *variable = session->answer; variable; variable = variable->next_variable) {
		struct mib_varbind *const varbind = row_list_add(&session->varbinds);

		if (!varbind)
			return false;
		convert(variable, varbind);
	}
	return true;
}

static enum mib_outcome
fail(struct mib_session *session, const char *reason)
{
	snprintf(session->error, sizeof(session->error), "%s", reason);
	return MIB_FAILED;
}

/* A message that SNMPv3 rejects, for a reason in the library's words. */
static enum mib_outcome
fail_security(struct mib_session *session, const char *reason)
{
	snprintf(session->error, sizeof(session->error), "%s; check -u, -l, -a, -A, -x and -X", reason);
	return MIB_FAILED;
}

static enum mib_outcome
no_answer(struct mib_session *session, const netsnmp_session *own)
{
	const double seconds = (double)own->timeout / 1e6 * (own->retries + 1);

	snprintf(session->error, sizeof(session->error), "no answer within %g s: %s", seconds,
		 own->version == SNMP_VERSION_3 ? "no SNMP agent listens there, or it cannot decrypt the request (-x, "
						  "-X), or has no such context (-n)"
						: "no SNMP agent listens there, or it ignores this community");
	return MIB_NO_ANSWER;
}

/* The SNMPv3 engine at the other end rejects a request. */
static bool
is_report(int operation, const netsnmp_pdu *pdu)
{
	return (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || operation == NETSNMP_CALLBACK_OP_SEC_ERROR) &&
	       pdu && pdu->command == SNMP_MSG_REPORT;
}

static enum mib_outcome
outcome_of(struct mib_session *session, int operation, netsnmp_session *own, netsnmp_pdu *pdu)
{
	if (is_report(operation, pdu))
		return fail_security(session, snmp_api_errstring(snmpv3_get_report_type(pdu)));
	switch (operation) {
	case NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE:
		if (pdu->command != SNMP_MSG_RESPONSE)
			return fail(session, "nonsense: the answer is no response");
		return take_answer(session, pdu) ? MIB_ANSWERED : fail(session, "out of memory");
	case NETSNMP_CALLBACK_OP_TIMED_OUT:
		return no_answer(session, own);
	case NETSNMP_CALLBACK_OP_SEND_FAILED:
		return fail(session, "cannot send the request again");
	case NETSNMP_CALLBACK_OP_DISCONNECT:
		return fail(session, "the agent closed the connection");
	default:
		return fail_security(session, "the answer failed the checks of SNMPv3's security");
	}
}

/* net-snmp's callback: what happened to a request. */
static int
on_event(int operation, netsnmp_session *own, int request_id, netsnmp_pdu *pdu, void *magic)
{
	struct mib_session *const session = magic;

	(void)request_id;
	if (operation == NETSNMP_CALLBACK_OP_CONNECT || operation == NETSNMP_CALLBACK_OP_RESEND || !session->waiting)
		return 1;
	/* The library synchronises its clock with the agent's and repeats the request by itself. */
	if (is_report(operation, pdu) && snmpv3_get_report_type(pdu) == SNMPERR_NOT_IN_TIME_WINDOW)
		return 1;
	session->waiting = false;
	session->outcome = outcome_of(session, operation, own, pdu);
	return 1;
}

/* --- requests ---------------------------------------------------------------------------------- */

static int
add_aside(const struct mib_aside *aside, int count, netsnmp_large_fd_set *fds)
{
	NETSNMP_LARGE_FD_SET(aside->fd, fds);
	return count > aside->fd ? count : aside->fd + 1;
}

static void
serve_aside(struct mib_session *session, netsnmp_large_fd_set *fds)
{
	const struct mib_aside *const aside = session->aside;

	if (!NETSNMP_LARGE_FD_ISSET(aside->fd, fds))
		return;
	NETSNMP_LARGE_FD_CLR(aside->fd, fds);
	if (!aside->ready(aside->data)) {
		session->waiting = false;
		session->outcome = fail(session, "stopped");
	}
}

static void
wait_for_event(struct mib_session *session, netsnmp_large_fd_set *fds)
{
	int count = 0;
	int block = NETSNMP_SNMPBLOCK;
	struct timeval timeout = {0};
	int ready;

	NETSNMP_LARGE_FD_ZERO(fds);
	snmp_sess_select_info2_flags(session->handle, &count, fds, &timeout, &block, NETSNMP_SELECT_NOALARMS);
	if (session->aside)
		count = add_aside(session->aside, count, fds);
	ready = netsnmp_large_fd_set_select(count, fds, NULL, NULL, block ? NULL : &timeout);
	if (ready > 0 && session->aside)
		serve_aside(session, fds);
	if (ready > 0)
		snmp_sess_read2(session->handle, fds);
	/* However many packets arrive that are not the answer. */
	if (ready >= 0) {
		snmp_sess_timeout(session->handle);
	} else if (errno != EINTR) {
		session->waiting = false;
		session->outcome = fail(session, strerror(errno));
	}
}

/* Why nothing was sent, in the library's words, which this frees. */
static enum mib_outcome
explain(struct mib_session *session, const netsnmp_session *own, int library_error, char *reason)
{
	enum mib_outcome outcome = MIB_FAILED;

	if (library_error == SNMPERR_TIMEOUT) /* of SNMPv3's discovery */
		outcome = no_answer(session, own);
	else if (own->version == SNMP_VERSION_3 && library_error != SNMPERR_BAD_ADDRESS)
		fail_security(session, reason ? reason : "cannot send to that address");
	else
		fail(session, reason ? reason : "cannot send to that address");
	free(reason);
	return library_error == SNMPERR_TOO_LONG ? MIB_TOO_LONG : outcome;
}

static enum mib_outcome
explain_refusal(struct mib_session *session, const netsnmp_session *own)
{
	char *reason = NULL;
	int system_error, library_error;

	snmp_sess_error(session->handle, &system_error, &library_error, &reason);
	return explain(session, own, library_error, reason);
}

enum mib_outcome
mib_session_ask(struct mib_session *session, netsnmp_pdu *request, bool few_retries)
{
	netsnmp_session *const own = snmp_sess_session(session->handle);
	netsnmp_large_fd_set fds;

	drop_answer(session);
	own->retries = few_retries && session->retries > 1 ? 1 : session->retries;
	session->waiting = true;
	if (snmp_sess_send(session->handle, request) == 0) {
		session->waiting = false;
		snmp_free_pdu(request);
		return explain_refusal(session, own);
	}
	netsnmp_large_fd_set_init(&fds, FD_SETSIZE);
	while (session->waiting)
		wait_for_event(session, &fds);
	netsnmp_large_fd_set_cleanup(&fds);
	return session->outcome;
}

void
mib_session_pause(void)
{
	enum { PAUSE_MS = 200 };

	poll(NULL, 0, PAUSE_MS);
}

/* --- the size of answers ----------------------------------------------------------------------- */

/* The maximum of a message without its bindings: version, community or all of SNMPv3's header, and that of the PDU. */
static size_t
envelope_octets(const netsnmp_session *own)
{
	enum { HEADERS = 128, TWO_ENGINE_IDS = 2 * 32, SIGNATURE_AND_PADDING = 48 + 8 + 16 };

	return HEADERS + TWO_ENGINE_IDS + SIGNATURE_AND_PADDING + own->community_len + own->securityNameLen +
	       own->contextNameLen;
}

struct answer_limits
mib_session_limits(const struct mib_session *session)
{
	enum { SURE = 1452 }; /* Ethernet's 1,500 octets, without the headers of IPv6 and UDP */
	const netsnmp_session *const own = snmp_sess_session(session->handle);
	const netsnmp_transport *const transport = snmp_sess_transport(session->handle);
	const size_t envelope = envelope_octets(own);
	size_t most = transport->msgMaxSize;

	if (own->rcvMsgMaxSize < most)
		most = own->rcvMsgMaxSize;
	most = most > envelope ? most - envelope : 1;
	return (struct answer_limits){.most = most, .sure = most < SURE - envelope ? most : SURE - envelope};
}

/* --- sessions ---------------------------------------------------------------------------------- */

bool
mib_session_open(struct mib_session *session, netsnmp_session *template)
{
	char *reason = NULL;
	int system_error, library_error;

	*session = (struct mib_session){.varbinds = {.row_size = sizeof(struct mib_varbind)}};
	template->callback = on_event;
	template->callback_magic = session;
	session->handle = snmp_sess_open(template);
	if (!session->handle) {
		snmp_error(template, &system_error, &library_error, &reason);
		explain(session, template, library_error, reason);
		return false;
	}
	session->peer = template->peername;
	session->retries = snmp_sess_session(session->handle)->retries;
	return true;
}

void
mib_session_close(struct mib_session *session)
{
	drop_answer(session);
	row_list_free(&session->varbinds);
	if (session->handle)
		snmp_sess_close(session->handle);
	session->handle = NULL;
}
