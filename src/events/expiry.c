/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/expiry.h"

#include <stdlib.h>
#include <string.h>

enum hardness { SOFT, HARD, HARDNESSES };

/*
 * Bits of watched.told and .unconfirmed: for each kind of limit, soft and hard, and for expiries without a named limit.
 */
enum { UNNAMED = SA_LIFE_KINDS };
#define TOLD_BIT(kind, hardness) (uint16_t)(1 << (2 * (int)(kind) + (int)(hardness)))

/* What is stored of an SA with limits. */
struct watched {
	uint64_t limits[SA_LIFE_KINDS][HARDNESSES];
	struct sa_address src;
	uint16_t told;
	/*
	 * Limits that only an update reported: they may be those of another SA with the same key, whose birth was
	 * missed.
	 */
	uint16_t unconfirmed;
	uint32_t since_seconds;	    /* when its limits were first known */
	int64_t ahead_seconds;	    /* by how much the clock was ahead of the steady one then */
	uint32_t use_began_seconds; /* 0: not yet used */
	uint32_t next_vacant;	    /* of an unused one: its number, plus one */
};

struct expiry {
	const struct event_sender *sender;
	unsigned note; /* of each record: the number of its struct watched, plus one */
	struct expiry_outlook outlook;
	struct watched *watched;
	uint32_t count, room,
		vacant; /* of .watched: how many were ever used, how many there is room for; the first vacant one */
	uint32_t in_use;
	/* At the end of the last survey, and of the one before it. */
	uint64_t losses, losses_before;
};

static int64_t
now_of(const struct expiry *expiry)
{
	return expiry->outlook.now_seconds(expiry->outlook.data);
}

static int64_t
ahead_of(const struct expiry *expiry)
{
	return expiry->outlook.steady_seconds ? now_of(expiry) - expiry->outlook.steady_seconds(expiry->outlook.data)
					      : 0;
}

static uint64_t
lateness_of(const struct expiry *expiry)
{
	return expiry->outlook.late_seconds ? expiry->outlook.late_seconds(expiry->outlook.data) : 0;
}

/* --- what is stored of an SA ------------------------------------------------------------------- */

static struct watched *
watched_of(const struct expiry *expiry, const struct census_sa *record)
{
	const uint32_t number = record->notes[expiry->note];

	return number ? &expiry->watched[number - 1] : NULL;
}

static bool
make_room(struct expiry *expiry)
{
	const uint32_t room = expiry->room ? 2 * expiry->room : 64;
	struct watched *grown = realloc(expiry->watched, room * sizeof(*grown));

	if (!grown)
		return false;
	expiry->watched = grown;
	expiry->room = room;
	return true;
}

/* NULL: no memory. */
static struct watched *
begin_to_watch(struct expiry *expiry, struct census_sa *record)
{
	uint32_t number = expiry->vacant;

	if (number > 0) {
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is in what was made before. */
		expiry->vacant = expiry->watched[number - 1].next_vacant;
	} else {
		if (expiry->count == expiry->room && !make_room(expiry))
			return NULL;
		number = ++expiry->count;
	}
	record->notes[expiry->note] = number;
	expiry->in_use++;
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): so it is below the room, which is 0 where it is NULL. */
	expiry->watched[number - 1] =
		(struct watched){.since_seconds = (uint32_t)now_of(expiry), .ahead_seconds = ahead_of(expiry)};
	return &expiry->watched[number - 1];
}

static void
forget(struct expiry *expiry, struct census_sa *record)
{
	struct watched *watched = watched_of(expiry, record);

	if (!watched)
		return;
	watched->next_vacant = expiry->vacant;
	expiry->vacant = record->notes[expiry->note];
	record->notes[expiry->note] = 0;
	/* Memory for many SAs is freed when they are gone. */
	if (--expiry->in_use == 0) {
		free(expiry->watched);
		expiry->watched = NULL;
		expiry->count = expiry->room = expiry->vacant = 0;
	}
}

static bool
has_limits(const struct sa *sa)
{
	for (int kind = 0; kind < SA_LIFE_KINDS; kind++) {
		if (sa->life[kind].soft || sa->life[kind].hard)
			return true;
	}
	return false;
}

static void
note_limit(struct watched *watched, int kind, enum hardness hardness, uint64_t limit)
{
	if (watched->limits[kind][hardness] == limit)
		return;
	watched->limits[kind][hardness] = limit;
	watched->told &= (uint16_t)~TOLD_BIT(kind, hardness);
	watched->unconfirmed |= TOLD_BIT(kind, hardness);
}

