/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_watch.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "snmp/timer.h"

/* Events within this time are handled together. */
enum { GATHER_US = 20000 };

struct tunnel_watch {
	const struct reader *reader;
	struct tunnels *tunnels;
	struct event_sink sink;
	struct timer tick;
	bool held;
	size_t counted; /* number of tunnels at the last tick */
	void (*changed)(void *data);
	void *data;
};

static struct tunnel_time
now(const struct tunnel_watch *watch)
{
	struct tunnel_time time_now = {.us = clock_monotonic_us(), .seconds = time(NULL)};

	/* See census.h: KLIPS's times are counted, XFRM's are those of the wall clock. */
	time_now.sa_seconds = reader_source(watch->reader)->ops->kind == SOURCE_KLIPS ? (int64_t)(time_now.us / 1000000)
										      : time_now.seconds;
	return time_now;
}

/* --- news -------------------------------------------------------------------------------------- */

static void
describe(const struct tunnel *tunnel, char *text, size_t size)
{
	char local[SA_ADDRESS_TEXT_SIZE], remote[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(&tunnel->local, local);
	sa_address_print(&tunnel->remote, remote);
	snprintf(text, size, "%s to %s, reqid %" PRIu32 ", if-id %" PRIu32, local, remote, tunnel->reqid,
		 tunnel->if_id);
}

static void
on_news(void *data, enum tunnel_news news, const struct tunnel *tunnel)
{
	static const uint8_t kinds[] = {[TUNNEL_CAME_UP] = EVENT_TUNNEL_UP,
					[TUNNEL_WENT_DOWN] = EVENT_TUNNEL_DOWN,
					[TUNNEL_HAS_ERRORS] = EVENT_TUNNEL_ERRORS};
	const struct tunnel_watch *const watch = data;
	struct event event = {.src = tunnel->local};

	describe(tunnel, event.detail, sizeof(event.detail));
	if (news == TUNNEL_IS_SEVERAL) {
		snmp_log(LOG_WARNING,
			 "tunnel \"%s\" stands for more than one, whose packets are added up: one is %s; separate them "
			 "by \"reqid\", \"if-id\" or \"local\" in its line\n",
			 tunnel->name, event.detail);
		return;
	}
	event.kind = kinds[news];
	event.current = news == TUNNEL_HAS_ERRORS ? tunnel->in_errors + tunnel->out_errors : 0;
	event_set_tunnel(&event, tunnel);
	event_send(&watch->sink, &event);
}

/* --- time -------------------------------------------------------------------------------------- */

static void
on_tick(void *data)
{
	struct tunnel_watch *const watch = data;
	const struct tunnel_time time_now = now(watch);
	const uint64_t after_us = watch->held ? 0 : tunnels_tick(watch->tunnels, &time_now);

	if (tunnels_count(watch->tunnels) != watch->counted && watch->changed)
		watch->changed(watch->data);
	watch->counted = tunnels_count(watch->tunnels);
	if (after_us != UINT64_MAX)
		timer_set(&watch->tick, after_us > GATHER_US ? after_us : GATHER_US);
}

static void
on_wake(void *data)
{
	struct tunnel_watch *const watch = data;

	timer_set(&watch->tick, GATHER_US);
}

/* --- beginning and end ------------------------------------------------------------------------- */

struct tunnel_watch *
tunnel_watch_new(struct reader *reader, struct tunnel_numbers *numbers, const struct tunnel_settings *settings,
		 const char *context, const struct event_sink *sink)
{
	struct tunnel_watch *const watch = calloc(1, sizeof(*watch));
	const struct tunnel_listener listener = {.news = on_news, .wake = on_wake, .data = watch};

	if (!watch)
		return NULL;
	watch->reader = reader;
	watch->tick = (struct timer){.on_time = on_tick, .data = watch};
	watch->sink = *sink;
	watch->tunnels = tunnels_new(reader_census(reader), numbers, settings, context, &listener);
	if (!watch->tunnels) {
		free(watch);
		return NULL;
	}
	tunnels_observe_policies(watch->tunnels, reader_policies(reader));
	return watch;
}

void
tunnel_watch_free(struct tunnel_watch *watch)
{
	if (!watch)
		return;
	timer_cancel(&watch->tick);
	tunnels_free(watch->tunnels);
	free(watch);
}

void
tunnel_watch_configure(struct tunnel_watch *watch, const struct tunnel_settings *settings)
{
	tunnels_configure(watch->tunnels, settings);
}

bool
tunnel_watch_configure_step(struct tunnel_watch *watch)
{
	switch (tunnels_configure_step(watch->tunnels)) {
	case TUNNELS_CONFIGURING:
		return false;
	case TUNNELS_UNCONFIGURED:
		snmp_log(LOG_ERR, "cannot change the names of tunnels: out of memory; they stay as they are\n");
		break;
	case TUNNELS_CONFIGURED:
		break;
	}
	on_wake(watch);
	return true;
}

void
tunnel_watch_listen(struct tunnel_watch *watch, void (*changed)(void *data), void *data)
{
	watch->changed = changed;
	watch->data = data;
}

void
tunnel_watch_hold(struct tunnel_watch *watch, bool held)
{
	watch->held = held;
}

struct tunnels *
tunnel_watch_tunnels(const struct tunnel_watch *watch)
{
	return watch->tunnels;
}

void
tunnel_watch_at(const struct tunnel_watch *watch, size_t rank, struct tunnel *tunnel)
{
	const enum source_status status = reader_status(watch->reader);
	const struct tunnel_time time_now = now(watch);

	tunnels_at(watch->tunnels, rank, &time_now, tunnel);
	if (status == SOURCE_STATUS_STALE || status == SOURCE_STATUS_NOT_YET_READ || !reader_snapshot(watch->reader))
		tunnel->state = TUNNEL_UNKNOWN;
}
