/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STAT_COLUMNS_H
#define STAT_COLUMNS_H

/* The scalars of ipsecStat; those that the kernel lacks do not exist.  Their row is a struct xfrm_stat. */

#include "mib/columns.h"
#include "xfrm/xfrm_stat.h"

extern const struct column_table stat_table;

#endif
