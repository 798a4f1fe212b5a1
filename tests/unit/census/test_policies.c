/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "census/policies.h"

static struct policies *policies;
static unsigned came, changed, went;

static void
on_changed(void *data, const struct policy *before, const struct policy *after)
{
	assert_ptr_equal(data, &came);
	came += !before;
	went += !after;
	changed += before && after;
	if (before && after)
		assert_int_equal(before->index, after->index);
}

static int
set_up(void **state)
{
	(void)state;
	came = changed = went = 0;
	policies = policies_new();
	if (!policies)
		return -1;
	policies_observe(policies, on_changed, &came);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	policies_free(policies);
	return 0;
}

static struct policy
a_policy(uint32_t index, uint8_t templates)
{
	struct policy policy = {.index = index,
				.direction = POLICY_OUT,
				.action = POLICY_ALLOW,
				.type = POLICY_MAIN,
				.template_count = templates};

	for (unsigned i = 0; i < templates; i++)
		policy.templates[i].reqid = index;
	return policy;
}

static void
take(enum policy_event_kind kind, struct policy policy)
{
	const struct policy_event event = {kind, policy};

	policies_take(policies, &event);
}

static void
flush(uint8_t type)
{
	take(POLICY_EVENT_FLUSHED, (struct policy){.type = type});
}

static void
settle(void)
{
	while (!policies_settle_step(policies, 1))
		;
}

static void
end_read(void)
{
	settle();
	while (!policies_survey_step(policies, 1))
		;
}

/* The indexes of all that are there, as a sum that knows their order. */
static uint64_t
list(void)
{
	struct policy policy = {.index = 0};
	uint64_t digits = 0;
	size_t count = 0;

	for (; policies_from(policies, (uint64_t)policy.index + 1, &policy); count++)
		digits = 10 * digits + policy.index;
	assert_int_equal(policies_count(policies), count);
	return digits;
}

static void
reads_and_events_bring_policies_in_any_order(void **state)
{
	(void)state;
	policies_begin(policies);
	take(POLICY_EVENT_READ, a_policy(5, 1));
	take(POLICY_EVENT_READ, a_policy(3, 6));
	take(POLICY_EVENT_SET, a_policy(4, 0));
	take(POLICY_EVENT_READ, a_policy(9, 2));
	take(POLICY_EVENT_READ, a_policy(1, 2));
	end_read();
	assert_int_equal(list(), 13459);
	take(POLICY_EVENT_GONE, a_policy(4, 0));
	take(POLICY_EVENT_SET, a_policy(2, 0));
	assert_int_equal(list(), 12359);
	assert_int_equal(came, 6);
	assert_int_equal(went, 1);
}

static void
a_policy_may_change_and_have_more_templates(void **state)
{
	struct policy policy = a_policy(7, 1), found;

	(void)state;
	take(POLICY_EVENT_SET, policy);
	policy.priority = 3;
	take(POLICY_EVENT_SET, policy);
	policy = a_policy(7, 4);
	take(POLICY_EVENT_SET, policy);
	assert_true(policies_from(policies, 0, &found));
	assert_memory_equal(&found, &policy, sizeof(policy));
	assert_int_equal(changed, 2);
	policy.used_seconds = 1000;
	take(POLICY_EVENT_SET, policy);
	assert_true(policies_from(policies, 7, &found));
	assert_int_equal(found.used_seconds, 1000);
	assert_int_equal(changed, 2);
	assert_false(policies_from(policies, 8, &found));
}

static void
what_a_whole_read_lacks_is_gone(void **state)
{
	(void)state;
	take(POLICY_EVENT_SET, a_policy(1, 1));
	take(POLICY_EVENT_SET, a_policy(2, 1));
	policies_begin(policies);
	take(POLICY_EVENT_READ, a_policy(2, 1));
	take(POLICY_EVENT_SET, a_policy(3, 1));
	assert_int_equal(list(), 123);
	policies_abandon(policies);
	policies_begin(policies);
	take(POLICY_EVENT_READ, a_policy(2, 1));
	take(POLICY_EVENT_SET, a_policy(4, 1));
	end_read();
	assert_int_equal(list(), 24);
	assert_int_equal(went, 2);
}

