/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CHECK_RANGE_H
#define CHECK_RANGE_H

/* Ranges of monitoring plugins (Monitoring Plugins Development Guidelines, "Threshold and ranges"); pure. */

#include <stdbool.h>

enum { CHECK_RANGE_SIZE = 64 };

/* The values for which there is no alert, from low to high inclusive; or, if alerts_inside, for which there is one. */
struct check_range {
	double low, high;
	bool alerts_inside;
	char text
		[CHECK_RANGE_SIZE]; /* as it was written, for performance data; empty: there is no range, and no alert */
};

/* Parses "10" (0 to 10), "10:", "~:10", "10:20", "@10:20".  False: it is not a range, and *range is unchanged. */
bool check_range_parse(const char *text, struct check_range *range);

bool check_range_alerts(const struct check_range *range, double value);

#endif
