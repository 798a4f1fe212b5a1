/* SPDX-License-Identifier: BSD-3-Clause */
#include "serve/view.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "snmp/notifier.h"
#include "xfrm/stat_file.h"
#include "ike_watch.h"
#include "alarm_watch.h"
#include "state_keeper.h"
#include "tunnel_watch.h"
#include "watch.h"

static const char *const klips_files[] = {"/proc/net/ipsec_spi", "/proc/net/ipsec/spi/all"};

static const char *
klips_file(const struct settings *settings)
{
	if (settings->klips_file[0] != '\0')
		return settings->klips_file;
	return access(klips_files[0], F_OK) == 0 || access(klips_files[1], F_OK) < 0 ? klips_files[0] : klips_files[1];
}

struct source *
view_open_source(const struct settings *settings, const struct namespace_choice *place, char error[ERROR_LINE_SIZE])
{
	const char *path = klips_file(settings);

	if (place->netns[0] != '\0')
		return source_xfrm_open(place->netns, settings->event_backlog_octets, error);
	if (settings->source == CHOOSE_KLIPS || (settings->source == CHOOSE_AUTO && access(path, F_OK) == 0))
		return source_klips_open(path, error);
	return source_xfrm_open(NULL, settings->event_backlog_octets, error);
}

static struct reader_settings
reader_settings_of(const struct settings *settings)
{
	const struct reader_settings result = {
		.interval_ms = settings->interval_seconds * 1000,
		.stale_after_ms = settings->stale_after_seconds * 1000,
		.idle_interval_ms = settings->idle_interval_seconds * 1000,
		.share_percent = settings->read_share_percent,
	};

	return result;
}

static void
say(const char *line)
{
	snmp_log(LOG_NOTICE, "%s\n", line);
}

static uint64_t
losses_of(const void *data)
{
	const struct reader_statistics *statistics = reader_statistics(data);

	return statistics->lost_news + statistics->failed_reads;
}

static uint32_t
late_seconds(const void *data)
{
	return reader_late_seconds(data);
}

static int64_t
now_seconds(const void *data)
{
	const struct source *source = reader_source(data);

	return source->ops->listen ? time(NULL) : source->read_seconds;
}

static int64_t
steady_seconds(const void *data)
{
	(void)data;
	return (int64_t)(clock_monotonic_us() / 1000000);
}

/*
 * Tunnels come first, so that the others find the name of an SA's tunnel; expiries come before the end that they cause.
 */
static bool
observe(struct view *view, const struct settings *settings)
{
	const struct event_sink sink = reporter_sink(&view->reporter);
	const struct expiry_outlook outlook = {
		.now_seconds = now_seconds,
		.steady_seconds = reader_source(view->reader)->ops->listen ? steady_seconds : NULL,
		.losses = reader_source(view->reader)->ops->listen ? losses_of : NULL,
		.late_seconds = late_seconds,
		.data = view->reader,
	};

	view->tunnels = tunnel_watch_new(view->reader, view->numbers, &settings->tunnels, view->place.context, &sink);
	if (!view->tunnels)
		return false;
	view->sender = (struct event_sender){
		.census = reader_census(view->reader), .tunnels = tunnel_watch_tunnels(view->tunnels), .sink = sink};
	view->expiry = expiry_new(&view->sender, &outlook);
	sa_changes_begin(&view->changes, &view->sender);
	return alarms_begin(&view->alarms, &view->sender, &settings->alarms) && view->expiry;
}

/* Time stands still for a view while it is written. */
static void
hold(void *data, bool held)
{
	const struct view *const view = data;

	if (view->watch)
		watch_hold(view->watch, held);
	tunnel_watch_hold(view->tunnels, held);
	if (view->ike)
		ike_watch_hold(view->ike, held);
	if (view->alarm_watch)
		alarm_watch_hold(view->alarm_watch, held);
}

