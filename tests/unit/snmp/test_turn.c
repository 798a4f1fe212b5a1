/* SPDX-License-Identifier: BSD-3-Clause */

/* Turns of workers, each of which writes down its name, and may ask for another turn or take one away. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "snmp/turn.h"

static char taken[32];

struct worker {
	struct turn turn;
	char name;
	unsigned more; /* turns that it asks for */
	struct turn *cancels;
};

static void
work(void *data)
{
	struct worker *worker = data;

	strncat(taken, &worker->name, 1);
	if (worker->cancels)
		turn_cancel(worker->cancels);
	if (worker->more > 0) {
		worker->more--;
		turn_request(&worker->turn);
	}
}

static struct worker a, b, c;

static int
hire(void **state)
{
	(void)state;
	a = (struct worker){.turn = {.take = work, .data = &a}, .name = 'a'};
	b = (struct worker){.turn = {.take = work, .data = &b}, .name = 'b'};
	c = (struct worker){.turn = {.take = work, .data = &c}, .name = 'c'};
	taken[0] = '\0';
	return 0;
}

static void
assert_taken(const char *wanted)
{
	turns_take();
	assert_string_equal(taken, wanted);
	taken[0] = '\0';
}

static void
each_has_one_turn_however_often_it_asks(void **state)
{
	(void)state;
	assert_false(turns_are_requested());
	turn_request(&a.turn);
	turn_request(&b.turn);
	turn_request(&a.turn);
	assert_true(turns_are_requested());
	assert_taken("ab");
	assert_false(turns_are_requested());
	assert_taken("");
}

static void
who_asks_in_a_turn_waits_for_the_next_round(void **state)
{
	(void)state;
	a.more = 2;
	b.more = 1;
	turn_request(&a.turn);
	turn_request(&b.turn);
	assert_taken("ab");
	turn_request(&c.turn);
	assert_taken("abc");
	assert_taken("a");
	assert_false(turns_are_requested());
}

static void
a_turn_can_be_cancelled(void **state)
{
	(void)state;
	turn_cancel(&a.turn);
	turn_request(&a.turn);
	turn_request(&b.turn);
	turn_cancel(&b.turn);
	turn_request(&c.turn);
	turn_cancel(&a.turn);
	assert_taken("c");
	assert_false(turns_are_requested());
}

static void
one_turn_can_take_another_away(void **state)
{
	(void)state;
	a.cancels = &b.turn;
	c.cancels = &a.turn;
	a.more = 1;
	turn_request(&a.turn);
	turn_request(&b.turn);
	turn_request(&c.turn);
	assert_taken("ac");
	assert_false(turns_are_requested());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_has_one_turn_however_often_it_asks, hire),
		cmocka_unit_test_setup(who_asks_in_a_turn_waits_for_the_next_round, hire),
		cmocka_unit_test_setup(a_turn_can_be_cancelled, hire),
		cmocka_unit_test_setup(one_turn_can_take_another_away, hire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
