/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TIMER_H
#define TIMER_H

/* A single call by net-snmp's event loop after some time (snmp_alarm(3)). */

#include <stdint.h>

/* Must not move while it is set; initialise to zero, except the first two members. */
struct timer {
	void (*on_time)(void *data);
	void *data;
	unsigned int alarm; /* net-snmp's number; 0: none */
};

/* Sets it, or sets it again to another time. */
void timer_set(struct timer *timer, uint64_t after_us);
void timer_cancel(struct timer *timer);

#endif
