/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/date_and_time.h"

#include <time.h>

void
date_and_time(int64_t time_ms, uint8_t octets[DATE_AND_TIME_OCTETS])
{
	const time_t seconds = (time_t)(time_ms / 1000 - (time_ms % 1000 < 0)); /* rounds down, before 1970, too */
	struct tm utc;

	gmtime_r(&seconds, &utc);
	octets[0] = (uint8_t)((utc.tm_year + 1900) >> 8);
	octets[1] = (uint8_t)(utc.tm_year + 1900);
	octets[2] = (uint8_t)(utc.tm_mon + 1);
	octets[3] = (uint8_t)utc.tm_mday;
	octets[4] = (uint8_t)utc.tm_hour;
	octets[5] = (uint8_t)utc.tm_min;
	octets[6] = (uint8_t)utc.tm_sec;
	octets[7] = (uint8_t)((time_ms - seconds * 1000) / 100);
	octets[8] = '+';
	octets[9] = octets[10] = 0;
}

bool
date_and_time_read(const uint8_t *octets, size_t length, int64_t *time_ms)
{
	struct tm utc = {0};
	int64_t zone_seconds;

	if (length != DATE_AND_TIME_OCTETS || (octets[8] != '+' && octets[8] != '-'))
		return false;
	if (octets[2] < 1 || octets[2] > 12 || octets[3] < 1 || octets[3] > 31 || octets[4] > 23 || octets[5] > 59 ||
	    octets[6] > 60 || octets[7] > 9 || octets[9] > 14 || octets[10] > 59)
		return false;
	utc.tm_year = (octets[0] << 8 | octets[1]) - 1900;
	utc.tm_mon = octets[2] - 1;
	utc.tm_mday = octets[3];
	utc.tm_hour = octets[4];
	utc.tm_min = octets[5];
	utc.tm_sec = octets[6];
	zone_seconds = octets[9] * 3600 + octets[10] * 60;
	*time_ms = ((int64_t)timegm(&utc) - (octets[8] == '+' ? zone_seconds : -zone_seconds)) * 1000 + octets[7] * 100;
	return true;
}
