/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef WATCH_H
#define WATCH_H

/* Drives readers from net-snmp's event loop: descriptors by register_readfd(), times by snmp_alarm. */

#include "events/event.h"
#include "census/reader.h"

struct watch;

/*
 * Begins to read at once and goes on for ever, and tells the sink when reads fail and when they succeed again.  The
 * reader stays the caller's and must outlive the watch.
 */
struct watch *watch_start(struct reader *reader, const struct event_sink *sink);
/* New settings hold at once: a shorter interval brings the next read forward. */
void watch_configure(struct watch *watch, const struct reader_settings *settings);
/* While it is held, nothing is read and nothing heard: what has happened waits. */
void watch_hold(struct watch *watch, bool held);
void watch_stop(struct watch *watch); /* NULL is fine */

#endif
