/* SPDX-License-Identifier: BSD-3-Clause */
#include "date_and_time.h"

#include <time.h>

void
date_and_time(int64_t time_ms, uint8_t octets[DATE_AND_TIME_OCTETS])
{
	const time_t seconds = (time_t)(time_ms / 1000);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	octets[0] = (uint8_t)((utc.tm_year + 1900) >> 8);
	octets[1] = (uint8_t)(utc.tm_year + 1900);
	octets[2] = (uint8_t)(utc.tm_mon + 1);
	octets[3] = (uint8_t)utc.tm_mday;
	octets[4] = (uint8_t)utc.tm_hour;
	octets[5] = (uint8_t)utc.tm_min;
	octets[6] = (uint8_t)utc.tm_sec;
	octets[7] = (uint8_t)(time_ms % 1000 / 100);
	octets[8] = '+';
	octets[9] = octets[10] = 0;
}
