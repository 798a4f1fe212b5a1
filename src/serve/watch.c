/* SPDX-License-Identifier: BSD-3-Clause */
#include "watch.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/fd_event_manager.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "snmp/request_count.h"
#include "snmp/timer.h"
#include "snmp/turn.h"

enum { LISTEN_US = READER_LISTEN_SECONDS * 1000000 };

struct watch {
	struct reader *reader;
	struct event_sink sink;
	int fd;	     /* registered with the event loop; -1: none */
	int news_fd; /* likewise */
	enum reader_wait waiting;
	unsigned asked; /* request_count(), when it was last read */
	struct timer next_read;
	struct timer next_listen; /* even if nothing is readable */
	struct turn step, more_news;
	bool held, missed_step, missed_begin;
	enum source_status told;
	char told_complaint[sizeof(((struct source *)0)->complaint)];
};

static void follow(struct watch *watch, enum reader_wait wait);

static void
report_event(const struct watch *watch, enum event_kind kind, const char *detail)
{
	struct event event = {.kind = (uint8_t)kind};

	snprintf(event.detail, sizeof(event.detail), "%s", detail);
	event_send(&watch->sink, &event);
}

static bool
is_failure(enum source_status status)
{
	return status == SOURCE_STATUS_FAILING || status == SOURCE_STATUS_STALE;
}

static void
report_events(const struct watch *watch, enum source_status status)
{
	if (is_failure(status) && !is_failure(watch->told))
		report_event(watch, EVENT_SOURCE_FAILED, reader_error(watch->reader));
	if (status == SOURCE_STATUS_OK && is_failure(watch->told))
		report_event(watch, EVENT_SOURCE_RECOVERED, "the SAs can be read again");
}

/* Logs a change of the source's state, once. */
static void
tell(struct watch *watch)
{
	const enum source_status status = reader_status(watch->reader);
	const char *complaint = reader_source(watch->reader)->complaint;

	if (status != watch->told && status == SOURCE_STATUS_OK && watch->told != SOURCE_STATUS_NOT_YET_READ)
		snmp_log(LOG_NOTICE, "the SAs can be read again\n");
	if (status != watch->told && status == SOURCE_STATUS_FAILING)
		snmp_log(LOG_ERR, "cannot read the SAs: %s\n", reader_error(watch->reader));
	if (status != watch->told && status == SOURCE_STATUS_STALE)
		snmp_log(LOG_ERR, "withdrew the SAs, which are too old: %s\n", reader_error(watch->reader));
	report_events(watch, status);
	watch->told = status;
	if (complaint[0] != '\0' && strcmp(complaint, watch->told_complaint) != 0)
		snmp_log(LOG_WARNING, "skipped what is not understood: %s\n", complaint);
	snprintf(watch->told_complaint, sizeof(watch->told_complaint), "%s", complaint);
}

static void
unregister(struct watch *watch)
{
	if (watch->fd >= 0)
		unregister_readfd(watch->fd);
	watch->fd = -1;
	timer_cancel(&watch->next_read);
	turn_cancel(&watch->step);
}

static void
on_step(void *data)
{
	struct watch *watch = data;

	watch->missed_step = watch->held;
	if (!watch->held)
		follow(watch, reader_step(watch->reader, clock_monotonic_us()));
}

static void
on_readable(int fd, void *data)
{
	(void)fd;
	on_step(data);
}

static void
note_asked(struct watch *watch)
{
	const unsigned asked = request_count();

	if (asked != watch->asked)
		reader_note_asked(watch->reader);
	watch->asked = asked;
}

static void
begin_read(void *data)
{
	struct watch *watch = data;

	watch->missed_begin = watch->held;
	if (watch->held)
		return;
	note_asked(watch);
	follow(watch, reader_begin(watch->reader, clock_monotonic_us()));
}

static void
listen_to_news(void *data)
{
	struct watch *watch = data;
	enum source_news news;

	if (watch->held)
		return;
	news = reader_listen(watch->reader, clock_monotonic_us());
	if ((news == SOURCE_NEWS_LOST || news == SOURCE_NEWS_READ) && watch->waiting == READER_IDLE)
		follow(watch, READER_IDLE);
	if (news != SOURCE_NEWS_NONE)
		turn_request(&watch->more_news);
}

static void
on_news(int fd, void *data)
{
	(void)fd;
	listen_to_news(data);
}

static void
on_second(void *data)
{
	struct watch *watch = data;

	timer_set(&watch->next_listen, LISTEN_US);
	listen_to_news(watch);
}

/* The source has another socket after a failure. */
static void
follow_news(struct watch *watch)
{
	const int fd = reader_news_fd(watch->reader);

	if (fd == watch->news_fd)
		return;
	if (watch->news_fd >= 0)
		unregister_readfd(watch->news_fd);
	watch->news_fd = fd;
	if (fd >= 0)
		register_readfd(fd, on_news, watch);
}

static void
wait_for_fd(struct watch *watch)
{
	const int fd = reader_fd(watch->reader);

	if (fd == watch->fd)
		return;
	unregister(watch);
	watch->fd = fd;
	register_readfd(fd, on_readable, watch);
}

static void
follow(struct watch *watch, enum reader_wait wait)
{
	const uint64_t now_us = clock_monotonic_us();
	const uint64_t next_us = reader_next_begin_us(watch->reader);

	watch->waiting = wait;
	follow_news(watch);
	if (wait == READER_WAIT_FD) {
		wait_for_fd(watch);
		return;
	}
	unregister(watch);
	if (wait == READER_WORK) {
		turn_request(&watch->step);
		return;
	}
	tell(watch);
	timer_set(&watch->next_read, next_us > now_us ? next_us - now_us : 1);
}

struct watch *
watch_start(struct reader *reader, const struct event_sink *sink)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->reader = reader;
	watch->sink = *sink;
	watch->fd = watch->news_fd = -1;
	watch->told = SOURCE_STATUS_NOT_YET_READ;
	watch->step = (struct turn){.take = on_step, .data = watch};
	watch->more_news = (struct turn){.take = listen_to_news, .data = watch};
	watch->next_read = (struct timer){.on_time = begin_read, .data = watch};
	watch->next_listen = (struct timer){.on_time = on_second, .data = watch};
	timer_set(&watch->next_listen, LISTEN_US);
	follow(watch, reader_begin(reader, clock_monotonic_us()));
	return watch;
}

void
watch_configure(struct watch *watch, const struct reader_settings *settings)
{
	reader_configure(watch->reader, settings);
	if (watch->waiting == READER_IDLE)
		follow(watch, READER_IDLE);
}

void
watch_hold(struct watch *watch, bool held)
{
	watch->held = held;
	if (held)
		return;
	turn_request(&watch->more_news);
	if (watch->missed_step)
		turn_request(&watch->step);
	if (watch->missed_begin)
		timer_set(&watch->next_read, 1);
	watch->missed_step = watch->missed_begin = false;
}

void
watch_stop(struct watch *watch)
{
	if (!watch)
		return;
	unregister(watch);
	if (watch->news_fd >= 0)
		unregister_readfd(watch->news_fd);
	turn_cancel(&watch->more_news);
	timer_cancel(&watch->next_listen);
	free(watch);
}
