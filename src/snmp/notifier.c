/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/notifier.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/agent/agent_trap.h>

#include <stdlib.h>
#include <string.h>

#include "snmp/agentx_link.h"
#include "base/clock.h"
#include "notify_varbinds.h"
#include "snmp/timer.h"
#include "snmp/trap_sinks.h"
#include "snmp/turn.h"

/* RFC 2741, section 6.1 and 6.2.16; net-snmp does not install its own names for them. */
enum { AGENTX_NOTIFY = 12, AGENTX_PING = 13, AGENTX_NOT_OPEN = 257 };

/* A master that hangs is noticed by net-snmp's pings; this is only a last resort. */
enum { ANSWER_SECONDS = 60 };
enum { RETRY_US = 1000000 };

struct notifier {
	struct notify_queue *queue;
	const oid *root;
	size_t root_length;
	bool is_engine;
	/* When it goes on: once others had their turn, or later. */
	struct turn turn;
	struct timer later;
	/* Which connection (agentx_link_number()) the master was asked in, or answered in; 0: none. */
	unsigned asked_in, answered_in;
	long request;	   /* what was asked last */
	uint32_t heard_cs; /* when a master answered last, in hundredths of a second */
	bool heard;
};

static void
go_on_at_once(void *data)
{
	struct notifier *notifier = data;

	turn_ask(&notifier->turn);
}

/* --- the master -------------------------------------------------------------------------------- */

static void
settle(struct notifier *notifier, enum event_delivery delivery)
{
	notify_queue_settle(notifier->queue, delivery);
	go_on_at_once(notifier);
}

static void
try_again(struct notifier *notifier)
{
	notify_queue_return(notifier->queue);
	timer_set(&notifier->later, RETRY_US);
}

/*
 * Whether it is the master that answered last.  The answer tells its uptime, and so when it started, or a little later
 * if the answer took a while.  Another master started after the last answer of the one before.
 */
static bool
is_same_master(struct notifier *notifier, const netsnmp_pdu *answer)
{
	const uint32_t now_cs = (uint32_t)(clock_monotonic_us() / 10000);
	const uint32_t start_cs = now_cs - (uint32_t)answer->time;
	const bool same = notifier->heard && (int32_t)(start_cs - notifier->heard_cs) < 0;

	notifier->heard_cs = now_cs;
	notifier->heard = true;
	return same;
}

static void
on_notified(struct notifier *notifier, const netsnmp_pdu *answer)
{
	is_same_master(notifier, answer);
	if (answer->errstat == SNMP_ERR_NOERROR) {
		settle(notifier, EVENT_SENT);
	} else if (answer->errstat == AGENTX_NOT_OPEN) {
		try_again(notifier);
	} else {
		snmp_log(LOG_ERR, "the AgentX master refused a notification (error %ld of RFC 2741)\n",
			 answer->errstat);
		settle(notifier, EVENT_DROPPED);
	}
}

static void
on_ping_answered(struct notifier *notifier, const netsnmp_pdu *answer)
{
	const bool same = is_same_master(notifier, answer);

	notifier->answered_in = notifier->asked_in;
	if (notify_queue_under_way(notifier->queue) && same)
		settle(notifier, EVENT_SENT);
	else
		notify_queue_return(notifier->queue);
	go_on_at_once(notifier);
}

/* A request that a connection took with it is none that we wait for: agentx_link_number() has gone on. */
static int
on_answer(int operation, netsnmp_session *session, int request, netsnmp_pdu *answer, void *data)
{
	struct notifier *notifier = data;

	(void)session;
	if (request != (int)notifier->request)
		return 1;
	if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && notifier->answered_in != agentx_link_number())
		on_ping_answered(notifier, answer);
	else if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE)
		on_notified(notifier, answer);
	else if (agentx_link_session() == session && session)
		try_again(notifier);
	return 1;
}

