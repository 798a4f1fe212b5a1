/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef METRIC_H
#define METRIC_H

/* Which columns of the MIB are metrics of monitoring systems, and as what; conf/monitoring is checked against this. */

#include "mib/columns.h"

enum metric_kind {
	METRIC_NONE, /* what tells one row from another, changes with each read, or is said by another column */
	METRIC_COUNTER,
	METRIC_GAUGE,
	METRIC_STATES, /* an enumeration: a metric for each label, which is 1 for the one that holds, and else 0 */
	METRIC_DATE,   /* seconds since 1970 */
	METRIC_TEXT,   /* a label of a metric that is always 1 */
	METRIC_INFO,   /* an enumeration: a metric called NAME_info, whose label NAME is the one that holds */
};

enum metric_kind metric_kind(const struct column *column);

#endif
