/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CENSUS_H
#define CENSUS_H

/*
 * Which SAs are alive, pieced together from snapshots and from the source's events, and reported to observers as lives:
 * born, seen again and again, gone.  Tunnels and expiries are built on this.  Pure: no sockets, no clock.
 *
 * Snapshots and events arrive by different ways, and a read takes a while.  The rules:
 *
 *  - An event is later than all events before it.  All events from before the end of a read are given to
 *    census_event() before that read is surveyed.
 *  - An SA that a read contains, but that died during the read, stays dead.  An SA that was born during the read is
 *    alive, whether the read contains it or not, and its counters are taken from the next read.
 *  - An SA without events (the source has none, or they were lost) is born when a read first contains it, and gone
 *    when a read lacks it; then only its last known counters count, which is recorded as an unattended end.
 *  - Lower counters, or a later time of first use, show a new SA with the same key: the old one is gone.  So does
 *    a later birth if the first use is not known and events were missed.
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
	CENSUS_FLUSHED,	   /* flushed with all SAs of its protocol: what passed since it was last seen is not known */
	CENSUS_UNATTENDED, /* it was missing from a read: what passed since it was last seen is not known */
};

/*
 * Callbacks may be NULL.  The record is valid during the call only, and has the previous figures until the call
 * returns. sa is the SA as it was just read or announced: an SA_EVENT_EXPIRED has no algorithms (see
 * census_transform()), and its direction may be unknown where the record's is not.
 */
struct census_observer {
	/* attended: an event announced its birth; otherwise it may have lived for a while. */
	void (*born)(void *data, struct census_sa *record, const struct sa *sa, bool attended);
	/* Its counters are not below the record's. */
	void (*seen)(void *data, struct census_sa *record, const struct sa *sa);
	/* Its limits may have changed (SA_EVENT_UPDATED); its counters must not be used. */
	void (*updated)(void *data, struct census_sa *record, const struct sa *sa);
	/* The kernel announced that a limit was reached; always after seen() or born() with the same sa. */
	void (*expired)(void *data, struct census_sa *record, const struct sa *sa, bool hard);
	/* Always after seen() or born() with the final counters, if they are known; sa may be NULL. */
	void (*gone)(void *data, struct census_sa *record, const struct sa *sa, enum census_end end);
	/* A read has been surveyed completely. */
	void (*surveyed)(void *data);
};

struct census_statistics {
	size_t living;
	/*
	 * Of those, SAs that may have lived before the first survey ended, and whose figures since their birth, or since they
	 * were restored, are not known yet: no read or event has brought them.
	 */
	size_t unread;
	uint64_t births;
	uint64_t ends[CENSUS_UNATTENDED + 1]; /* by enum census_end; the last counter excludes larval SAs */
};

struct census;

struct census *census_new(void);	 /* NULL: no memory */
void census_free(struct census *census); /* NULL is allowed; observers are not called */

/*
 * Adds an observer of everything from now on; observers are called in the order in which they were added, and there are
 * at most CENSUS_OBSERVERS.  Returns the number of the note in each record that belongs to the observer.
 */
unsigned census_observe(struct census *census, const struct census_observer *observer, void *data);

/* now_seconds: of the clock to which the SAs' add times refer (for XFRM, the wall clock). */
void census_event(struct census *census, const struct sa_event *event, int64_t now_seconds);

/*
 * Continues to end the lives that flushes have ended, about `budget` SAs a call; true when none is left.  Observers
 * hear of them in any order, but of each one before anything that came after the flush.
 */
bool census_settle_step(struct census *census, size_t budget);

/* A read begins or restarts; events from now on may be newer than its content. */
void census_begin(struct census *census);
/* Events may have been missed before now, or do not exist; a read that begins after this shows which SAs are alive. */
void census_missed(struct census *census);
/* The read under way failed. */
void census_abandon(struct census *census);
/*
 * Compares a sorted snapshot with the SAs that are alive, about `budget` SAs a call; true when done.  Events may come
 * between two calls, but no other read may begin.
 */
bool census_survey_step(struct census *census, const struct snapshot *snapshot, int64_t now_seconds, size_t budget);

/*
 * Before any event or read: adds an SA that an earlier census knew, with all that observers may read of its record.  It
 * lives on as if its figures had just been taken; the first read shows whether it does.  Observers are not called: they
 * write their notes in the returned record themselves.  NULL: it is known already, or larval, or there is no memory.
 */
struct census_sa *census_restore(struct census *census, const struct census_sa *known);
struct census_sa *census_restored(struct census *census, const struct sa_key *key); /* NULL: none */

/*
 * All SAs that are alive, by places from 0 to census_places() - 1; NULL: the place is empty.  Valid until the next
 * event or survey.
 */
size_t census_places(const struct census *census);
const struct census_sa *census_at(const struct census *census, size_t place);

/* The record of the SA with that index, while it is alive; otherwise NULL. */
const struct census_sa *census_find(const struct census *census, const struct sa_key *key);

const struct census_statistics *census_statistics(const struct census *census);

/* The name of its transform, as sa_transform_print() prints it; empty if it was never known. */
const char *census_transform(const struct census *census, const struct census_sa *record);

/* The sum of all errors of packets that an SA counts: replay, out of order, integrity, size, padding. */
uint64_t census_errors(const struct sa *sa);

#endif
