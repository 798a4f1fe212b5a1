/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/agentx_link.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agentx_claims.h"
#include "agentx_packet.h"
#include "agentx_protocol.h"
#include "agentx_session.h"
#include "base/clock.h"
#include "snmp/agentx_direct.h"
#include "snmp/timer.h"
#include "snmp/turn.h"

/* A second is the resolution of everything here. */
enum { TICK_US = 1000000 };
/* How long a master may leave a request unanswered. */
enum { PATIENCE_US = 5000000 };

enum stage { LINK_DOWN, LINK_OPENING, LINK_OPEN };

struct agentx_link {
	struct agentx_session session; /* must be first: it is the magic of net-snmp's callbacks */
	enum stage stage;
	struct agentx_claims claims;
	struct agentx_table *tables;
	bool direct;
	const oid *identity;
	size_t identity_length;
	unsigned number;
	struct timer tick;
	/* By clock_monotonic_us(): the last try to connect; the last ping (0: it was answered). */
	uint64_t tried_us, pinged_us;
	uint64_t heard_before_us; /* when the previous session's master was last heard; 0: never */
	bool same_master;
	const char *end; /* why the connection must end; NULL: it must not */
	struct turn turn;
	void (*begun)(void *data);
	void *begun_data;
	char told[640];
};

/* --- log messages -------------------------------------------------------------------------------- */

/* Once: the last report is not repeated. */
static void tell(struct agentx_link *link, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void
tell(struct agentx_link *link, int level, const char *format, ...)
{
	char line[sizeof(link->told)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (strcmp(line, link->told) == 0)
		return;
	strcpy(link->told, line);
	snmp_log(level, "%s\n", line);
}

static void
log_claims(struct agentx_link *link)
{
	const char *const master = agentx_session_address();
	struct agentx_consent consent;

	agentx_claims_consent(&link->claims, &consent);
	if (consent.waiting)
		return;
	if (consent.denied == 0)
		tell(link, LOG_NOTICE, "connected to the AgentX master at %s", master);
	else if (consent.served == consent.parts)
		tell(link, LOG_WARNING, "connected to the AgentX master at %s, but %s; trying again", master,
		     consent.example);
	else if (consent.served == 0)
		tell(link, LOG_ERR, "the AgentX master at %s lets this agent serve nothing: %s; trying again", master,
		     consent.example);
	else
		tell(link, LOG_ERR,
		     "the AgentX master at %s lets this agent serve %u of %u parts of the MIB: %s; trying again",
		     master, consent.served, consent.parts, consent.example);
}

/* --- up and down --------------------------------------------------------------------------------- */

/* Once the event loop has looked at its sockets: net-snmp cannot close a session within its callbacks. */
static void
end_soon(struct agentx_link *link, const char *why)
{
	if (!link->end)
		link->end = why;
	turn_request(&link->turn);
}

static void
is_down(struct agentx_link *link)
{
	if (link->session.heard_us > 0)
		link->heard_before_us = link->session.heard_us;
	link->stage = LINK_DOWN;
	link->end = NULL;
}

/* Logs what prevents a session from being opened, and the end of one that was open. */
static void
log_end(struct agentx_link *link, const char *why)
{
	if (link->stage == LINK_OPEN)
		tell(link, LOG_WARNING, "lost the AgentX master at %s: %s; trying again every second",
		     agentx_session_address(), why);
	else
		tell(link, LOG_WARNING, "the AgentX master at %s opens no session: %s; trying again every second",
		     agentx_session_address(), why);
}

static int
on_opened(int operation, netsnmp_session *snmp, int request, netsnmp_pdu *answer, void *data)
{
	struct agentx_link *const link = data;
	const uint64_t now_us = clock_monotonic_us();
	static char why[40];

	(void)request;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || snmp != link->session.snmp || link->end)
		return 1;
	if (answer->errstat != SNMP_ERR_NOERROR) {
		end_soon(link, agentx_error_text(answer->errstat, why));
		return 1;
	}
	snmp->sessid = answer->sessid;
	/* Its uptime gives the time at which it started, or a little later if the answer took a while. */
	link->same_master = now_us - (uint64_t)(uint32_t)answer->time * 10000 < link->heard_before_us;
	link->stage = LINK_OPEN;
	link->number++;
	link->pinged_us = 0;
	agentx_claims_begin(&link->claims, now_us);
	if (link->begun)
		link->begun(link->begun_data);
	return 1;
}

/* RFC 2741, section 6.2.1. */
static netsnmp_pdu *
open_pdu(const struct agentx_link *link)
{
	static const char description[] = "ipsec-spi-agent " VERSION;
	netsnmp_pdu *const pdu = snmp_pdu_create(AGENTX_OPEN);

	if (!pdu)
		return NULL;
	pdu->time = 1; /* the time, in seconds, that the master waits for answers before it repeats a request */
	if (snmp_pdu_add_variable(pdu, link->identity, link->identity_length, ASN_OCTET_STR, description,
				  strlen(description)))
		return pdu;
	snmp_free_pdu(pdu);
	return NULL;
}

/* --- requests of the master ---------------------------------------------------------------------- */

static int
on_message(int operation, netsnmp_session *snmp, int request, netsnmp_pdu *pdu, void *magic)
{
	struct agentx_link *const link = magic;

	if (snmp != link->session.snmp)
		return 1;
	if (operation == NETSNMP_CALLBACK_OP_DISCONNECT) {
		link->session.snmp = NULL; /* net-snmp closes it */
		end_soon(link, "it closed the connection");
		return 1;
	}
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || link->end)
		return 1;
	if (pdu->command == AGENTX_CLOSE) {
		end_soon(link, "it closed the session");
		return 1;
	}
	if (link->direct && pdu->command == AGENTX_GETNEXT && agentx_direct_answer(link->tables, snmp, pdu))
		return 1;
	return handle_agentx_packet(operation, snmp, request, pdu, NULL);
}

