/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_COLUMNS_H
#define IKE_COLUMNS_H

/* The columns of ipsecIkeTable; a row is a struct ike_sa. */

#include "ike/ike_sa.h"
#include "mib/columns.h"

extern const struct column_table ike_table;

#endif
