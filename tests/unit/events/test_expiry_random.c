/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Census and expiries against a kernel that does what it likes: a million steps of traffic, time, creations, updates,
 * deletions and flushes, told by events that may be lost and by dumps that take a while.  Every limit has a value
 * of its own, so that what is told shows which one is meant.  None is told twice, none that was not
 * reached, and none is missing that could have been known.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random_values.h"
#include "events/expiry.h"

enum { SAS = 24, STEPS = 1000000, QUEUE = 64, VALUES = 1000 };
/* Packets and seconds pass a thousand at a time, so that each limit can be a little less than a multiple. */
enum { STRIDE = VALUES };
enum { PACKETS, SECONDS, KINDS };
enum { SOFT, HARD, HARDNESSES };

static const enum sa_lifetime_kind lifetime_kinds[KINDS] = {SA_LIFE_PACKETS, SA_LIFE_ADD};

/* A limit that an SA has, or had. */
struct limit {
	uint64_t value; /* 0: none */
	bool reached;
	bool must_be_told; /* the kernel told so */
	unsigned told;
};

struct kernel_sa {
	bool lives, dying, unheard_end;
	int64_t born_seconds;
	uint64_t packets;
	struct limit limits[KINDS][HARDNESSES];
};

static struct {
	int64_t now_seconds;
	struct kernel_sa sas[SAS];
	unsigned next_value[SAS];
	struct sa_event queue[QUEUE];
	int64_t queued_seconds[QUEUE]; /* when each of these happened */
	size_t queue_length, queue_room;
	uint64_t losses; /* that the listener has learnt of */
	bool overrun;
	/* What was there before, by slot and value: told late, it is still known. */
	struct limit past[SAS][VALUES];
	uint64_t expiries, told;
} kernel;

static struct {
	struct census *census;
	struct snapshot *snapshot;
	struct expiry *expiry;
	struct event_sender sender;
	uint32_t late_seconds;
	bool dumping;
	unsigned dump_next;
	int64_t dump_seconds;
} listener;

/* --- the kernel -------------------------------------------------------------------------------- */

static uint64_t
age_of(const struct kernel_sa *sa)
{
	return (uint64_t)(kernel.now_seconds - sa->born_seconds);
}

static struct sa
describe(unsigned slot)
{
	const struct kernel_sa *from = &kernel.sas[slot];
	struct sa sa = {
		.said = {.dst = {SA_ADDRESS_IPV4, {192, 0, 2, 1}}, .protocol = SA_PROTOCOL_ESP, .spi = slot + 1},
		.state = SA_STATE_MATURE};

	sa.life[SA_LIFE_PACKETS].current = from->packets;
	sa.life[SA_LIFE_ADD].current = age_of(from);
	for (int kind = 0; kind < KINDS; kind++) {
		sa.life[lifetime_kinds[kind]].soft = from->limits[kind][SOFT].value;
		sa.life[lifetime_kinds[kind]].hard = from->limits[kind][HARD].value;
	}
	return sa;
}

static void
queue(struct sa_event event)
{
	if (kernel.queue_length >= kernel.queue_room) {
		kernel.overrun = true;
		return;
	}
	kernel.queue[kernel.queue_length] = event;
	kernel.queued_seconds[kernel.queue_length++] = kernel.now_seconds;
}

static void
emit(enum sa_event_kind kind, unsigned slot, bool hard)
{
	queue((struct sa_event){.kind = kind, .hard = hard, .sa = describe(slot)});
}

static uint64_t
current_of(const struct kernel_sa *sa, int kind)
{
	return kind == PACKETS ? sa->packets : age_of(sa);
}

/* An SA that is still there has not reached its greatest age, whatever a clock says. */
static bool
is_death(int kind, int hardness)
{
	return kind == SECONDS && hardness == HARD;
}

/* told: by an event with these counters; dead: which is its hard expiry. */
static void
note_reached(struct kernel_sa *sa, bool told, bool dead)
{
	for (int kind = 0; kind < KINDS; kind++) {
		for (int hardness = 0; hardness < HARDNESSES; hardness++) {
			struct limit *limit = &sa->limits[kind][hardness];

			if (limit->value == 0 || current_of(sa, kind) < limit->value)
				continue;
			if (is_death(kind, hardness) && !dead)
				continue;
			limit->reached = true;
			limit->must_be_told = limit->must_be_told || told;
		}
	}
}

static void
check(const struct limit *limit, bool unheard_end)
{
	assert_in_range(limit->told, 0, 1);
	/* Whose end was lost may have lived on, for all that is known. */
	if (limit->told > 0 && !unheard_end)
		assert_true(limit->reached);
}

static void
retire(unsigned slot, struct limit *limit)
{
	struct limit *past = &kernel.past[slot][limit->value % VALUES];

	if (limit->value == 0)
		return;
	check(past, true);
	*past = *limit;
	*limit = (struct limit){0};
}

