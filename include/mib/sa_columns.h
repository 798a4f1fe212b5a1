/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_COLUMNS_H
#define SA_COLUMNS_H

/* The columns of ipsecSaTable; a row is a struct sa. */

#include "mib/columns.h"
#include "sa/sa.h"

extern const struct column_table sa_table;

#endif
