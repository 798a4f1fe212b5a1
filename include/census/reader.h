/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef READER_H
#define READER_H

/*
 * Reads a source again and again into snapshots, a slice at a time, and keeps the last good one to answer
 * from.  What it reads, and what the source tells between reads, goes through a census first, and what it has of
 * policies into a list of those.
 * It knows no event loop: the caller calls reader_step() as the returned enum reader_wait says.
 * Times are microseconds of the monotonic clock.
 */

#include <stdbool.h>
#include <stdint.h>

#include "census/census.h"
#include "census/policies.h"
#include "sa/snapshot.h"
#include "sa/source.h"

enum reader_wait {
	READER_IDLE,	/* no read is under way; begin the next one at reader_next_begin_us() */
	READER_WAIT_FD, /* step when reader_fd() is readable */
	READER_WORK,	/* step again soon, after others had their turn */
};

struct reader_settings {
	uint32_t interval_ms;	   /* between the beginnings of two reads */
	uint32_t stale_after_ms;   /* after which a failing source's last snapshot is withdrawn */
	uint32_t idle_interval_ms; /* the same when nobody asked since a read began; 0: no other than that */
	uint32_t share_percent;	   /* of the time that reads take at most, 1 to 100 */
};

struct reader_statistics {
	uint64_t reads, failed_reads, interrupted_reads;
	uint64_t last_read_us;	  /* how long the last good read took */
	uint64_t longest_step_us; /* the longest uninterrupted piece of work on a read since start */
	uint64_t committed_at_us; /* when the snapshot was committed */
	uint64_t lost_news;	  /* how often events of the source were lost */
};

struct reader;

/* Takes over the source.  NULL: no memory (the source is closed then too). */
struct reader *reader_new(struct source *source, const struct reader_settings *settings);
void reader_free(struct reader *reader);
void reader_configure(struct reader *reader, const struct reader_settings *settings);

/* Begins a read, unless nobody asked, and it can wait. */
enum reader_wait reader_begin(struct reader *reader, uint64_t now_us);
/* Somebody asked for what was read. */
void reader_note_asked(struct reader *reader);
enum reader_wait reader_step(struct reader *reader, uint64_t now_us);
int reader_fd(const struct reader *reader);

/*
 * Takes what the source tells of the life of SAs, a bounded part of it; call it when reader_news_fd(), if
 * that is not -1, is readable, and soon again if it does not return SOURCE_NEWS_NONE.  SOURCE_NEWS_LOST and _READ:
 * reader_next_begin_us() may be earlier now.  Call it well within READER_PROMPT_US even if nothing is readable: who
 * did not listen for longer may hear of what happened long ago.
 */
enum source_news reader_listen(struct reader *reader, uint64_t now_us);
int reader_news_fd(const struct reader *reader);
enum { READER_PROMPT_US = 2000000, READER_LISTEN_SECONDS = 1 };
/* While events are told to the census: for how long they may have waited; 0: they did not. */
uint32_t reader_late_seconds(const struct reader *reader);

uint64_t reader_next_begin_us(const struct reader *reader);
/* From the last read's beginning to the next one's. */
uint32_t reader_interval_ms(const struct reader *reader);

/* The snapshot to answer from, valid until control returns to the event loop; NULL: there is none. */
const struct snapshot *reader_snapshot(const struct reader *reader);
enum source_status reader_status(const struct reader *reader);
/* Why the last failed read failed; empty while all is well. */
const char *reader_error(const struct reader *reader);
const struct reader_statistics *reader_statistics(const struct reader *reader);
const struct source *reader_source(const struct reader *reader);
/* The lives of the SAs, as reads and events tell them; the reader's own. */
struct census *reader_census(const struct reader *reader);
/* The policies, the same way; the reader's own. */
struct policies *reader_policies(const struct reader *reader);

#endif
