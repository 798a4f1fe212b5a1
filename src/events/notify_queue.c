/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/notify_queue.h"

#include <stdlib.h>

/* What could not be sent during this time, because the event loop was busy, may go at once. */
enum { CATCH_UP_US = 100000, SECOND_US = 1000000 };
enum { LEAST_ROOM = 64 };

struct notify_queue {
	struct notify_queue_settings settings;
	struct notify_queue_statistics statistics;
	struct notification *slots; /* a ring of .waiting, from .first */
	uint32_t room, first;
	bool under_way;	  /* the first one is under way */
	uint64_t next_us; /* the earliest time to send one */
};

struct notify_queue *
notify_queue_new(const struct notify_queue_settings *settings)
{
	struct notify_queue *queue = calloc(1, sizeof(*queue));

	if (queue)
		queue->settings = *settings;
	return queue;
}

void
notify_queue_free(struct notify_queue *queue)
{
	if (!queue)
		return;
	free(queue->slots);
	free(queue);
}

/* --- the ring ---------------------------------------------------------------------------------- */

static struct notification *
at(const struct notify_queue *queue, uint32_t rank)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): where something waits, there is room. */
	return &queue->slots[((uint64_t)queue->first + rank) % queue->room];
}

static bool
move_to(struct notify_queue *queue, uint32_t room)
{
	struct notification *slots = malloc(room * sizeof(*slots));

	if (!slots)
		return false;
	for (uint32_t rank = 0; rank < queue->statistics.waiting; rank++)
		slots[rank] = *at(queue, rank);
	free(queue->slots);
	queue->slots = slots;
	queue->room = room;
	queue->first = 0;
	return true;
}

static void
remove_first(struct notify_queue *queue)
{
	queue->first = (queue->first + 1) % queue->room;
	/* Memory for a burst is freed when it is over. */
	if (--queue->statistics.waiting == 0 && queue->room > LEAST_ROOM) {
		free(queue->slots);
		queue->slots = NULL;
		queue->room = queue->first = 0;
	}
}

/* The oldest one that is not under way; that one cannot be called back. */
static void
drop_oldest(struct notify_queue *queue)
{
	const uint32_t rank = queue->under_way ? 1 : 0;
	const struct notification *oldest = at(queue, rank);

	event_log_set_delivery(oldest->log, oldest->event.number, EVENT_DROPPED);
	queue->statistics.dropped++;
	if (rank == 1)
		*at(queue, 1) = *at(queue, 0);
	remove_first(queue);
}

/* Room for twice as many, but no more than there can be: those that wait, and one under way. */
static bool
make_room(struct notify_queue *queue)
{
	const uint32_t waiting = queue->statistics.waiting, most = queue->settings.limit + 1;
	uint32_t room = waiting < LEAST_ROOM / 2 ? LEAST_ROOM : 2 * waiting;

	if (room > most && most > waiting)
		room = most;
	return waiting < queue->room || move_to(queue, room);
}

/* --- interface --------------------------------------------------------------------------------- */

static uint32_t
droppable(const struct notify_queue *queue)
{
	return queue->statistics.waiting - (queue->under_way ? 1 : 0);
}

void
notify_queue_configure(struct notify_queue *queue, const struct notify_queue_settings *settings)
{
	queue->settings = *settings;
	while (droppable(queue) > settings->limit)
		drop_oldest(queue);
}

void
notify_queue_push(struct notify_queue *queue, struct event_log *log, const struct event *event)
{
	while (droppable(queue) >= queue->settings.limit)
		drop_oldest(queue);
	if (!make_room(queue)) {
		event_log_set_delivery(log, event->number, EVENT_DROPPED);
		queue->statistics.dropped++;
		return;
	}
	queue->statistics.waiting++;
	*at(queue, queue->statistics.waiting - 1) = (struct notification){*event, log};
}

const struct notification *
notify_queue_take(struct notify_queue *queue, uint64_t now_us, uint64_t *wait_us)
{
	*wait_us = 0;
	if (queue->under_way || queue->statistics.waiting == 0)
		return NULL;
	if (now_us < queue->next_us) {
		*wait_us = queue->next_us - now_us;
		return NULL;
	}
	if (queue->next_us + CATCH_UP_US < now_us)
		queue->next_us = now_us - CATCH_UP_US;
	queue->next_us += SECOND_US / queue->settings.per_second;
	queue->under_way = true;
	return at(queue, 0);
}

void
notify_queue_settle(struct notify_queue *queue, enum event_delivery delivery)
{
	const struct notification *settled = notify_queue_under_way(queue);

	if (!settled)
		return;
	event_log_set_delivery(settled->log, settled->event.number, delivery);
	if (delivery == EVENT_SENT)
		queue->statistics.sent++;
	if (delivery == EVENT_DROPPED)
		queue->statistics.dropped++;
	queue->under_way = false;
	remove_first(queue);
}

void
notify_queue_return(struct notify_queue *queue)
{
	queue->under_way = false;
}

void
notify_queue_forget_identities(struct notify_queue *queue)
{
	for (uint32_t rank = queue->under_way ? 1 : 0; rank < queue->statistics.waiting; rank++)
		event_forget_identity(&at(queue, rank)->event);
}

const struct notification *
notify_queue_under_way(const struct notify_queue *queue)
{
	return queue->under_way ? at(queue, 0) : NULL;
}

const struct notify_queue_statistics *
notify_queue_statistics(const struct notify_queue *queue)
{
	return &queue->statistics;
}