/* --- time ---------------------------------------------------------------------------------------- */

static void
try_to_connect(struct agentx_link *link, uint64_t now_us)
{
	link->tried_us = now_us;
	DEBUGMSGTL(("agentx_link", "connecting to %s\n", agentx_session_address()));
	if (agentx_session_connect(&link->session, on_message)) {
		link->stage = LINK_OPENING;
		if (!agentx_session_ask(&link->session, open_pdu(link), on_opened, link))
			end_soon(link, "it does not take what is sent to it");
	} else if (agentx_session_is_forbidden()) {
		tell(link, LOG_WARNING,
		     "not allowed to use the AgentX master's socket %s; give snmpd.conf \"master agentx\" and "
		     "\"agentXPerms 0660 0711 USER GROUP\", with this user or a group of it; trying again every second",
		     agentx_session_address());
	} else if (link->told[0] == '\0') {
		tell(link, LOG_WARNING,
		     "no AgentX master at %s yet; start snmpd with \"master agentx\"; trying again every second",
		     agentx_session_address());
	}
}

static int
on_ping_answered(int operation, netsnmp_session *snmp, int request, netsnmp_pdu *answer, void *data)
{
	struct agentx_link *const link = data;

	(void)request;
	if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && snmp == link->session.snmp &&
	    answer->errstat == AGENTX_NOT_OPEN)
		agentx_link_renew(link);
	return 1;
}

/* To the nearest tick. */
static bool
is_interval_over(uint64_t since_us, uint64_t now_us)
{
	const int seconds = netsnmp_ds_get_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL);

	return now_us - since_us + TICK_US / 2 >= (uint64_t)seconds * 1000000;
}

/* Any packet from it shows that it is alive. */
static void
keep_alive(struct agentx_link *link, uint64_t now_us)
{
	if (link->pinged_us > 0 && link->session.heard_us >= link->pinged_us)
		link->pinged_us = 0;
	if (link->pinged_us > 0 && now_us - link->pinged_us >= PATIENCE_US) {
		end_soon(link, "it does not answer");
	} else if (link->pinged_us == 0 && is_interval_over(link->session.heard_us, now_us)) {
		link->pinged_us = now_us;
		agentx_session_ask(&link->session, snmp_pdu_create(AGENTX_PING), on_ping_answered, link);
	}
}

