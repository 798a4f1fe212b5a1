/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_CLIENT_H
#define MIB_CLIENT_H

/* Asks an SNMP agent for a table and for what ipsec-spi-agent says of itself. */

#include <stdbool.h>
#include <stddef.h>

#include "agent_state.h"
#include "base/row_list.h"
#include "mib/mib_oid.h"
#include "mib_session.h"
#include "mib_table.h"
#include "xfrm/xfrm_stat.h"

struct mib_client_options {
	const struct mib_table *table;
	struct mib_oid root;
	size_t rows_per_request; /* 0: adapts */
	bool in_any_state;  /* also rows of an agent whose source is not to be believed: who reads them is told so */
	bool may_be_hidden; /* rows that the agent has, and does not show to this community or user, are none */
	/* Called after each answer; expected is 0 where the agent did not tell; may be NULL. */
	void (*progress)(void *data, size_t rows, size_t expected);
	void *data; /* for progress() */
};

/*
 * Reads all rows of the table into rows, which is emptied first, and the scalars, as they were when the walk had ended,
 * into state.
 * False: the agent could not be asked, answered nonsense, or has nothing to give; session->error says so.
 */
bool mib_client_read(struct mib_session *session, const struct mib_client_options *options, struct row_list *rows,
		     struct agent_state *state);

/* Reads the kernel's counters, ipsecStat; those that the agent does not have are not known then.  False as above. */
bool mib_client_read_stat(struct mib_session *session, const struct mib_oid *root, struct xfrm_stat *stat);

#endif
