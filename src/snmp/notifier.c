/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/notifier.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/agent/agent_trap.h>

#include <stdlib.h>
#include <string.h>

#include "agentx_packet.h"
#include "agentx_protocol.h"
#include "base/clock.h"
#include "notify_varbinds.h"
#include "snmp/agentx_link.h"
#include "snmp/timer.h"
#include "snmp/trap_sinks.h"
#include "snmp/turn.h"

/* The link's pings detect a master that hangs; this is for one that omits just this answer. */
enum { ANSWER_SECONDS = 10 };
enum { RETRY_US = 1000000, REFUSALS_MAX = 3 };

struct notifier {
	struct notify_queue *queue;
	const oid *root;
	size_t root_length;
	struct agentx_link *link; /* NULL: there is no master */
	/* When it continues: once others had their turn, or later. */
	struct turn turn;
	struct timer later;
	/* The last request, and its session (agentx_link_number()). */
	int request;
	unsigned asked_in;
	unsigned refusals; /* of the one under way */
	bool silent;	   /* the master did not answer the last one in time, which was logged */
};

static void
go_on_at_once(void *data)
{
	struct notifier *notifier = data;

	turn_request(&notifier->turn);
}

/* --- the master -------------------------------------------------------------------------------- */

static void
settle(struct notifier *notifier, enum event_delivery delivery)
{
	notifier->refusals = 0;
	notify_queue_settle(notifier->queue, delivery);
	go_on_at_once(notifier);
}

static void
try_again(struct notifier *notifier)
{
	notify_queue_return(notifier->queue);
	timer_set(&notifier->later, RETRY_US);
}

/* It may be the notification's fault, and others are waiting. */
static void
on_refused(struct notifier *notifier, long error)
{
	char number[40];

	if (++notifier->refusals < REFUSALS_MAX) {
		try_again(notifier);
		return;
	}
	snmp_log(LOG_ERR, "dropped a notification, which the AgentX master refused %d times: %s\n", REFUSALS_MAX,
		 agentx_error_text(error, number));
	settle(notifier, EVENT_DROPPED);
}

static void
on_silence(struct notifier *notifier)
{
	if (!notifier->silent)
		snmp_log(LOG_WARNING, "the AgentX master does not answer a notification; trying again\n");
	notifier->silent = true;
	try_again(notifier);
}

/* A request that was lost with its session is not outstanding. */
static int
on_answer(int operation, netsnmp_session *session, int request, netsnmp_pdu *answer, void *data)
{
	struct notifier *notifier = data;

	(void)session;
	if (request != notifier->request || notifier->asked_in != agentx_link_number(notifier->link))
		return 1;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) {
		on_silence(notifier);
		return 1;
	}
	notifier->silent = false;
	if (answer->errstat == SNMP_ERR_NOERROR) {
		settle(notifier, EVENT_SENT);
	} else if (answer->errstat == AGENTX_NOT_OPEN) {
		notify_queue_return(notifier->queue);
		agentx_link_renew(notifier->link);
	} else {
		on_refused(notifier, answer->errstat);
	}
	return 1;
}

/* Takes ownership of the varbinds. */
static void
send_to_master(struct notifier *notifier, netsnmp_variable_list *varbinds, const char *context)
{
	netsnmp_pdu *pdu = snmp_pdu_create(AGENTX_NOTIFY);

	if (!pdu) {
		snmp_free_varbind(varbinds);
		try_again(notifier);
		return;
	}
	pdu->variables = varbinds;
	pdu->flags |= UCD_MSG_FLAG_PDU_TIMEOUT;
	pdu->time = ANSWER_SECONDS;
	agentx_packet_set_context(pdu, context);
	notifier->request = (int)pdu->reqid;
	notifier->asked_in = agentx_link_number(notifier->link);
	agentx_link_ask(notifier->link, pdu, on_answer, notifier);
}

/* The same master has received what was under way when the connection was lost; another one has not. */
static void
on_session(void *data)
{
	struct notifier *notifier = data;

	if (notify_queue_under_way(notifier->queue) && agentx_link_is_same_master(notifier->link))
		settle(notifier, EVENT_SENT);
	else
		notify_queue_return(notifier->queue);
	go_on_at_once(notifier);
}

/* --- sending ----------------------------------------------------------------------------------- */

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

	if (notifier->link && agentx_link_number(notifier->link) == 0)
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
	else if (!notifier->link)
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
notifier_new(struct notify_queue *queue, const unsigned long *root, size_t root_length, struct agentx_link *link)
{
	struct notifier *notifier = calloc(1, sizeof(*notifier));

	if (!notifier)
		return NULL;
	notifier->queue = queue;
	notifier->root = root;
	notifier->root_length = root_length;
	notifier->link = link;
	notifier->turn = (struct turn){.take = pump, .data = notifier};
	notifier->later = (struct timer){.on_time = go_on_at_once, .data = notifier};
	if (link)
		agentx_link_on_session(link, on_session, notifier);
	go_on_at_once(notifier);
	return notifier;
}

void
notifier_free(struct notifier *notifier)
{
	if (!notifier)
		return;
	turn_cancel(&notifier->turn);
	timer_cancel(&notifier->later);
	free(notifier);
}
