/* SPDX-License-Identifier: BSD-3-Clause */

/* Slices of dumps as kernels send them, and as none should. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "xfrm/netlink.h"

enum { PORT = 4301, SEQUENCE = 7, TYPE = 0x10 };

static struct netlink link;
static uint64_t room[128];
static size_t used;
static unsigned taken;

static int
count(const struct nlmsghdr *message, void *data)
{
	assert_int_equal(message->nlmsg_type, TYPE);
	taken++;
	return *(const int *)data;
}

static int
begin(void **state)
{
	(void)state;
	link = (struct netlink){.port = PORT, .sequence = SEQUENCE, .dumping = true};
	used = 0;
	taken = 0;
	return 0;
}

/* Adds a message of that type and flags, with one number in it, to what the kernel sends next. */
static struct nlmsghdr *
add(uint16_t type, uint16_t flags, int32_t number)
{
	struct nlmsghdr *message = (struct nlmsghdr *)((uint8_t *)room + used);

	*message = (struct nlmsghdr){.nlmsg_len = NLMSG_LENGTH(sizeof(number)),
				     .nlmsg_type = type,
				     .nlmsg_flags = flags,
				     .nlmsg_seq = SEQUENCE,
				     .nlmsg_pid = PORT};
	memcpy(NLMSG_DATA(message), &number, sizeof(number));
	used += NLMSG_SPACE(sizeof(number));
	return message;
}

/* Whatever was received may have had keys in it. */
static void
assert_wiped(void)
{
	for (size_t i = 0; i < used; i++)
		assert_int_equal(((const uint8_t *)room)[i], 0);
}

static struct netlink_slice
take_all(int result)
{
	const struct netlink_slice slice = netlink_take(&link, room, used, count, &result);

	assert_wiped();
	return slice;
}

static void
a_slice_goes_on_until_done(void **state)
{
	struct netlink_slice slice;

	(void)state;
	add(TYPE, NLM_F_MULTI, 0);
	add(TYPE, NLM_F_MULTI, 0);
	slice = take_all(0);
	assert_false(slice.ended || slice.interrupted || slice.cut || slice.error);
	assert_int_equal(taken, 2);
	assert_true(link.dumping);
	used = 0;
	add(TYPE, NLM_F_MULTI, 0);
	add(NLMSG_DONE, NLM_F_MULTI, 0);
	slice = take_all(0);
	assert_true(slice.ended);
	assert_false(slice.interrupted || slice.cut || slice.error);
	assert_int_equal(taken, 3);
	assert_false(link.dumping);
}

/* The kernel sets it in the message after which it noticed, or in the last. */
static void
an_interrupted_dump_is_told_and_taken_to_its_end(void **state)
{
	struct netlink_slice slice;

	(void)state;
	add(TYPE, NLM_F_MULTI | NLM_F_DUMP_INTR, 0);
	add(TYPE, NLM_F_MULTI, 0);
	slice = take_all(0);
	assert_true(slice.interrupted);
	assert_int_equal(taken, 2);
	used = 0;
	add(NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 0);
	slice = take_all(0);
	assert_true(slice.interrupted && slice.ended);
}

static void
errors_are_the_kernels(void **state)
{
	struct netlink_slice slice;

	(void)state;
	add(NLMSG_ERROR, 0, -EPERM);
	slice = take_all(0);
	assert_true(slice.ended);
	assert_int_equal(slice.error, -EPERM);
	used = 0;
	add(NLMSG_DONE, NLM_F_MULTI, -ENOMEM);
	assert_int_equal(take_all(0).error, -ENOMEM);
	used = 0;
	add(NLMSG_ERROR, 0, 0)->nlmsg_len = NLMSG_HDRLEN;
	assert_int_equal(take_all(0).error, -EBADMSG);
}

static void
an_error_of_the_taker_ends_the_slice(void **state)
{
	(void)state;
	add(TYPE, NLM_F_MULTI, 0);
	add(TYPE, NLM_F_MULTI, 0);
	assert_int_equal(take_all(-ENOMEM).error, -ENOMEM);
	assert_int_equal(taken, 1);
}

static void
messages_of_others_are_skipped(void **state)
{
	struct netlink_slice slice;

	(void)state;
	add(TYPE, NLM_F_MULTI, 0)->nlmsg_seq = SEQUENCE - 1;
	add(TYPE, NLM_F_MULTI, 0)->nlmsg_pid = PORT + 1;
	add(NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, -EPERM)->nlmsg_seq = SEQUENCE - 1;
	add(NLMSG_NOOP, 0, 0);
	slice = take_all(0);
	assert_false(slice.ended || slice.interrupted || slice.cut || slice.error);
	assert_int_equal(taken, 0);
	assert_true(link.dumping);
}

static void
what_is_cut_short_is_told(void **state)
{
	(void)state;
	for (size_t missing = 1; missing < NLMSG_SPACE(sizeof(int32_t)); missing++) {
		begin(NULL);
		add(TYPE, NLM_F_MULTI, 0);
		add(TYPE, NLM_F_MULTI, 0);
		used -= missing;
		assert_true(take_all(0).cut);
		assert_int_equal(taken, 1);
	}
	begin(NULL);
	add(TYPE, NLM_F_MULTI, 0)->nlmsg_len = 3;
	assert_true(take_all(0).cut);
	assert_int_equal(taken, 0);
}

/* libmnl takes a length from 2^31 on for a negative one, which is less than what is left. */
static void
a_message_that_claims_to_be_huge_is_cut_short(void **state)
{
	static const uint32_t lengths[] = {INT32_MAX, UINT32_C(1) << 31, 0xffff0014, UINT32_MAX};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct netlink_slice slice;

		begin(state);
		add(TYPE, NLM_F_MULTI, 0);
		add(TYPE, NLM_F_MULTI, 0)->nlmsg_len = lengths[i];
		slice = take_all(0);
		assert_true(slice.cut);
		assert_false(slice.ended || slice.error);
		assert_int_equal(taken, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_slice_goes_on_until_done, begin),
		cmocka_unit_test_setup(an_interrupted_dump_is_told_and_taken_to_its_end, begin),
		cmocka_unit_test_setup(errors_are_the_kernels, begin),
		cmocka_unit_test_setup(an_error_of_the_taker_ends_the_slice, begin),
		cmocka_unit_test_setup(messages_of_others_are_skipped, begin),
		cmocka_unit_test_setup(what_is_cut_short_is_told, begin),
		cmocka_unit_test_setup(a_message_that_claims_to_be_huge_is_cut_short, begin),
	};

	return cmocka_run_group_tests_name("netlink", tests, NULL, NULL);
}