/* NULL if there is nothing to watch (or no memory for it). */
static struct watched *
note_limits(struct expiry *expiry, struct census_sa *record, const struct sa *sa)
{
	struct watched *watched = watched_of(expiry, record);

	if (!watched && has_limits(sa))
		watched = begin_to_watch(expiry, record);
	if (!watched)
		return NULL;
	watched->src = sa->src;
	for (int kind = 0; kind < SA_LIFE_KINDS; kind++) {
		note_limit(watched, kind, SOFT, sa->life[kind].soft);
		note_limit(watched, kind, HARD, sa->life[kind].hard);
	}
	return watched;
}

/* --- reporting --------------------------------------------------------------------------------- */

/* kind: an enum sa_lifetime_kind, or UNNAMED. */
static void
tell(const struct expiry *expiry, const struct census_sa *record, const struct sa *sa, struct watched *watched,
     int kind, enum hardness hardness, uint64_t current)
{
	struct event event = {.kind = hardness == HARD ? EVENT_SA_HARD_EXPIRED : EVENT_SA_SOFT_EXPIRED,
			      .src = watched->src};

	if (watched->told & TOLD_BIT(kind, hardness))
		return;
	watched->told |= TOLD_BIT(kind, hardness);
	if (kind != UNNAMED) {
		event.limit = (uint8_t)(kind + 1);
		event.current = current;
		event.soft = watched->limits[kind][SOFT];
		event.hard = watched->limits[kind][HARD];
	}
	event_send_sa(expiry->sender, record, sa, &event);
}

/* Whether any is reached.  margin_seconds: limits of time count as reached only that much later. */
static bool
compare(const struct expiry *expiry, const struct census_sa *record, const struct sa *sa, struct watched *watched,
	enum hardness hardness, const uint64_t current[SA_LIFE_KINDS], uint64_t margin_seconds)
{
	bool any = false;

	for (int kind = 0; kind < SA_LIFE_KINDS; kind++) {
		const uint64_t limit = watched->limits[kind][hardness];
		const uint64_t margin = kind == SA_LIFE_ADD || kind == SA_LIFE_USE ? margin_seconds : 0;

		if (limit == 0 || current[kind] < limit || current[kind] - limit < margin)
			continue;
		tell(expiry, record, sa, watched, kind, hardness, current[kind]);
		any = true;
	}
	return any;
}

static void
current_of(const struct sa *sa, uint64_t current[SA_LIFE_KINDS])
{
	for (int kind = 0; kind < SA_LIFE_KINDS; kind++)
		current[kind] = sa->life[kind].current;
}

/*
 * How long after an age a limit of it counts as reached.  A kernel that reports expiries looks at its clock up to a
 * second after a second of age has begun (xfrm_timer_handler() in net/xfrm/xfrm_state.c).  If we were faster, we would
 * report an expiry that never happened, should the SA go in between.  And an SA that such a kernel still has, or
 * deletes, has not expired, however old it is by a clock that was set forward.
 */
static uint64_t
margin_of(const struct expiry *expiry, enum hardness hardness)
{
	if (!expiry->outlook.losses)
		return lateness_of(expiry);
	return hardness == HARD ? UINT64_MAX : 1 + lateness_of(expiry);
}

static void
take_counters(struct expiry *expiry, struct census_sa *record, const struct sa *sa)
{
	struct watched *watched = note_limits(expiry, record, sa);
	uint64_t current[SA_LIFE_KINDS];

	if (!watched)
		return;
	watched->unconfirmed = 0;
	current_of(sa, current);
	if (current[SA_LIFE_USE] > 0 && watched->use_began_seconds == 0)
		watched->use_began_seconds = (uint32_t)(now_of(expiry) - (int64_t)current[SA_LIFE_USE]);
	for (enum hardness hardness = SOFT; hardness < HARDNESSES; hardness++)
		compare(expiry, record, sa, watched, hardness, current, margin_of(expiry, hardness));
}

/* The limit of that hardness with the smallest share left; UNNAMED: there is none. */
static int
nearest_limit(const struct watched *watched, const struct sa *sa, enum hardness hardness)
{
	double nearness = -1;
	int nearest = UNNAMED;

	for (int kind = 0; kind < SA_LIFE_KINDS; kind++) {
		const uint64_t limit = watched->limits[kind][hardness];
		const double reached = limit > 0 ? (double)sa->life[kind].current / (double)limit : -1;

		if (reached > nearness) {
			nearest = kind;
			nearness = reached;
		}
	}
	return nearest;
}

/* --- the observer ------------------------------------------------------------------------------ */

static void
on_born(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	(void)attended;
	take_counters(data, record, sa);
}

static void
on_seen(void *data, struct census_sa *record, const struct sa *sa)
{
	take_counters(data, record, sa);
}

static void
on_updated(void *data, struct census_sa *record, const struct sa *sa)
{
	note_limits(data, record, sa);
}

