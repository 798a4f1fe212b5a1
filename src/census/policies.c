/* SPDX-License-Identifier: BSD-3-Clause */
#include "census/policies.h"

#include <stdlib.h>
#include <string.h>

/* A policy, with as many templates as it has. */
struct record {
	bool alive;	  /* otherwise it is gone, but the read under way may still have it */
	uint32_t heard;	  /* the number of the read during which the last event about it came */
	uint32_t read;	  /* the number of the last read that had it */
	uint32_t flushes; /* number of flushes when it was last reported */
	struct policy policy;
};

/*
 * In the order of the index; there is room before the first and after the last, since reads bring them in either order.
 */
struct policies {
	struct record **all;
	size_t first, count, room;
	size_t living;
	uint32_t reads; /* number of reads that have begun */
	bool reading;
	uint32_t flushes[POLICY_SUB + 1];      /* by type, the number of the last one */
	uint32_t flushed_read[POLICY_SUB + 1]; /* the read during which it came */
	uint32_t flushed;		       /* number of flushes */
	size_t unsettled;		       /* the next record to check for them, by rank; SIZE_MAX: none */
	size_t surveyed;		       /* the next to survey */
	void (*changed)(void *data, const struct policy *before, const struct policy *after);
	void *data;
};

struct policies *
policies_new(void)
{
	struct policies *const policies = calloc(1, sizeof(*policies));

	if (policies)
		policies->unsettled = SIZE_MAX;
	return policies;
}

void
policies_free(struct policies *policies)
{
	if (!policies)
		return;
	for (size_t i = 0; i < policies->count; i++)
		free(policies->all[policies->first + i]);
	free(policies->all);
	free(policies);
}

void
policies_observe(struct policies *policies,
		 void (*changed)(void *data, const struct policy *before, const struct policy *after), void *data)
{
	policies->changed = changed;
	policies->data = data;
}

/* --- places ------------------------------------------------------------------------------------ */

static struct record *
at(const struct policies *policies, size_t rank)
{
	return policies->all[policies->first + rank];
}

