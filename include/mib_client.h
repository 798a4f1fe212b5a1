/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_CLIENT_H
#define MIB_CLIENT_H

/* Asks an SNMP agent for the SAs and for what ipsec-spi-agent says of itself. */

#include <stdbool.h>
#include <stddef.h>

#include "agent_state.h"
#include "mib_oid.h"
#include "mib_session.h"
#include "sa_list.h"

struct mib_client_options {
	struct mib_oid root;
	size_t rows_per_request; /* 0: adapts */
	/* Called after each answer; expected is 0 where the agent did not tell; may be NULL. */
	void (*progress)(size_t rows, size_t expected);
};

/*
 * Reads all SAs into rows, which is emptied first, and the scalars, as they were when the walk had ended, into state.
 * False: the agent could not be asked, answered nonsense, or has no SAs to give; session->error says so.
 */
bool mib_client_read(struct mib_session *session, const struct mib_client_options *options, struct sa_list *rows,
		     struct agent_state *state);

#endif