/* None, or up to five strides, less something that no other limit of this SPI has had lately. */
static void
set_limit(unsigned slot, struct limit *limit)
{
	retire(slot, limit);
	if (once_in(3))
		return;
	kernel.next_value[slot] = kernel.next_value[slot] % (VALUES - 1) + 1;
	limit->value = (uint64_t)STRIDE * (1 + random_below(5)) - kernel.next_value[slot];
}

static void
end(unsigned slot)
{
	struct kernel_sa *sa = &kernel.sas[slot];

	sa->lives = false;
	for (int i = 0; i < KINDS * HARDNESSES; i++)
		retire(slot, &sa->limits[i / HARDNESSES][i % HARDNESSES]);
}

static void
expire(unsigned slot, bool hard)
{
	kernel.expiries++;
	note_reached(&kernel.sas[slot], true, hard);
	emit(SA_EVENT_EXPIRED, slot, hard);
	kernel.sas[slot].dying = true;
	if (hard)
		end(slot);
}

/* As xfrm_state_check_expire() and xfrm_timer_handler(). */
static void
look_at_limits(unsigned slot, int kind)
{
	struct kernel_sa *sa = &kernel.sas[slot];
	const uint64_t current = current_of(sa, kind), hard = sa->limits[kind][HARD].value,
		       soft = sa->limits[kind][SOFT].value;

	if (hard > 0 && current >= hard)
		expire(slot, true);
	else if (soft > 0 && current >= soft && !sa->dying)
		expire(slot, false);
}

static void
send_packets(unsigned slot)
{
	look_at_limits(slot, PACKETS);
	if (kernel.sas[slot].lives)
		kernel.sas[slot].packets += STRIDE;
	note_reached(&kernel.sas[slot], false, false);
}

/* A read is over in a second or two, whatever waits to be heard. */
static void
pass_time(void)
{
	if (listener.dumping)
		return;
	kernel.now_seconds += STRIDE;
	for (unsigned slot = 0; slot < SAS; slot++) {
		if (kernel.sas[slot].lives)
			note_reached(&kernel.sas[slot], false, false);
		if (kernel.sas[slot].lives)
			look_at_limits(slot, SECONDS);
	}
}

static void
create_or_update(unsigned slot)
{
	struct kernel_sa *sa = &kernel.sas[slot];
	const enum sa_event_kind kind = sa->lives ? SA_EVENT_UPDATED : SA_EVENT_NEW;

	if (!sa->lives)
		*sa = (struct kernel_sa){.lives = true, .born_seconds = kernel.now_seconds};
	sa->dying = false;
	/* An update that changes nothing makes the kernel tell again, too. */
	for (int i = 0; i < KINDS * HARDNESSES; i++) {
		if (kind == SA_EVENT_NEW || once_in(2))
			set_limit(slot, &sa->limits[i / HARDNESSES][i % HARDNESSES]);
	}
	emit(kind, slot, false);
	note_reached(sa, false, false);
}

static void delete(unsigned slot)
{
	note_reached(&kernel.sas[slot], true, false);
	emit(SA_EVENT_DELETED, slot, false);
	end(slot);
}

static void
flush(void)
{
	queue((struct sa_event){.kind = SA_EVENT_FLUSHED});
	for (unsigned slot = 0; slot < SAS; slot++) {
		if (kernel.sas[slot].lives)
			end(slot);
	}
}

/* --- the listener ------------------------------------------------------------------------------ */

static int64_t
now_seconds(const void *data)
{
	(void)data;
	return kernel.now_seconds;
}

static uint64_t
losses(const void *data)
{
	(void)data;
	return kernel.losses;
}

static uint32_t
late_seconds(const void *data)
{
	(void)data;
	return listener.late_seconds;
}

static struct limit *
limit_told(const struct event *event)
{
	const unsigned slot = event->said.spi - 1;
	const int kind = event->limit == EVENT_LIMIT_PACKETS ? PACKETS : SECONDS;
	const int hardness = event->kind == EVENT_SA_HARD_EXPIRED ? HARD : SOFT;
	const uint64_t value = hardness == HARD ? event->hard : event->soft;
	struct limit *limit = &kernel.sas[slot].limits[kind][hardness];

	assert_in_range(slot, 0, SAS - 1);
	assert_true(event->limit == EVENT_LIMIT_PACKETS || event->limit == EVENT_LIMIT_ADD_TIME);
	if (limit->value == value)
		return limit;
	limit = &kernel.past[slot][value % VALUES];
	assert_int_equal(limit->value, value);
	return limit;
}

static void
hear(void *data, const struct event *event)
{
	struct limit *limit = limit_told(event);

	(void)data;
	kernel.told++;
	limit->told++;
	check(limit, kernel.losses > 0);
}

/* The kernel tells when an SA was born, and its age is what it is when that is heard. */
static void
take_event(void)
{
	struct sa_event *event = &kernel.queue[0];

	if (kernel.queue_length == 0 && kernel.overrun) {
		kernel.overrun = false;
		kernel.losses++;
	}
	if (kernel.queue_length == 0)
		return;
	listener.late_seconds = (uint32_t)(kernel.now_seconds - kernel.queued_seconds[0]);
	event->sa.life[SA_LIFE_ADD].current += listener.late_seconds;
	census_event(listener.census, event, kernel.now_seconds);
	listener.late_seconds = 0;
	kernel.queue_length--;
	memmove(&kernel.queue[0], &kernel.queue[1], kernel.queue_length * sizeof(kernel.queue[0]));
	memmove(&kernel.queued_seconds[0], &kernel.queued_seconds[1],
		kernel.queue_length * sizeof(kernel.queued_seconds[0]));
}