/* The rank of the first record whose index is at least that one. */
static size_t
seek(const struct policies *policies, uint64_t index)
{
	size_t low = 0, high = policies->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (at(policies, middle)->policy.index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct record *
find(const struct policies *policies, uint32_t index)
{
	const size_t rank = seek(policies, index);

	return rank < policies->count && at(policies, rank)->policy.index == index ? at(policies, rank) : NULL;
}

/* More room, half of it before the first record and half after the last. */
static bool
make_room(struct policies *policies)
{
	const size_t room = 2 * policies->room + 16, first = (room - policies->count) / 2;
	struct record **const all = calloc(room, sizeof(*all));

	if (!all)
		return false;
	if (policies->count > 0)
		memcpy(all + first, policies->all + policies->first, policies->count * sizeof(*all));
	free(policies->all);
	policies->all = all;
	policies->first = first;
	policies->room = room;
	return true;
}

/* Ranks have shifted accordingly. */
static void
note_added(struct policies *policies, size_t rank)
{
	policies->unsettled += policies->unsettled != SIZE_MAX && rank < policies->unsettled;
	policies->surveyed += rank < policies->surveyed;
}

static bool
insert(struct policies *policies, struct record *record)
{
	const size_t rank = seek(policies, record->policy.index), behind = policies->count - rank;
	struct record **place;

	if ((policies->first == 0 || policies->first + policies->count == policies->room) && !make_room(policies))
		return false;
	place = policies->all + policies->first;
	if (rank < behind) {
		memmove(place - 1, place, rank * sizeof(*place));
		policies->first--;
	} else {
		memmove(place + rank + 1, place + rank, behind * sizeof(*place));
	}
	policies->count++;
	policies->all[policies->first + rank] = record;
	note_added(policies, rank);
	return true;
}

static void
drop(struct policies *policies, size_t rank)
{
	struct record **const place = policies->all + policies->first;
	const size_t behind = policies->count - rank - 1;

	free(place[rank]);
	if (rank < behind) {
		memmove(place + 1, place, rank * sizeof(*place));
		policies->first++;
	} else {
		memmove(place + rank, place + rank + 1, behind * sizeof(*place));
	}
	policies->count--;
	policies->unsettled -= policies->unsettled != SIZE_MAX && rank < policies->unsettled;
	policies->surveyed -= rank < policies->surveyed;
}

/* --- lives ------------------------------------------------------------------------------------- */

static void
copy(struct policy *to, const struct record *record)
{
	memset(to, 0, sizeof(*to));
	memcpy(to, &record->policy, policy_octets(&record->policy));
}

static void
tell(const struct policies *policies, const struct policy *before, const struct policy *after)
{
	if (policies->changed)
		policies->changed(policies->data, before, after);
}

/* The record stays while a read may still contain the policy. */
static void
end(struct policies *policies, size_t rank)
{
	struct record *const record = at(policies, rank);
	struct policy before;

	copy(&before, record);
	record->alive = false;
	policies->living--;
	tell(policies, &before, NULL);
	if (!policies->reading)
		drop(policies, rank);
}

/* A flush has ended it since it was last reported. */
static bool
is_flushed(const struct policies *policies, const struct record *record)
{
	const struct policy *const policy = &record->policy;

	return record->alive && policy->direction <= POLICY_FORWARD &&
	       record->flushes < policies->flushes[policy->type];
}

static void
settle(struct policies *policies, uint32_t index)
{
	const size_t rank = seek(policies, index);

	if (rank < policies->count && at(policies, rank)->policy.index == index &&
	    is_flushed(policies, at(policies, rank)))
		end(policies, rank);
}

/* A record with room for the policy, in place of the existing one, if any.  NULL: no memory. */
static struct record *
renew(struct policies *policies, struct record *old, const struct policy *policy)
{
	struct record *const record = calloc(1, offsetof(struct record, policy) + policy_octets(policy));
	size_t rank;

	if (!record)
		return NULL;
	record->policy.index = policy->index;
	if (!old && !insert(policies, record)) {
		free(record);
		return NULL;
	}
	if (old) {
		rank = seek(policies, policy->index);
		memcpy(record, old, offsetof(struct record, policy));
		policies->all[policies->first + rank] = record;
		free(old);
	}
	return record;
}

/* A policy that was merely used has not changed. */
static bool
is_same(const struct policy *before, const struct policy *after)
{
	struct policy as_used = *before;

	as_used.used_seconds = after->used_seconds;
	return memcmp(&as_used, after, sizeof(as_used)) == 0;
}

static void
set(struct policies *policies, const struct policy *policy, bool by_event)
{
	struct record *record = find(policies, policy->index);
	const bool was_alive = record && record->alive;
	struct policy before = {.index = 0};

	if (record && !by_event)
		record->read = policies->reads;
	if (record && !by_event && policies->reading && record->heard == policies->reads)
		return;
	if (was_alive)
		copy(&before, record);
	if (!record || record->policy.template_count != policy->template_count)
		record = renew(policies, record, policy);
	if (!record)
		return;
	memcpy(&record->policy, policy, policy_octets(policy));
	record->flushes = policies->flushed;
	*(by_event ? &record->heard : &record->read) = policies->reads;
	record->alive = true;
	policies->living += !was_alive;
	if (!was_alive || !is_same(&before, policy))
		tell(policies, was_alive ? &before : NULL, policy);
}

static void
forget(struct policies *policies, uint32_t index)
{
	const size_t rank = seek(policies, index);
	struct record *const record = find(policies, index);

	if (!record)
		return;
	record->heard = policies->reads;
	if (record->alive)
		end(policies, rank);
}

static void
flush(struct policies *policies, uint8_t type)
{
	policies->flushes[type] = ++policies->flushed;
	policies->flushed_read[type] = policies->reading ? policies->reads : 0;
	policies->unsettled = 0;
}

bool
policies_settle_step(struct policies *policies, size_t budget)
{
	while (policies->unsettled < policies->count && budget-- > 0) {
		const size_t rank = policies->unsettled++;

		if (is_flushed(policies, at(policies, rank)))
			end(policies, rank);
	}
	if (policies->unsettled >= policies->count)
		policies->unsettled = SIZE_MAX;
	return policies->unsettled == SIZE_MAX;
}

/* --- reads and events -------------------------------------------------------------------------- */

/* All policies that were reported since then are alive. */
static bool
is_older_than_flush(const struct policies *policies, const struct policy *policy)
{
	return policies->reading && policies->flushed_read[policy->type] == policies->reads &&
	       policy->direction <= POLICY_FORWARD;
}

void
policies_take(struct policies *policies, const struct policy_event *event)
{
	const struct policy *const policy = &event->policy;

	switch (event->kind) {
	case POLICY_EVENT_READ:
		settle(policies, policy->index);
		if (!is_older_than_flush(policies, policy))
			set(policies, policy, false);
		break;
	case POLICY_EVENT_SET:
		settle(policies, policy->index);
		set(policies, policy, true);
		break;
	case POLICY_EVENT_GONE:
		settle(policies, policy->index);
		forget(policies, policy->index);
		break;
	case POLICY_EVENT_FLUSHED:
		flush(policies, policy->type);
		break;
	case POLICY_EVENT_NONE:
		break;
	}
}

void
policies_begin(struct policies *policies)
{
	policies->reads++;
	policies->reading = true;
	policies->surveyed = 0;
}

void
policies_abandon(struct policies *policies)
{
	policies->reading = false;
}

static void
survey(struct policies *policies, size_t rank)
{
	const struct record *const record = at(policies, rank);

	if (record->alive && record->read != policies->reads && record->heard != policies->reads)
		end(policies, rank);
	if (!at(policies, rank)->alive)
		drop(policies, rank);
}

bool
policies_survey_step(struct policies *policies, size_t budget)
{
	while (policies->surveyed < policies->count && budget-- > 0)
		survey(policies, policies->surveyed++);
	if (policies->surveyed < policies->count)
		return false;
	policies->reading = false;
	return true;
}

/* --- queries ----------------------------------------------------------------------------------- */

size_t
policies_count(const struct policies *policies)
{
	return policies->living;
}

bool
policies_from(const struct policies *policies, uint64_t index, struct policy *policy)
{
	size_t rank = seek(policies, index);

	while (rank < policies->count && !at(policies, rank)->alive)
		rank++;
	if (rank == policies->count)
		return false;
	copy(policy, at(policies, rank));
	return true;
}
