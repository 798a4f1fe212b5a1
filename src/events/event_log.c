/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/event_log.h"

#include <stdio.h>
#include <stdlib.h>

#include "events/event_kind.h"

/* Numbers increase from slot to slot, with gaps. */
struct ring {
	struct event *slots;
	uint32_t size, first, count;
};

enum { EVENTS, CHANGES, RINGS };

struct event_log {
	const char *context;
	struct ring rings[RINGS];
	uint32_t last, last_notified;
};

/* --- a ring ------------------------------------------------------------------------------------ */

static bool
ring_init(struct ring *ring, uint32_t size)
{
	*ring = (struct ring){.size = size};
	/* A page without events costs nothing. */
	ring->slots = size > 0 ? calloc(size, sizeof(*ring->slots)) : NULL;
	return size == 0 || ring->slots;
}

static struct event *
ring_at(const struct ring *ring, uint32_t rank)
{
	return &ring->slots[((uint64_t)ring->first + rank) % ring->size];
}

static void
ring_add(struct ring *ring, const struct event *event)
{
	if (ring->size == 0)
		return;
	if (ring->count < ring->size)
		ring->count++;
	else
		ring->first = (ring->first + 1) % ring->size;
	*ring_at(ring, ring->count - 1) = *event;
}

/* The number of events up to that number. */
static uint32_t
ring_rank(const struct ring *ring, uint32_t number)
{
	uint32_t low = 0, high = ring->count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (ring_at(ring, middle)->number <= number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct event *
ring_find(const struct ring *ring, uint32_t number)
{
	const uint32_t rank = ring_rank(ring, number);

	return rank > 0 && ring_at(ring, rank - 1)->number == number ? ring_at(ring, rank - 1) : NULL;
}

static void
ring_take_over(struct ring *ring, const struct ring *from)
{
	const uint32_t skipped = from->count > ring->size ? from->count - ring->size : 0;

	for (uint32_t rank = skipped; rank < from->count; rank++)
		ring_add(ring, ring_at(from, rank));
}

/* --- the log ----------------------------------------------------------------------------------- */

static bool
rings_init(struct ring rings[RINGS], const struct event_log_sizes *sizes)
{
	if (!ring_init(&rings[EVENTS], sizes->events))
		return false;
	if (ring_init(&rings[CHANGES], sizes->changes))
		return true;
	free(rings[EVENTS].slots);
	return false;
}

static void
rings_free(struct ring rings[RINGS])
{
	for (int i = 0; i < RINGS; i++)
		free(rings[i].slots);
}

struct event_log *
event_log_new(const char *context, const struct event_log_sizes *sizes)
{
	struct event_log *log = calloc(1, sizeof(*log));

	if (!log || !rings_init(log->rings, sizes)) {
		free(log);
		return NULL;
	}
	log->context = context;
	return log;
}

void
event_log_free(struct event_log *log)
{
	if (!log)
		return;
	rings_free(log->rings);
	free(log);
}

bool
event_log_resize(struct event_log *log, const struct event_log_sizes *sizes)
{
	struct ring rings[RINGS];

	if (log->rings[EVENTS].size == sizes->events && log->rings[CHANGES].size == sizes->changes)
		return true;
	if (!rings_init(rings, sizes))
		return false;
	for (int i = 0; i < RINGS; i++)
		ring_take_over(&rings[i], &log->rings[i]);
	rings_free(log->rings);
	for (int i = 0; i < RINGS; i++)
		log->rings[i] = rings[i];
	return true;
}

struct event_numbers
event_log_numbers(const struct event_log *log)
{
	return (struct event_numbers){log->last, log->last_notified};
}

void
event_log_follow_on(struct event_log *log, const struct event_numbers *numbers)
{
	log->last = numbers->last;
	log->last_notified = numbers->last_notified < numbers->last ? numbers->last_notified : numbers->last;
}

/* After 2^32 events, numbers start again; a ring must not contain both orders. */
static void
begin_numbers_anew(struct event_log *log)
{
	log->last = log->last_notified = 0;
	for (int i = 0; i < RINGS; i++)
		log->rings[i].count = 0;
}

/* A scan may leave many SAs without keys, each of which expires: unless they are notified. */
static bool
is_everyday(const struct event *event)
{
	return event_kind_info(event->kind)->is_change || (event->larval && event->delivery == EVENT_NOT_NOTIFIED);
}

void
event_log_add(struct event_log *log, struct event *event)
{
	if (log->last == UINT32_MAX)
		begin_numbers_anew(log);
	event->number = ++log->last;
	event->notified_before = 0;
	snprintf(event->context, sizeof(event->context), "%s", log->context);
	if (event->delivery == EVENT_WAITING) {
		event->notified_before = log->last_notified;
		log->last_notified = event->number;
	}
	ring_add(&log->rings[is_everyday(event) ? CHANGES : EVENTS], event);
}

void
event_log_set_delivery(struct event_log *log, uint32_t number, enum event_delivery delivery)
{
	struct event *event = ring_find(&log->rings[EVENTS], number);

	if (!event)
		event = ring_find(&log->rings[CHANGES], number);
	if (event)
		event->delivery = (uint8_t)delivery;
}

const struct event *
event_log_after(const struct event_log *log, uint32_t number)
{
	const struct event *nearest = NULL;

	for (int i = 0; i < RINGS; i++) {
		const struct ring *ring = &log->rings[i];
		const uint32_t rank = ring_rank(ring, number);
		const struct event *next = rank < ring->count ? ring_at(ring, rank) : NULL;

		if (next && (!nearest || next->number < nearest->number))
			nearest = next;
	}
	return nearest;
}

void
event_log_forget_identities(struct event_log *log)
{
	for (int i = 0; i < RINGS; i++) {
		for (uint32_t rank = 0; rank < log->rings[i].count; rank++)
			event_forget_identity(ring_at(&log->rings[i], rank));
	}
}
