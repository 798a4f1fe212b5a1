/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_SESSION_H
#define MIB_SESSION_H

/* One request at a time to one SNMP agent, by net-snmp's library. */

#include <stdbool.h>
#include <stddef.h>

#include "answer_size.h"
#include "base/row_list.h"
#include "mib_varbind.h"

struct snmp_session; /* netsnmp_session */
struct snmp_pdu;     /* netsnmp_pdu */
struct variable_list;

enum { MIB_ERROR_SIZE = 512 };

enum mib_outcome {
	MIB_ANSWERED,
	MIB_NO_ANSWER, /* not within the session's timeout and retries */
	MIB_TOO_LONG,  /* the request does not fit in a message */
	MIB_FAILED,    /* session->error says why */
};

/* What else is watched while an answer is awaited. */
struct mib_aside {
	int fd;			   /* when it is readable ... */
	bool (*ready)(void *data); /* ... this is called; false: the answer is not wanted any more */
	void *data;
};

struct mib_session {
	void *handle;
	char *peer; /* the agent's address, as the user gave it */
	int retries;
	const struct mib_aside *aside; /* owned by the caller, who may set it once the session is open; NULL: nothing */
	bool waiting;
	enum mib_outcome outcome;

	/* The answer, until the next request. */
	long error_status;
	struct row_list varbinds;     /* of struct mib_varbind */
	struct variable_list *answer; /* the memory to which varbinds point */

	char error[MIB_ERROR_SIZE];
};

/* template: from snmp_parse_args().  False: session->error says why; nothing must be closed. */
bool mib_session_open(struct mib_session *session, struct snmp_session *template);
void mib_session_close(struct mib_session *session);

/* The room in an answer: by the transport, and by the template's rcvMsgMaxSize. */
struct answer_limits mib_session_limits(const struct mib_session *session);

/*
 * Sends the request, which is freed, and waits for its answer.  few_retries: gives up soon.  If there is no answer,
 * session->error says why.
 */
enum mib_outcome mib_session_ask(struct mib_session *session, struct snmp_pdu *request, bool few_retries);

/* Waits a fifth of a second, in which the situation may improve. */
void mib_session_pause(void);

#endif
