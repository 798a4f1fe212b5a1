/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_WATCH_H
#define IKE_WATCH_H

/*
 * An IKE daemon in net-snmp's event loop: its socket, the session, and the use of its data.  Nothing waits for the
 * daemon: if it is slow, silent, gone or sends invalid data, that is reported once, and everything else goes on.
 */

#include <stddef.h>
#include <stdint.h>

#include "events/event.h"
#include "ike/ike_sas.h"
#include "serve/settings.h"

struct tunnel_watch;

/* Values of ipsecAgentIkeStatus. */
enum ike_status {
	IKE_STATUS_NONE = 1, /* no daemon is configured, or none is there */
	IKE_STATUS_OK = 2,
	IKE_STATUS_CONNECTING = 3, /* its first round is not complete */
	IKE_STATUS_SILENT = 4,	   /* it does not answer */
	IKE_STATUS_FAILED = 5,	   /* it cannot be asked, or sends invalid data */
};

struct ike_watch;

/*
 * Begins to ask the daemon that the settings have for that place, and to label tunnels.  Tunnels and sink must outlive
 * it.  NULL: no memory.
 */
struct ike_watch *ike_watch_start(const struct settings *settings, const struct namespace_choice *place,
				  struct tunnel_watch *tunnels, const struct event_sink *sink);
void ike_watch_stop(struct ike_watch *watch); /* NULL is allowed */

/* Applies other settings; another socket is another daemon. */
void ike_watch_configure(struct ike_watch *watch, const struct settings *settings);

/* While it is held, no tunnel is labelled. */
void ike_watch_hold(struct ike_watch *watch, bool held);

/* What it has reported; nothing while that is too old. */
const struct ike_sas *ike_watch_sas(const struct ike_watch *watch);
enum ike_status ike_watch_status(const struct ike_watch *watch);
/* What is wrong with it, or "". */
const char *ike_watch_error(const struct ike_watch *watch);
/* The longest time that it has blocked the event loop, in microseconds. */
uint64_t ike_watch_longest_us(const struct ike_watch *watch);

#endif
