/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef METRIC_H
#define METRIC_H

/*
 * Which columns of the MIB are metrics of monitoring systems, and of what kind; conf/monitoring is checked against
 * this.
 */

#include "mib/columns.h"

enum metric_kind {
	METRIC_NONE, /* identifies the row, changes with each read, or is contained in another column */
	METRIC_COUNTER,
	METRIC_GAUGE,
	METRIC_STATES, /* an enumeration: a metric for each label, which is 1 for the current value, and 0 for others */
	METRIC_DATE,   /* seconds since 1970 */
	METRIC_TEXT,   /* a label of a metric that is always 1 */
	METRIC_INFO,   /* an enumeration: a metric NAME_info, whose label NAME is the current value */
};

enum metric_kind metric_kind(const struct column *column);

#endif
