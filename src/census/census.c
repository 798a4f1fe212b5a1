/* SPDX-License-Identifier: BSD-3-Clause */
#include "census/census.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "census_table.h"

/*
 * Two reports of one SA's birth, or first use, may differ by this much: seconds are rounded, and a read takes a while.
 */
enum { TOLERANCE_SECONDS = 2 };

struct observation {
	const struct census_observer *observer;
	void *data;
};

/* A survey walks the snapshot first, then sweeps the records for SAs that the walk did not meet. */
enum phase { RESTING, WALKING, SWEEPING };

struct flush {
	uint8_t protocol; /* sa_event.flushed_protocol */
	uint64_t when;	  /* as census.now */
};

/* A daemon that starts flushes each of its protocols. */
enum { CENSUS_FLUSHES = 8 };

struct census {
	struct census_table table;
	struct observation observations[CENSUS_OBSERVERS];
	unsigned observation_count;

	uint64_t now;	/* counts events and beginnings of reads */
	uint64_t begun; /* at the beginning of the read under way; 0: there is none */

	uint64_t missed_at; /* when events were last missed */
	bool is_in_doubt;   /* since then no read has shown what lives */

	struct flush flushes[CENSUS_FLUSHES]; /* those that have not yet ended all lives, in the order in which they
					       * came */
	size_t flush_count;
	size_t unsettled; /* the next record to check for them */

	enum phase phase;
	bool surveyed;	 /* one has ended */
	uint32_t survey; /* the number of the survey under way */
	size_t place;	 /* the next SA to walk to, or record to sweep */
	uint32_t before; /* the record that the walk met last; CENSUS_NO_RECORD at the beginning */
	size_t met;	 /* records that the walk has met */

	struct census_statistics statistics;
};

struct census *
census_new(void)
{
	struct census *census = calloc(1, sizeof(*census));

	if (!census || !census_table_init(&census->table)) {
		free(census);
		return NULL;
	}
	census->is_in_doubt = true;
	return census;
}

void
census_free(struct census *census)
{
	if (!census)
		return;
	census_table_free(&census->table);
	free(census);
}

unsigned
census_observe(struct census *census, const struct census_observer *observer, void *data)
{
	assert(census->observation_count < CENSUS_OBSERVERS);
	census->observations[census->observation_count] = (struct observation){observer, data};
	return census->observation_count++;
}

/* --- calling the observers --------------------------------------------------------------------- */

