/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_COLUMNS_H
#define TUNNEL_COLUMNS_H

/* The columns of ipsecTunnelTable; a row is a struct tunnel. */

#include "mib/columns.h"
#include "tunnels/tunnel.h"

extern const struct column_table tunnel_table;

/* The label of an enum tunnel_state. */
const char *tunnel_state_label(uint8_t state);

#endif