static void
take_up_state(struct view *view, struct state_keeper *keeper)
{
	const struct state_view complete = {
		.census = reader_census(view->reader),
		.tunnels = tunnel_watch_tunnels(view->tunnels),
		.expiry = view->expiry,
		.log = view->log,
		.alarms = &view->alarms,
		.source = (uint8_t)reader_source(view->reader)->ops->kind,
	};
	const struct state_hold holder = {hold, view};

	view->state = keeper;
	if (!keeper)
		return;
	if (state_keeper_complete(keeper, &complete, &holder))
		view->changes.surveyed = true;
	view->reporter.noted = state_keeper_note;
	view->reporter.noted_data = keeper;
}

static bool
open_events(struct view *view, struct notify_queue *queue, const struct settings *settings)
{
	view->log = event_log_new(view->place.context, &settings->event_log);
	view->reporter = (struct reporter){
		.log = view->log,
		.queue = queue,
		.policy = settings->event_policy,
		.now_ms = clock_real_ms,
		.say = say,
		.wake = notifier_wake,
	};
	return view->log && observe(view, settings);
}

static void
view_close(struct view *view)
{
	ike_watch_stop(view->ike);
	alarm_watch_stop(view->alarm_watch);
	alarms_end(&view->alarms);
	watch_stop(view->watch);
	reader_free(view->reader);
	tunnel_watch_free(view->tunnels);
	tunnel_numbers_free(view->numbers);
	stat_file_free(view->stat);
	expiry_free(view->expiry);
	event_log_free(view->log);
}

static bool
view_open(struct view *view, struct views *views, const struct settings *settings, const struct namespace_choice *place,
	  char error[ERROR_LINE_SIZE])
{
	const struct reader_settings for_reader = reader_settings_of(settings);
	struct source *source = view_open_source(settings, place, error);

	if (!source)
		return false;
	view->place = *place;
	view->reader = reader_new(source, &for_reader);
	view->stat = stat_file_new(view->place.netns[0] != '\0' ? view->place.netns : NULL);
	view->numbers = tunnel_numbers_new(place->context);
	if (view->numbers)
		state_keeper_add(views->state, place->context, view->numbers);
	if (view->reader && view->stat && view->numbers && open_events(view, views->queue, settings)) {
		take_up_state(view, views->state);
		return true;
	}
	snprintf(error, ERROR_LINE_SIZE, "out of memory");
	view_close(view);
	return false;
}

static bool
has_context(const struct views *views, const char *context)
{
	size_t i = 0;

	while (i < views->count && strcmp(views->all[i].place.context, context) != 0)
		i++;
	return i < views->count;
}

/* True: a warning was logged. */
static bool
warn_of_name(const struct views *views, const struct tunnel_names *names, size_t number)
{
	const struct tunnel_name *const name = &names->all[number];
	const size_t before = tunnel_names_shadow(names, number);

	if (before < names->count)
		snmp_log(LOG_WARNING,
			 "tunnel \"%s\" never gets an SA: tunnel \"%s\", whose line is before, takes all of its\n",
			 name->name, names->all[before].name);
	else if (name->has_context && !has_context(views, name->context))
		snmp_log(LOG_WARNING,
			 "tunnel \"%s\" never gets an SA: no network namespace is watched in context \"%s\" (netns)\n",
			 name->name, name->context);
	else
		return false;
	return true;
}

/* From that name on, a bounded number; returns the next one. */
static size_t
warn_of_names(const struct views *views, const struct tunnel_names *names, size_t number)
{
	enum { LOOKS = 3000, A_LINE = 100 };
	const size_t cost = tunnel_names_cost(names);
	size_t spent = 0;

	for (; number < names->count && spent < LOOKS; number++)
		spent += cost + (warn_of_name(views, names, number) ? A_LINE : 0);
	return number;
}

/* Identities that were reported while they were enabled. */
static void
forget_identities(struct views *views)
{
	for (size_t i = 0; i < views->count; i++) {
		tunnels_forget_identities(tunnel_watch_tunnels(views->all[i].tunnels));
		event_log_forget_identities(views->all[i].log);
	}
	notify_queue_forget_identities(views->queue);
	state_keeper_forget_identities(views->state);
}

