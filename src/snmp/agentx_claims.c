/* SPDX-License-Identifier: BSD-3-Clause */
#include "agentx_claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agentx_packet.h"
#include "agentx_protocol.h"
#include "base/clock.h"

/*
 * When the master is asked again: soon at first, then less often, since net-snmp's logs each registration that it
 * refuses.
 */
enum { AGAIN_FIRST_US = 1000000, AGAIN_LAST_US = 15000000 };
/* A later answer counts, too, but nothing waits for it. */
enum { PATIENCE_US = 5000000 };

enum said { SAID_NOTHING, SAID_YES, SAID_NO };

struct agentx_claim {
	struct agentx_claim *next;
	struct agentx_claims *claims;
	const char *name, *context;
	const char *description; /* of a capability; NULL: it is a part */
	enum said said;		 /* by the master, in this session */
	long error;		 /* why not */
	uint64_t asked_us;
	bool held;    /* not requested yet: see agentx_claims_begin() */
	bool waiting; /* for an answer that is not late yet */
	bool ignored; /* it was late, or never came */
	size_t id_length;
	oid id[];
};

static bool
add(struct agentx_claims *claims, struct agentx_claim wanted, const oid *id)
{
	const size_t id_size = wanted.id_length * sizeof(oid);
	struct agentx_claim *const claim = malloc(sizeof(*claim) + id_size), **end = &claims->first;

	if (!claim)
		return false;
	*claim = wanted;
	claim->claims = claims;
	memcpy(claim->id, id, id_size);
	while (*end)
		end = &(*end)->next;
	*end = claim;
	return true;
}

bool
agentx_claims_add_part(struct agentx_claims *claims, const char *name, const char *context, const unsigned long *root,
		       size_t root_length)
{
	return add(claims, (struct agentx_claim){.name = name, .context = context, .id_length = root_length}, root);
}

bool
agentx_claims_add_capability(struct agentx_claims *claims, const char *description, const unsigned long *id,
			     size_t id_length)
{
	return add(claims,
		   (struct agentx_claim){.name = "the entry in sysORTable",
					 .context = "",
					 .description = description,
					 .id_length = id_length},
		   id);
}

void
agentx_claims_free(struct agentx_claims *claims)
{
	while (claims->first) {
		struct agentx_claim *const claim = claims->first;

		claims->first = claim->next;
		free(claim);
	}
}

/* --- requests ------------------------------------------------------------------------------------ */

/*
 * A registration that is refused as a duplicate, after one that had no answer, may be refused because of that one; this
 * is undecidable.
 */
static bool
cannot_be(const struct agentx_claim *claim, long error)
{
	return error == AGENTX_NOT_OPEN || (error == AGENTX_DUPLICATE_REGISTRATION && claim->ignored);
}

static void ask_for_what_is_held(struct agentx_claims *claims);

static int
on_answer(int operation, netsnmp_session *snmp, int request, netsnmp_pdu *answer, void *data)
{
	struct agentx_claim *const claim = data;
	struct agentx_claims *const claims = claim->claims;

	(void)request;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || snmp != claims->session->snmp ||
	    claim->said == SAID_YES)
		return 1;
	claim->waiting = false;
	claim->error = answer->errstat;
	claim->said = claim->error == SNMP_ERR_NOERROR ? SAID_YES : SAID_NO;
	if (claim->said == SAID_YES) {
		claims->again_us = claims->again_after_us = 0; /* the holder of the others may be gone, too */
		ask_for_what_is_held(claims);
	}
	if (cannot_be(claim, claim->error))
		claims->confused = true;
	claims->changed(claims->data);
	return 1;
}

/* RFC 2741, sections 6.2.3 and 6.2.14. */
static netsnmp_pdu *
pdu_for(const struct agentx_claim *claim)
{
	netsnmp_pdu *const pdu = snmp_pdu_create(claim->description ? AGENTX_ADD_AGENT_CAPS : AGENTX_REGISTER);
	const netsnmp_variable_list *varbind;

	if (!pdu)
		return NULL;
	pdu->priority = AGENTX_DEFAULT_PRIORITY;
	varbind = claim->description ? snmp_pdu_add_variable(pdu, claim->id, claim->id_length, ASN_OCTET_STR,
							     claim->description, strlen(claim->description))
				     : snmp_add_null_var(pdu, claim->id, claim->id_length);
	if (varbind && agentx_packet_set_context(pdu, claim->context))
		return pdu;
	snmp_free_pdu(pdu);
	return NULL;
}

