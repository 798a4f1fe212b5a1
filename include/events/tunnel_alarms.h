/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_ALARMS_H
#define TUNNEL_ALARMS_H

/*
 * Alarms of tunnels, which are looked at again and again: whether traffic goes one way only, and whether they are rekeyed too
 * often.  Pure: its clock is given to it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "events/alarm.h"
#include "events/event.h"
#include "tunnels/tunnel.h"

struct tunnel_alarms;

/* The sink must outlive it.  NULL: no memory. */
struct tunnel_alarms *tunnel_alarms_new(const struct event_sink *sink, const struct alarm_settings *settings);
void tunnel_alarms_free(struct tunnel_alarms *alarms); /* NULL is fine */
void tunnel_alarms_configure(struct tunnel_alarms *alarms, const struct alarm_settings *settings);

/*
 * One look at all tunnels: begin, each by ascending index, end.  now: seconds of a clock that goes on, not 0.  A tunnel whose state
 * is not known is passed over.
 */
void tunnel_alarms_begin(struct tunnel_alarms *alarms, int64_t now);
void tunnel_alarms_take(struct tunnel_alarms *alarms, const struct tunnel *tunnel);
void tunnel_alarms_end(struct tunnel_alarms *alarms);

#endif
