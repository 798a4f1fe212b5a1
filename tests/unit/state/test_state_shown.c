/* SPDX-License-Identifier: BSD-3-Clause */

/* What was shown of tunnels, over agents that are killed, machines that are restarted, and files that are damaged. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "state/state_shown.h"

static struct {
	char path[64];
	struct state_directory *directory;
	struct state_shown *shown;
} bench;

static void
start(const char *boot)
{
	char error[ERROR_LINE_SIZE];

	state_shown_free(bench.shown);
	bench.shown = state_shown_new(boot);
	assert_non_null(bench.shown);
	state_shown_load(bench.shown, bench.directory);
	assert_true(state_shown_keep(bench.shown, bench.directory, error));
}

static int
begin(void **state)
{
	char error[ERROR_LINE_SIZE];

	(void)state;
	strcpy(bench.path, "/tmp/test-state-shown-XXXXXX");
	assert_non_null(mkdtemp(bench.path));
	bench.directory = state_directory_open(bench.path, error);
	assert_non_null(bench.directory);
	start("a-boot");
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	state_shown_free(bench.shown);
	bench.shown = NULL;
	unlinkat(state_directory_fd(bench.directory), "shown", 0);
	state_directory_close(bench.directory);
	return rmdir(bench.path);
}

static void
show(const char *context, uint32_t index, uint64_t in_bytes)
{
	const struct tunnel tunnel = {.index = index, .began_seconds = 1700000000, .in_bytes = in_bytes, .rekeys = 3};

	assert_true(state_shown_note(bench.shown, context, &tunnel));
}

static uint64_t
shown(const char *context, uint32_t index)
{
	const struct tunnel_counters *const counters = state_shown_find(bench.shown, context, index);

	assert_true(!counters || (counters->began_seconds == 1700000000 && counters->rekeys == 3));
	return counters ? counters->in_bytes : 0;
}

static void
what_was_shown_last_is_there_after_a_kill(void **state)
{
	(void)state;
	show("", 10001, 5);
	show("", 10001, 8);
	show("blue", 10001, 7);
	show("", 1, 9);
	start("a-boot");
	assert_int_equal(shown("", 10001), 8);
	assert_int_equal(shown("blue", 10001), 7);
	assert_int_equal(shown("", 1), 9);
	assert_int_equal(shown("blue", 1), 0);
	show("", 1, 10);
	start("a-boot");
	assert_int_equal(shown("", 1), 10);
	assert_int_equal(shown("blue", 10001), 7);
}

static void
of_another_boot_nothing_is_known(void **state)
{
	(void)state;
	show("", 1, 9);
	start("another");
	assert_int_equal(shown("", 1), 0);
	show("", 2, 4);
	start("another");
	assert_int_equal(shown("", 1), 0);
	assert_int_equal(shown("", 2), 4);
	start("");
	assert_int_equal(shown("", 2), 0);
}

/* As a crash of the machine may leave one. */
static void
a_damaged_record_is_left_out(void **state)
{
	enum { SECOND = 2 * 128 + 48 };
	int fd;

	(void)state;
	show("", 1, 9);
	show("", 2, 4);
	show("", 3, 6);
	fd = openat(state_directory_fd(bench.directory), "shown", O_WRONLY);
	assert_int_equal(pwrite(fd, "\xff", 1, SECOND), 1);
	assert_int_equal(ftruncate(fd, 4 * 128 - 1), 0);
	close(fd);
	start("a-boot");
	assert_int_equal(shown("", 1), 9);
	assert_int_equal(shown("", 2), 0);
	assert_int_equal(shown("", 3), 0);
	show("", 3, 7);
	start("a-boot");
	assert_int_equal(shown("", 1), 9);
	assert_int_equal(shown("", 3), 7);
}

static void
of_too_many_the_oldest_make_room(void **state)
{
	(void)state;
	state_shown_free(bench.shown);
	bench.shown = state_shown_new("a-boot");
	assert_non_null(bench.shown);
	for (uint32_t index = 1; index <= STATE_SHOWN_MOST + 2; index++)
		show("", index, index);
	assert_int_equal(shown("", 2), 0);
	assert_int_equal(shown("", 3), 3);
	assert_int_equal(shown("", STATE_SHOWN_MOST + 2), STATE_SHOWN_MOST + 2);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(what_was_shown_last_is_there_after_a_kill, begin, finish),
	cmocka_unit_test_setup_teardown(of_another_boot_nothing_is_known, begin, finish),
	cmocka_unit_test_setup_teardown(a_damaged_record_is_left_out, begin, finish),
	cmocka_unit_test_setup_teardown(of_too_many_the_oldest_make_room, begin, finish),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
