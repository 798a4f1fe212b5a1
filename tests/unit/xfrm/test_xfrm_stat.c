/* SPDX-License-Identifier: BSD-3-Clause */

/* /proc/net/xfrm_stat as kernels print it, and as they might. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "xfrm/xfrm_stat.h"

static struct xfrm_stat stat;

static void
read_text(const char *text)
{
	xfrm_stat_read(&stat, text, strlen(text));
}

static void
reads_what_a_kernel_prints(void **state)
{
	(void)state;
	read_text("XfrmInError             \t1\nXfrmInBufferError       \t0\nXfrmInNoStates          "
		  "\t18446744073709551615\n"
		  "XfrmOutNoQueueSpace     \t7\n");
	assert_int_equal(stat.known, 1 << XFRM_STAT_InError | 1 << XFRM_STAT_InBufferError | 1 << XFRM_STAT_InNoStates |
					     UINT64_C(1) << XFRM_STAT_OutNoQueueSpace);
	assert_int_equal(stat.counters[XFRM_STAT_InError], 1);
	assert_true(stat.counters[XFRM_STAT_InNoStates] == UINT64_MAX);
	assert_int_equal(stat.counters[XFRM_STAT_OutNoQueueSpace], 7);
	assert_int_equal(stat.others, 0);
}

static void
counts_what_it_has_no_name_for(void **state)
{
	(void)state;
	read_text("XfrmInError 1\nXfrmInOfTomorrow 2\nXfrmInErrors 3");
	assert_int_equal(stat.counters[XFRM_STAT_InError], 1);
	assert_int_equal(stat.others, 2);
}

static void
passes_over_what_is_none(void **state)
{
	(void)state;
	read_text("\n\nXfrmInError\nXfrmInError \nXfrmInError x\nXfrmInError 1x\n 5\nXfrmInError -1\n");
	assert_int_equal(stat.known, 0);
	assert_int_equal(stat.others, 0);
	read_text("");
	assert_int_equal(stat.known, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_kernel_prints),
		cmocka_unit_test(counts_what_it_has_no_name_for),
		cmocka_unit_test(passes_over_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
