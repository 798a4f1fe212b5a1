/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_COLUMNS_H
#define TUNNEL_COLUMNS_H

/* The one table of ipsecTunnelTable's columns, for the agent and for mib2text; a row is a struct tunnel. */

#include "mib/columns.h"
#include "tunnels/tunnel.h"

/* Column n of the table has sub-identifier TUNNEL_COLUMN_FIRST_SUBID + n; 1 is the index. */
enum { TUNNEL_COLUMN_FIRST_SUBID = 2 };
extern const struct column tunnel_columns[];
extern const size_t tunnel_columns_count;

/* The column of that sub-identifier, or NULL. */
const struct column *tunnel_column_by_subid(unsigned long subid);

/* The label of a state. */
const char *tunnel_state_label(uint8_t state);

#endif