static void
ask(struct agentx_claim *claim, uint64_t now_us)
{
	claim->asked_us = now_us;
	claim->held = false;
	claim->waiting = agentx_session_ask(claim->claims->session, pdu_for(claim), on_answer, claim);
}

static void
ask_for_what_is_held(struct agentx_claims *claims)
{
	const uint64_t now_us = clock_monotonic_us();

	for (struct agentx_claim *claim = claims->first; claim; claim = claim->next) {
		if (claim->held)
			ask(claim, now_us);
	}
}

/*
 * The first claim is sent before all others, which wait until it is granted, or for the next try: if two agents connect
 * to a master at the same time, one gets everything, instead of each some parts.
 */
void
agentx_claims_begin(struct agentx_claims *claims, uint64_t now_us)
{
	claims->confused = false;
	claims->again_after_us = AGAIN_FIRST_US;
	claims->again_us = now_us + AGAIN_FIRST_US;
	for (struct agentx_claim *claim = claims->first; claim; claim = claim->next) {
		claim->said = SAID_NOTHING;
		claim->ignored = claim->waiting = false;
		claim->held = claim != claims->first;
	}
	if (claims->first)
		ask(claims->first, now_us);
}

static bool
lose_patience(struct agentx_claims *claims, uint64_t now_us)
{
	bool lost = false;

	for (struct agentx_claim *claim = claims->first; claim; claim = claim->next) {
		if (!claim->waiting || now_us - claim->asked_us < PATIENCE_US)
			continue;
		claim->waiting = false;
		claim->ignored = lost = true;
		claims->changed(claims->data);
	}
	return lost;
}

void
agentx_claims_go_on(struct agentx_claims *claims, uint64_t now_us)
{
	/* Claims without an answer are withdrawn before they are sent again. */
	if (lose_patience(claims, now_us) || now_us < claims->again_us)
		return;
	claims->again_after_us *= 2;
	if (claims->again_after_us < AGAIN_FIRST_US)
		claims->again_after_us = AGAIN_FIRST_US;
	if (claims->again_after_us > AGAIN_LAST_US)
		claims->again_after_us = AGAIN_LAST_US;
	claims->again_us = now_us + claims->again_after_us;
	for (struct agentx_claim *claim = claims->first; claim; claim = claim->next) {
		if (claim->said != SAID_YES && !claim->waiting)
			ask(claim, now_us);
	}
}

/* --- answers ------------------------------------------------------------------------------------- */

static void
describe(const struct agentx_claim *claim, unsigned others, char *text, size_t size)
{
	const bool named = claim->context[0] != '\0';
	char more[32] = "", number[40];

	if (others > 0)
		snprintf(more, sizeof(more), " and %u more", others);
	snprintf(text, size, "it %s %s%s%s%s%s%s%s", claim->said == SAID_NO ? "refuses" : "does not answer for",
		 claim->name, named ? " in context \"" : "", claim->context, named ? "\"" : "", more,
		 claim->said == SAID_NO ? ": " : "",
		 claim->said == SAID_NO ? agentx_error_text(claim->error, number) : "");
}

void
agentx_claims_consent(const struct agentx_claims *claims, struct agentx_consent *consent)
{
	const struct agentx_claim *denied = NULL;

	*consent = (struct agentx_consent){0};
	for (const struct agentx_claim *claim = claims->first; claim; claim = claim->next) {
		consent->waiting |= claim->waiting || claim->held;
		consent->parts += !claim->description;
		consent->served += !claim->description && claim->said == SAID_YES;
		if (claim->said == SAID_YES)
			continue;
		denied = denied ? denied : claim;
		consent->denied++;
	}
	if (denied)
		describe(denied, consent->denied - 1, consent->example, sizeof(consent->example));
}
