/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef AGENTX_CLAIMS_H
#define AGENTX_CLAIMS_H

/*
 * What a subagent claims from its master: parts of the tree of names, each in a context, and an entry in sysORTable.
 * The master's answer to each claim is recorded; claims that were refused or not answered are sent again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentx_session.h"

struct agentx_claim;

struct agentx_claims {
	struct agentx_claim *first; /* in the order in which they were added */
	struct agentx_session *session;
	/* Called whenever an answer has arrived; not from a place where the session may be closed. */
	void (*changed)(void *data);
	void *data;
	uint64_t again_us, again_after_us; /* when the next try is due, and the delay of the one after it */
	/*
	 * The master's answer is impossible unless it and we disagree about this session: only another session helps.
	 */
	bool confused;
};

/*
 * A part of the tree, in a context.  The texts must outlive the claims.  Before agentx_claims_begin().  False: no
 * memory.
 */
bool agentx_claims_add_part(struct agentx_claims *claims, const char *name, const char *context,
			    const unsigned long *root, size_t root_length);
/* An entry of sysORTable (RFC 3418): sysORID and sysORDescr. */
bool agentx_claims_add_capability(struct agentx_claims *claims, const char *description, const unsigned long *id,
				  size_t id_length);
void agentx_claims_free(struct agentx_claims *claims);

/* The session is new, and the master has granted nothing yet: requests everything. */
void agentx_claims_begin(struct agentx_claims *claims, uint64_t now_us);
/* To be called each second or so: repeats requests that are due. */
void agentx_claims_go_on(struct agentx_claims *claims, uint64_t now_us);

/* The master's answers so far. */
struct agentx_consent {
	bool waiting; /* claims whose answers may well still come */
	unsigned parts, served;
	unsigned denied;   /* parts and capabilities that are not granted */
	char example[400]; /* the first one that is not granted, and why */
};
void agentx_claims_consent(const struct agentx_claims *claims, struct agentx_consent *consent);

#endif
