/* SPDX-License-Identifier: BSD-3-Clause */

/* The log of events, the queue of notifications, and what is notified at all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "events/event_columns.h"
#include "events/event_kind.h"
#include "events/event_log.h"
#include "events/event_policy.h"
#include "events/event_text.h"
#include "events/notify_queue.h"

static const struct event_log_sizes three_and_two = {.events = 3, .changes = 2};

static uint32_t
add(struct event_log *log, enum event_kind kind)
{
	struct event event = {.kind = (uint8_t)kind, .delivery = EVENT_WAITING};

	if (event_kind_info(event.kind)->is_change)
		event.delivery = EVENT_NOT_NOTIFIED;
	event_log_add(log, &event);
	return event.number;
}

static struct event
find(const struct event_log *log, uint32_t number)
{
	const struct event *const event = event_log_after(log, number - 1);

	assert_non_null(event);
	assert_int_equal(event->number, number);
	return *event;
}

static void
assert_numbers(const struct event_log *log, const char *wanted)
{
	const struct event *event = event_log_after(log, 0);
	char numbers[256] = "";

	for (; event; event = event_log_after(log, event->number)) {
		const size_t length = strlen(numbers);

		snprintf(numbers + length, sizeof(numbers) - length, "%u ", event->number);
	}
	assert_string_equal(numbers, wanted);
}

static void
the_log_keeps_the_last_ones(void **state)
{
	struct event_log *log = event_log_new("", &three_and_two);

	(void)state;
	assert_numbers(log, "");
	for (uint32_t number = 1; number <= 5; number++)
		assert_int_equal(add(log, EVENT_SA_SOFT_EXPIRED), number);
	assert_numbers(log, "3 4 5 ");
	assert_null(event_log_after(log, UINT32_MAX));
	event_log_free(log);
}

static void
comings_and_goings_push_out_only_their_own(void **state)
{
	struct event_log *log = event_log_new("", &three_and_two);

	(void)state;
	add(log, EVENT_SA_SOFT_EXPIRED);
	for (int i = 0; i < 10; i++)
		add(log, EVENT_SA_CREATED);
	add(log, EVENT_SOURCE_FAILED);
	assert_numbers(log, "1 10 11 12 ");
	assert_int_equal(find(log, 12).notified_before, 1);
	assert_int_equal(find(log, 11).notified_before, 0);
	event_log_free(log);
}

static void
a_log_of_another_size_has_the_newest(void **state)
{
	struct event_log *log = event_log_new("", &three_and_two);

	(void)state;
	for (int i = 0; i < 5; i++)
		add(log, EVENT_SA_HARD_EXPIRED);
	assert_true(event_log_resize(log, &(struct event_log_sizes){.events = 2}));
	assert_numbers(log, "4 5 ");
	assert_true(event_log_resize(log, &(struct event_log_sizes){.events = 4}));
	add(log, EVENT_SA_HARD_EXPIRED);
	add(log, EVENT_SA_CREATED); /* of which none are kept */
	assert_numbers(log, "4 5 6 ");
	event_log_free(log);
}

/* --- the queue --------------------------------------------------------------------------------- */

enum { SECOND = 1000000 };
static const struct notify_queue_settings three_at_ten = {.limit = 3, .per_second = 10};

static void
push(struct notify_queue *queue, struct event_log *log)
{
	struct event event = {.kind = EVENT_SA_SOFT_EXPIRED, .delivery = EVENT_WAITING};

	event_log_add(log, &event);
	notify_queue_push(queue, log, &event);
}

/* The number of the one to send, or 0. */
static uint32_t
take(struct notify_queue *queue, uint64_t now_us)
{
	uint64_t wait_us;
	const struct notification *taken = notify_queue_take(queue, now_us, &wait_us);

	return taken ? taken->event.number : 0;
}

static enum event_delivery
delivery_of(const struct event_log *log, uint32_t number)
{
	return (enum event_delivery)find(log, number).delivery;
}

