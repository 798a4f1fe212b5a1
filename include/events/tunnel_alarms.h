/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_ALARMS_H
#define TUNNEL_ALARMS_H

/*
 * Alarms of tunnels, which are checked periodically: whether traffic has only one direction, and whether they are
 * rekeyed too often.  Pure: the caller provides its clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events/alarm.h"
#include "events/event.h"
#include "tunnels/tunnel.h"

struct tunnel_alarms;

/* The sink must outlive it.  NULL: no memory. */
struct tunnel_alarms *tunnel_alarms_new(const struct event_sink *sink, const struct alarm_settings *settings);
void tunnel_alarms_free(struct tunnel_alarms *alarms); /* NULL is allowed */
void tunnel_alarms_configure(struct tunnel_alarms *alarms, const struct alarm_settings *settings);

/*
 * One check of all tunnels: begin, each by ascending index, end.  now: seconds of a monotonic clock, not 0.  A tunnel
 * whose state is not known is skipped.
 */
void tunnel_alarms_begin(struct tunnel_alarms *alarms, int64_t now);
void tunnel_alarms_take(struct tunnel_alarms *alarms, const struct tunnel *tunnel);
void tunnel_alarms_end(struct tunnel_alarms *alarms);

/* As alarms_places(), alarms_save() and alarms_restore(), see alarms.h. */
size_t tunnel_alarms_places(const struct tunnel_alarms *alarms);
bool tunnel_alarms_save(const struct tunnel_alarms *alarms, size_t place, struct alarm_saved *saved);
bool tunnel_alarms_restore(struct tunnel_alarms *alarms, const struct tunnel *tunnel, const struct alarm_saved *saved);

#endif
