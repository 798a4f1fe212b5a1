/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_WATCH_H
#define TUNNEL_WATCH_H

/* Tunnels in net-snmp's event loop: lets their time pass by snmp_alarm, and makes events of their news. */

#include "events/event.h"
#include "census/reader.h"
#include "tunnels/tunnels.h"

struct tunnel_watch;

/* Observes the reader's census from now on; reader, numbers and sink must outlive it.  NULL: no memory. */
struct tunnel_watch *tunnel_watch_new(struct reader *reader, struct tunnel_numbers *numbers,
				      const struct tunnel_settings *settings, const char *context,
				      const struct event_sink *sink);
void tunnel_watch_free(struct tunnel_watch *watch); /* NULL is allowed */

/*
 * Begins to apply other settings; it must be held until the steps are done, and the settings' names must stay.  Errors
 * are logged.
 */
void tunnel_watch_configure(struct tunnel_watch *watch, const struct tunnel_settings *settings);
/* True: it is done. */
bool tunnel_watch_configure_step(struct tunnel_watch *watch);

/* Sets a function to be called when the number of tunnels changes; NULL: none. */
void tunnel_watch_listen(struct tunnel_watch *watch, void (*changed)(void *data), void *data);

/* While it is held, no time passes for tunnels. */
void tunnel_watch_hold(struct tunnel_watch *watch, bool held);

struct tunnels *tunnel_watch_tunnels(const struct tunnel_watch *watch);

/* Copies a tunnel as of now; its state is unknown while that of the source is. */
void tunnel_watch_at(const struct tunnel_watch *watch, size_t rank, struct tunnel *tunnel);

#endif