static void
one_goes_after_the_other_is_settled(void **state)
{
	struct event_log *log = event_log_new("", &three_and_two);
	struct notify_queue *queue = notify_queue_new(&three_at_ten);

	(void)state;
	assert_int_equal(take(queue, SECOND), 0);
	push(queue, log);
	push(queue, log);
	assert_int_equal(take(queue, SECOND), 1);
	assert_int_equal(take(queue, 9 * SECOND), 0);
	assert_int_equal(delivery_of(log, 1), EVENT_WAITING);
	notify_queue_settle(queue, EVENT_SENT);
	assert_int_equal(delivery_of(log, 1), EVENT_SENT);
	assert_int_equal(take(queue, 9 * SECOND), 2);
	notify_queue_return(queue);
	assert_int_equal(take(queue, 19 * SECOND), 2);
	notify_queue_settle(queue, EVENT_DROPPED);
	assert_int_equal(delivery_of(log, 2), EVENT_DROPPED);
	assert_int_equal(notify_queue_statistics(queue)->sent, 1);
	assert_int_equal(notify_queue_statistics(queue)->dropped, 1);
	assert_int_equal(notify_queue_statistics(queue)->waiting, 0);
	notify_queue_free(queue);
	event_log_free(log);
}

static void
the_oldest_are_dropped_but_not_the_one_under_way(void **state)
{
	struct event_log *log = event_log_new("", &(struct event_log_sizes){.events = 100});
	struct notify_queue *queue = notify_queue_new(&three_at_ten);

	(void)state;
	push(queue, log);
	assert_int_equal(take(queue, SECOND), 1);
	for (int i = 0; i < 5; i++)
		push(queue, log);
	assert_int_equal(notify_queue_statistics(queue)->dropped, 2);
	assert_int_equal(delivery_of(log, 2), EVENT_DROPPED);
	assert_int_equal(delivery_of(log, 3), EVENT_DROPPED);
	notify_queue_settle(queue, EVENT_SENT);
	assert_int_equal(take(queue, 9 * SECOND), 4);
	notify_queue_configure(queue, &(struct notify_queue_settings){.limit = 1, .per_second = 10});
	assert_int_equal(delivery_of(log, 5), EVENT_DROPPED);
	notify_queue_settle(queue, EVENT_SENT);
	assert_int_equal(take(queue, 19 * SECOND), 6);
	notify_queue_free(queue);
	event_log_free(log);
}

/* Ten a second: 10,000 go in 1,000 seconds, in order, none more than a few early. */
static void
a_burst_is_paced(void **state)
{
	enum { BURST = 10000, PER_SECOND = 10 };
	struct event_log *log = event_log_new("", &(struct event_log_sizes){.events = BURST});
	struct notify_queue *queue =
		notify_queue_new(&(struct notify_queue_settings){.limit = BURST, .per_second = PER_SECOND});
	uint64_t now_us = 7 * (uint64_t)SECOND, wait_us = 0;
	const uint64_t began_us = now_us;
	uint32_t sent = 0;

	(void)state;
	for (int i = 0; i < BURST; i++)
		push(queue, log);
	while (sent < BURST) {
		const struct notification *taken = notify_queue_take(queue, now_us, &wait_us);

		if (taken) {
			assert_int_equal(taken->event.number, ++sent);
			notify_queue_settle(queue, EVENT_SENT);
			assert_true(sent <= 2 + (now_us - began_us) * PER_SECOND / SECOND);
		} else {
			assert_in_range(wait_us, 1, SECOND / PER_SECOND);
			now_us += wait_us;
		}
	}
	assert_in_range(now_us - began_us, 998 * (uint64_t)SECOND, 1000 * (uint64_t)SECOND);
	assert_int_equal(notify_queue_statistics(queue)->dropped, 0);
	assert_int_equal(notify_queue_statistics(queue)->waiting, 0);
	notify_queue_free(queue);
	event_log_free(log);
}

/* --- the policy -------------------------------------------------------------------------------- */

static bool
notifies(const char *soft, const char *hard, enum event_kind kind, enum event_limit limit)
{
	const struct event event = {.kind = (uint8_t)kind, .limit = (uint8_t)limit};
	struct event_policy policy = {0};

	assert_null(event_policy_parse_limits(soft, &policy.soft));
	assert_null(event_policy_parse_limits(hard, &policy.hard));
	return event_policy_notifies(&policy, &event);
}