static void
on_tick(void *data)
{
	struct agentx_link *const link = data;
	const uint64_t now_us = clock_monotonic_us();

	timer_set(&link->tick, TICK_US);
	if (link->end)
		return;
	if (link->stage == LINK_DOWN && is_interval_over(link->tried_us, now_us)) {
		try_to_connect(link, now_us);
	} else if (link->stage == LINK_OPENING && now_us - link->tried_us >= PATIENCE_US) {
		end_soon(link, "it does not answer");
	} else if (link->stage == LINK_OPEN) {
		keep_alive(link, now_us);
		agentx_claims_go_on(&link->claims, now_us);
	}
}

/* --- turns --------------------------------------------------------------------------------------- */

static void
take_turn(void *data)
{
	struct agentx_link *const link = data;

	if (link->stage == LINK_OPEN && !link->end && link->claims.confused)
		link->end = "it refuses what it may have agreed to";
	if (link->end) {
		log_end(link, link->end);
		is_down(link);
		agentx_session_close(&link->session, AGENTX_REASON_TIMEOUTS);
	} else if (link->stage == LINK_OPEN) {
		log_claims(link);
	}
}

static void
on_claims_changed(void *data)
{
	struct agentx_link *const link = data;

	turn_request(&link->turn);
}

/* --- queries ------------------------------------------------------------------------------------- */

void
agentx_link_prepare(const char *master)
{
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
	if (master)
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, master);
}

void
agentx_link_take_over(void)
{
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, 1);
	snmp_unregister_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_READ_CONFIG, subagent_startup, NULL, 0);
}

struct agentx_link *
agentx_link_new(const unsigned long *identity, size_t identity_length)
{
	struct agentx_link *const link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->identity = identity;
	link->identity_length = identity_length;
	link->turn = (struct turn){.take = take_turn, .data = link};
	link->tick = (struct timer){.on_time = on_tick, .data = link};
	link->claims.session = &link->session;
	link->claims.changed = on_claims_changed;
	link->claims.data = link;
	return link;
}

void
agentx_link_free(struct agentx_link *link)
{
	if (!link)
		return;
	turn_cancel(&link->turn);
	timer_cancel(&link->tick);
	is_down(link);
	agentx_session_close(&link->session, AGENTX_REASON_SHUTDOWN);
	agentx_claims_free(&link->claims);
	free(link);
}

bool
agentx_link_claim_part(struct agentx_link *link, const char *name, const char *context, const unsigned long *root,
		       size_t root_length)
{
	return agentx_claims_add_part(&link->claims, name, context, root, root_length);
}

bool
agentx_link_claim_capability(struct agentx_link *link, const char *description, const unsigned long *id,
			     size_t id_length)
{
	return agentx_claims_add_capability(&link->claims, description, id, id_length);
}

void
agentx_link_serve_directly(struct agentx_link *link, struct agentx_table *table)
{
	table->next_table = link->tables;
	link->tables = table;
}

void
agentx_link_allow_direct(struct agentx_link *link, bool allowed)
{
	link->direct = allowed && agentx_packet_is_as_expected();
	if (allowed && !link->direct)
		tell(link, LOG_WARNING, "this net-snmp parses AgentX in an unknown way; agentx-direct is off");
}

void
agentx_link_start(struct agentx_link *link)
{
	timer_set(&link->tick, TICK_US);
	try_to_connect(link, clock_monotonic_us());
}

unsigned
agentx_link_number(const struct agentx_link *link)
{
	return link->stage == LINK_OPEN && !link->end ? link->number : 0;
}

bool
agentx_link_is_same_master(const struct agentx_link *link)
{
	return link->same_master;
}

void
agentx_link_on_session(struct agentx_link *link, void (*begun)(void *data), void *data)
{
	link->begun = begun;
	link->begun_data = data;
}

bool
agentx_link_ask(struct agentx_link *link, netsnmp_pdu *pdu, netsnmp_callback on_answer, void *data)
{
	return agentx_session_ask(&link->session, pdu, on_answer, data);
}

void
agentx_link_renew(struct agentx_link *link)
{
	end_soon(link, "it no longer knows the session");
}
