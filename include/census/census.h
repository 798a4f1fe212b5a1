/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CENSUS_H
#define CENSUS_H

/*
 * Which SAs live, pieced together from snapshots and from the source's events, and told to observers as a
 * life: born, seen again and again, gone.  Tunnels and expiries are built on that.  Pure: no sockets, no clock.
 *
 * Snapshots and events reach us by different ways, and a read takes a while.  The rules:
 *
 *  - An event is later than all events before it.  All that happened before a read ended has been given to
 *    census_event() before that read is surveyed.
 *  - An SA that a read has, but that died while it was read, stays dead; one that was born meanwhile is
 *    alive, whether the read has it or not, and its counters are taken from the next read.
 *  - An SA without its event (a source that tells none, events lost) is born when a read first has it, and gone
 *    when a read lacks it; then only its last known figures count, which is recorded as an unattended end.
 *  - Counters that went back, or a later time of first use, mean another SA of the same name: the old one is gone.  So does
 *    a later birth where the first use is not known, if events were missed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "census/census_sa.h"
#include "sa/sa.h"
#include "sa/sa_event.h"
#include "sa/sa_key.h"
#include "sa/snapshot.h"

/* How an SA's life ended. */
enum census_end {
	CENSUS_DELETED,	   /* with final counters */
	CENSUS_EXPIRED,	   /* by a hard limit, with final counters */
	CENSUS_FLUSHED,	   /* with all of its kind: what passed since it was last seen is not known */
	CENSUS_UNATTENDED, /* it was not there any more: what passed since it was last seen is not known */
};

/*
 * Callbacks may be NULL.  The record is valid during the call only; its figures are those of before, until the
 * call returns.  sa is the SA as it was just read or told: from an SA_EVENT_EXPIRED without algorithms (see
 * census_transform()); its direction may be unknown where the record's is not.
 */
struct census_observer {
	/* attended: its birth was told; else it may have lived for a while. */
	void (*born)(void *data, struct census_sa *record, const struct sa *sa, bool attended);
	/* With counters that are not below the record's. */
	void (*seen)(void *data, struct census_sa *record, const struct sa *sa);
	/* Its limits may be others now (SA_EVENT_UPDATED); its counters are not to be used. */
	void (*updated)(void *data, struct census_sa *record, const struct sa *sa);
	/* The kernel said that a limit was reached; always after seen() or born() with the same sa. */
	void (*expired)(void *data, struct census_sa *record, const struct sa *sa, bool hard);
	/* Always after seen() or born() with the final counters, where they are known; sa may be NULL. */
	void (*gone)(void *data, struct census_sa *record, const struct sa *sa, enum census_end end);
	/* A read has been surveyed whole. */
	void (*surveyed)(void *data);
};

struct census_statistics {
	size_t living;
	uint64_t births;
	uint64_t ends[CENSUS_UNATTENDED + 1]; /* by enum census_end; larval SAs are left out of the last */
};

struct census;

struct census *census_new(void);	 /* NULL: no memory */
void census_free(struct census *census); /* NULL is fine; observers are told nothing */

/*
 * Told of everything from now on, in the order in which they came; at most CENSUS_OBSERVERS.  Returns which note of each
 * record is the observer's own.
 */
unsigned census_observe(struct census *census, const struct census_observer *observer, void *data);

/* now_seconds: of the clock against which the SAs' add times are told (for XFRM the wall clock). */
void census_event(struct census *census, const struct sa_event *event, int64_t now_seconds);

/*
 * Goes on ending the lives that flushes have ended, about `budget` SAs a call; true when none is left.  Observers hear of
 * them in no order, but of each before anything that came after the flush.
 */
bool census_settle_step(struct census *census, size_t budget);

/* A read begins, or begins anew; what is told from now on may be newer than what it brings. */
void census_begin(struct census *census);
/* Events may have been missed before now, or are not told at all; a read that begins after this shows what lives. */
void census_missed(struct census *census);
/* The read that had begun brought nothing. */
void census_abandon(struct census *census);
/*
 * Compares a sorted snapshot with what lives, about `budget` SAs a call; true when done.  Events may come between
 * two calls, but no other read may begin.
 */
bool census_survey_step(struct census *census, const struct snapshot *snapshot, int64_t now_seconds, size_t budget);

/*
 * Before anything was told: an SA that an earlier census knew, with all that observers may read of its record.  It lives on as
 * if its figures had just been taken; whether it does is found by the first read.  Observers are told nothing: their notes
 * in what is returned are theirs to write.  NULL: it is known, or larval, or there is no memory.
 */
struct census_sa *census_restore(struct census *census, const struct census_sa *known);
struct census_sa *census_restored(struct census *census, const struct sa_key *key); /* NULL: none */

/* All that live, by places from 0 to census_places(), less one; NULL: nobody is there.  Valid until something is told. */
size_t census_places(const struct census *census);
const struct census_sa *census_at(const struct census *census, size_t place);

/* The record of the SA of that index, while it lives; NULL: none does. */
const struct census_sa *census_find(const struct census *census, const struct sa_key *key);

const struct census_statistics *census_statistics(const struct census *census);

/* The name of its transform, as sa_transform_print() has it; empty if it was never known. */
const char *census_transform(const struct census *census, const struct census_sa *record);

/* All errors of packets that an SA counts, added up: replay, out of order, integrity, size, padding. */
uint64_t census_errors(const struct sa *sa);

#endif