static void
begin_dump(void)
{
	listener.dumping = true;
	listener.dump_next = 0;
	listener.dump_seconds = kernel.now_seconds;
	census_begin(listener.census);
	snapshot_begin(listener.snapshot, NULL);
}

/* Ages of a dump are told against one moment, its beginning: see struct source. */
static void
dump_some(void)
{
	for (unsigned i = random_below(SAS); i > 0 && listener.dump_next < SAS; i--, listener.dump_next++) {
		const struct kernel_sa *from = &kernel.sas[listener.dump_next];
		const int64_t age = listener.dump_seconds - from->born_seconds;
		struct sa sa = describe(listener.dump_next);

		if (!from->lives)
			continue;
		sa.life[SA_LIFE_ADD].current = age > 0 ? (uint64_t)age : 0;
		assert_int_equal(snapshot_add(listener.snapshot, &sa), 0);
	}
	if (listener.dump_next < SAS)
		return;
	while (kernel.queue_length > 0 || kernel.overrun)
		take_event();
	while (!snapshot_sort_step(listener.snapshot, 100))
		;
	while (!census_survey_step(listener.census, listener.snapshot, listener.dump_seconds, 100))
		;
	listener.dumping = false;
}

/* --- the story --------------------------------------------------------------------------------- */

static void
happen(void)
{
	const unsigned slot = random_below(SAS), what = random_below(100);
	const bool lives = kernel.sas[slot].lives;

	if (what < 25 && lives)
		send_packets(slot);
	else if (what < 29)
		pass_time();
	else if (what < 40 && (!lives || once_in(3)))
		create_or_update(slot);
	else if (what < 43 && lives)
		delete (slot);
	else if (what == 43 && once_in(50))
		flush();
	else if (what < 75)
		take_event();
	else if (listener.dumping)
		dump_some();
	else if (once_in(10))
		begin_dump();
}

/* When all has been heard and a read has seen everything, nothing that it could know is missing. */
static void
settle(bool lossy)
{
	while (listener.dumping)
		dump_some();
	for (int reads = 0; reads < 2; reads++) {
		begin_dump();
		while (listener.dumping)
			dump_some();
	}
	for (unsigned slot = 0; slot < SAS; slot++) {
		const struct kernel_sa *sa = &kernel.sas[slot];

		for (int i = 0; sa->lives && i < KINDS * HARDNESSES; i++) {
			const struct limit *limit = &sa->limits[i / HARDNESSES][i % HARDNESSES];

			check(limit, false);
			assert_int_equal(limit->told, limit->value > 0 &&
							      current_of(sa, i / HARDNESSES) >= limit->value &&
							      !is_death(i / HARDNESSES, i % HARDNESSES));
		}
		for (unsigned value = 0; !lossy && value < VALUES; value++) {
			const struct limit *past = &kernel.past[slot][value];

			check(past, false);
			if (past->must_be_told)
				assert_int_equal(past->told, 1);
		}
	}
}

static void
run(size_t queue_room)
{
	const struct expiry_outlook outlook = {
		.now_seconds = now_seconds, .losses = losses, .late_seconds = late_seconds};
	const bool lossy = queue_room < QUEUE;

	memset(&kernel, 0, sizeof(kernel));
	kernel.now_seconds = 1000000;
	kernel.queue_room = queue_room;
	listener.census = census_new();
	listener.snapshot = snapshot_new();
	listener.sender = (struct event_sender){.census = listener.census, .sink = {hear, NULL}};
	listener.expiry = expiry_new(&listener.sender, &outlook);
	listener.dumping = false;
	for (unsigned step = 0; step < STEPS; step++) {
		happen();
		/* Without losses the queue is never full. */
		while (!lossy && kernel.queue_length > QUEUE - SAS - 1)
			take_event();
		if (step % 5000 == 0)
			settle(lossy);
	}
	settle(lossy);
	printf("%d steps: the kernel told %llu expiries, %llu limits were told, events were lost %llu times\n", STEPS,
	       (unsigned long long)kernel.expiries, (unsigned long long)kernel.told, (unsigned long long)kernel.losses);
	assert_true(kernel.told > kernel.expiries / 2);
	assert_true(lossy == (kernel.losses > 0));
	census_free(listener.census);
	snapshot_free(listener.snapshot);
	expiry_free(listener.expiry);
}

static void
every_limit_is_told_once(void **state)
{
	(void)state;
	random_seed(6);
	run(QUEUE);
}

static void
none_is_told_twice_when_events_are_lost(void **state)
{
	(void)state;
	random_seed(7);
	run(4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_limit_is_told_once),
		cmocka_unit_test(none_is_told_twice_when_events_are_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
