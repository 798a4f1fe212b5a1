/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_SA_H
#define TUNNEL_SA_H

/* An SA of a tunnel as a plain value: a row of ipsecTunnelSaTable, and its columns. */

#include <stdint.h>

#include "mib/columns.h"
#include "sa/sa.h"
#include "sa/sa_transform.h"

/* The index of the table is ipsecTunnelIndex, followed by that of ipsecSaTable. */
struct tunnel_sa {
	uint32_t tunnel; /* the index */
	struct sa_said said;
	uint8_t direction; /* enum sa_direction, as assumed for its tunnel */
	uint8_t state;	   /* enum sa_state */
	char transform[SA_TRANSFORM_TEXT_SIZE];
};

extern const struct column_table tunnel_sa_table;

#endif