static void
an_operator_can_choose(void **state)
{
	(void)state;
	for (enum event_limit limit = EVENT_LIMIT_NONE; limit < EVENT_LIMITS; limit++) {
		assert_true(notifies("all", "none", EVENT_SA_SOFT_EXPIRED, limit));
		assert_false(notifies("all", "none", EVENT_SA_HARD_EXPIRED, limit));
	}
	assert_false(notifies("volume", "all", EVENT_SA_SOFT_EXPIRED, EVENT_LIMIT_ADD_TIME));
	assert_false(notifies("volume", "all", EVENT_SA_SOFT_EXPIRED, EVENT_LIMIT_USE_TIME));
	assert_true(notifies("volume", "all", EVENT_SA_SOFT_EXPIRED, EVENT_LIMIT_BYTES));
	assert_true(notifies("volume", "all", EVENT_SA_SOFT_EXPIRED, EVENT_LIMIT_NONE));
	assert_true(notifies("volume", "all", EVENT_SA_HARD_EXPIRED, EVENT_LIMIT_ADD_TIME));
	assert_true(notifies("bytes, packets", "none", EVENT_SA_SOFT_EXPIRED, EVENT_LIMIT_PACKETS));
	assert_false(notifies("bytes, packets", "none", EVENT_SA_SOFT_EXPIRED, EVENT_LIMIT_ALLOCATIONS));
	assert_true(notifies("none", "none", EVENT_SOURCE_FAILED, EVENT_LIMIT_NONE));
	assert_false(notifies("all", "all", EVENT_SA_CREATED, EVENT_LIMIT_NONE));
}

/* Of an SA that never had keys it does not matter which limit it reached. */
static void
who_wants_to_hear_of_sas_without_keys_says_so(void **state)
{
	const struct event event = {.kind = EVENT_SA_HARD_EXPIRED,
				    .limit = EVENT_LIMIT_ADD_TIME,
				    .larval = true,
				    .delivery = EVENT_WAITING};
	struct event_policy policy = {0};

	(void)state;
	assert_null(event_policy_parse_limits("all", &policy.hard));
	assert_false(event_policy_notifies(&policy, &event));
	assert_null(event_policy_parse_limits("volume larval", &policy.hard));
	assert_true(event_policy_notifies(&policy, &event));
	assert_false(notifies("all", "larval", EVENT_SA_HARD_EXPIRED, EVENT_LIMIT_ADD_TIME));
}

static void
sas_without_keys_push_out_nothing_unless_they_are_notified(void **state)
{
	struct event_log *log = event_log_new("", &three_and_two);
	struct event larval = {.kind = EVENT_SA_HARD_EXPIRED, .larval = true, .delivery = EVENT_NOT_NOTIFIED};

	(void)state;
	add(log, EVENT_SA_HARD_EXPIRED);
	for (int i = 0; i < 10; i++)
		event_log_add(log, &larval);
	assert_numbers(log, "1 10 11 ");
	larval.delivery = EVENT_WAITING;
	for (int i = 0; i < 2; i++)
		event_log_add(log, &larval);
	assert_numbers(log, "1 10 11 12 13 ");
	event_log_free(log);
}

static void
what_is_no_list_of_limits_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", " ", ",", "byte", "bytes;packets", "ALL", "all but bytes", "bytes packetsx"};
	event_limits limits = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_non_null(event_policy_parse_limits(wrong[i], &limits));
		assert_int_equal(limits, 5);
	}
}

static void
every_kind_has_a_line_that_fits(void **state)
{
	struct event event = {.number = UINT32_MAX, .limit = EVENT_LIMIT_ALLOCATIONS, .direction = SA_DIRECTION_OUT};
	char line[EVENT_LINE_SIZE];

	(void)state;
	event.said = (struct sa_said){.dst = {.type = SA_ADDRESS_IPV6}, .protocol = SA_PROTOCOL_ESP, .spi = UINT32_MAX};
	memset(event.said.dst.octets, 0xee, sizeof(event.said.dst.octets));
	event.src = event.said.dst;
	memset(event.transform, 'T', sizeof(event.transform) - 1);
	memset(event.tunnel, 'N', sizeof(event.tunnel) - 1);
	memset(event.detail, 'D', sizeof(event.detail) - 1);
	event.current = event.soft = event.hard = UINT64_MAX;
	for (uint8_t kind = 1; kind < EVENT_KINDS; kind++) {
		event.kind = kind;
		assert_in_range(event_print(&event, line), 1, EVENT_LINE_SIZE - 2);
		assert_non_null(strstr(line, event_kind_label(kind)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_keeps_the_last_ones),
		cmocka_unit_test(comings_and_goings_push_out_only_their_own),
		cmocka_unit_test(a_log_of_another_size_has_the_newest),
		cmocka_unit_test(one_goes_after_the_other_is_settled),
		cmocka_unit_test(the_oldest_are_dropped_but_not_the_one_under_way),
		cmocka_unit_test(a_burst_is_paced),
		cmocka_unit_test(an_operator_can_choose),
		cmocka_unit_test(who_wants_to_hear_of_sas_without_keys_says_so),
		cmocka_unit_test(sas_without_keys_push_out_nothing_unless_they_are_notified),
		cmocka_unit_test(what_is_no_list_of_limits_is_refused),
		cmocka_unit_test(every_kind_has_a_line_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
