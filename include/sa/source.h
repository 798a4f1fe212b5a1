/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SOURCE_H
#define SOURCE_H

/*
 * Where SAs come from.  A source never blocks: the caller begins a read, then calls step whenever the read's descriptor
 * is readable, until step reports that the read is done or has failed.  Some sources have policies, too, which are read
 * before the SAs.
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

/* The outcome of its reads: values of ipsecAgentSourceStatus. */
enum source_status {
	SOURCE_STATUS_OK = 1,
	SOURCE_STATUS_FAILING, /* the last read failed; the previous snapshot is still valid */
	SOURCE_STATUS_STALE,   /* reads have failed for so long that the snapshot was withdrawn */
	SOURCE_STATUS_NOT_YET_READ,
};

enum source_step {
	SOURCE_AGAIN,	    /* call step again when fd is readable */
	SOURCE_DONE,	    /* the snapshot is complete, but must be sorted */
	SOURCE_INTERRUPTED, /* the list changed during the read: clear the snapshot and begin again */
	SOURCE_FAILED,	    /* source->error says why; the snapshot is incomplete */
};

enum source_news {
	SOURCE_NEWS_NONE, /* all waiting events have been taken */
	SOURCE_NEWS_MORE, /* there may be more */
	SOURCE_NEWS_READ, /* like MORE, but something happened that requires a read */
	SOURCE_NEWS_LOST, /* like MORE, but events were lost, and only a read shows what changed */
};

struct source;

struct source_ops {
	enum source_kind kind;
	/* Begins a read into the snapshot, which the caller still owns.  False: source->error says why. */
	bool (*begin)(struct source *source, struct snapshot *into);
	/* Takes a bounded part of what has arrived. */
	enum source_step (*step)(struct source *source);
	/* Abandons the read under way, if any; begin may be called again. */
	void (*abandon)(struct source *source);
	void (*close)(struct source *source); /* frees the source */
	/* Takes a bounded number of events, without waiting.  NULL: the source has no events. */
	enum source_news (*listen)(struct source *source, void (*take)(const struct sa_event *event, void *data),
				   void *data);
};

/* The part that all sources share, and embed as their first member. */
struct source {
	const struct source_ops *ops;
	int fd;		   /* of the read under way, to wait on; -1 if there is none */
	int news_fd;	   /* readable when there are events; -1: the source has none; it may change after a failure */
	unsigned openings; /* how often it has begun to listen: events from before were not received */
	/*
	 * Called by step and listen for each policy that is read or that an event reports; NULL: policies are ignored.
	 */
	void (*take_policy)(void *data, const struct policy_event *event);
	void *take_policy_data;
	/* The clock to which add times refer: for the last event, and for the whole last read. */
	int64_t now_seconds, read_seconds;
	enum sa_dialect dialect; /* of the last read */
	/* Since start: lines or messages not understood, attributes or fields not known, dumps repeated. */
	uint64_t not_understood, unknown_parts, interrupted;
	/* Description of the first problem in the last read; empty if there was none. */
	char complaint[160];
	/* One line: what failed, on what, and what to do about it; set by begin and step. */
	char error[ERROR_LINE_SIZE];
};

/* NULL: no memory, or errno text in error[ERROR_LINE_SIZE]. */
struct source *source_klips_open(const char *path, char error[ERROR_LINE_SIZE]);
/*
 * netns: a name under /run/netns, or a path, which need not exist yet; NULL: the namespace of the process.
 * event_backlog_octets: the size of the kernel's buffer for events that were not yet taken.
 */
struct source *source_xfrm_open(const char *netns, uint32_t event_backlog_octets, char error[ERROR_LINE_SIZE]);

#endif
