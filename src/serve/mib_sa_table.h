/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_SA_TABLE_H
#define MIB_SA_TABLE_H

/* ipsecSaTable: GET and GETNEXT by binary search in the last committed snapshot, and the tunnel of each SA. */

#include <stdbool.h>

#include "census/reader.h"
#include "mib_place.h"
#include "tunnels/tunnels.h"

/* Reader and tunnels must outlive the registration.  False: no memory, or net-snmp refused; the reason is logged. */
bool mib_sa_table_register(const struct mib_place *place, const struct reader *reader, const struct tunnels *tunnels);

#endif
