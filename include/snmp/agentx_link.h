/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_LINK_H
#define AGENTX_LINK_H

/*
 * The link to the AgentX master: connects, opens a session, claims the parts of the MIB, keeps the session alive, and
 * begins again when it is lost or something was not granted.  Each change is one line in the log.
 *
 * net-snmp's own subagent does all of this, too, but waits for each answer, ignores its content, and does not retry; so
 * only its parser, its builder and its way to answer requests are used.
 */

#include <stdbool.h>
#include <stddef.h>

struct agentx_link;
struct agentx_table;
struct snmp_pdu;
struct snmp_session;

/* Before init_agent(): makes net-snmp's agent a subagent of the master at that address (NULL: the default). */
void agentx_link_prepare(const char *master);
/* Between init_agent() and init_snmp(): sets other defaults than net-snmp's, and takes over the connecting from it. */
void agentx_link_take_over(void);

/*
 * A link that is not up yet; identity: an OID for the subagent (RFC 2741, section 6.2.1), which must outlive it, as
 * must everything that the functions below pass.  NULL: no memory.
 */
struct agentx_link *agentx_link_new(const unsigned long *identity, size_t identity_length);
/* Ends the session, which gives up everything that was claimed in it.  NULL is allowed. */
void agentx_link_free(struct agentx_link *link);

/*
 * Adds something to claim in each session: a part of the tree in a context, or an entry of sysORTable.  False: no
 * memory.
 */
bool agentx_link_claim_part(struct agentx_link *link, const char *name, const char *context, const unsigned long *root,
			    size_t root_length);
bool agentx_link_claim_capability(struct agentx_link *link, const char *description, const unsigned long *id,
				  size_t id_length);
/* A table whose requests may be answered directly, if that is enabled; see agentx_direct.h. */
void agentx_link_serve_directly(struct agentx_link *link, struct agentx_table *table);
void agentx_link_allow_direct(struct agentx_link *link, bool allowed);

/* Starts the link in net-snmp's event loop. */
void agentx_link_start(struct agentx_link *link);

/* The number of the session, counted from 1; 0: there is none. */
unsigned agentx_link_number(const struct agentx_link *link);
/* Whether the session's master is that of the previous session, as far as its uptime shows. */
bool agentx_link_is_same_master(const struct agentx_link *link);
/* Sets a function to be called whenever a session has begun; it may use the session.  NULL: none. */
void agentx_link_on_session(struct agentx_link *link, void (*begun)(void *data), void *data);

/*
 * Sends the master a request in the session; takes ownership of the PDU (NULL is allowed).  The callback is one of
 * net-snmp's (see snmp_async_send()): it gets the answer, or is told that there will be none.  False: it could not be
 * sent.
 */
bool agentx_link_ask(struct agentx_link *link, struct snmp_pdu *pdu,
		     int (*on_answer)(int operation, struct snmp_session *session, int request, struct snmp_pdu *answer,
				      void *data),
		     void *data);
/* The master has replied that it does not know the session: begins another one. */
void agentx_link_renew(struct agentx_link *link);

#endif
