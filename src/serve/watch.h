/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef WATCH_H
#define WATCH_H

/* Drives readers from net-snmp's event loop: descriptors by register_readfd(), times by snmp_alarm. */

#include "events/event.h"
#include "census/reader.h"

struct watch;

/*
 * Begins to read at once and continues until it is freed; tells the sink when reads fail and when they succeed again.
 * The caller still owns the reader, which must outlive the watch.
 */
struct watch *watch_start(struct reader *reader, const struct event_sink *sink);
/* New settings apply at once: a shorter interval brings the next read forward. */
void watch_configure(struct watch *watch, const struct reader_settings *settings);
/* While it is held, nothing is read and no events are taken: they wait. */
void watch_hold(struct watch *watch, bool held);
void watch_stop(struct watch *watch); /* NULL is allowed */

#endif
