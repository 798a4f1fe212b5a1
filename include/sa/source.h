/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SOURCE_H
#define SOURCE_H

/*
 * Where SAs come from.  A source never blocks: the caller begins a read, then calls step whenever the read's
 * descriptor is readable, until step says that the read is done or failed.  Some have policies, too, which are
 * read before the SAs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error_line.h"
#include "sa/policy.h"
#include "sa/sa.h"
#include "sa/sa_event.h"
#include "sa/snapshot.h"

enum source_kind { SOURCE_XFRM = 1, SOURCE_KLIPS = 2 }; /* values of ipsecAgentSource */

/* What reads of it come to: values of ipsecAgentSourceStatus. */
enum source_status {
	SOURCE_STATUS_OK = 1,
	SOURCE_STATUS_FAILING, /* the last read failed; the snapshot before it stands */
	SOURCE_STATUS_STALE,   /* reads have failed for so long that it was withdrawn */
	SOURCE_STATUS_NOT_YET_READ,
};

enum source_step {
	SOURCE_AGAIN,	    /* call step again when fd is readable */
	SOURCE_DONE,	    /* everything is in the snapshot, which still has to be sorted */
	SOURCE_INTERRUPTED, /* the list changed under the read: clear the snapshot and begin again */
	SOURCE_FAILED,	    /* source->error says why; the snapshot is incomplete */
};

enum source_news {
	SOURCE_NEWS_NONE, /* all that there was has been taken */
	SOURCE_NEWS_MORE, /* there may be more */
	SOURCE_NEWS_READ, /* as MORE, but something happened that only a read tells */
	SOURCE_NEWS_LOST, /* as MORE, but something before it was lost: only a read tells what it was */
};

struct source;

struct source_ops {
	enum source_kind kind;
	/* Begins a read into the snapshot, which stays the caller's.  False: source->error says why. */
	bool (*begin)(struct source *source, struct snapshot *into);
	/* Takes what is there, a bounded slice of it. */
	enum source_step (*step)(struct source *source);
	/* Gives up the read under way, if any; begin may be called again. */
	void (*abandon)(struct source *source);
	void (*close)(struct source *source); /* frees the source */
	/* Takes a bounded number of events, without waiting for any.  NULL: such sources tell none. */
	enum source_news (*listen)(struct source *source, void (*take)(const struct sa_event *event, void *data),
				   void *data);
};

/* The part that all sources share; each embeds it first. */
struct source {
	const struct source_ops *ops;
	int fd;		   /* of the read under way, to wait on; -1 while there is none */
	int news_fd;	   /* readable when there are events; -1: there are none; another one after a failure */
	unsigned openings; /* how often it has begun to listen: what was told before, nobody has heard */
	/* Called by step and listen of each policy that is read, or of which events tell; NULL: nobody cares. */
	void (*take_policy)(void *data, const struct policy_event *event);
	void *take_policy_data;
	/* The clock against which add times were told: those of the last event, and all of the last read alike. */
	int64_t now_seconds, read_seconds;
	enum sa_dialect dialect; /* of the last read */
	/* Since start: lines or messages not understood, attributes or fields not known, dumps repeated. */
	uint64_t not_understood, unknown_parts, interrupted;
	/* What the last read's first misunderstanding was; empty if none. */
	char complaint[160];
	/* One line: what failed, with what, and what to do about it; set by begin and step. */
	char error[ERROR_LINE_SIZE];
};

/* NULL: no memory, or errno text in error[ERROR_LINE_SIZE]. */
struct source *source_klips_open(const char *path, char error[ERROR_LINE_SIZE]);
/*
 * netns: a name under /run/netns, or a path, that need not exist yet; NULL: the namespace the process is in.
 * event_backlog_octets: how much the kernel may keep of events that were not taken yet.
 */
struct source *source_xfrm_open(const char *netns, uint32_t event_backlog_octets, char error[ERROR_LINE_SIZE]);

#endif
