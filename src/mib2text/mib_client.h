/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_CLIENT_H
#define MIB_CLIENT_H

/* Requests a table, and the scalars of ipsec-spi-agent, from an SNMP agent. */

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
	bool in_any_state;	 /* also return rows of an agent whose source has failed: the reader is informed */
	bool may_be_hidden;	 /* rows that the agent does not show to this community or user count as none */
	/* Called after each answer; expected is 0 if the agent did not report it; may be NULL. */
	void (*progress)(void *data, size_t rows, size_t expected);
	void *data; /* for progress() */
};

/*
 * Reads all rows of the table into rows, which is emptied first, and the scalars, as of the end of the walk, into
 * state. False: the agent could not be queried, gave invalid answers, or has nothing to serve; session->error says so.
 */
bool mib_client_read(struct mib_session *session, const struct mib_client_options *options, struct row_list *rows,
		     struct agent_state *state);

/* Reads the kernel's counters, ipsecStat; those that the agent lacks are marked as not known.  False as above. */
bool mib_client_read_stat(struct mib_session *session, const struct mib_oid *root, struct xfrm_stat *stat);

#endif
