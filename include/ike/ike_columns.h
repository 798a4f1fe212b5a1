/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_COLUMNS_H
#define IKE_COLUMNS_H

/* The columns of ipsecIkeTable; a row is a struct ike_sa. */

#include "ike/ike_sa.h"
#include "mib/columns.h"

extern const struct column_table ike_table;

/* The label of an enum ike_state. */
const char *ike_state_label(uint8_t state);

#endif