static void
what_an_event_told_counts_for_more_than_the_read_under_way(void **state)
{
	struct policy newer = a_policy(3, 1);
	struct policy found;

	(void)state;
	newer.priority = 7;
	policies_begin(policies);
	take(POLICY_EVENT_READ, a_policy(1, 1));
	take(POLICY_EVENT_GONE, a_policy(1, 1));
	take(POLICY_EVENT_READ, a_policy(1, 1));
	take(POLICY_EVENT_SET, newer);
	take(POLICY_EVENT_READ, a_policy(3, 1));
	end_read();
	assert_int_equal(list(), 3);
	assert_true(policies_from(policies, 0, &found));
	assert_int_equal(found.priority, 7);
	/* The next read has it as it is. */
	policies_begin(policies);
	take(POLICY_EVENT_READ, a_policy(1, 1));
	take(POLICY_EVENT_READ, a_policy(3, 1));
	end_read();
	assert_int_equal(list(), 13);
}

static void
a_flush_ends_those_of_its_type_but_not_those_of_sockets(void **state)
{
	struct policy of_socket = a_policy(4, 0), sub = a_policy(5, 0);

	(void)state;
	of_socket.direction = POLICY_SOCKET_IN;
	sub.type = POLICY_SUB;
	for (uint32_t index = 1; index <= 3; index++)
		take(POLICY_EVENT_SET, a_policy(index, 1));
	take(POLICY_EVENT_SET, of_socket);
	take(POLICY_EVENT_SET, sub);
	flush(POLICY_MAIN);
	take(POLICY_EVENT_SET, a_policy(2, 1));
	take(POLICY_EVENT_SET, a_policy(6, 1));
	settle();
	assert_int_equal(list(), 2456);
	assert_int_equal(went, 3);
	assert_int_equal(came, 7);
}

static void
a_read_does_not_bring_back_what_was_flushed_in_its_course(void **state)
{
	struct policy of_socket = a_policy(4, 0);

	(void)state;
	of_socket.direction = POLICY_SOCKET_OUT;
	take(POLICY_EVENT_SET, a_policy(1, 1));
	policies_begin(policies);
	flush(POLICY_MAIN);
	take(POLICY_EVENT_READ, a_policy(1, 1));
	take(POLICY_EVENT_READ, a_policy(2, 1));
	take(POLICY_EVENT_READ, of_socket);
	take(POLICY_EVENT_SET, a_policy(3, 1));
	end_read();
	assert_int_equal(list(), 34);
	policies_begin(policies);
	take(POLICY_EVENT_READ, a_policy(2, 1));
	take(POLICY_EVENT_READ, a_policy(3, 1));
	end_read();
	assert_int_equal(list(), 23);
}

/* Against a plain array, with all in any order; what the observer hears adds up. */
static void
any_order_of_reads_and_events_ends_as_the_kernel_is(void **state)
{
	enum { INDEXES = 64, STEPS = 20000 };
	bool kernel[INDEXES + 1] = {false}, read[INDEXES + 1];
	uint32_t next = 0, random = 1;
	size_t living = 0;

	(void)state;
	for (unsigned step = 0; step < STEPS; step++) {
		const uint32_t index = 1 + (random >> 8) % INDEXES;

		random = random * 1664525 + 1013904223;
		switch (random >> 28) {
		case 0:
			flush(POLICY_MAIN);
			memset(kernel, 0, sizeof(kernel));
			break;
		case 1:
		case 2:
		case 3:
			kernel[index] = true;
			take(POLICY_EVENT_SET, a_policy(index, (uint8_t)(random >> 4) % 7));
			break;
		case 4:
		case 5:
			if (kernel[index])
				take(POLICY_EVENT_GONE, a_policy(index, 0));
			kernel[index] = false;
			break;
		case 6:
			policies_settle_step(policies, 3);
			break;
		default:
			/* A read brings what was there when it came by, and is heard of a little later. */
			if (next == 0)
				policies_begin(policies);
			else if (read[next])
				take(POLICY_EVENT_READ, a_policy(next, 1));
			next = next == INDEXES ? 0 : next + 1;
			if (next == 0)
				end_read();
			else
				read[next] = kernel[next];
			break;
		}
	}
	settle();
	for (uint32_t index = 1; index <= INDEXES; index++) {
		struct policy found;
		const bool is_there = policies_from(policies, index, &found) && found.index == index;

		assert_int_equal(is_there, kernel[index]);
		living += is_there;
	}
	assert_int_equal(policies_count(policies), living);
	assert_int_equal(came - went, living);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_and_events_bring_policies_in_any_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_policy_may_change_and_have_more_templates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_a_whole_read_lacks_is_gone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_an_event_told_counts_for_more_than_the_read_under_way, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_flush_ends_those_of_its_type_but_not_those_of_sockets, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_read_does_not_bring_back_what_was_flushed_in_its_course, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(any_order_of_reads_and_events_ends_as_the_kernel_is, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
