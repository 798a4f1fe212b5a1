/* SPDX-License-Identifier: BSD-3-Clause */

/* Timers over net-snmp's alarms; nothing here depends on how long anything takes. */

#include "snmp/timer.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static unsigned calls;

static void
count(void *data)
{
	(void)data;
	calls++;
}

static void
wait_for_calls(unsigned wanted)
{
	while (calls < wanted)
		run_alarms();
}

static void
is_called_once(void **state)
{
	struct timer timer = {.on_time = count}, later = {.on_time = count};

	(void)state;
	calls = 0;
	timer_set(&timer, 1);
	assert_int_not_equal(timer.alarm, 0);
	wait_for_calls(1);
	assert_int_equal(timer.alarm, 0);
	/* Had it another alarm, that would be due before this one. */
	timer_set(&later, 2);
	wait_for_calls(2);
	run_alarms();
	assert_int_equal(calls, 2);
}

static void
set_again(void *data)
{
	calls++;
	if (calls < 5)
		timer_set(data, 1);
}

static void
can_be_set_again_when_its_time_comes(void **state)
{
	struct timer timer = {.on_time = set_again};

	(void)state;
	calls = 0;
	timer.data = &timer;
	timer_set(&timer, 0);
	wait_for_calls(5);
	assert_int_equal(timer.alarm, 0);
}

static void
another_time_replaces_the_one_before(void **state)
{
	struct timer timer = {.on_time = count}, later = {.on_time = count};

	(void)state;
	calls = 0;
	timer_set(&timer, 1);
	timer_set(&timer, UINT64_C(3600000000));
	timer_set(&later, 2);
	wait_for_calls(1);
	run_alarms();
	assert_int_equal(calls, 1);
	assert_int_equal(later.alarm, 0);
	assert_int_not_equal(timer.alarm, 0);
	timer_cancel(&timer);
	assert_int_equal(timer.alarm, 0);
}

static void
one_that_is_cancelled_is_not_called(void **state)
{
	struct timer timer = {.on_time = count}, later = {.on_time = count};

	(void)state;
	calls = 0;
	timer_set(&timer, 1);
	timer_cancel(&timer);
	timer_cancel(&timer);
	timer_set(&later, 2);
	wait_for_calls(1);
	run_alarms();
	assert_int_equal(calls, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_called_once),
		cmocka_unit_test(can_be_set_again_when_its_time_comes),
		cmocka_unit_test(another_time_replaces_the_one_before),
		cmocka_unit_test(one_that_is_cancelled_is_not_called),
	};

	return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