bool
views_open(struct views *views, const struct settings *settings, const struct state_directory *state,
	   char error[ERROR_LINE_SIZE])
{
	static const struct namespace_choice here;
	const size_t count = settings->namespace_count ? settings->namespace_count : 1;

	views->count = 0;
	views->queue = notify_queue_new(&settings->notify);
	if (!views->queue) {
		snprintf(error, ERROR_LINE_SIZE, "out of memory");
		return false;
	}
	views->state = state_keeper_open(state, settings->state_interval_seconds);
	for (size_t i = 0; i < count; i++) {
		const struct namespace_choice *place = settings->namespace_count ? &settings->namespaces[i] : &here;
		struct view *view = &views->all[views->count];

		memset(view, 0, sizeof(*view));
		if (!view_open(view, views, settings, place, error)) {
			views_close(views);
			return false;
		}
		views->count++;
	}
	if (!settings->ike_identities)
		forget_identities(views);
	state_keeper_begin(views->state);
	for (size_t i = 0; i < settings->tunnels.names.count;)
		i = warn_of_names(views, &settings->tunnels.names, i);
	return true;
}

bool
views_start(struct views *views, const struct settings *settings, struct agentx_link *link)
{
	views->notifier = notifier_new(views->queue, settings->oid_root.subids, settings->oid_root.length, link);
	if (!views->notifier)
		return false;
	for (size_t i = 0; i < views->count; i++) {
		struct view *view = &views->all[i];
		const struct event_sink sink = reporter_sink(&view->reporter);

		view->reporter.wake_data = views->notifier;
		view->watch = watch_start(view->reader, &sink);
		view->sink = sink;
		view->ike = ike_watch_start(settings, &view->place, view->tunnels, &view->sink);
		view->alarm_watch = alarm_watch_start(view->tunnels, view->stat, &settings->alarms, &view->alarms);
		if (!view->watch || !view->ike || !view->alarm_watch)
			return false;
	}
	return true;
}

static void
hold_all(struct views *views, bool held)
{
	for (size_t i = 0; i < views->count; i++)
		hold(&views->all[i], held);
}

void
views_configure(struct views *views, const struct settings *settings)
{
	const struct reader_settings for_reader = reader_settings_of(settings);

	state_keeper_pause(views->state);
	hold_all(views, true);
	notify_queue_configure(views->queue, &settings->notify);
	for (size_t i = 0; i < views->count; i++) {
		struct view *view = &views->all[i];

		watch_configure(view->watch, &for_reader);
		tunnel_watch_configure(view->tunnels, &settings->tunnels);
		ike_watch_configure(view->ike, settings);
		alarms_configure(&view->alarms, &settings->alarms);
		alarm_watch_configure(view->alarm_watch, &settings->alarms);
		view->reporter.policy = settings->event_policy;
		if (!event_log_resize(view->log, &settings->event_log))
			snmp_log(LOG_ERR, "cannot resize the event log: out of memory; it stays as it is\n");
	}
	views->change = (struct views_change){.names = &settings->tunnels.names,
					      .state_interval_seconds = settings->state_interval_seconds,
					      .identities = settings->ike_identities};
}

bool
views_configure_step(struct views *views)
{
	struct views_change *const change = &views->change;

	if (!change->names)
		return true;
	if (change->warned < change->names->count) {
		change->warned = warn_of_names(views, change->names, change->warned);
	} else if (change->view < views->count) {
		change->view += tunnel_watch_configure_step(views->all[change->view].tunnels);
	} else {
		change->names = NULL;
		if (!change->identities)
			forget_identities(views);
		hold_all(views, false);
		state_keeper_configure(views->state, change->state_interval_seconds);
	}
	return !change->names;
}

static void
say_what_still_waits(const struct notify_queue *queue)
{
	const uint32_t waiting = queue ? notify_queue_statistics(queue)->waiting : 0;

	if (waiting > 0)
		snmp_log(LOG_WARNING, "stopping with %u notifications not sent\n", (unsigned)waiting);
}

void
views_close(struct views *views)
{
	while (!views_configure_step(views))
		;
	say_what_still_waits(views->queue);
	state_keeper_close(views->state);
	for (size_t i = 0; i < views->count; i++)
		view_close(&views->all[i]);
	notifier_free(views->notifier);
	notify_queue_free(views->queue);
	memset(views, 0, sizeof(*views));
}
