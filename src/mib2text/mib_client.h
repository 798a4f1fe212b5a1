/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_CLIENT_H
#define MIB_CLIENT_H

/* Asks an SNMP agent for a table and for what ipsec-spi-agent says of itself. */

#include <stdbool.h>
#include <stddef.h>

#include "agent_state.h"
#include "mib/mib_oid.h"
#include "mib_session.h"
#include "mib_table.h"

struct mib_client_options {
	const struct mib_table *table;
	struct mib_oid root;
	size_t rows_per_request; /* 0: adapts */
	/* Called after each answer; expected is 0 where the agent did not tell; may be NULL. */
	void (*progress)(size_t rows, size_t expected);
};

/*
 * Reads all rows of the table into rows, the table's list, which is emptied first, and the scalars, as they were when the walk had ended, into state.
 * False: the agent could not be asked, answered nonsense, or has nothing to give; session->error says so.
 */
bool mib_client_read(struct mib_session *session, const struct mib_client_options *options, void *rows,
		     struct agent_state *state);

#endif
