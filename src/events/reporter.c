/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/reporter.h"

#include "event_text.h"

static void
say(const struct reporter *reporter, const struct event *event)
{
	char line[EVENT_LINE_SIZE];

	event_print(event, line);
	reporter->say(line);
}

static void
report(void *data, const struct event *told)
{
	const struct reporter *reporter = data;
	struct event event = *told;

	event.time_ms = reporter->now_ms();
	event.delivery = event_policy_notifies(&reporter->policy, &event) ? EVENT_WAITING : EVENT_NOT_NOTIFIED;
	event_log_add(reporter->log, &event);
	if (reporter->noted)
		reporter->noted(reporter->noted_data, &event);
	if (reporter->policy.say)
		say(reporter, &event);
	if (event.delivery != EVENT_WAITING)
		return;
	notify_queue_push(reporter->queue, reporter->log, &event);
	reporter->wake(reporter->wake_data);
}

struct event_sink
reporter_sink(struct reporter *reporter)
{
	const struct event_sink sink = {report, reporter};

	return sink;
}
