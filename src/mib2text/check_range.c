/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_range.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number, whose end is *end.  No locale is set, so the decimal separator is a point. */
static bool
read_number(const char *text, const char *end, double *number)
{
	char *after;

	if (text == end || strspn(text, "+-.0123456789") < (size_t)(end - text))
		return false;
	*number = strtod(text, &after);
	return after == end;
}

bool
check_range_parse(const char *text, struct check_range *range)
{
	struct check_range read = {.low = 0, .high = HUGE_VAL, .alerts_inside = text[0] == '@'};
	const char *const from = text + read.alerts_inside;
	const char *const end = text + strlen(text);
	const char *const colon = strchr(from, ':');

	if (strlen(text) >= sizeof(read.text))
		return false;
	if (colon && colon - from == 1 && from[0] == '~')
		read.low = -HUGE_VAL;
	else if (colon && !read_number(from, colon, &read.low))
		return false;
	if ((!colon || colon + 1 < end) && !read_number(colon ? colon + 1 : from, end, &read.high))
		return false;
	if (read.low > read.high)
		return false;
	snprintf(read.text, sizeof(read.text), "%s", text);
	*range = read;
	return true;
}

bool
check_range_alerts(const struct check_range *range, double value)
{
	const bool is_inside = value >= range->low && value <= range->high;

	return range->text[0] != '\0' && is_inside == range->alerts_inside;
}
