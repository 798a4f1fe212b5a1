/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef READER_H
#define READER_H

/*
 * Reads a source again and again into snapshots, a slice at a time, and keeps the last good one to answer from.  SAs
 * from reads and events go through a census, and policies into a list. The reader has no event loop: the caller calls
 * reader_step() as the returned enum reader_wait says. Times are microseconds of the monotonic clock.
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
	READER_WORK,	/* step again soon, after other work had its turn */
};

struct reader_settings {
	uint32_t interval_ms;	   /* between the beginnings of two reads */
	uint32_t stale_after_ms;   /* after which a failing source's last snapshot is withdrawn */
	uint32_t idle_interval_ms; /* the same when nobody has asked since a read began; 0: same as interval_ms */
	uint32_t share_percent;	   /* the share of time that reads may take, 1 to 100 */
	bool once;		   /* there is a single read, which the census does not see */
};

struct reader_statistics {
	uint64_t reads, failed_reads, interrupted_reads;
	uint64_t last_read_us;	  /* duration of the last good read */
	uint64_t longest_step_us; /* the longest uninterrupted piece of work on a read since start */
	uint64_t committed_at_us; /* when the snapshot was committed */
	uint64_t lost_news;	  /* how often events of the source were lost */
};

struct reader;

/* Takes ownership of the source.  NULL: no memory (the source is closed then, too). */
struct reader *reader_new(struct source *source, const struct reader_settings *settings);
void reader_free(struct reader *reader);
void reader_configure(struct reader *reader, const struct reader_settings *settings);

/* Begins a read, unless nobody asked and it can wait. */
enum reader_wait reader_begin(struct reader *reader, uint64_t now_us);
/* Records that somebody asked for what was read. */
void reader_note_asked(struct reader *reader);
enum reader_wait reader_step(struct reader *reader, uint64_t now_us);
int reader_fd(const struct reader *reader);

/*
 * Takes a bounded number of the source's events; call it when reader_news_fd(), if that is not -1, is readable, and
 * soon again unless it returns SOURCE_NEWS_NONE.  After SOURCE_NEWS_LOST and _READ, reader_next_begin_us() may be
 * earlier. Call it well within READER_PROMPT_US even if nothing is readable: after a longer pause, events may be old.
 */
enum source_news reader_listen(struct reader *reader, uint64_t now_us);
int reader_news_fd(const struct reader *reader);
enum { READER_PROMPT_US = 2000000, READER_LISTEN_SECONDS = 1 };
/* While events are given to the census: how long they may have waited; 0: they did not wait. */
uint32_t reader_late_seconds(const struct reader *reader);

uint64_t reader_next_begin_us(const struct reader *reader);
/* From the beginning of the last read to that of the next. */
uint32_t reader_interval_ms(const struct reader *reader);

/* The snapshot to answer from, valid until control returns to the event loop; NULL: there is none. */
const struct snapshot *reader_snapshot(const struct reader *reader);
enum source_status reader_status(const struct reader *reader);
/* Why the last failed read failed; empty if the last read succeeded. */
const char *reader_error(const struct reader *reader);
const struct reader_statistics *reader_statistics(const struct reader *reader);
const struct source *reader_source(const struct reader *reader);
/* The lives of the SAs, from reads and events; owned by the reader. */
struct census *reader_census(const struct reader *reader);
/* The policies, from reads and events; owned by the reader. */
struct policies *reader_policies(const struct reader *reader);

#endif
