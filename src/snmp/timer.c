/* SPDX-License-Identifier: BSD-3-Clause */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "snmp/timer.h"

static void
on_alarm(unsigned int alarm, void *data)
{
	struct timer *const timer = data;

	(void)alarm;
	timer->alarm = 0;
	timer->on_time(timer->data);
}

void
timer_set(struct timer *timer, uint64_t after_us)
{
	const struct timeval after = {(time_t)(after_us / 1000000), (suseconds_t)(after_us % 1000000)};

	timer_cancel(timer);
	timer->alarm = snmp_alarm_register_hr(after, 0, on_alarm, timer);
}

void
timer_cancel(struct timer *timer)
{
	if (timer->alarm)
		snmp_alarm_unregister(timer->alarm);
	timer->alarm = 0;
}