/* Takes over the varbinds. */
static bool
ask_master(struct notifier *notifier, int command, netsnmp_variable_list *varbinds, const char *context)
{
	netsnmp_session *session = agentx_link_session();
	netsnmp_pdu *pdu = snmp_pdu_create(command);

	if (!pdu) {
		snmp_free_varbind(varbinds);
		return false;
	}
	pdu->sessid = session->sessid;
	pdu->variables = varbinds;
	pdu->flags |= UCD_MSG_FLAG_PDU_TIMEOUT;
	pdu->time = ANSWER_SECONDS;
	if (context[0] != '\0') {
		pdu->contextName = strdup(context);
		pdu->contextNameLen = pdu->contextName ? strlen(context) : 0;
	}
	notifier->request = pdu->reqid;
	if (snmp_async_send(session, pdu, on_answer, notifier) != 0)
		return true;
	snmp_free_pdu(pdu);
	return false;
}

/* A new master, or a new connection with the old one, is asked who it is before it is told anything. */
static bool
is_master_ready(struct notifier *notifier)
{
	const unsigned number = agentx_link_number();

	if (!agentx_link_session())
		return false;
	if (notifier->answered_in == number)
		return true;
	if (notifier->asked_in != number) {
		notifier->asked_in = number;
		if (!ask_master(notifier, AGENTX_PING, NULL, ""))
			notifier->asked_in = 0;
	}
	return false;
}

static void
on_link_changed(void *data)
{
	go_on_at_once(data);
}

/* --- sending ----------------------------------------------------------------------------------- */

static void
send_to_master(struct notifier *notifier, netsnmp_variable_list *varbinds, const char *context)
{
	if (!ask_master(notifier, AGENTX_NOTIFY, varbinds, context))
		try_again(notifier);
}

static void
send_to_sinks(struct notifier *notifier, netsnmp_variable_list *varbinds, const char *context)
{
	if (trap_sinks_count() == 0) {
		snmp_free_varbind(varbinds);
		settle(notifier, EVENT_NO_SINK);
		return;
	}
	netsnmp_send_traps(-1, -1, NULL, 0, varbinds, context[0] ? context : NULL, 0);
	snmp_free_varbind(varbinds);
	settle(notifier, EVENT_SENT);
}

/* Sends one. */
static void
pump(void *data)
{
	struct notifier *notifier = data;
	const struct notification *notification;
	netsnmp_variable_list *varbinds;
	uint64_t wait_us;

	if (!notifier->is_engine && !is_master_ready(notifier))
		return;
	notification = notify_queue_take(notifier->queue, clock_monotonic_us(), &wait_us);
	if (!notification) {
		if (wait_us > 0)
			timer_set(&notifier->later, wait_us);
		return;
	}
	varbinds = notify_varbinds(&notification->event, notifier->root, notifier->root_length);
	if (!varbinds)
		settle(notifier, EVENT_DROPPED);
	else if (notifier->is_engine)
		send_to_sinks(notifier, varbinds, notification->event.context);
	else
		send_to_master(notifier, varbinds, notification->event.context);
}

void
notifier_wake(void *data)
{
	struct notifier *notifier = data;

	if (notifier->later.alarm == 0 && !notify_queue_under_way(notifier->queue))
		go_on_at_once(notifier);
}

struct notifier *
notifier_new(struct notify_queue *queue, const unsigned long *root, size_t root_length, bool is_engine)
{
	struct notifier *notifier = calloc(1, sizeof(*notifier));

	if (!notifier)
		return NULL;
	notifier->queue = queue;
	notifier->root = root;
	notifier->root_length = root_length;
	notifier->is_engine = is_engine;
	notifier->turn = (struct turn){.take = pump, .data = notifier};
	notifier->later = (struct timer){.on_time = go_on_at_once, .data = notifier};
	if (!is_engine)
		agentx_link_on_change(on_link_changed, notifier);
	go_on_at_once(notifier);
	return notifier;
}

void
notifier_free(struct notifier *notifier)
{
	if (!notifier)
		return;
	agentx_link_on_change(NULL, NULL);
	turn_cancel(&notifier->turn);
	timer_cancel(&notifier->later);
	free(notifier);
}
