/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/date_and_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"

/* RFC 2579, DateAndTime: 1992-5-26,13:30:15.0,-4:0 is its own example. */
static const uint8_t example[DATE_AND_TIME_OCTETS] = {0x07, 0xc8, 5, 26, 13, 30, 15, 0, '-', 4, 0};
static const int64_t example_ms = 706901415000; /* date -d 1992-05-26T13:30:15-04:00 +%s000 */

static void
reads_the_example_of_the_rfc(void **state)
{
	int64_t time_ms;

	(void)state;
	assert_true(date_and_time_read(example, sizeof(example), &time_ms));
	assert_true(time_ms == example_ms);
}

static void
writes_utc(void **state)
{
	static const struct {
		int64_t time_ms;
		uint8_t octets[DATE_AND_TIME_OCTETS];
	} times[] = {
		{0, {0x07, 0xb2, 1, 1, 0, 0, 0, 0, '+', 0, 0}},
		{1709251199987, {0x07, 0xe8, 2, 29, 23, 59, 59, 9, '+', 0, 0}},
		{1709251200000, {0x07, 0xe8, 3, 1, 0, 0, 0, 0, '+', 0, 0}},
		{-100, {0x07, 0xb1, 12, 31, 23, 59, 59, 9, '+', 0, 0}}, /* before a clock is set */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		uint8_t octets[DATE_AND_TIME_OCTETS];

		date_and_time(times[i].time_ms, octets);
		assert_memory_equal(octets, times[i].octets, sizeof(octets));
	}
}

/* Tenths of a second are all that it holds. */
static void
reads_what_it_writes(void **state)
{
	(void)state;
	random_seed(3);
	for (unsigned i = 0; i < 10000; i++) {
		const int64_t time_ms = (int64_t)(random_any64() % (4102444800000ULL)) / 100 * 100; /* until 2100 */
		uint8_t octets[DATE_AND_TIME_OCTETS];
		int64_t again_ms;

		date_and_time(time_ms, octets);
		assert_true(date_and_time_read(octets, sizeof(octets), &again_ms));
		assert_true(again_ms == time_ms);
	}
}

/* What RFC 2579 allows of each octet; the first two are any year. */
static void
refuses_what_is_no_time(void **state)
{
	static const struct {
		size_t octet;
		uint8_t least, most;
	} fields[] = {{2, 1, 12}, {3, 1, 31}, {4, 0, 23}, {5, 0, 59}, {6, 0, 60}, {7, 0, 9}, {9, 0, 14}, {10, 0, 59}};
	int64_t time_ms;

	(void)state;
	for (size_t length = 0; length < sizeof(example); length++)
		assert_false(date_and_time_read(example, length, &time_ms));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		for (unsigned value = 0; value <= UINT8_MAX; value++) {
			uint8_t octets[DATE_AND_TIME_OCTETS];

			memcpy(octets, example, sizeof(octets));
			octets[fields[i].octet] = (uint8_t)value;
			assert_int_equal(date_and_time_read(octets, sizeof(octets), &time_ms),
					 value >= fields[i].least && value <= fields[i].most);
		}
	}
	for (unsigned sign = 0; sign <= UINT8_MAX; sign++) {
		uint8_t octets[DATE_AND_TIME_OCTETS];

		memcpy(octets, example, sizeof(octets));
		octets[8] = (uint8_t)sign;
		assert_int_equal(date_and_time_read(octets, sizeof(octets), &time_ms), sign == '+' || sign == '-');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_example_of_the_rfc),
		cmocka_unit_test(writes_utc),
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(refuses_what_is_no_time),
	};

	return cmocka_run_group_tests_name("date_and_time", tests, NULL, NULL);
}