#define TELL(census, callback, ...)                                                                                    \
	for (size_t i = 0; i < (census)->observation_count; i++) {                                                     \
		if ((census)->observations[i].observer->callback)                                                      \
			(census)->observations[i].observer->callback((census)->observations[i].data, ##__VA_ARGS__);   \
	}

uint64_t
census_errors(const struct sa *sa)
{
	return (uint64_t)sa->out_of_order_errors + sa->replay_errors + sa->auth_errors + sa->size_errors +
	       sa->padding_errors;
}

static void
keep_figures(struct census_sa *record, const struct sa *sa)
{
	record->bytes = sa->life[SA_LIFE_BYTES].current;
	record->packets = sa->life[SA_LIFE_PACKETS].current;
	record->errors = census_errors(sa);
}

static void
keep_rest(struct census *census, struct census_sa *record, const struct sa *sa)
{
	if (sa->direction != SA_DIRECTION_UNKNOWN)
		record->direction = sa->direction;
	record->state = sa->state;
	if (record->transform == 0)
		record->transform = census_table_transform(&census->table, sa);
}

static void
set_unread(struct census *census, struct census_sa *record, bool is_unread)
{
	census->statistics.unread += (size_t)is_unread - (size_t)record->is_unread;
	record->is_unread = is_unread;
}

static uint32_t
birth_of(const struct sa *sa, int64_t now_seconds)
{
	return (uint32_t)(now_seconds - (int64_t)sa->life[SA_LIFE_ADD].current);
}

/* Whether the one time is after the other, in seconds that wrap. */
static bool
is_later(uint32_t one, uint32_t other, int32_t by_more_than)
{
	return (int32_t)(one - other) > by_more_than;
}

/* 0: it was not used yet, or just now, or the clock was set to before its first use. */
static uint32_t
first_use_of(const struct sa *sa, int64_t now_seconds)
{
	const uint64_t ago = sa->life[SA_LIFE_USE].current;

	return ago > 0 ? (uint32_t)(now_seconds - (int64_t)ago) : 0;
}

static void
keep_first_use(struct census_sa *record, const struct sa *sa, int64_t now_seconds)
{
	if (record->used_seconds == 0)
		record->used_seconds = first_use_of(sa, now_seconds);
}

static void
report_born(struct census *census, struct census_sa *record, const struct sa *sa, int64_t now_seconds, bool attended)
{
	record->life = CENSUS_ALIVE;
	record->changed = census->now;
	record->born_seconds = attended || sa->life[SA_LIFE_ADD].current > 0 ? birth_of(sa, now_seconds) : 0;
	record->used_seconds = 0;
	keep_first_use(record, sa, now_seconds);
	memset(record->notes, 0, sizeof(record->notes));
	record->transform = 0;
	record->direction = SA_DIRECTION_UNKNOWN;
	record->is_unread = false;
	set_unread(census, record, attended && !census->surveyed);
	keep_figures(record, sa);
	keep_rest(census, record, sa);
	census->statistics.living++;
	census->statistics.births++;
	TELL(census, born, record, sa, attended);
}

static bool
went_back(const struct census_sa *record, const struct sa *sa)
{
	return sa->life[SA_LIFE_BYTES].current < record->bytes || sa->life[SA_LIFE_PACKETS].current < record->packets;
}

/* A larval SA that gets its keys begins to live then. */
static void
report_seen(struct census *census, struct census_sa *record, const struct sa *sa, int64_t now_seconds)
{
	TELL(census, seen, record, sa);
	if (record->state == SA_STATE_LARVAL || (record->born_seconds == 0 && sa->life[SA_LIFE_ADD].current > 0))
		record->born_seconds = birth_of(sa, now_seconds);
	keep_first_use(record, sa, now_seconds);
	set_unread(census, record, false);
	keep_figures(record, sa);
	keep_rest(census, record, sa);
}

/* The record stays while a read may still contain the dead SA. */
static void
report_gone(struct census *census, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	if (end != CENSUS_UNATTENDED || record->state != SA_STATE_LARVAL)
		census->statistics.ends[end]++;
	census->statistics.living--;
	set_unread(census, record, false);
	TELL(census, gone, record, sa, end);
	record->life = CENSUS_DEAD;
	record->changed = census->now;
	if (census->begun == 0)
		census_table_remove(&census->table, record);
}

/* --- flushes ----------------------------------------------------------------------------------- */

/*
 * A flush can end a hundred thousand lives, which must not happen in one long step. So its time is recorded, and the
 * records are checked in bounded steps; a record that is needed sooner is settled then.
 */

/* The last flush that affects SAs of this protocol, or 0. */
static uint64_t
flushed_when(const struct census *census, uint8_t protocol)
{
	uint64_t latest = 0;

	for (size_t i = 0; i < census->flush_count; i++) {
		if (sa_event_flushes(census->flushes[i].protocol, protocol))
			latest = census->flushes[i].when;
	}
	return latest;
}

/* Ends the life that a flush has already ended; true if it did, and the record may be gone. */
static bool
settle(struct census *census, struct census_sa *record)
{
	struct sa_said said;
	uint64_t when;

	if (census->flush_count == 0 || record->life != CENSUS_ALIVE)
		return false;
	sa_key_said(&record->key, &said);
	when = flushed_when(census, said.protocol);
	if (record->changed >= when)
		return false;
	report_gone(census, record, NULL, CENSUS_FLUSHED);
	record->changed = when;
	return true;
}

bool
census_settle_step(struct census *census, size_t budget)
{
	for (; census->flush_count > 0 && budget > 0; budget--) {
		if (census->unsettled >= census_table_room(&census->table))
			census->flush_count = 0;
		else
			settle(census, census_table_at(&census->table, census->unsettled++));
	}
	return census->flush_count == 0;
}

static void
on_flushed(struct census *census, const struct sa_event *event)
{
	while (census->flush_count == CENSUS_FLUSHES)
		census_settle_step(census, SIZE_MAX);
	census->flushes[census->flush_count++] = (struct flush){event->flushed_protocol, census->now};
	census->unsettled = 0;
}

/* --- events ------------------------------------------------------------------------------------ */

/* The record of the SA, alive; if there is none, the SA was born without an event.  NULL: no memory. */
static struct census_sa *
living(struct census *census, const struct sa *sa, int64_t now_seconds, bool attended, bool *is_new)
{
	struct census_sa *record;
	struct sa_key key;

	sa_key_make(&key, &sa->said);
	record = census_table_find(&census->table, &key);
	if (record && settle(census, record))
		record = census_table_find(&census->table, &key);
	*is_new = !record || record->life == CENSUS_DEAD;
	if (!record)
		record = census_table_add(&census->table, &key);
	if (record && *is_new) {
		record->was_read = false;
		report_born(census, record, sa, now_seconds, attended);
	}
	return record;
}

/* Seen by an event: what a read under way has of it may be older. */
static void
take_event_figures(struct census *census, struct census_sa *record, const struct sa *sa, int64_t now_seconds)
{
	if (record->state == SA_STATE_LARVAL)
		record->was_read = false;
	report_seen(census, record, sa, now_seconds);
	record->changed = census->now;
}

static void
on_new(struct census *census, const struct sa_event *event, int64_t now_seconds)
{
	bool is_new;
	struct census_sa *record = living(census, &event->sa, now_seconds, true, &is_new);

	if (!record || is_new)
		return;
	if (record->state == SA_STATE_LARVAL) {
		take_event_figures(census, record, &event->sa, now_seconds);
		return;
	}
	/* The previous SA of this key ended without an event. */
	report_gone(census, record, NULL, CENSUS_UNATTENDED);
	living(census, &event->sa, now_seconds, true, &is_new);
}

static void
on_updated(struct census *census, const struct sa_event *event, int64_t now_seconds)
{
	bool is_new;
	struct census_sa *record = living(census, &event->sa, now_seconds, true, &is_new);

	if (!record || is_new)
		return;
	/* A larval SA is replaced by what the event shows; for any other, the kernel keeps the counters. */
	if (record->state == SA_STATE_LARVAL)
		take_event_figures(census, record, &event->sa, now_seconds);
	TELL(census, updated, record, &event->sa);
	keep_rest(census, record, &event->sa);
	record->changed = census->now;
}

/*
 * Its first use is a better criterion than its birth, which the kernel moves when the clock is set forward
 * (xfrm_timer_handler() in net/xfrm/xfrm_state.c), and which an SA may inherit from a previous one
 * (xfrm_state_migrate()). If no event was missed, its birth means nothing: that of another SA would have been
 * announced. While the clock is set to before an SA's birth, its age is 0, as if it were born now, which is earlier.  A
 * larval SA is born again when it gets its keys.
 */
static bool
is_another(const struct census *census, const struct census_sa *record, const struct sa *sa, int64_t now_seconds)
{
	const uint32_t used = first_use_of(sa, now_seconds);

	if (went_back(record, sa))
		return true;
	if (record->state == SA_STATE_LARVAL)
		return false;
	if (record->used_seconds != 0 && used != 0)
		return is_later(used, record->used_seconds, TOLERANCE_SECONDS);
	return census->is_in_doubt && record->born_seconds != 0 &&
	       is_later(birth_of(sa, now_seconds), record->born_seconds, TOLERANCE_SECONDS);
}

/* The final counters, or those at an expiry. */
static struct census_sa *
take_figures(struct census *census, const struct sa *sa, int64_t now_seconds)
{
	bool is_new;
	struct census_sa *record = living(census, sa, now_seconds, false, &is_new);

	if (record && !is_new && is_another(census, record, sa, now_seconds)) {
		report_gone(census, record, NULL, CENSUS_UNATTENDED);
		record = living(census, sa, now_seconds, false, &is_new);
	} else if (record && !is_new) {
		take_event_figures(census, record, sa, now_seconds);
	}
	return record;
}

static void
on_deleted(struct census *census, const struct sa_event *event, int64_t now_seconds)
{
	struct census_sa *record = take_figures(census, &event->sa, now_seconds);

	if (record)
		report_gone(census, record, &event->sa, CENSUS_DELETED);
}

static void
on_expired(struct census *census, const struct sa_event *event, int64_t now_seconds)
{
	struct census_sa *record = take_figures(census, &event->sa, now_seconds);

	if (!record)
		return;
	TELL(census, expired, record, &event->sa, event->hard);
	if (event->hard)
		report_gone(census, record, &event->sa, CENSUS_EXPIRED);
}

void
census_event(struct census *census, const struct sa_event *event, int64_t now_seconds)
{
	census->now++;
	switch (event->kind) {
	case SA_EVENT_NEW:
		on_new(census, event, now_seconds);
		break;
	case SA_EVENT_UPDATED:
		on_updated(census, event, now_seconds);
		break;
	case SA_EVENT_DELETED:
		on_deleted(census, event, now_seconds);
		break;
	case SA_EVENT_EXPIRED:
		on_expired(census, event, now_seconds);
		break;
	case SA_EVENT_FLUSHED:
		on_flushed(census, event);
		break;
	case SA_EVENT_NONE:
		break;
	}
}

/* --- surveys ----------------------------------------------------------------------------------- */

void
census_begin(struct census *census)
{
	census->begun = ++census->now;
	census->phase = RESTING;
}

void
census_missed(struct census *census)
{
	census->missed_at = ++census->now;
	census->is_in_doubt = true;
}

void
census_abandon(struct census *census)
{
	census->begun = 0;
	census->phase = RESTING;
}

static void
meet_known(struct census *census, struct census_sa *record, const struct sa *sa, int64_t now_seconds)
{
	bool changed_meanwhile;

	settle(census, record);
	changed_meanwhile = record->changed > census->begun;
	record->survey = census->survey;
	census->met += !changed_meanwhile;
	if (changed_meanwhile)
		return; /* the read may still have the previous state */
	record->was_read = true;
	if (record->life == CENSUS_ALIVE && !is_another(census, record, sa, now_seconds)) {
		report_seen(census, record, sa, now_seconds);
		return;
	}
	if (record->life == CENSUS_ALIVE)
		report_gone(census, record, NULL, CENSUS_UNATTENDED);
	report_born(census, record, sa, now_seconds, false);
	record->changed = 0;
}

static void
meet(struct census *census, const struct sa_key *key, const struct sa *sa, int64_t now_seconds)
{
	/* SAs mostly arrive in the same order as the last time. */
	struct census_sa *record = census_table_after(&census->table, census->before, key);

	if (!record)
		record = census_table_find(&census->table, key);
	if (record) {
		meet_known(census, record, sa, now_seconds);
	} else {
		record = census_table_add(&census->table, key);
		if (!record)
			return;
		record->survey = census->survey;
		record->was_read = true;
		report_born(census, record, sa, now_seconds, false);
		record->changed = 0;
		census->met++;
	}
	census->before = census_table_follow(&census->table, census->before, record);
}

static bool
walk(struct census *census, const struct snapshot *snapshot, int64_t now_seconds, size_t budget)
{
	const size_t count = snapshot_positions(snapshot);
	struct sa sa;

	for (; census->place < count && budget > 0; census->place++, budget--) {
		const struct sa_key *key = snapshot_in_order(snapshot, census->place, &sa);

		if (key)
			meet(census, key, &sa, now_seconds);
	}
	return census->place == count;
}

/* Whether the walk has met all records, alive as they then were, and nothing has happened to them since. */
static bool
is_swept(const struct census *census)
{
	return census->met == census_table_used(&census->table) && census->met == census->statistics.living &&
	       census->now == census->begun && census->flush_count == 0;
}

static bool
sweep(struct census *census, size_t budget)
{
	if (is_swept(census))
		return true;
	for (; census->place < census_table_room(&census->table) && budget > 0; census->place++, budget--) {
		struct census_sa *record = census_table_at(&census->table, census->place);
		bool changed_meanwhile;

		settle(census, record);
		changed_meanwhile = record->changed > census->begun;
		if (record->life == CENSUS_ALIVE && record->survey != census->survey && !changed_meanwhile)
			report_gone(census, record, NULL, CENSUS_UNATTENDED);
		if (record->life == CENSUS_DEAD)
			census_table_remove(&census->table, record);
	}
	return census->place >= census_table_room(&census->table);
}

bool
census_survey_step(struct census *census, const struct snapshot *snapshot, int64_t now_seconds, size_t budget)
{
	switch (census->phase) {
	case RESTING:
		/* An SA that is born by a survey must not be ended by a flush from before the read. */
		if (!census_settle_step(census, budget))
			return false;
		census->survey++;
		census->place = 0;
		census->before = CENSUS_NO_RECORD;
		census->met = 0;
		census->phase = WALKING;
		return false;
	case WALKING:
		if (walk(census, snapshot, now_seconds, budget)) {
			census->place = 0;
			census->phase = SWEEPING;
		}
		return false;
	case SWEEPING:
		if (!sweep(census, budget))
			return false;
		break;
	}
	census->is_in_doubt = census->begun < census->missed_at;
	census_abandon(census);
	census->surveyed = true;
	census_table_trim(&census->table);
	TELL(census, surveyed);
	return true;
}

/* --- restoring --------------------------------------------------------------------------------- */

struct census_sa *
census_restore(struct census *census, const struct census_sa *known)
{
	struct census_sa *record;

	if (known->state == SA_STATE_LARVAL || census_table_find(&census->table, &known->key))
		return NULL;
	record = census_table_add(&census->table, &known->key);
	if (!record)
		return NULL;
	record->life = CENSUS_ALIVE;
	record->was_read = true;
	record->direction = known->direction;
	record->state = known->state;
	record->bytes = known->bytes;
	record->packets = known->packets;
	record->errors = known->errors;
	record->born_seconds = known->born_seconds;
	record->used_seconds = known->used_seconds;
	set_unread(census, record, true);
	census->statistics.living++;
	return record;
}

struct census_sa *
census_restored(struct census *census, const struct sa_key *key)
{
	return census_table_find(&census->table, key);
}

size_t
census_places(const struct census *census)
{
	return census_table_room(&census->table);
}

const struct census_sa *
census_at(const struct census *census, size_t place)
{
	const struct census_sa *const record = census_table_at(&census->table, place);

	return record->life == CENSUS_ALIVE ? record : NULL;
}

/* --- queries ----------------------------------------------------------------------------------- */

const struct census_sa *
census_find(const struct census *census, const struct sa_key *key)
{
	const struct census_sa *const record = census_table_find(&census->table, key);

	return record && record->life == CENSUS_ALIVE ? record : NULL;
}

const struct census_statistics *
census_statistics(const struct census *census)
{
	return &census->statistics;
}

const char *
census_transform(const struct census *census, const struct census_sa *record)
{
	return census->table.transforms[record->transform];
}