static void
on_expired(void *data, struct census_sa *record, const struct sa *sa, bool hard)
{
	struct expiry *expiry = data;
	struct watched *watched = watched_of(expiry, record);
	const enum hardness hardness = hard ? HARD : SOFT;
	uint64_t current[SA_LIFE_KINDS];
	int kind;

	if (!watched)
		watched = begin_to_watch(expiry, record);
	if (!watched)
		return;
	watched->src = sa->src;
	current_of(sa, current);
	if (compare(expiry, record, sa, watched, hardness, current, lateness_of(expiry)))
		return;
	kind = nearest_limit(watched, sa, hardness);
	tell(expiry, record, sa, watched, kind, hardness, kind == UNNAMED ? 0 : current[kind]);
}

static uint64_t
seconds_since(int64_t now_seconds, int64_t then_seconds)
{
	return now_seconds > then_seconds ? (uint64_t)(now_seconds - then_seconds) : 0;
}

/* By how much the clock was set forward since its limits were first known; less is a matter of rounding. */
static int64_t
set_forward(const struct expiry *expiry, const struct watched *watched)
{
	enum { TOLERANCE_SECONDS = 2 };
	const int64_t seconds = ahead_of(expiry) - watched->ahead_seconds;

	return llabs(seconds) > TOLERANCE_SECONDS ? seconds : 0;
}

/*
 * Whether its expiry may have been missed.  The survey during which events are lost may not show everything that they
 * would have shown, but the one after it does.
 */
static bool
is_in_doubt(const struct expiry *expiry)
{
	return !expiry->outlook.losses || expiry->outlook.losses(expiry->outlook.data) != expiry->losses_before;
}

/* Of one whose birth is not known: it was in its first second when it was first seen. */
static uint32_t
birth_of(const struct census_sa *record, const struct watched *watched)
{
	return record->born_seconds > 0 ? record->born_seconds : watched->since_seconds - 1;
}

static void
on_gone(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	struct expiry *expiry = data;
	struct watched *watched = watched_of(expiry, record);
	const int64_t now_seconds = now_of(expiry);
	uint64_t current[SA_LIFE_KINDS] = {0};

	if (watched && end == CENSUS_UNATTENDED && is_in_doubt(expiry)) {
		watched->told |= watched->unconfirmed;
		current[SA_LIFE_ADD] =
			seconds_since(now_seconds, birth_of(record, watched) + set_forward(expiry, watched));
		if (watched->use_began_seconds > 0)
			current[SA_LIFE_USE] = seconds_since(now_seconds, watched->use_began_seconds);
		for (enum hardness hardness = SOFT; hardness < HARDNESSES; hardness++)
			compare(expiry, record, sa, watched, hardness, current, 0);
	}
	forget(expiry, record);
}

static void
on_surveyed(void *data)
{
	struct expiry *expiry = data;

	expiry->losses_before = expiry->losses;
	if (expiry->outlook.losses)
		expiry->losses = expiry->outlook.losses(expiry->outlook.data);
}

/* --- saved state ------------------------------------------------------------------------------- */

bool
expiry_save(const struct expiry *expiry, const struct census_sa *record, struct expiry_told *told)
{
	const struct watched *const watched = watched_of(expiry, record);

	if (!watched || watched->told == 0)
		return false;
	*told = (struct expiry_told){
		.told = watched->told, .use_began_seconds = watched->use_began_seconds, .src = watched->src};
	for (int kind = 0; kind < SA_LIFE_KINDS; kind++) {
		told->soft[kind] = watched->limits[kind][SOFT];
		told->hard[kind] = watched->limits[kind][HARD];
	}
	return true;
}

void
expiry_restore(struct expiry *expiry, struct census_sa *record, const struct expiry_told *told)
{
	struct watched *watched = watched_of(expiry, record);

	if (!watched)
		watched = begin_to_watch(expiry, record);
	if (!watched)
		return;
	watched->told = told->told;
	watched->use_began_seconds = told->use_began_seconds;
	watched->src = told->src;
	for (int kind = 0; kind < SA_LIFE_KINDS; kind++) {
		watched->limits[kind][SOFT] = told->soft[kind];
		watched->limits[kind][HARD] = told->hard[kind];
	}
}

void
expiry_follow_on(struct expiry *expiry)
{
	expiry->losses = expiry->losses_before = UINT64_MAX;
}

static const struct census_observer observer = {
	.born = on_born,
	.seen = on_seen,
	.updated = on_updated,
	.expired = on_expired,
	.gone = on_gone,
	.surveyed = on_surveyed,
};

struct expiry *
expiry_new(const struct event_sender *sender, const struct expiry_outlook *outlook)
{
	struct expiry *expiry = calloc(1, sizeof(*expiry));

	if (!expiry)
		return NULL;
	expiry->sender = sender;
	expiry->outlook = *outlook;
	expiry->note = census_observe(sender->census, &observer, expiry);
	return expiry;
}

void
expiry_free(struct expiry *expiry)
{
	if (!expiry)
		return;
	free(expiry->watched);
	free(expiry);
}
