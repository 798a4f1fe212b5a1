/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ALARM_WATCH_H
#define ALARM_WATCH_H

/* Checks tunnels and the kernel's counters periodically, for alarms, in net-snmp's event loop. */

#include "events/alarms.h"
#include "tunnel_watch.h"
#include "xfrm/stat_file.h"

struct alarm_watch;

/* Everything except the settings must outlive it.  NULL: no memory. */
struct alarm_watch *alarm_watch_start(const struct tunnel_watch *tunnels, struct stat_file *stat,
				      const struct alarm_settings *settings, struct alarms *alarms);
void alarm_watch_stop(struct alarm_watch *watch); /* NULL is allowed */
void alarm_watch_configure(struct alarm_watch *watch, const struct alarm_settings *settings);
/* While it is held, it looks at nothing. */
void alarm_watch_hold(struct alarm_watch *watch, bool held);

#endif
