/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DATE_AND_TIME_H
#define DATE_AND_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* DateAndTime (RFC 2579) of milliseconds since 1970, in UTC. */
enum { DATE_AND_TIME_OCTETS = 11 };
void date_and_time(int64_t time_ms, uint8_t octets[DATE_AND_TIME_OCTETS]);

/* The reverse, for any time zone; false: not a valid DateAndTime, or its length is not that of one with a time zone. */
bool date_and_time_read(const uint8_t *octets, size_t length, int64_t *time_ms);

#endif
