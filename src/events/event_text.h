/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_TEXT_H
#define EVENT_TEXT_H

#include "events/event.h"

/* One line for the log: "saSoftExpired esp.9a35fc02@192.0.2.1 ...".  Returns its length. */
enum { EVENT_LINE_SIZE = 768 };
size_t event_print(const struct event *event, char line[EVENT_LINE_SIZE]);

#endif
